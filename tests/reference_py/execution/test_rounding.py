"""Rounding follows the exact binary value (spec, decisions)."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_py.execution.rounding import floor, rounded


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (2.675, 2, 2.67),
        (0.125, 2, 0.12),
        (0.375, 2, 0.38),
        (1.005, 2, 1.0),
        (0.0625, 3, 0.062),
        (1.000005, 5, 1.00001),
        (1e300, 2, 1e300),
        (math.inf, 2, math.inf),
    ],
)
def test_ties_of_the_binary_value_go_to_the_even_digit(value: float, decimals: int, expected: float) -> None:
    """What looks like a tie in decimal is one only if the double is one."""
    assert rounded(value, decimals) == expected


@given(st.floats(-1e15, 1e15), st.sampled_from([2, 3, 5, 8]))
def test_rounding_is_that_of_exact_decimals(value: float, decimals: int) -> None:
    """The answer is the double nearest to the exact value, rounded half to even in decimal."""
    exact = Decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN)
    assert rounded(value, decimals) == float(exact)


def test_rounding_keeps_the_sign_of_zero() -> None:
    """A small loss rounds to a negative zero, in every language."""
    assert math.copysign(1.0, rounded(-0.001, 2)) == -1.0


def test_nan_stays_nan() -> None:
    """There is nothing to round in what is no number."""
    assert math.isnan(rounded(math.nan, 2))


@pytest.mark.parametrize(("value", "expected"), [(1.9, 1.0), (-0.1, -1.0), (3.0, 3.0), (2.0**60, 2.0**60), (math.inf, math.inf)])
def test_floor_is_the_whole_number_below(value: float, expected: float) -> None:
    """Large numbers have no fraction, infinity passes."""
    assert floor(value) == expected
