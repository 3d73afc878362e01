"""Rounding as money is rounded here: to the nearest decimal of the exact binary value, ties to even (spec, decisions)."""

from __future__ import annotations

import math

WHOLE = 2.0**52


def rounded(value: float, decimals: int) -> float:
    """Return the double nearest to `value` written with so many decimals; 2.675 to 2 is 2.67, because it lies below 2.675.

    The sign of zero stays, NaN and infinities pass.
    """
    return round(value, decimals)


def floor(value: float) -> float:
    """Return the largest whole number not above `value`, as a double; what has no fraction, NaN and infinities pass."""
    if abs(value) < WHOLE:
        return float(math.floor(value))
    return value
