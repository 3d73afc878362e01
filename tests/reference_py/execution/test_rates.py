"""Every way from one currency to another, and none (spec 7)."""

from __future__ import annotations

import math
from typing import Any

import pytest

from reference_py.execution import ExecutionError
from reference_py.execution.rates import NO_RATES, Rates, Series, convert, read_rates, try_convert

SERIES = Series(times=(10, 20, 30, 40), bid=(1.0, 1.2, None, 2.0), ask=(1.5, 1.25, 3.0, None))


def static(**pairs: float) -> Rates:
    """Return fixed rates."""
    return Rates(static=pairs)


@pytest.mark.parametrize(
    ("rates", "source", "target", "expected"),
    [
        (NO_RATES, "EUR", "EUR", 8.0),
        (NO_RATES, "eur", "EUR", 8.0),
        (static(EURUSD=1.25), "EUR", "USD", 10.0),
        (static(EURUSD=1.25), "USD", "EUR", 6.4),
        (static(EURUSD=1.25, USDCHF=0.5), "EUR", "CHF", 5.0),
        (static(EURUSD=1.25, GBPUSD=2.0), "EUR", "GBP", 5.0),
        (static(EURGBP=0.75, EURUSD=1.25, GBPUSD=2.0), "EUR", "GBP", 6.0),
        (static(USDEUR=0.0, EURUSD=0.5), "EUR", "USD", 4.0),
        (static(EURUSD=0.0), "EUR", "USD", 0.0),
    ],
)
def test_a_way_is_found(rates: Rates, source: str, target: str, expected: float) -> None:
    """The same currency, the pair, the inverse pair, or two steps by way of the dollar; in this order."""
    assert convert(rates, 8.0, source, target, 0) == expected


@pytest.mark.parametrize(
    ("rates", "source", "target"),
    [
        (NO_RATES, "EUR", "USD"),
        (static(USDEUR=0.0), "EUR", "USD"),
        (static(EURUSD=1.25), "EUR", "CHF"),
        (static(USDCHF=0.9), "EUR", "CHF"),
    ],
)
def test_no_way_is_an_error(rates: Rates, source: str, target: str) -> None:
    """An inverse rate of 0 leads nowhere, half a way neither."""
    with pytest.raises(ExecutionError) as caught:
        convert(rates, 1.0, source, target, 0)
    assert (caught.value.code, try_convert(rates, 1.0, source, target, 0)) == (1008, None)


@pytest.mark.parametrize(
    ("time_us", "most_us", "expected"),
    [
        (9, None, None),
        (10, None, 1.25),
        (19, None, 1.25),
        (20, None, 1.225),
        (30, None, 1.225),
        (99, None, 1.225),
        (30, 10, 1.225),
        (31, 10, None),
    ],
)
def test_a_series_gives_the_middle_of_the_last_whole_bar(time_us: int, most_us: int | None, expected: float | None) -> None:
    """Bars that lack a side are passed over; a bar that is too old is no answer."""
    assert SERIES.mid(time_us, most_us) == expected


def test_fixed_rates_come_before_series() -> None:
    """The first answer wins."""
    rates = Rates(static={"EURUSD": 9.0}, series={"EURUSD": SERIES, "GBPUSD": SERIES})
    assert (rates.rate("EURUSD", 20), rates.rate("GBPUSD", 20), rates.rate("CHFUSD", 20)) == (9.0, 1.225, None)


@pytest.mark.parametrize(("bars", "time_us", "expected"), [(0, 25, 1.225), (1, 25, 1.225), (0, 26, None), (2, 30, 1.225), (2, 31, None)])
def test_the_age_limit_is_at_least_one_bar(bars: int, time_us: int, expected: float | None) -> None:
    """Age is counted in bars, and a limit of 0 means 1."""
    assert Rates(series={"EURUSD": SERIES}, bar_us=5, max_age_bars=bars).rate("EURUSD", time_us) == expected


def test_keys_are_read_in_upper_case() -> None:
    """Of keys that become equal the last wins."""
    rates = read_rates({"static": {"eurusd": 1, "EURUSD": 2}, "series": {"gbpusd": {"times": [1], "bid": [1.0], "ask": [2]}}}, "rates")
    assert (rates.static, rates.series["GBPUSD"].mid(1, None)) == ({"EURUSD": 2.0}, 1.5)


def test_none_and_nan_are_missing_bars() -> None:
    """Both mean that a side has no bar."""
    series = read_rates({"series": {"A": {"times": [1, 1], "bid": [None, 1.0], "ask": [1.0, math.nan]}}}, "rates").series["A"]
    assert (series.bid, series.ask) == ((None, 1.0), (1.0, None))


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"static": {"EURUSD": math.nan}}, 1001),
        ({"static": {"EURUSD": None}}, 1004),
        ({"strict": 1}, 1004),
        ({"pairs": {}}, 1001),
        ({"bar_us": 0}, 1001),
        ({"bar_us": 5, "max_age_bars": -1}, 1001),
        ({"max_age_bars": 1}, 1008),
        ({"series": {"A": {"times": [], "bid": []}}}, 1008),
        ({"series": {"A": {"times": [2, 1], "bid": [], "ask": []}}}, 1006),
        ({"series": {"A": {"times": [1, 2], "bid": [1.0], "ask": [1.0, 1.0]}}}, 1006),
        ({"series": {"A": {"times": [1], "bid": [math.inf], "ask": [1.0]}}}, 1001),
    ],
)
def test_rates_are_refused(given: Any, code: int) -> None:
    """Each fault has its number."""
    with pytest.raises(ExecutionError) as caught:
        read_rates(given, "rates")
    assert caught.value.code == code
