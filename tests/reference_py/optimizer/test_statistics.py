"""Sums in written order, and the one quantile of three possible ones."""

from __future__ import annotations

import functools
import math
import operator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_py.optimizer import OptimizerError
from reference_py.optimizer.statistics import deviation_of, finite, interval, mean_of, quantile

REALS = st.floats(-1e6, 1e6)
LISTS = st.lists(REALS, min_size=1, max_size=60)


def test_mean_adds_from_the_left() -> None:
    """Small numbers after a large one are lost one by one, as a plain loop loses them."""
    values = [1e16, 1.0, 1.0, 1.0]

    assert mean_of(values) == 1e16 / 4
    assert mean_of(values[::-1]) == (3.0 + 1e16) / 4


@given(LISTS)
def test_mean_is_a_plain_loop(values: list[float]) -> None:
    """The sum is that of functools.reduce, whatever Python's own sum does."""
    assert mean_of(values) == functools.reduce(operator.add, values, 0.0) / len(values)


def test_mean_is_never_negative_zero() -> None:
    """A mean that underflows from below is plain zero."""
    assert math.copysign(1.0, mean_of([-5e-324, 0.0])) == 1.0


@given(LISTS)
def test_deviation_is_the_sample_deviation(values: list[float]) -> None:
    """With n - 1 below the line, and 0 for a single value."""
    wanted = 0.0 if len(values) == 1 else float(np.std(values, ddof=1))
    assert deviation_of(values, mean_of(values)) == pytest.approx(wanted, rel=1e-9, abs=1e-9)


@given(LISTS, st.floats(0.0, 1.0))
def test_quantile_is_numpys_to_the_bit(values: list[float], p: float) -> None:
    """Type 7, interpolated from the nearer neighbour."""
    ordered = sorted(value + 0.0 for value in values)
    assert quantile(ordered, p) == float(np.quantile(np.array(ordered), p))


def test_quantile_interpolates_from_the_nearer_neighbour() -> None:
    """At g of a half or more the upper neighbour is where the way begins."""
    a, b = 0.1, 0.7
    assert quantile([a, b], 0.75) == b - (b - a) * 0.25
    assert quantile([a, b], 0.25) == a + (b - a) * 0.25


@given(LISTS, st.randoms())
def test_interval_does_not_depend_on_order(values: list[float], random: object) -> None:
    """Shuffled values have the same interval."""
    shuffled = list(values)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert interval(shuffled, 0.9) == interval(values, 0.9)


@given(LISTS)
def test_interval_widens_with_confidence(values: list[float]) -> None:
    """More confidence never makes an interval narrower."""
    inner, outer = interval(values, 0.5), interval(values, 0.95)
    slack = 1e-9
    assert outer[0] <= inner[0] + slack
    assert inner[1] <= outer[1] + slack


def test_an_infinite_answer_is_refused() -> None:
    """Answers are finite, or there is none."""
    with pytest.raises(OptimizerError, match=r"^\[2002\]"):
        finite([1.0, math.inf])
