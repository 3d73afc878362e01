"""Real cases: every operation has some, the reference answers all of them, and nobody can spoil them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pytest

from reference_py import rating
from reference_py.market import rating_cases

OPERATIONS = [name for name in rating.__all__ if callable(getattr(rating, name)) and name.islower()]
WITHOUT_CASES = {"apply_cost_factor", "ratings_boundary"}
MIGRATED = sorted(set(OPERATIONS) - WITHOUT_CASES)


def cases_of(operation: str) -> Iterator[tuple[Any, ...]]:
    """Return the cases of an operation."""
    make: Callable[[], Iterator[tuple[Any, ...]]] = getattr(rating_cases, f"{operation}_cases")
    return make()


def spelled(value: Any) -> Any:
    """Return a value that compares by content: tables as rows."""
    return value.to_pydict() if isinstance(value, pa.RecordBatch) else value


@pytest.mark.parametrize("operation", MIGRATED)
def test_the_reference_answers_every_case(operation: str) -> None:
    """No real case is refused."""
    answers = [getattr(rating, operation)(*arguments) for arguments in cases_of(operation)]
    assert len(answers) >= 3


@pytest.mark.parametrize("operation", MIGRATED)
def test_cases_are_reproducible(operation: str) -> None:
    """Asked twice, the same cases come in the same order."""
    once, twice = ([[spelled(value) for value in arguments] for arguments in cases_of(operation)] for _ in range(2))
    assert once == twice


@pytest.mark.parametrize(
    "operation", ["strategy_rating", "robustness_score", "stability_score", "trade_dropout", "calculate_ratings_table"]
)
def test_cases_cannot_be_spoilt(operation: str) -> None:
    """Whoever empties the arguments of one call leaves the next one whole."""
    for arguments in cases_of(operation):
        for value in arguments:
            if isinstance(value, dict | list):
                value.clear()
    assert all(value for arguments in cases_of(operation) for value in arguments[:1])


def test_there_are_hundreds_of_trade_lists() -> None:
    """The grid gives 432 trade lists, in several ways of writing them."""
    trades = [arguments[0] for arguments in cases_of("trade_dropout")]
    assert len(trades) == 432
    assert {tuple(sorted(columns)) for columns in trades} == {
        ("entry_fee", "entry_time", "exit_fee", "exit_time", "r_multiple", "result"),
        ("entry_time", "exit_time", "r_multiple", "result", "total_fee"),
    }
    assert {type(columns["exit_time"][0]) for columns in trades} == {int, str}


def test_the_ratings_of_the_grid_differ() -> None:
    """Real strategies spread over the scale instead of sitting at its ends."""
    finals = {score for arguments in cases_of("calculate_ratings_table") for score in final_ratings(arguments)}
    assert len(finals) > 400
    assert min(finals) < 0.35
    assert max(finals) > 0.75


def final_ratings(arguments: tuple[Any, ...]) -> list[float]:
    """Return the final ratings of one case."""
    scores: list[float] = rating.calculate_ratings_table(*arguments).column("final_rating").to_pylist()
    return scores
