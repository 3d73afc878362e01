"""Reading trade lists: the order of time, fees, and what cannot be read (spec 6.1, steps 2 and 3)."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from reference_py.rating import RatingError
from reference_py.rating.trades import ENTRY_COLUMNS, EXIT_COLUMNS, check_lengths, read_columns, read_trades


def nets(**columns: list[Any]) -> list[float]:
    """Return the net results in order of time."""
    return read_trades(read_columns(columns)).nets


@pytest.mark.parametrize("name", EXIT_COLUMNS + ENTRY_COLUMNS)
def test_every_column_of_times_sorts(name: str) -> None:
    """Each of the ten names sorts the trades in ascending order."""
    assert nets(result=[3.0, 1.0, 2.0], **{name: [30, 10, 20]}) == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("place", range(9))
def test_the_first_present_column_decides(place: int) -> None:
    """Of two columns of times the one that comes first in the list sorts."""
    first, second = (EXIT_COLUMNS + ENTRY_COLUMNS)[place : place + 2]
    assert nets(result=[1.0, 2.0], **{second: [2, 1], first: [1, 2]}) == [1.0, 2.0]


def test_without_times_the_order_is_as_given() -> None:
    """No column of times leaves the trades in place."""
    assert nets(result=[3.0, 1.0, 2.0], other=[3, 1, 2]) == [3.0, 1.0, 2.0]


def test_equal_times_keep_their_order() -> None:
    """The sort is stable."""
    assert nets(result=[1.0, 2.0, 3.0, 4.0], exit_time=[5, 5, 1, 5]) == [3.0, 1.0, 2.0, 4.0]


@pytest.mark.parametrize("missing", [None, "no time", "", 1.5, math.nan, date(2020, 1, 1), [], 2**63, -(2**63) - 1])
def test_unknown_times_come_last(missing: Any) -> None:
    """A cell that is no time, or lies beyond 64 bits, sorts behind all others and keeps its order."""
    assert nets(result=[1.0, 2.0, 3.0, 4.0], exit_time=[missing, 2**62, missing, -(2**62)]) == [4.0, 2.0, 1.0, 3.0]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (-1, 0),
        (False, True),
        ("1970-01-01T00:00:00", 1),
        ("1970-01-01", 1),
        (0, "1970-01-01T00:00:00.000001"),
        ("1970-01-01T01:00:00+02:00", "1970-01-01T00:00:00"),
        ("1970-01-01T00:00:00Z", 1),
        (datetime(1970, 1, 1), 1),  # noqa: DTZ001 - naive on purpose
        (datetime(1970, 1, 1, 1, tzinfo=timezone(timedelta(hours=2))), "1970-01-01"),
        (datetime.min, datetime(1, 1, 2, tzinfo=UTC)),  # noqa: DTZ901 - naive on purpose
        ("2019-12-31T23:59:59.999999", datetime(2020, 1, 1, tzinfo=UTC)),
    ],
)
def test_times_of_every_kind_compare(earlier: Any, later: Any) -> None:
    """Integers are microseconds, text is ISO, naive is UTC, aware is converted."""
    assert nets(result=[2.0, 1.0], exit_time=[later, earlier]) == [1.0, 2.0]


@pytest.mark.parametrize(("cell", "pnl"), [(1.5, 1.5), ("2", 2.0), (True, 1.0), (None, 0.0), (math.nan, 0.0), (math.inf, 0.0), ("x", 0.0)])
def test_results_that_are_not_finite_count_as_zero(cell: Any, pnl: float) -> None:
    """A result is read leniently."""
    assert nets(result=[cell]) == [pnl]


@pytest.mark.parametrize(
    ("columns", "net"),
    [
        ({"total_fee": [3.0]}, 7.0),
        ({"entry_fee": [1.0], "exit_fee": [2.0]}, 7.0),
        ({"total_fee": [4.0], "entry_fee": [1.0], "exit_fee": [2.0]}, 6.0),
        ({"entry_fee": [1.0]}, 10.0),
        ({"exit_fee": [2.0]}, 10.0),
        ({}, 10.0),
        ({"total_fee": [math.nan]}, 10.0),
        ({"total_fee": [None], "entry_fee": [1.0], "exit_fee": [2.0]}, 10.0),
        ({"entry_fee": [math.nan], "exit_fee": [2.0]}, 10.0),
        ({"entry_fee": [1.0], "exit_fee": ["x"]}, 10.0),
        ({"entry_fee": [1.7e308], "exit_fee": [1.7e308]}, 10.0),
        ({"total_fee": ["3"]}, 7.0),
        ({"total_fee": [-3.0]}, 13.0),
    ],
)
def test_fees(columns: dict[str, list[Any]], net: float) -> None:
    """The total fee if there is one, else both halves if both are there, else none; an unknown half removes both."""
    assert nets(result=[10.0], **columns) == [net]


def test_r_multiples_follow_the_order() -> None:
    """R-multiples are sorted with their trades."""
    assert read_trades({"result": [1.0, 2.0], "r_multiple": [0.1, 0.2], "exit": [2, 1]}).r_multiples == [0.2, 0.1]


def test_r_multiples_may_be_unknown() -> None:
    """An R-multiple that is not finite is NaN."""
    r_multiples = read_trades({"result": [1.0, 2.0], "r_multiple": [math.inf, None]}).r_multiples
    assert r_multiples is not None
    assert all(math.isnan(r) for r in r_multiples)


def test_without_r_multiples_there_are_none() -> None:
    """No column is not the same as a column of nothing."""
    assert read_trades({"result": [1.0]}).r_multiples is None


def test_columns_must_be_of_one_length() -> None:
    """Columns of different lengths are error 1011, even one that is never read."""
    with pytest.raises(RatingError, match=r"^\[1011\]"):
        check_lengths(read_columns({"result": [1.0, 2.0], "comment": ["x"]}))


@pytest.mark.parametrize("trades", [None, [], "x", {"result": None}, {"result": "12"}, {"result": {1.0}}])
def test_wrong_types_are_type_errors(trades: Any) -> None:
    """Trades that are no mapping, and columns that are no sequence, raise."""
    with pytest.raises(TypeError):
        read_columns(trades)
