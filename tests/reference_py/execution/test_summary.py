"""The figures at the end, line by line (spec 8)."""

from __future__ import annotations

from typing import Any

import pytest

from reference_py.execution.portfolio import Portfolio
from reference_py.execution.position import Position, Status
from reference_py.execution.signal import Direction, OrderType
from reference_py.execution.summary import summary


def register(portfolio: Portfolio, **changes: Any) -> None:
    """Register the exit of a long position at 10 with a stop at 8."""
    given = {
        "number": 1, "symbol": "X", "direction": Direction.LONG, "order_type": OrderType.MARKET, "entry_time": 0, "entry_price": 10.0,
        "stop_loss": 8.0, "take_profit": None, "initial_stop_loss": 8.0, "initial_take_profit": None, "requested_size": None,
        "risk_per_trade": 100.0, "magic_number": 0, "signal_reason": None, "scenario": None, "tags": None, "size": 1.0,
        "status": Status.OPEN, "trigger_time": 0, "trailing": None,
    }  # fmt: skip
    exit_price, reason = changes.pop("exit_price", 11.0), changes.pop("reason", "take_profit")
    position = Position(**{**given, **changes})
    position.close(5, exit_price, reason)
    portfolio.register_exit(position)


def test_an_unused_account_has_only_its_balance() -> None:
    """Everything else is zero, counts are whole."""
    figures = summary(Portfolio(1000.125))
    assert figures == {
        "Initial Balance": 1000.125,
        "Final Balance": 1000.12,
        "Equity": 1000.12,
        "Max Drawdown": 0.0,
        "Drawdown Initial Balance": 0.0,
        "Total Fees": 0.0,
        "Total Lots": 0.0,
        "Total Trades": 0,
        "Expired Orders": 0,
        "Partial Closed Orders": 0,
        "Orders closed at Break Even": 0,
        "Avg R-Multiple": 0.0,
        "Winrate": 0.0,
        "Wins": 0,
        "Losses": 0,
    }


@pytest.fixture
def figures() -> dict[str, float | int]:
    """Return the summary of two wins, a loss, a zero, a partial exit and an expired order."""
    portfolio = Portfolio(1000.0)
    register(portfolio, exit_price=13.0, size=0.1)
    register(portfolio, exit_price=11.0, size=0.2, reason="break_even_stop_loss")
    register(portfolio, exit_price=8.0, size=0.3)
    register(portfolio, exit_price=10.0, size=0.4)
    register(portfolio, exit_price=12.0, size=0.5, reason="partial_exit", risk_per_trade=50.0)
    register(portfolio, exit_price=None, size=0.0, reason="limit_expired", status=Status.PENDING)
    return summary(portfolio)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Final Balance", 1150.0),
        ("Equity", 1000.0),
        ("Total Lots", 1.5),
        ("Total Trades", 4),
        ("Expired Orders", 1),
        ("Partial Closed Orders", 1),
        ("Orders closed at Break Even", 1),
        ("Wins", 2),
        ("Losses", 2),
        ("Winrate", 50.0),
        ("Avg R-Multiple", 0.333),
    ],
)
def test_figures_follow_their_definitions(figures: dict[str, float | int], name: str, expected: float) -> None:
    """Lots and R-multiples count closed and partial, trades and wins only closed; a result of 0 is a loss; R is weighted by risk."""
    assert figures[name] == expected


def test_without_risk_there_is_no_average() -> None:
    """Not a division by zero."""
    portfolio = Portfolio(0.0)
    register(portfolio, risk_per_trade=0.0)
    assert summary(portfolio)["Avg R-Multiple"] == 0.0


def test_a_trade_without_result_neither_wins_nor_loses() -> None:
    """It still is a trade."""
    portfolio = Portfolio(0.0)
    register(portfolio, exit_price=None)
    assert [summary(portfolio)[name] for name in ("Total Trades", "Wins", "Losses", "Winrate")] == [1, 0, 0, 0.0]


def test_money_is_rounded_half_to_even_on_the_binary_value() -> None:
    """2.675 lies below its decimal spelling."""
    portfolio = Portfolio(2.675)
    portfolio.total_fees = 0.125
    assert (summary(portfolio)["Final Balance"], summary(portfolio)["Total Fees"]) == (2.67, 0.12)
