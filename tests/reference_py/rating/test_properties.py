"""What must hold for every rating (spec 8.6), over generated rows."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference_py.rating import (
    calculate_ratings_table,
    robustness_score,
    score_from_penalty,
    stability_score,
    stress_penalty,
    trade_dropout_score,
)
from reference_py.rating.schema import MetricsInput, table_of_rows

ANY = st.floats()
UNIT = st.floats(0.0, 1.0)
MONEY = st.floats(1.0, 1e6)
CAP = st.floats(0.0, 1.0)
CONFIG: dict[str, Any] = {"jitter": {"n_iterations": 6}}
SUMMAND = st.fixed_dictionaries({"profit": ANY, "drawdown": ANY, "sharpe": ANY})
METRICS = st.fixed_dictionaries({"profit": ANY, "avg_r": ANY, "winrate": ANY, "drawdown": ANY})
FINITE = st.fixed_dictionaries({"profit": MONEY, "drawdown": MONEY, "sharpe": MONEY})


@st.composite
def metrics_inputs(draw: st.DrawFn, number: st.SearchStrategy[float] = ANY) -> MetricsInput:
    """Draw a consistent row, of any doubles by default."""
    years = draw(st.integers(0, 6))
    trades = draw(st.none() | st.integers(0, 6))
    return MetricsInput(
        total_trades=draw(st.integers(-10, 10_000)),
        win_rate=draw(number),
        profit_factor=draw(number),
        sharpe_ratio=draw(number),
        max_drawdown=draw(number),
        avg_trade_duration=draw(number),
        cost_per_trade=draw(number),
        yearly_profits=draw(st.lists(number, min_size=years, max_size=years)),
        net_profit=draw(st.none() | number),
        avg_r=draw(st.none() | number),
        first_year=draw(st.none() | st.integers(-(2**31), 2**31 - 1)),
        year_durations=draw(st.none() | st.lists(number, min_size=years, max_size=years)),
        trade_results=None if trades is None else draw(st.lists(number, min_size=trades, max_size=trades)),
        trade_r=None if trades is None else draw(st.none() | st.lists(number, min_size=trades, max_size=trades)),
    )


def rate(rows: list[MetricsInput], config: dict[str, Any] | None = None) -> list[dict[str, float]]:
    """Return the ratings of rows."""
    ratings: list[dict[str, float]] = calculate_ratings_table(table_of_rows(rows), CONFIG if config is None else config).to_pylist()
    return ratings


@given(metrics_inputs(), CAP)
@settings(deadline=None)
def test_every_score_lies_in_the_unit_interval(row: MetricsInput, cap: float) -> None:
    """All six numbers lie in [0, 1] for any doubles whatever, the penalty in [0, cap]."""
    rating = rate([row], CONFIG | {"penalty_cap": cap})[0]
    assert all(0.0 <= score <= 1.0 for score in rating.values())
    assert rating["stress_penalty"] <= cap


@given(st.lists(metrics_inputs(), max_size=4))
@settings(deadline=None)
def test_a_batch_is_its_rows(rows: list[MetricsInput]) -> None:
    """A batch of many equals many batches of one, in either order."""
    singles = [rating for row in rows for rating in rate([row])]
    assert rate(rows) == singles
    assert rate(rows[::-1]) == singles[::-1]


@given(metrics_inputs(), st.floats(min_value=0.0), st.floats(min_value=0.0))
@settings(deadline=None)
def test_a_larger_profit_factor_never_rates_lower(row: MetricsInput, one: float, other: float) -> None:
    """The final rating is monotone in the profit factor, exactly."""
    low, high = rate([replace(row, profit_factor=min(one, other)), replace(row, profit_factor=max(one, other))])
    assert high["final_rating"] >= low["final_rating"]


@given(METRICS, st.lists(METRICS, max_size=5), CAP, CAP)
def test_robustness_falls_with_the_cap(base: dict[str, float], samples: list[dict[str, float]], one: float, other: float) -> None:
    """A larger cap never gives a larger score."""
    assert robustness_score(base, samples, max(one, other)) <= robustness_score(base, samples, min(one, other))


@given(SUMMAND, st.lists(SUMMAND, max_size=5), CAP, CAP)
def test_the_penalty_grows_with_the_cap(base: dict[str, float], stressed: list[dict[str, float]], one: float, other: float) -> None:
    """A larger cap never gives a smaller penalty, nor a larger score."""
    low, high = min(one, other), max(one, other)
    assert stress_penalty(base, stressed, high) >= stress_penalty(base, stressed, low)
    assert trade_dropout_score(base, stressed, high) <= trade_dropout_score(base, stressed, low)


@given(ANY, CAP)
def test_a_score_lies_between_one_minus_cap_and_one(penalty: float, cap: float) -> None:
    """No penalty costs more than the cap."""
    assert 1.0 - cap <= score_from_penalty(penalty, cap) <= 1.0


@given(FINITE, st.lists(FINITE, min_size=2, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_samples_matters_in_the_last_bits_only(base: dict[str, float], stressed: list[dict[str, float]], random: Any) -> None:
    """Shuffled sets give the same penalty up to the order of addition."""
    shuffled = list(stressed)
    random.shuffle(shuffled)
    assert stress_penalty(base, shuffled, 1.0) == pytest.approx(stress_penalty(base, stressed, 1.0), rel=1e-14)


@given(metrics_inputs(MONEY), st.integers(1, 20))
@settings(deadline=None)
def test_money_times_a_power_of_two(row: MetricsInput, exponent: int) -> None:
    """Scaling all money leaves robustness, penalty, cost shock and dropout as they are, bit for bit."""
    scale = 2.0**exponent
    filled = replace(row, net_profit=row.net_profit or 1000.0, avg_r=row.avg_r or 1.0, trade_results=None, trade_r=None)
    scaled = replace(
        filled,
        net_profit=(filled.net_profit or 0.0) * scale,
        max_drawdown=filled.max_drawdown * scale,
        cost_per_trade=filled.cost_per_trade * scale,
    )
    one, other = rate([filled, scaled])
    names = ("robustness_score", "cost_shock_score", "trade_dropout_score", "stress_penalty")
    assert [one[name] for name in names] == [other[name] for name in names]


@given(st.dictionaries(st.integers(1, 3000), ANY, max_size=6))
def test_years_shifted_by_four_centuries(profits: dict[int, float]) -> None:
    """The calendar repeats after 400 years, and so does stability."""
    assert stability_score({year + 400: profit for year, profit in profits.items()}) == stability_score(profits)


@given(st.dictionaries(st.integers(1, 3000), ANY, max_size=6), st.dictionaries(st.integers(1, 3000), ANY, max_size=6))
def test_stability_is_never_nan(profits: dict[int, float], days: dict[int, float]) -> None:
    """The score lies in [0, 1] and the error is not NaN, for any doubles whatever."""
    score, wmape = stability_score(profits, days)
    assert 0.0 <= score <= 1.0
    assert not math.isnan(wmape)
