"""The account, row by row of the table of operations (spec 8)."""

from __future__ import annotations

from typing import Any

import pytest

from reference_py.execution import ExecutionError
from reference_py.execution.fees import Side
from reference_py.execution.portfolio import PLACEHOLDER_TIME, Book, CurvePoint, FeeEntry, Portfolio
from reference_py.execution.position import Position, Status
from reference_py.execution.signal import Direction, OrderType


def position(number: int = 1, **changes: Any) -> Position:
    """Return a position that was closed with a result of 50, and is still to be registered."""
    given = {
        "number": number, "symbol": "X", "direction": Direction.LONG, "order_type": OrderType.MARKET, "entry_time": 0, "entry_price": 10.0,
        "stop_loss": 8.0, "take_profit": None, "initial_stop_loss": 8.0, "initial_take_profit": None, "requested_size": None,
        "risk_per_trade": 100.0, "magic_number": 0, "signal_reason": None, "scenario": None, "tags": None, "size": 1.0,
        "status": Status.OPEN, "trigger_time": 0, "trailing": None, "exit_time": 5, "exit_price": 11.0, "result": 50.0,
        "reason": "take_profit", "is_closed": True,
    }  # fmt: skip
    return Position(**{**given, **changes})


def lists(portfolio: Portfolio) -> dict[str, int]:
    """Return how many positions each list holds."""
    return {book.value: len(portfolio.listed(book)) for book in Book} | {
        "break_even": len(portfolio.break_even),
        "open": len(portfolio.open),
    }


EMPTY = {"closed": 0, "partial": 0, "expired": 0, "break_even": 0, "open": 0}


@pytest.mark.parametrize(
    ("status", "reason", "result", "expected", "cash"),
    [
        (Status.PENDING, "limit_expired", None, {"expired": 1}, 1000.0),
        (Status.PENDING, "limit_expired", 50.0, {"expired": 1}, 1000.0),
        (Status.OPEN, "partial_exit", 50.0, {"partial": 1}, 1050.0),
        (Status.OPEN, "break_even_stop_loss", 50.0, {"closed": 1, "break_even": 1}, 1050.0),
        (Status.OPEN, "take_profit", 50.0, {"closed": 1}, 1050.0),
        (Status.OPEN, "limit_expired", 50.0, {"closed": 1}, 1050.0),
        (Status.PENDING, "manual", 50.0, {}, 1050.0),
        (Status.PENDING, "manual", None, {}, 1000.0),
        (Status.CLOSED, "take_profit", 50.0, {}, 1050.0),
    ],
)
def test_an_exit_finds_its_list(status: Status, reason: str, result: float | None, expected: dict[str, int], cash: float) -> None:
    """The list depends on status and reason; all but expired orders move cash."""
    portfolio = Portfolio(1000.0)
    given = position(status=status, reason=reason, result=result)
    portfolio.open.append(given)
    portfolio.register_exit(given)
    assert (lists(portfolio), portfolio.cash, given.status) == (EMPTY | expected, cash, Status.CLOSED)


def test_a_position_leaves_the_open_list_by_identity() -> None:
    """Its twin, equal in every field, stays."""
    portfolio, one, twin = Portfolio(0.0), position(), position()
    portfolio.open = [one, twin]
    portfolio.register_exit(twin)
    assert [other is one for other in portfolio.open] == [True]


def test_an_exit_does_not_touch_the_equity() -> None:
    """That is left to fees and updates."""
    portfolio = Portfolio(1000.0)
    portfolio.register_exit(position())
    assert portfolio.equity == 1000.0


def test_an_entry_without_symbol_raises() -> None:
    """And is not listed."""
    portfolio = Portfolio(0.0)
    with pytest.raises(ExecutionError) as caught:
        portfolio.register_entry(position(symbol=""))
    assert (caught.value.code, portfolio.open) == (1001, [])


@pytest.mark.parametrize(("kind", "fees"), [(Side.ENTRY, (2.5, 0.0)), (Side.EXIT, (0.0, 2.5))])
def test_a_fee_is_paid_and_noted(kind: Side, fees: tuple[float, float]) -> None:
    """Cash, equity, total, log and position."""
    portfolio, given = Portfolio(1000.0), position()
    portfolio.register_fee(2.5, 7, kind, given)
    assert (portfolio.cash, portfolio.equity, portfolio.total_fees) == (997.5, 997.5, 2.5)
    assert (portfolio.fee_log, (given.entry_fee, given.exit_fee)) == ([FeeEntry(7, "X#1", kind.value, 2.5)], fees)


def test_no_fee_is_not_noted() -> None:
    """And the equity stays as it is."""
    portfolio = Portfolio(1000.0)
    portfolio.cash = 900.0
    portfolio.register_fee(0.0, 7, Side.ENTRY, position())
    assert (portfolio.fee_log, portfolio.equity) == ([], 1000.0)


def test_a_negative_fee_is_income() -> None:
    """Rebates exist."""
    portfolio = Portfolio(1000.0)
    portfolio.register_fee(-1.0, 7, Side.ENTRY, position())
    assert (portfolio.cash, portfolio.total_fees) == (1001.0, -1.0)


def test_the_curve_begins_with_a_placeholder() -> None:
    """The first of January 2000 and the initial balance."""
    assert Portfolio(1000.0).curve == [CurvePoint(946_684_800_000_000, 1000.0, 1000.0)]


def test_the_first_update_sets_the_start() -> None:
    """Later ones do not."""
    portfolio = Portfolio(0.0)
    portfolio.update(5)
    portfolio.update(6)
    assert portfolio.start_time == 5


def test_an_update_at_the_same_time_replaces_the_point() -> None:
    """One point per time."""
    portfolio = Portfolio(1000.0)
    portfolio.update(5)
    portfolio.cash = 900.0
    portfolio.update(5)
    assert portfolio.curve[1:] == [CurvePoint(5, 900.0, 1000.0)]


def test_an_update_at_the_placeholder_replaces_it() -> None:
    """It is a point like any other."""
    portfolio = Portfolio(1000.0)
    portfolio.update(PLACEHOLDER_TIME)
    assert len(portfolio.curve) == 1


def test_drawdowns_are_measured_in_updates() -> None:
    """From the peak, and from the initial balance."""
    portfolio = Portfolio(1000.0)
    for time_us, cash in enumerate((1200.0, 900.0, 1100.0)):
        portfolio.cash = cash
        portfolio.update(time_us)
    assert (portfolio.max_equity, portfolio.max_drawdown, portfolio.initial_drawdown) == (1200.0, 300.0, 100.0)


def test_drawdowns_between_updates_are_not_seen() -> None:
    """What came and went in a bar leaves no trace."""
    portfolio = Portfolio(1000.0)
    portfolio.cash = 1.0
    portfolio.cash = 1000.0
    portfolio.update(5)
    assert (portfolio.max_drawdown, portfolio.initial_drawdown) == (0.0, 0.0)


def test_the_trade_curve_is_sorted_by_exit_time() -> None:
    """Net of fees, closed before partial at the same time, starting at the first update; expired orders do not count."""
    portfolio = Portfolio(1000.0)
    portfolio.update(3)
    portfolio.register_exit(position(1, reason="partial_exit", exit_time=8, result=1.0))
    portfolio.register_exit(position(2, exit_time=8, result=10.0, entry_fee=2.0, exit_fee=1.0))
    portfolio.register_exit(position(3, exit_time=6, result=100.0))
    portfolio.register_exit(position(4, status=Status.PENDING, reason="limit_expired", result=None))
    assert portfolio.trade_curve() == [(3, 1000.0), (6, 1100.0), (8, 1107.0), (8, 1108.0)]


def test_the_trade_curve_of_an_unused_account_has_the_placeholder() -> None:
    """There is no start yet."""
    assert Portfolio(1000.0).trade_curve() == [(PLACEHOLDER_TIME, 1000.0)]
