"""One trial: what the objective is given, and what becomes of whatever it does."""

from __future__ import annotations

import math
import operator
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import optuna
from optuna import TrialPruned

from reference_py.optimizer.arguments import number
from reference_py.optimizer.config import OptimizerConfig
from reference_py.optimizer.errors import ErrorCode, OptimizerError
from reference_py.optimizer.space import ParamRange, Value

COMPLETE, PRUNED, FAIL = "COMPLETE", "PRUNED", "FAIL"
STATES = (COMPLETE, PRUNED, FAIL)
CHOICE_PREFIX, OWN_PREFIX = "param:", "omega:"
ERROR_TYPE, ERROR_MESSAGE = "error_type", "error_message"
MESSAGE_CHARACTERS = 500


class Outcome(NamedTuple):
    """What became of a trial; the value is NaN unless it is complete, the duration in seconds."""

    trial_id: int
    state: str
    value: float
    duration_seconds: float
    attributes: dict[str, str]


class Trial:
    """What an objective is given: `number`, the place in the plan, and `params`, the values to try.

    `codes` are the values as tables hold them, `attributes` the texts that belong to the trial, `error` what its objective raised.
    """

    def __init__(self, number_in_plan: int, params: Mapping[str, Value], space: Mapping[str, ParamRange], asked: optuna.Trial) -> None:
        """Wrap a trial that Optuna was asked for."""
        self.number = number_in_plan
        self.params = dict(params)
        self.codes = {name: space[name].code(value) for name, value in params.items()}
        self.attributes = choice_texts(params, space)
        self.error: Exception | None = None
        self._asked = asked
        self._undefined = False

    def report(self, value: float, step: int) -> None:
        """Tell an intermediate value, so that `should_prune` can compare it with those of other trials."""
        given = number(value)
        self._undefined = math.isnan(given)
        self._asked.report(given, operator.index(step))

    def should_prune(self) -> bool:
        """Tell whether to give up, by raising `TrialPruned`; always after an undefined report."""
        return self._undefined or self._asked.should_prune()

    def set_user_attr(self, key: Any, value: Any) -> None:
        """Keep a text with the trial; raises OptimizerError 1004 for other types, 1001 for a key that has a meaning already."""
        if not isinstance(key, str) or not isinstance(value, str):
            raise OptimizerError(ErrorCode.TYPE, f"an attribute is a pair of texts, not {key!r} and {value!r}")
        if key.startswith((CHOICE_PREFIX, OWN_PREFIX)) or key in {ERROR_TYPE, ERROR_MESSAGE}:
            raise OptimizerError(ErrorCode.INVALID_ARGUMENT, f"the attribute {key} belongs to the optimizer")
        self.attributes[key] = value


Objective = Callable[[Trial], float]


def run_objective(objective: Objective, trial: Trial, direction: str, config: OptimizerConfig) -> Outcome:
    """Call an objective and say what became of it; only MemoryError and what is no Exception come through."""
    started = time.perf_counter()
    try:
        answer = objective(trial)
    except TrialPruned:
        return _outcome(trial, PRUNED, math.nan, started)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever an objective raises is its trial's failure
        return _failed(trial, error, started)
    try:
        return _outcome(trial, COMPLETE, _checked(answer, direction, config), started)
    except (TypeError, ValueError, OverflowError) as error:
        return _failed(trial, error, started)


def choice_texts(params: Mapping[str, Value], space: Mapping[str, ParamRange]) -> dict[str, str]:
    """Return the text of every choice under its attribute's name."""
    return {CHOICE_PREFIX + name: str(value) for name, value in params.items() if space[name].type == "categorical"}


def _checked(answer: object, direction: str, config: OptimizerConfig) -> float:
    if isinstance(answer, bool | str) or not hasattr(answer, "__float__"):
        raise TypeError(f"the objective gave {type(answer).__name__}, not a number")
    value = float(answer)
    worst = -math.inf if direction == "maximize" else math.inf
    if not (math.isfinite(value) or (config.inf_is_worst and value == worst)):
        raise ValueError(f"the objective gave {value}")
    return value


def _failed(trial: Trial, error: Exception, started: float) -> Outcome:
    trial.error = error
    trial.attributes[ERROR_TYPE] = type(error).__name__
    trial.attributes[ERROR_MESSAGE] = str(error)[:MESSAGE_CHARACTERS]
    return _outcome(trial, FAIL, math.nan, started)


def _outcome(trial: Trial, state: str, value: float, started: float) -> Outcome:
    return Outcome(trial.number, state, value, time.perf_counter() - started, dict(trial.attributes))
