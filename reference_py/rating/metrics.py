"""From one row of metrics to what the kernels want (spec 8.2)."""

from __future__ import annotations

from typing import NamedTuple

from reference_py.rating.finite import fin
from reference_py.rating.schema import MetricsInput
from reference_py.rating.stability import stability_score

CALENDAR_FREE_YEAR = 365.0

Metrics = dict[str, float]


class Derived(NamedTuple):
    """The letters of spec 8.2, every one finite: P, R, W, D, S, C and n (n also as max(1, n) where R needs it)."""

    profit: float
    avg_r: float
    win_rate: float
    drawdown: float
    sharpe: float
    cost_per_trade: float
    total_trades: float

    @property
    def stress_base(self) -> Metrics:
        """Return P, D, S under the names of the stress kernel."""
        return {"profit": self.profit, "drawdown": self.drawdown, "sharpe": self.sharpe}

    @property
    def robustness_base(self) -> Metrics:
        """Return P, R, W, D under the names of the robustness kernel."""
        return {"profit": self.profit, "avg_r": self.avg_r, "winrate": self.win_rate, "drawdown": self.drawdown}


def derive(row: MetricsInput) -> Derived:
    """Return the derived metrics; what is not finite counts as 0, the net profit defaults to the sum over the years."""
    profit = fin(_sum(row.yearly_profits) if row.net_profit is None else row.net_profit)
    avg_r = profit / float(max(1, row.total_trades)) if row.avg_r is None else fin(row.avg_r)
    return Derived(
        profit=profit,
        avg_r=avg_r,
        win_rate=fin(row.win_rate),
        drawdown=fin(row.max_drawdown),
        sharpe=fin(row.sharpe_ratio),
        cost_per_trade=fin(row.cost_per_trade),
        total_trades=float(row.total_trades),
    )


def jittered(d: Derived, factors: list[float]) -> Metrics:
    """Return the robustness metrics, each times its factor: profit, avg_r, winrate, drawdown."""
    return {
        "profit": d.profit * factors[0],
        "avg_r": d.avg_r * factors[1],
        "winrate": d.win_rate * factors[2],
        "drawdown": d.drawdown * factors[3],
    }


def shocked(d: Derived, multiplier: float) -> Metrics:
    """Return the stress metrics when every trade costs `multiplier` times as much: x = (m - 1) * C * n more in all."""
    x = (multiplier - 1.0) * d.cost_per_trade * d.total_trades
    profit = d.profit - x
    sharpe = d.sharpe * (profit / d.profit) if d.profit > 0.0 else d.sharpe
    return {"profit": profit, "drawdown": d.drawdown + x / 2.0, "sharpe": sharpe}


def thinned(d: Derived, a: float, b: float) -> Metrics:
    """Return the stress metrics of a row without a trade list: a share `a` of the profit lost, a share `b` more drawdown."""
    return {"profit": d.profit * (1.0 - a), "drawdown": d.drawdown * (1.0 + b), "sharpe": d.sharpe * (1.0 - a)}


def stability(row: MetricsInput) -> float:
    """Return the stability of the years from `first_year` on; without it every year has 365 days, so leap years play no part."""
    first = 0 if row.first_year is None else row.first_year
    profits = {first + i: profit for i, profit in enumerate(row.yearly_profits)}
    days = {first + i: _days(row, i) for i in range(len(profits))}
    return stability_score(profits, days)[0]


def _days(row: MetricsInput, i: int) -> float | None:
    """Return the given days of a year, else 365 when the year is unknown, else None, which means the calendar."""
    given = 0.0 if row.year_durations is None else fin(row.year_durations[i])
    if given > 0.0:
        return given
    return CALENDAR_FREE_YEAR if row.first_year is None else None


def _sum(values: list[float]) -> float:
    total = 0.0
    for value in values:
        total += value
    return total
