"""Tests the table of units and how numbers are written for people."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.units import UNITS, common_base, compatible, format_value, is_time, to_base


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.0123, "s", "12.3 ms"),
        (12.3, "ms", "12.3 ms"),
        (0.0000042, "s", "4.2 µs"),
        (90, "s", "1.5 min"),
        (0, "s", "0 s"),
        (4.1, "x", "4.1x"),
        (0.97, "fraction", "97 %"),
        (97, "%", "97 %"),
        (1_200_000, "bytes", "1.2 MB"),
        (0, "bytes", "0 bytes"),
        (512, "bytes", "512 bytes"),
        (3, "count", "3"),
        (1234567, "count", "1234567"),
        (0.0001, "", "0.0001"),
        (2.5e-9, "", "2.5e-09"),
        (4.125, "ratio", "4.12"),
        (math.inf, "x", "infinite"),
        (math.nan, "", "not a number"),
        (5, "parsec", "5 parsec"),
    ],
)
def test_numbers_for_people(value: float, unit: str, text: str) -> None:
    """A value is written in the unit that suits its size, with three significant digits."""
    assert format_value(value, unit) == text


@pytest.mark.parametrize(
    ("value", "unit", "base"), [(7, "%", 0.07), (5, "ms", 0.005), (15, "us", 15e-6), (0.5, "KB", 500), (2, "min", 120)]
)
def test_base_units(value: float, unit: str, base: float) -> None:
    """A converted value is the very double that the decimal text in base units gives."""
    assert to_base(value, unit) == base


@pytest.mark.parametrize(
    ("unit", "other", "fits"),
    [
        ("ms", "s", True),
        ("ms", "MB", False),
        ("%", "fraction", True),
        ("%", "ratio", True),
        ("x", "ratio", True),
        ("x", "%", False),
        ("", "count", True),
        ("", "%", True),
        ("", "s", False),
        ("count", "%", False),
        ("exponent", "", True),
        ("parsec", "parsec", False),
        ("USD", "", False),
    ],
)
def test_compatible_units(unit: str, other: str, fits: bool) -> None:  # noqa: FBT001 - an expected value
    """Units fit when they can measure the same quantity; unknown ones fit nothing, not even themselves."""
    assert compatible(unit, other) is fits
    assert compatible(other, unit) is fits


def test_more_telling_unit_wins() -> None:
    """A ratio beside a percentage is shown as a fraction, beside 8x as a factor, beside a bare number as itself."""
    assert [common_base("ratio", "%"), common_base("ratio", "x"), common_base("ratio", ""), common_base("", "count")] == [
        "fraction",
        "x",
        "ratio",
        "count",
    ]


def test_times_are_known() -> None:
    """Only units of time are scaled between machines."""
    assert {unit for unit in UNITS if is_time(unit)} == {"ns", "us", "µs", "ms", "s", "min", "h"}
    assert not is_time("parsec")


@settings(deadline=None)
@given(st.floats(1e-12, 1e12), st.sampled_from(["s", "bytes", "x", "fraction", "", "count"]))
def test_more_digits_come_nearer(value: float, unit: str) -> None:
    """With seventeen digits two different values never read alike by accident of the unit."""
    larger = value * (1 + 1e-6)
    assert format_value(value, unit, digits=17) != format_value(larger, unit, digits=17)
