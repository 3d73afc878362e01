"""The metrics of a backtest, on a trade list small enough to check by hand, and on the grid."""

from __future__ import annotations

import math

import pytest

from reference_py.market.backtest import days_covered, metrics, rows, without_trades
from reference_py.market.strategy_grid import TradeList

DAY_US = 86_400_000_000
YEAR_2001_US = 978_307_200_000_000
DURATIONS = {2001: 365.0, 2002: 365.0, 2003: 365.0}


def trades(*prices: tuple[float, float]) -> TradeList:
    """Return one trade of two days per pair of entry and exit price, 200 days apart, from New Year 2001 on."""
    made = TradeList()
    for number, (entry, leave) in enumerate(prices):
        start = YEAR_2001_US + number * 200 * DAY_US
        made.add(start, start + 2 * DAY_US, entry, leave)
    return made


def test_totals() -> None:
    """Two gains of 25 % and a loss of 50 %, less fees."""
    row = metrics(trades((100.0, 125.0), (100.0, 50.0), (100.0, 125.0)), DURATIONS)
    assert row.trade_results == [2495.5, -5003.0, 2495.5]
    assert (row.total_trades, row.win_rate) == (3, 2 / 3)
    assert row.profit_factor == 4991.0 / 5003.0
    assert row.net_profit == 2495.5 - 5003.0 + 2495.5
    assert row.max_drawdown == 5003.0
    assert row.cost_per_trade == (4.5 + 3.0 + 4.5) / 3
    assert row.avg_trade_duration == 2.0


def test_years_run_to_the_end_without_gaps() -> None:
    """Profits stand in the year of exit, later years without a trade count 0."""
    row = metrics(trades((100.0, 125.0), (100.0, 50.0), (100.0, 125.0)), DURATIONS)
    assert (row.first_year, row.yearly_profits) == (2001, [2495.5 - 5003.0, 2495.5, 0.0])
    assert row.year_durations == [365.0, 365.0, 365.0]


def test_sharpe_is_mean_over_sample_deviation() -> None:
    """Two R-multiples have the deviation of half their difference times the root of two."""
    row = metrics(trades((100.0, 125.0), (100.0, 50.0)), DURATIONS)
    assert row.trade_r is not None
    a, b = row.trade_r
    assert row.sharpe_ratio == pytest.approx(((a + b) / 2) / (abs(a - b) / math.sqrt(2.0)))


@pytest.mark.parametrize("prices", [[(100.0, 125.0)], [(100.0, 125.0)] * 3])
def test_no_spread_no_sharpe(prices: list[tuple[float, float]]) -> None:
    """One trade alone, and equal trades, have a Sharpe ratio of 0."""
    assert metrics(trades(*prices), DURATIONS).sharpe_ratio == 0.0


def test_no_loss_is_an_infinite_profit_factor() -> None:
    """Without a loss there is nothing to divide by."""
    assert metrics(trades((100.0, 125.0)), DURATIONS).profit_factor == math.inf


def test_the_data_covers_its_years() -> None:
    """The first year begins with the first bar, leap years have 366 days."""
    covered = days_covered()
    assert (covered[1999], covered[2000], covered[2018], len(covered)) == (362.0, 366.0, 365.0, 20)


def test_every_strategy_of_the_grid_has_a_row() -> None:
    """All 432 strategies traded, and every row is consistent."""
    assert len(rows()) == 432
    for row in rows().values():
        assert len(row.yearly_profits) == len(row.year_durations or [])
        assert row.total_trades == len(row.trade_results or []) == len(row.trade_r or [])
        assert row.net_profit == pytest.approx(math.fsum(row.yearly_profits), abs=1e-6)


def test_totals_only() -> None:
    """Without trades only totals, years and their profits are left."""
    row = without_trades(next(iter(rows().values())))
    assert (row.net_profit, row.avg_r, row.year_durations, row.trade_results, row.trade_r) == (None,) * 5
    assert row.first_year == 1999
