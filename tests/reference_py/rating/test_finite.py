"""How values become doubles, and how ties, zeros and NaN are decided."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from reference_py.rating.finite import cap_of, clamp, fin, larger, mean, real


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1.5, 1.5),
        (3, 3.0),
        (True, 1.0),
        ("2.5", 2.5),
        (" 1e3 ", 1000.0),
        (b"7", 7.0),
        (Decimal("0.25"), 0.25),
        (np.float64(0.1), 0.1),
        (np.int32(4), 4.0),
        (None, 9.0),
        ("abc", 9.0),
        ("nan", 9.0),
        (math.nan, 9.0),
        (math.inf, 9.0),
        (-math.inf, 9.0),
        (10**400, 9.0),
        ([1.0], 9.0),
        (1j, 9.0),
    ],
)
def test_fin_reads_what_converts_and_is_finite(value: Any, expected: float) -> None:
    """What converts to a finite double is read, everything else becomes the default."""
    assert fin(value, 9.0) == expected


def test_fin_defaults_to_zero() -> None:
    """Without a default, what cannot be read is 0."""
    assert fin(None) == 0.0


def test_fin_keeps_the_sign_of_zero() -> None:
    """A negative zero stays one."""
    assert math.copysign(1.0, fin(-0.0)) == -1.0


def test_fin_keeps_denormals() -> None:
    """The smallest double is read as it is."""
    assert fin(5e-324) == 5e-324


@pytest.mark.parametrize("value", [1.5, 5e-324, -0.0, math.inf, 1.7976931348623157e308])
def test_real_keeps_every_double(value: float) -> None:
    """A double passes through bit for bit."""
    assert real(value).hex() == value.hex()


def test_real_lets_nan_pass() -> None:
    """NaN is a number here."""
    assert math.isnan(real(math.nan))


@pytest.mark.parametrize("value", ["1", None, [1.0], 1j])
def test_real_refuses_what_is_no_number(value: Any) -> None:
    """Text, None and containers raise a TypeError."""
    with pytest.raises(TypeError):
        real(value)


def test_real_refuses_huge_integers() -> None:
    """An integer beyond the largest double raises an OverflowError."""
    with pytest.raises(OverflowError):
        real(10**400)


def test_larger_gives_the_floor_for_nan() -> None:
    """NaN does not exceed the floor."""
    assert larger(math.nan, 0.0) == 0.0


def test_larger_gives_the_floor_on_a_tie_of_zeros() -> None:
    """A negative zero does not exceed zero, so the floor's sign is kept."""
    assert math.copysign(1.0, larger(-0.0, 0.0)) == 1.0


@pytest.mark.parametrize(("value", "expected"), [(-1.0, 0.0), (0.25, 0.25), (2.0, 0.5), (math.inf, 0.5)])
def test_clamp_forces_into_the_interval(value: float, expected: float) -> None:
    """Values outside take the nearer end."""
    assert clamp(value, 0.0, 0.5) == expected


def test_clamp_lets_nan_pass() -> None:
    """NaN lies neither below nor above."""
    assert math.isnan(clamp(math.nan, 0.0, 1.0))


@pytest.mark.parametrize(("cap", "expected"), [(0.5, 0.5), (-1.0, 0.0), (math.nan, 0.0), (7.0, 7.0), (math.inf, math.inf), (True, 1.0)])
def test_cap_has_a_lower_limit_only(cap: float, expected: float) -> None:
    """A negative cap and NaN give 0; there is no upper limit."""
    assert cap_of(cap) == expected


def test_mean_adds_from_the_left() -> None:
    """The sum is a plain loop: neither compensated nor pairwise, which would both give a third."""
    assert mean([1e16, 1.0, -1e16]) == 0.0
