"""The harness's cases for the optimizer: the same each time, fresh each time, with every kind of trouble."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from reference_py.market import optimizer_cases as cases
from reference_py.market.optimizer_tables import trial_rows, trial_streams
from reference_py.optimizer import OptimizerError, aggregate_results, bootstrap_ci
from reference_py.optimizer.evaluators import EVALUATORS
from reference_py.optimizer.workloads import robustness_with, scores_with

Source = Callable[[], Iterator[tuple[Any, ...]]]
SOURCES: dict[Callable[..., Any], Source] = {
    robustness_with: cases.robustness_with_cases,
    scores_with: cases.scores_with_cases,
    bootstrap_ci: cases.bootstrap_ci_cases,
    aggregate_results: cases.aggregate_results_cases,
}
CODES = {
    robustness_with: {1001, 1004, 1010, 1011, 2002, 2004},
    scores_with: {1001, 1004, 1010, 1011},
    bootstrap_ci: {1001, 1004, 1010, 1011, 2002},
    aggregate_results: {1002, 1003, 1006, 3004, 5004},
}


@pytest.mark.parametrize("source", SOURCES.values())
def test_cases_are_the_same_each_time(source: Source) -> None:
    """To the byte."""
    assert [pickle.dumps(arguments) for arguments in source()] == [pickle.dumps(arguments) for arguments in source()]


@pytest.mark.parametrize("operation", SOURCES)
def test_every_number_is_provoked(operation: Callable[..., Any]) -> None:
    """Each error that the operation documents, TypeErrors as well."""
    seen: set[int] = set()
    kinds = 0
    for arguments in SOURCES[operation]():
        try:
            operation(*arguments)
        except OptimizerError as error:
            seen.add(error.code)
        except TypeError:
            kinds += 1
    assert seen == CODES[operation]
    assert kinds > 0


def test_nobody_can_spoil_anothers_input() -> None:
    """Every call makes new values."""
    for (base, *_), (again, *_) in zip(cases.scores_with_cases(), cases.scores_with_cases(), strict=True):
        assert base is None or base is not again


def test_every_evaluator_has_cases() -> None:
    """With drawn and with given perturbations."""
    used = {(evaluator, matrix is None) for _, matrix, evaluator, _ in cases.scores_with_cases() if isinstance(evaluator, str)}
    assert used >= {(name, drawn) for name in EVALUATORS for drawn in (True, False)}


def test_troubled_matrices_hold_what_they_promise() -> None:
    """NaN and infinities of both signs."""
    matrix = cases.perturbations(200, 5, seed=1, trouble=0.3)
    assert np.isnan(matrix).any()
    assert np.isposinf(matrix).any()
    assert np.isneginf(matrix).any()
    assert np.isfinite(cases.perturbations(200, 5, seed=1)).all()


def test_streams_hold_all_trials_once() -> None:
    """Dealt out to their parts."""
    assert len(trial_rows(20, 1)) == 20
    assert len({bytes(stream) for stream in trial_streams(20, 4, 1)}) == 4
