"""How a value of unknown kind becomes a double, and the comparisons that decide ties, zeros and NaN the same in every language."""

from __future__ import annotations

import math
from typing import Any


def fin(value: Any, default: float = 0.0) -> float:
    """Read a number leniently (spec 0): numeric text converts, True is 1; what fails or is not finite becomes `default`."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return default
    return number if math.isfinite(number) else default


def real(value: Any) -> float:
    """Read a number strictly: NaN and infinities pass.

    Raises:
        TypeError: for text, None and everything else that is no number.
        OverflowError: for an integer beyond the largest double.
    """
    return math.ldexp(value, 0)


def larger(value: float, floor: float) -> float:
    """Return `value` if it exceeds `floor`, else `floor`; so NaN gives the floor, and a floor of 0.0 never gives -0.0."""
    return value if value > floor else floor  # noqa: FURB136 - a comparison says what ties and NaN give


def clamp(value: float, low: float, high: float) -> float:
    """Return `value` forced into [low, high]; NaN passes."""
    if value < low:
        return low
    if value > high:
        return high
    return value


def cap_of(penalty_cap: Any) -> float:
    """Return the upper limit of a penalty (spec 0): negative and NaN give 0, there is no upper limit."""
    return larger(real(penalty_cap), 0.0)


def mean(values: list[float]) -> float:
    """Return the left-to-right sum divided by the count; the list must not be empty."""
    total = 0.0
    for value in values:
        total += value
    return total / len(values)
