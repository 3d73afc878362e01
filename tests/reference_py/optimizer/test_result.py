"""Results: the best trial, and what is said when there is none."""

from __future__ import annotations

import math
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_py.optimizer import Optimizer, OptimizerError, TrialRow
from reference_py.optimizer.result import best_row

VALUES = st.lists(st.sampled_from([math.nan, math.inf, -math.inf, 0.0, -1.5, 2.5]), min_size=1, max_size=12)


def rows(values: list[float]) -> list[TrialRow]:
    """Return complete trials with these values; NaN makes a failed one."""
    return [TrialRow(k, {}, value, "FAIL" if math.isnan(value) else "COMPLETE", 0.0, {}) for k, value in enumerate(values)]


@given(VALUES, st.sampled_from(["maximize", "minimize"]))
def test_the_best_is_the_first_extremum_of_finite_values(values: list[float], direction: str) -> None:
    """Infinite ones never win, even at the good end."""
    finite = [value for value in values if math.isfinite(value)]
    if finite:
        wanted = max(finite) if direction == "maximize" else min(finite)
        assert best_row(rows(values), direction).trial_id == values.index(wanted)
    else:
        with pytest.raises(OptimizerError, match=r"^\[2000\] 6001 OPTIMIZATION_FAILED"):
            best_row(rows(values), direction)


def test_pruned_trials_never_win() -> None:
    """Whatever value they might carry."""
    assert best_row([TrialRow(0, {}, 9.0, "PRUNED", 0.0, {}), TrialRow(1, {}, 1.0, "COMPLETE", 0.0, {})], "maximize").trial_id == 1


def test_a_failed_study_names_its_first_failure() -> None:
    """With numbers and text."""
    failed = TrialRow(3, {}, math.nan, "FAIL", 0.0, {"error_type": "KeyError", "error_message": "'x'"})
    with pytest.raises(OptimizerError, match=r"\(1 failed, 0 pruned\); trial 3: KeyError: 'x'"):
        best_row([failed], "minimize")


def test_a_result_can_name_another_origin() -> None:
    """The rest stays, and nothing can be changed in place."""
    space = {"x": {"type": "int", "low": 1, "high": 3}}
    result = Optimizer({"n_trials": 2, "param_space": space, "sampler": "grid"}).optimize(lambda trial: float(trial.number))
    other = result.by("hybrid", "no Julia")
    assert (other.backend, other.fallback_reason, other.trials) == ("hybrid", "no Julia", result.trials)
    assert (result.backend, result.fallback_reason) == ("python", None)
    with pytest.raises(FrozenInstanceError):
        result.backend = "x"  # type: ignore[misc]
