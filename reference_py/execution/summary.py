"""The figures at the end of a run (spec 8)."""

from __future__ import annotations

from collections.abc import Iterable

from reference_py.execution.portfolio import Book, Portfolio
from reference_py.execution.position import Position
from reference_py.execution.rounding import rounded

Figures = dict[str, float | int]


def summary(portfolio: Portfolio) -> Figures:
    """Return money to the cent, R-multiples to three decimals and the winrate in percent to two."""
    closed, partial = portfolio.listed(Book.CLOSED), portfolio.listed(Book.PARTIAL)
    wins = len([position for position in closed if position.result is not None and position.result > 0.0])
    losses = len([position for position in closed if position.result is not None and position.result <= 0.0])
    return {
        "Initial Balance": portfolio.initial_balance,
        "Final Balance": rounded(portfolio.cash, 2),
        "Equity": rounded(portfolio.equity, 2),
        "Max Drawdown": rounded(portfolio.max_drawdown, 2),
        "Drawdown Initial Balance": rounded(portfolio.initial_drawdown, 2),
        "Total Fees": rounded(portfolio.total_fees, 2),
        "Total Lots": rounded(_total(position.size for position in closed + partial), 2),
        "Total Trades": len(closed),
        "Expired Orders": len(portfolio.listed(Book.EXPIRED)),
        "Partial Closed Orders": len(partial),
        "Orders closed at Break Even": len(portfolio.break_even),
        "Avg R-Multiple": rounded(average_r(closed + partial), 3),
        "Winrate": rounded(100.0 * wins / len(closed), 2) if closed else 0.0,
        "Wins": wins,
        "Losses": losses,
    }


def average_r(positions: list[Position]) -> float:
    """Return the mean R-multiple weighted by the money at risk, 0.0 if none was at risk."""
    at_risk = [position for position in positions if position.risk_per_trade > 0.0]
    risk = _total(position.risk_per_trade for position in at_risk)
    return _total(position.r_multiple * position.risk_per_trade for position in at_risk) / risk if risk > 0.0 else 0.0


def _total(values: Iterable[float]) -> float:
    """Add from left to right; the built-in sum differs between versions of Python."""
    total = 0.0
    for value in values:
        total += value
    return total
