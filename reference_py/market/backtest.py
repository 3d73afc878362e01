"""What a trade list comes to: the metrics of one backtest, in the columns that the rating module rates."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

from reference_py.market.sp500 import load
from reference_py.market.strategy_grid import Strategy, TradeList, grid
from reference_py.rating.schema import MetricsInput

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY_US = 24 * 60 * 60 * 1_000_000


@cache
def rows() -> dict[Strategy, MetricsInput]:
    """Return the metrics of every strategy of the grid that traded at all."""
    durations = days_covered()
    return {strategy: metrics(trades, durations) for strategy, trades in grid().items() if len(trades) > 0}


def metrics(trades: TradeList, durations: dict[int, float]) -> MetricsInput:
    """Sum up at least one trade.

    Money is after fees. The years run from the first exit to the last year of `durations` (days per year); the Sharpe ratio is per trade,
    mean over sample deviation of the R-multiples, not annualised; durations of trades are days; a profit factor without a loss is
    infinite.
    """
    nets = net_results(trades)
    by_year = profits_by_year(trades, nets, max(durations))
    fees = [entry + leave for entry, leave in zip(trades.entry_fee, trades.exit_fee, strict=True)]
    lengths = [(leave - entry) / DAY_US for entry, leave in zip(trades.entry_time, trades.exit_time, strict=True)]
    return MetricsInput(
        total_trades=len(trades),
        win_rate=len([net for net in nets if net > 0.0]) / len(nets),
        profit_factor=_profit_factor(nets),
        sharpe_ratio=_sharpe(trades.r_multiple),
        max_drawdown=_drawdown(nets),
        avg_trade_duration=_mean(lengths),
        cost_per_trade=_mean(fees),
        yearly_profits=list(by_year.values()),
        net_profit=_sum(nets),
        avg_r=_mean(trades.r_multiple),
        first_year=min(by_year),
        year_durations=[durations[year] for year in by_year],
        trade_results=nets,
        trade_r=list(trades.r_multiple),
    )


def without_trades(row: MetricsInput) -> MetricsInput:
    """Return the row as most callers send it: totals only, calendar years, and the defaults left to the rating module."""
    return replace(row, net_profit=None, avg_r=None, year_durations=None, trade_results=None, trade_r=None)


def net_results(trades: TradeList) -> list[float]:
    """Return the result of each trade after both fees."""
    columns = zip(trades.result, trades.entry_fee, trades.exit_fee, strict=True)
    return [result - (entry + leave) for result, entry, leave in columns]


def profits_by_year(trades: TradeList, nets: list[float], last_year: int) -> dict[int, float]:
    """Return the profit per year of exit, from the first exit's year to `last_year`, without gaps."""
    years = [year_of(time) for time in trades.exit_time]
    profits = dict.fromkeys(range(years[0], last_year + 1), 0.0)
    for year, net in zip(years, nets, strict=True):
        profits[year] += net
    return profits


@cache
def days_covered() -> dict[int, float]:
    """Return how many days of each year the bars cover, from the first bar on; the first year is not a whole one."""
    first = EPOCH + timedelta(microseconds=load().times_us[0])
    last_year = year_of(load().times_us[-1])
    days = {
        year: (datetime(year + 1, 1, 1, tzinfo=UTC) - datetime(year, 1, 1, tzinfo=UTC)).days for year in range(first.year, last_year + 1)
    }
    days[first.year] -= (first - datetime(first.year, 1, 1, tzinfo=UTC)).days
    return {year: float(count) for year, count in days.items()}


def year_of(time_us: int) -> int:
    """Return the year in UTC of microseconds since 1970."""
    return (EPOCH + timedelta(microseconds=time_us)).year


def _profit_factor(nets: list[float]) -> float:
    gains = _sum([net for net in nets if net > 0.0])
    losses = -_sum([net for net in nets if net < 0.0])
    return math.inf if losses == 0.0 else gains / losses


def _drawdown(nets: list[float]) -> float:
    running = peak = deepest = 0.0
    for net in nets:
        running += net
        peak = max(peak, running)
        deepest = max(deepest, peak - running)
    return deepest


def _sharpe(r_multiples: list[float]) -> float:
    if len(r_multiples) < 2:
        return 0.0
    average = _mean(r_multiples)
    variance = _sum([(r - average) * (r - average) for r in r_multiples]) / (len(r_multiples) - 1)
    return average / math.sqrt(variance) if variance > 0.0 else 0.0


def _mean(values: list[float]) -> float:
    return _sum(values) / len(values)


def _sum(values: list[float]) -> float:
    total = 0.0
    for value in values:
        total += value
    return total
