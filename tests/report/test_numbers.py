"""Numbers read with their unit and are never blank."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.model import Bound, Interval
from harness.report.numbers import confidence_text, interval_text, limit_text, value_text, whole_text


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (None, "s", "not measured"),
        (math.nan, "s", "NaN"),
        (math.inf, "", "∞"),
        (-math.inf, "", "-∞"),
        (0.0113, "s", "11.3 ms"),
        (14_212.0, "count", "14,212"),
        (4.5e15, "count", "4.50e+15"),
        (0.0612, "fraction", "6.12 %"),
        (181.3, "x", "181x"),
    ],
)
def test_a_value_reads_with_its_unit(value: float | None, unit: str, shown: str) -> None:
    """A value is shown in the unit that people use, and says so when it is none."""
    assert value_text(value, unit) == shown


@settings(deadline=None)
@given(st.none() | st.floats(), st.sampled_from(["", "s", "ns", "bytes", "fraction", "count", "x", "ratio", "furlongs"]))
def test_no_value_is_blank(value: float | None, unit: str) -> None:
    """Every float in every unit, known or not, has words."""
    assert value_text(value, unit).strip()


def test_a_bound_reads_with_its_comparator() -> None:
    """A bound shows its sign and its limit in the runbook's unit."""
    assert limit_text(Bound("<=", 0.015, "s", "<= 15ms")) == "≤ 15 ms"


def test_a_range_reads_with_both_ends() -> None:
    """A range shows both its ends."""
    assert limit_text(Bound("in", 0.8, "", "linear", upper=1.15)) == "0.8 to 1.15"


def test_no_interval_has_no_words() -> None:
    """Without an interval nothing is claimed about one."""
    assert (interval_text(None, "s"), confidence_text(None)) == ("", "")


def test_an_interval_reads_with_its_confidence() -> None:
    """An interval shows both ends and how sure it is."""
    interval = Interval(0.0109, 0.0117, 0.95)
    assert (interval_text(interval, "s"), confidence_text(interval)) == ("10.9 ms to 11.7 ms", "95 %")


def test_huge_counts_are_short() -> None:
    """A count of forty digits is shown by its size."""
    assert whole_text(10**40) == "1.00e+40"
