"""Tests the distance of floats in units in the last place."""

from __future__ import annotations

import math
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.compare import ulp_distance
from harness.compare.floats import ulp_distances

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@settings(deadline=None)
@given(FINITE)
def test_neighbours_are_one_apart(value: float) -> None:
    """The next float in either direction is one step away, also across zero and among subnormals."""
    for direction in (math.inf, -math.inf):
        neighbour = math.nextafter(value, direction)
        if math.isfinite(neighbour):
            assert ulp_distance(value, neighbour) == 1


@settings(deadline=None)
@given(FINITE, FINITE, FINITE)
def test_distance_is_a_distance(a: float, b: float, c: float) -> None:
    """Distances are symmetric, zero only for equal numbers, and add up along the line."""
    first, second, third = sorted((a, b, c))
    whole, left, right = ulp_distance(first, third), ulp_distance(first, second), ulp_distance(second, third)
    assert whole is not None
    assert left is not None
    assert right is not None
    assert whole == left + right == ulp_distance(third, first)
    assert (whole == 0) == (first == third)


@pytest.mark.parametrize(
    ("reference", "candidate", "steps"),
    [
        (0.0, -0.0, 0),
        (0.0, 5e-324, 1),
        (-5e-324, 5e-324, 2),
        (1.0, 1.0 + sys.float_info.epsilon, 1),
        (1.0, 2.0, 2**52),
        (sys.float_info.min, 0.0, 2**52),
        (-sys.float_info.max, sys.float_info.max, 2 * (0x7FF << 52) - 2),
        (math.inf, math.inf, 0),
        (math.inf, sys.float_info.max, None),
        (math.inf, -math.inf, None),
        (math.nan, 1.0, None),
        (math.nan, math.nan, None),
    ],
)
def test_known_distances(reference: float, candidate: float, steps: int | None) -> None:
    """Zeros are one place, subnormals count, and NaN or infinity has no distance to anything else."""
    assert ulp_distance(reference, candidate) == ulp_distance(candidate, reference) == steps


@settings(deadline=None)
@given(st.lists(st.tuples(FINITE, FINITE), min_size=1, max_size=20))
def test_arrays_count_as_scalars_do(pairs: list[tuple[float, float]]) -> None:
    """An array of distances holds the distance of every pair, without overflow."""
    left, right = (np.array(side) for side in zip(*pairs, strict=True))
    assert ulp_distances(left, right).tolist() == [ulp_distance(a, b) for a, b in pairs]


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_narrow_floats_count_their_own_steps(dtype: Any) -> None:
    """A neighbour of a 16 or 32 bit float is one step away, though 64 bits have many numbers in between."""
    one = dtype(1.0)
    assert ulp_distance(one, np.nextafter(one, dtype(2.0))) == 1
    assert ulp_distance(one, dtype(np.nan)) is None
    assert ulp_distance(dtype(0.0), dtype(-0.0)) == 0
    assert ulp_distance(-np.nextafter(dtype(0), one), np.nextafter(dtype(0), one)) == 2


def test_byte_order_plays_no_part() -> None:
    """Arrays in foreign byte order have the same distances."""
    values = np.array([1.0, -3.5, 1e-310])
    other = np.nextafter(values, 100.0)
    assert ulp_distances(values.astype(">f8"), other.astype(">f8")).tolist() == [1, 1, 1]
