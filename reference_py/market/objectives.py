"""Objectives for comparisons of optimizers: smooth ones, ones with steps and choices, and one for each way of failing.

They take the parameters and know nothing of any optimizer, so that a port's worker may import them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

Params = Mapping[str, Any]
Objective = Callable[[Params], Any]

FACTORS = {"sine": 0.5, "ridge": 2.0}
STEPS = 4


def bowl(params: Params) -> float:
    """Return the distance of the numbers from 0.3 each, squared; the cheapest objective that has a best place."""
    return math.fsum((float(value) - 0.3) ** 2 for value in params.values() if not isinstance(value, str))


def uneven(params: Params) -> float:
    """Return a surface with many hills, on which a choice moves the ground."""
    numbers = [float(value) for _, value in sorted(params.items()) if not isinstance(value, str)]
    lift = sum(FACTORS.get(str(value), 1.0) for value in params.values())
    return lift + sum(abs(value - k) % 1.7 for k, value in enumerate(numbers))


def flat(params: Params) -> int:
    """Return 0, an int, so that every trial ties."""
    return 0 * len(params)


def sometimes(answers: Mapping[int, Callable[[Params], Any]]) -> Objective:
    """Return an objective that does something else in some thirds of the space."""

    def objective(params: Params) -> Any:
        return answers.get(int(abs(bowl(params)) * 1e6) % 3, bowl)(params)

    return objective


def _raise(params: Params) -> float:
    raise ValueError(f"bad place äöü {sorted(map(str, params.items()))} " + "x" * 600)


def _lookup(params: Params) -> float:
    value: float = params["no such parameter"]
    return value


OBJECTIVES: Mapping[str, Objective] = {
    "bowl": bowl,
    "uneven": uneven,
    "flat": flat,
    "undefined": sometimes({0: lambda _: math.nan}),
    "endless": sometimes({0: lambda _: math.inf, 1: lambda _: -math.inf}),
    "all_endless": lambda _: math.inf,
    "failing": sometimes({0: _raise, 1: _lookup}),
    "all_failing": _raise,
    "wordy": sometimes({0: lambda _: "1.5", 1: lambda _: True}),
    "nothing": lambda _: None,
}


def of_trial(name: str) -> Callable[[Any], Any]:
    """Return an objective that takes a trial, reports on its way and gives up when it is told to."""
    objective = OBJECTIVES[name]

    def run(trial: Any) -> Any:
        answer = objective(trial.params)
        if isinstance(answer, int | float) and not isinstance(answer, bool):
            for step in range(STEPS):
                trial.report(answer / (step + 1), step)
                if trial.should_prune():
                    import optuna  # noqa: PLC0415 - takes a second, and only studies prune

                    raise optuna.TrialPruned
        return answer

    return run
