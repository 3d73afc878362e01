"""The optimizer in three languages: Optuna proposes as in the reference, Rust runs and records, Julia judges what won.

Whatever a port does wrong costs speed and never a trial: the study goes on in Python from where it stands, and the result says so.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from harness.runtime import Answer, Event, Kind, Mode, Path, PortUnavailableError, Reason, mode
from harness.runtime.answers import note
from harness.runtime.failures import is_failure, is_panic, text_of
from omega import config as flags
from omega.optimizer_ports import JULIA, RUST, as_reference_error
from reference_py.optimizer import (
    ErrorCode,
    ModuleCode,
    OptimizationResult,
    Optimizer,
    OptimizerError,
    Outcome,
    SeededStudy,
    Trial,
    TrialRow,
)
from reference_py.optimizer.optimizer import Progress
from reference_py.optimizer.trial import COMPLETE, Objective

HYBRID, PYTHON, JULIA_BACKEND = "hybrid", "python", "julia"
OPERATION, ROBUSTNESS = "HybridOptimizer.optimize", "monte_carlo_robustness"
PANIC_CODE = 5005
PROBES = 16
NUMBERS = ("mean", "std", "ci_lower", "ci_upper")
LARGEST_DIVERGENCE = 0.01
SMALLEST_SCALE = 1e-12

Doubles = NDArray[np.float64]
Evaluator = str | Callable[[dict[str, float]], float]
Given = tuple[Mapping[str, float], Doubles | None, Evaluator]
Asked = tuple[int, dict[str, float], dict[str, str], Trial]
Told = tuple[int, str, float, float, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Judgement:
    """How robust a trial is: the answer of `monte_carlo_robustness`, who gave it, and why not Julia if it did not."""

    trial: TrialRow
    robustness: Mapping[str, float]
    backend: str
    fallback_reason: str | None = None


class HybridOptimizer(Optimizer):
    """Searches as the reference's `Optimizer` does and finds the same trials; `result.backend` tells who ran them.

    Raises:
        TypeError, OptimizerError: as the reference's `Optimizer`.
    """

    _origin: tuple[str, str | None] = (PYTHON, None)
    _record: bytes | None = None

    def optimize(self, objective: Objective, direction: str = "maximize", *, progress: Progress | None = None) -> OptimizationResult:
        """Run the plan as the reference does; raises as it does, and PortUnavailableError if the flag is on and there is no port."""
        self._record = None
        return super().optimize(objective, direction, progress=progress).by(*self._origin)

    def get_trials_arrow(self) -> bytes:
        """Return the trials as Rust recorded them, with those that it did not run; raises OptimizerError 1007 before any run."""
        told = super().get_trials_arrow()
        if self._record is None:
            return told
        merged: bytes = RUST.call("aggregate_results", [self._record, told])
        return merged

    def judge(
        self,
        metrics_of: Callable[[TrialRow], Mapping[str, float]],
        evaluator: Evaluator,
        *,
        best: int = 3,
        perturbations: Doubles | None = None,
        **settings: Any,
    ) -> tuple[Judgement, ...]:
        """Judge by Monte-Carlo how robust the best trials are, the best trial first.

        Args:
            metrics_of: Gives the metrics of a trial.
            evaluator: As for `monte_carlo_robustness`.
            best: How many trials are judged at most.
            perturbations: As for `monte_carlo_robustness`.
            settings: The keyword arguments of `monte_carlo_robustness`.

        Raises:
            OptimizerError: 1007 before any run, 1001 for a `best` below 1, and as `monte_carlo_robustness`.
        """
        if best < 1:
            raise OptimizerError(ErrorCode.INVALID_ARGUMENT, f"best must be at least 1, got {best}")
        sign = -1.0 if self._direction == "maximize" else 1.0
        rows = [row for row in self._finished() if row.state == COMPLETE and math.isfinite(row.value)]
        rows.sort(key=lambda row: (sign * row.value, row.trial_id))
        return tuple(_judged(row, (metrics_of(row), perturbations, evaluator), settings) for row in rows[:best])

    def _run(self, study: SeededStudy, objective: Objective, progress: Progress | None) -> None:
        """Let Rust run the plan; what it leaves undone because it failed is run in Python."""
        asked = mode(flags.OPTIMIZER)
        plan = _Plan(study, progress)
        if asked is Mode.OFF:
            self._came_from(PYTHON, None, Reason.FLAG_OFF, asked)
        elif self._run_in_rust(plan, objective, asked):
            return
        else:
            study = cast("SeededStudy", plan.left())
        super()._run(study, objective, progress)

    def _run_in_rust(self, plan: _Plan, objective: Objective, asked: Mode) -> bool:
        """Tell whether the plan is done, or Python has to go on; raises what the reference would raise."""
        health = RUST.health()
        if health.module is None:
            if asked is Mode.ON:
                raise PortUnavailableError(f"{flags.OPTIMIZER} is on, but {RUST.port} cannot answer: {health.reason}") from health.error
            self._fall_back(health.reason, health.error, asked)
            return False
        try:
            rust = health.module.OptimizerRust(self.config)
            self._record = rust.optimize(objective, plan.study.direction, ask=plan.ask, tell=plan.tell)
        except BaseException as error:  # noqa: BLE001 - a Rust panic is no Exception
            if not plan.is_answer(error):
                self._give_up(error, asked)
                return False
        self._came_from(HYBRID, None, Reason.PORT_HEALTHY, asked)
        return True

    def _give_up(self, error: BaseException, asked: Mode) -> None:
        """Leave a port that failed, unless it alone may answer."""
        if asked is Mode.ON:
            if isinstance(error, Exception):
                raise as_reference_error(error) from error
            raise error
        panicked = is_panic(error) or getattr(error, "code", None) == PANIC_CODE
        self._fall_back(Reason.PORT_PANICKED if panicked else Reason.PORT_RAISED, error, asked)

    def _fall_back(self, reason: Reason, error: BaseException | None, asked: Mode) -> None:
        RUST.log.record(Kind.FALLBACK, OPERATION, reason=reason, error=error)
        self._came_from(PYTHON, _told(reason, text_of(error)), reason, asked)

    def _came_from(self, backend: str, fallback: str | None, reason: Reason, asked: Mode) -> None:
        self._origin = (backend, fallback)
        note(Answer(OPERATION, Path.PORT if backend == HYBRID else Path.REFERENCE, reason, asked))


class _Plan:
    """A study as Rust talks to it: tuples for trials; remembers what was asked and not told, and what the study itself raised."""

    def __init__(self, study: SeededStudy, progress: Progress | None) -> None:
        self.study = study
        self._progress = progress
        self._open: list[Trial] = []
        self._error: BaseException | None = None

    def ask(self, count: int) -> list[Asked]:
        try:
            self._open = self.study.ask(count)
        except BaseException as error:
            self._error = error
            raise
        return [(trial.number, trial.codes, trial.attributes, trial) for trial in self._open]

    def tell(self, told: Sequence[Told]) -> None:
        try:
            self._tell([Outcome(*one) for one in told])
        except BaseException as error:
            self._error = error
            raise

    def left(self) -> _Left:
        """Return what is not told yet as a study of its own."""
        return _Left(self.study, self._open)

    def is_answer(self, error: BaseException) -> bool:
        """Tell that no trial completed, of which the reference knows more to say, from a failure of the port; raises what is neither."""
        own = getattr(error, "module_code", None)
        if own == ModuleCode.OPTIMIZATION_FAILED:
            return True
        if own == ModuleCode.OBJECTIVE_ERROR:
            raise OptimizerError(error.code, error.message, own) from error.__cause__  # type: ignore[attr-defined]  # as every OptimizerError
        if error is self._error or isinstance(error, MemoryError) or not is_failure(error):
            raise error
        return False

    def _tell(self, outcomes: list[Outcome]) -> None:
        self.study.tell(outcomes)
        self._open = []
        for outcome in outcomes:
            if self._progress is not None:
                self._progress(outcome)


class _Left:
    """A study that first gives out again what was asked and not told; it has what running a plan needs."""

    def __init__(self, study: SeededStudy, again: list[Trial]) -> None:
        self._study = study
        self._again = again

    @property
    def direction(self) -> str:
        return self._study.direction

    def ask(self, count: int) -> list[Trial]:
        again, self._again = self._again, []
        return again or self._study.ask(count)

    def tell(self, outcomes: Sequence[Outcome]) -> None:
        self._study.tell(outcomes)


def _judged(row: TrialRow, given: Given, settings: Mapping[str, Any]) -> Judgement:
    """Judge one trial; an answer of Julia counts only if a few simulations agree with Python's."""
    happened: list[Event] = []
    unsubscribe = JULIA.log.subscribe(happened.append)
    try:
        answered = JULIA.ask(ROBUSTNESS, *given, **settings)
        if answered.answer.path is Path.PORT and _diverges(given, settings):
            answered = JULIA.ask_reference(ROBUSTNESS, *given, **settings)
    finally:
        unsubscribe()
    if answered.answer.path is Path.PORT:
        return Judgement(row, answered.value, JULIA_BACKEND)
    return Judgement(row, answered.value, PYTHON, _told(happened[-1].reason, happened[-1].text) if happened else None)


def _diverges(given: Given, settings: Mapping[str, Any]) -> bool:
    """Hold a few simulations of Julia against Python's, with the same draws, and record it when they are too far apart."""
    few = dict(settings) | {"n_simulations": min(PROBES, settings.get("n_simulations", PROBES))}
    expected, found = (
        answered.value for answered in (JULIA.ask_reference(ROBUSTNESS, *given, **few), JULIA.ask(ROBUSTNESS, *given, **few))
    )
    divergence = max(abs(found[name] - expected[name]) / max(SMALLEST_SCALE, abs(expected[name])) for name in NUMBERS)
    if divergence <= LARGEST_DIVERGENCE:
        return False
    JULIA.log.record(Kind.DIVERGENCE, ROBUSTNESS, reason="divergence", text=f"{divergence:.3g} is more than {LARGEST_DIVERGENCE}")
    return True


def _told(reason: str, text: str) -> str:
    return f"{reason}: {text}" if text else str(reason)
