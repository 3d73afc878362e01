"""The derived metrics of one row (spec 8.2)."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from reference_py.rating.metrics import derive, jittered, shocked, stability, thinned
from reference_py.rating.schema import MetricsInput
from reference_py.rating.stability import stability_score

ROW = MetricsInput(10, 0.5, 1.5, 1.0, 100.0, 3.0, 2.0, [100.0, 300.0], first_year=2019)


def test_net_profit_defaults_to_the_sum_of_the_years() -> None:
    """The years are added from the left."""
    assert derive(replace(ROW, yearly_profits=[1e16, 1.0, -1e16])).profit == 0.0


def test_a_given_net_profit_counts() -> None:
    """The years play no part when the net profit is given."""
    assert derive(replace(ROW, net_profit=7.0)).profit == 7.0


@pytest.mark.parametrize(("trades", "avg_r"), [(10, 40.0), (1, 400.0), (0, 400.0), (-5, 400.0)])
def test_average_r_defaults_to_profit_per_trade(trades: int, avg_r: float) -> None:
    """Fewer than one trade counts as one."""
    assert derive(replace(ROW, total_trades=trades)).avg_r == avg_r


def test_a_given_average_r_counts() -> None:
    """A given average is taken as it is."""
    assert derive(replace(ROW, avg_r=0.7)).avg_r == 0.7


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_metrics_that_are_not_finite_count_as_zero(bad: float) -> None:
    """Every derived metric is finite."""
    row = MetricsInput(10, bad, bad, bad, bad, bad, bad, [bad], net_profit=bad, avg_r=bad)
    assert derive(row)[:6] == (0.0,) * 6


def test_a_year_that_is_not_finite_leaves_no_net_profit() -> None:
    """A default net profit that is not finite counts as 0, and so does the average R out of it."""
    assert derive(replace(ROW, yearly_profits=[1.0, math.nan]))[:2] == (0.0, 0.0)


def test_jitter_multiplies_each_metric() -> None:
    """Factors stand in the order profit, average R, win rate, drawdown."""
    assert jittered(derive(ROW), [1.1, 0.9, 2.0, 0.5]) == {"profit": 400.0 * 1.1, "avg_r": 36.0, "winrate": 1.0, "drawdown": 50.0}


def test_a_shock_costs_every_trade() -> None:
    """Twice the cost of ten trades at 2 is 20: off the profit, half of it on the drawdown, the Sharpe in proportion."""
    assert shocked(derive(ROW), 2.0) == {"profit": 380.0, "drawdown": 110.0, "sharpe": 1.0 * (380.0 / 400.0)}


def test_a_shock_below_one_is_a_relief() -> None:
    """A multiplier below 1 makes trades cheaper."""
    assert shocked(derive(ROW), 0.0) == {"profit": 420.0, "drawdown": 90.0, "sharpe": 1.05}


@pytest.mark.parametrize("profit", [0.0, -10.0])
def test_without_a_profit_the_sharpe_stays(profit: float) -> None:
    """There is no proportion to a profit that is not positive."""
    assert shocked(derive(replace(ROW, net_profit=profit)), 2.0)["sharpe"] == 1.0


@pytest.mark.parametrize("bad", [math.inf, math.nan, 5.0])
def test_a_shock_of_one_is_the_base(bad: float) -> None:
    """A multiplier of 1 changes nothing, whatever the costs."""
    d = derive(replace(ROW, cost_per_trade=bad))
    assert shocked(d, 1.0) == d.stress_base


def test_dropout_without_trades() -> None:
    """A share `a` of the profit and the Sharpe goes, the drawdown grows by `b`."""
    assert thinned(derive(ROW), 0.25, 0.5) == {"profit": 300.0, "drawdown": 150.0, "sharpe": 0.75}


def test_years_count_from_the_first() -> None:
    """Years follow one another with the days of the calendar."""
    assert stability(ROW) == stability_score({2019: 100.0, 2020: 300.0})[0]


def test_without_a_first_year_all_years_have_365_days() -> None:
    """Leap years play no part when the years are unknown."""
    assert stability(replace(ROW, first_year=None)) == stability_score({1: 100.0, 2: 300.0}, {1: 365.0, 2: 365.0})[0]


@pytest.mark.parametrize("first_year", [2019, None])
def test_given_durations_count(first_year: int | None) -> None:
    """Durations replace calendar and 365 days alike."""
    row = replace(ROW, first_year=first_year, year_durations=[90.0, 200.0])
    assert stability(row) == stability_score({1: 100.0, 2: 300.0}, {1: 90.0, 2: 200.0})[0]


@pytest.mark.parametrize("useless", [0.0, -1.0, math.nan, math.inf])
def test_useless_durations_fall_back(useless: float) -> None:
    """A duration that is not positive and finite is that of the calendar, or 365 where the year is unknown."""
    durations = [useless, useless]
    assert stability(replace(ROW, year_durations=durations)) == stability(ROW)
    unknown = replace(ROW, first_year=None)
    assert stability(replace(unknown, year_durations=durations)) == stability(unknown)


def test_no_years_are_stable() -> None:
    """A row without years has stability 1."""
    assert stability(replace(ROW, yearly_profits=[])) == 1.0


@pytest.mark.parametrize("first_year", [2**31 - 1, -(2**31)])
def test_first_years_at_the_ends_of_32_bits(first_year: int) -> None:
    """Years beyond 32 bits that follow from a first year are no error."""
    assert 0.0 < stability(replace(ROW, first_year=first_year)) < 1.0
