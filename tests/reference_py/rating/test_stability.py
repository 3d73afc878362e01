"""Stability: the cases of spec 3."""

from __future__ import annotations

import math
from typing import Any

import pytest

from reference_py.rating import RatingError, stability_score
from reference_py.rating.stability import days_of_year


@pytest.mark.parametrize(
    ("year", "days"), [(2000, 366.0), (2024, 366.0), (1900, 365.0), (2100, 365.0), (2023, 365.0), (0, 366.0), (-4, 366.0)]
)
def test_leap_years_are_gregorian(year: int, days: float) -> None:
    """A year is leap when 4 divides it, and not 100 unless 400 does."""
    assert days_of_year(year) == days


def test_no_years_are_stable() -> None:
    """Without years the score is 1 and the error 0."""
    assert stability_score({}) == (1.0, 0.0)


def test_formula_of_two_years() -> None:
    """Two years follow the formula in its order of evaluation, to the bit."""
    per_day = 400.0 / 731.0
    expected = [per_day * 365.0, per_day * 366.0]
    relative = [abs(100.0 - expected[0]) / expected[0], abs(300.0 - expected[1]) / expected[1]]
    wmape = 0.0 + (365.0 / 731.0) * relative[0]
    wmape += (366.0 / 731.0) * relative[1]
    assert stability_score({2019: 100.0, 2020: 300.0}) == (1.0 / (1.0 + wmape), wmape)


def test_the_scale_is_at_least_a_hundred() -> None:
    """Where little is expected of a year, its error is measured against 100."""
    score, wmape = stability_score({2021: 50.0, 2022: -50.0})
    assert (score, wmape) == (1.0 / 1.5, 0.5)


def test_the_scale_grows_with_the_profit() -> None:
    """Above 5000 of total profit the scale is two per cent of it."""
    first, second = (10_000.0 / 1001.0) * 1000.0, (10_000.0 / 1001.0) * 1.0
    wmape = (1000.0 / 1001.0) * ((10_000.0 - first) / first)
    wmape += (1.0 / 1001.0) * (second / 200.0)
    assert stability_score({2021: 10_000.0, 2022: 0.0}, {2021: 1000.0, 2022: 1.0})[1] == wmape


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_profit_that_is_not_finite_is_undefined(bad: float) -> None:
    """One profit that is NaN or infinite makes the whole undefined; it is not read as 0."""
    assert stability_score({2020: 1.0, 2021: bad, 2022: 3.0}) == (1.0, 0.0)


def test_opposite_infinities_are_undefined() -> None:
    """Infinities that cancel to NaN are undefined as well."""
    assert stability_score({2020: math.inf, 2021: -math.inf}) == (1.0, 0.0)


def test_a_null_profit_is_zero() -> None:
    """None counts as 0."""
    assert stability_score({2020: None, 2021: 300.0}) == stability_score({2020: 0.0, 2021: 300.0})


@pytest.mark.parametrize("profit", [1.0, 123.456, -7e5, 1e300])
def test_one_year_is_stable_up_to_rounding(profit: float) -> None:
    """A single year deviates from itself by rounding at most."""
    assert stability_score({2020: profit})[0] == pytest.approx(1.0, abs=1e-15)


def test_one_year_at_the_largest_double_is_undefined() -> None:
    """When rounding lifts the expectation over the largest double, nothing can be said."""
    assert stability_score({2020: 1.7976931348623157e308}) == (1.0, 0.0)


def test_a_mean_that_overflows_is_undefined() -> None:
    """A profit spread over almost no days overflows, which is undefined and not NaN."""
    assert stability_score({2020: 1e308}, {2020: 1e-320}) == (1.0, 0.0)


def test_an_error_that_overflows_scores_zero() -> None:
    """An infinite relative error is the worst, not undefined."""
    assert stability_score({2019: -1.7e308, 2020: 1e308, 2021: 1.7e308}, {2019: 1e9, 2020: 1.0, 2021: 1.0}) == (0.0, math.inf)


def test_text_keys_never_match() -> None:
    """A year written as text is a year without profit."""
    assert stability_score({"2020": 100.0, "2021": 900.0}) == (1.0, 0.0)  # type: ignore[dict-item]


def test_a_text_key_adds_an_empty_year() -> None:
    """Text and integer keys together: the text year counts with a profit of 0."""
    assert stability_score({"2020": 100.0, 2021: 900.0}) == stability_score({2020: 0.0, 2021: 900.0})  # type: ignore[dict-item]


def test_a_float_key_never_matches() -> None:
    """A year written as a double is a year without profit, although it equals the integer."""
    assert stability_score({2020.0: 100.0, 2021: 900.0}) == stability_score({2020: 0.0, 2021: 900.0})  # type: ignore[dict-item]


def test_text_for_an_unmatched_year_is_never_read() -> None:
    """The value under a key that never matches may be anything."""
    assert stability_score({"2020": "no number"}) == (1.0, 0.0)  # type: ignore[dict-item]


def test_a_boolean_key_is_an_integer() -> None:
    """True is the year 1."""
    assert stability_score({True: 5.0, 2: 900.0}) == stability_score({1: 5.0, 2: 900.0})


def test_all_profits_zero_are_stable() -> None:
    """Nothing earned in any year is no deviation."""
    assert stability_score({2019: 0.0, 2020: -0.0, 2021: 0.0}) == (1.0, 0.0)


@pytest.mark.parametrize("days", [None, {}, {2019: None}, {2019: "x"}, {2019: 0.0}, {2019: -1.0}, {2019: math.nan}, {2019: math.inf}])
def test_useless_days_mean_the_calendar(days: dict[int, Any] | None) -> None:
    """Days that are missing, do not convert, are not finite or not positive are those of the calendar."""
    assert stability_score({2019: 100.0, 2020: 300.0}, days) == stability_score({2019: 100.0, 2020: 300.0}, {2019: 365, 2020: 366})


def test_given_days_count() -> None:
    """Days given as number or numeric text replace the calendar."""
    short = stability_score({2019: 100.0, 2020: 300.0}, {2019: 90})
    assert short == stability_score({2019: 100.0, 2020: 300.0}, {2019: "90"})
    assert short != stability_score({2019: 100.0, 2020: 300.0})


def test_days_under_text_keys_never_match() -> None:
    """Days of a year written as text are not found."""
    assert stability_score({2019: 1.0, 2020: 3.0}, {"2019": 90}) == stability_score({2019: 1.0, 2020: 3.0})  # type: ignore[dict-item]


def test_infinitely_many_days_are_stable() -> None:
    """Days whose sum overflows leave nothing to spread."""
    assert stability_score({2019: 1.0, 2020: 3.0}, {2019: 1.7e308, 2020: 1.7e308}) == (1.0, 0.0)


def test_years_are_sorted() -> None:
    """The order of the mapping does not matter, the sums run in year order."""
    profits = {2023: 0.1, 2019: 1e15, 2021: 0.3, 2020: -1e15, 2022: 0.7}
    assert stability_score(profits) == stability_score(dict(sorted(profits.items())))


def test_a_shift_by_the_calendar_cycle_changes_nothing() -> None:
    """Four hundred years later the leap years fall the same."""
    profits = {1999: 10.0, 2000: 250.0, 2001: -40.0}
    assert stability_score(profits) == stability_score({year + 400: profit for year, profit in profits.items()})


@pytest.mark.parametrize("key", ["year", None, math.nan, math.inf, (2020,)])
def test_a_key_that_is_no_year_is_a_type_fault(key: Any) -> None:
    """A key that does not convert to an integer is error 1004."""
    with pytest.raises(RatingError, match=r"^\[1004\]"):
        stability_score({2020: 1.0, key: 1.0})


@pytest.mark.parametrize("year", [2**63, -(2**63) - 1, 10**30, 1e300])
def test_a_year_beyond_64_bits_is_out_of_bounds(year: Any) -> None:
    """A year that does not fit into 64 bits is error 1003."""
    with pytest.raises(RatingError, match=r"^\[1003\]"):
        stability_score({year: 1.0})


@pytest.mark.parametrize("year", [2**63 - 1, -(2**63)])
def test_the_last_years_of_64_bits_are_years(year: int) -> None:
    """The ends of the range belong to it."""
    assert stability_score({year: 5.0})[0] == pytest.approx(1.0)


@pytest.mark.parametrize(("profits", "days"), [(None, None), ([1.0], None), ({}, [365]), ({2020: "100"}, None), ({2020: [1.0]}, None)])
def test_wrong_types_are_type_errors(profits: Any, days: Any) -> None:
    """Arguments that are no mappings, and profits that are no numbers, raise."""
    with pytest.raises(TypeError):
        stability_score(profits, days)
