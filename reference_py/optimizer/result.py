"""What an optimization comes to: its trials as rows, the best of them, and how the answer was found."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from reference_py.optimizer.errors import ModuleCode, OptimizerError
from reference_py.optimizer.space import ParamRange, Value
from reference_py.optimizer.trial import COMPLETE, FAIL, PRUNED


class TrialRow(NamedTuple):
    """One row of `optimization_result`: params as doubles, choices by their index, a value that is NaN unless the trial is complete."""

    trial_id: int
    params: dict[str, float]
    value: float
    state: str
    duration_seconds: float
    user_attrs: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimizationResult:
    """The best trial, how many ended how, all rows by trial_id, and what is needed to repeat the run.

    `best_params` holds choices as themselves; `backend` tells who ran the trials, `fallback_reason` why not the one that was asked for.
    """

    best_params: Mapping[str, Value]
    best_value: float
    best_trial: int
    n_complete: int
    n_pruned: int
    n_fail: int
    trials: tuple[TrialRow, ...]
    seed: int
    direction: str
    sampler: str
    notes: tuple[str, ...]
    optuna_version: str
    backend: str = "python"
    fallback_reason: str | None = None

    def by(self, backend: str, fallback_reason: str | None = None) -> OptimizationResult:
        """Return the same result with another origin."""
        return replace(self, backend=backend, fallback_reason=fallback_reason)


def best_row(rows: Sequence[TrialRow], direction: str) -> TrialRow:
    """Return the complete trial with the best finite value, the first of equal ones; raises OptimizerError 6001 (as 2000) without any."""
    best: TrialRow | None = None
    for row in rows:
        if row.state == COMPLETE and math.isfinite(row.value) and (best is None or _is_better(row.value, best.value, direction)):
            best = row
    if best is None:
        raise OptimizerError(ModuleCode.OPTIMIZATION_FAILED, _why(rows))
    return best


def natural(params: Mapping[str, float], space: Mapping[str, ParamRange]) -> dict[str, Value]:
    """Return the values that a row's numbers stand for."""
    return {name: space[name].value(code) for name, code in params.items()}


def count(rows: Sequence[TrialRow], state: str) -> int:
    """Return how many trials ended so."""
    return sum(row.state == state for row in rows)


def _is_better(value: float, best: float, direction: str) -> bool:
    return value > best if direction == "maximize" else value < best


def _why(rows: Sequence[TrialRow]) -> str:
    """Name the numbers, and the first failure with its text."""
    failure = next((row for row in rows if row.state == FAIL), None)
    told = (
        ""
        if failure is None
        else f"; trial {failure.trial_id}: {failure.user_attrs.get('error_type')}: {failure.user_attrs.get('error_message')}"
    )
    return f"no trial completed with a finite value ({count(rows, FAIL)} failed, {count(rows, PRUNED)} pruned){told}"
