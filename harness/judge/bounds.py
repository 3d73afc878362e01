"""When a measured interval meets a bound, misses it, or leaves it open."""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass

from harness.model import Bound, Interval, Result, Role

_COMPARATORS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_WANTS_LESS = ("<", "<=")
_RANGES = ("==", "in")


@dataclass(frozen=True, slots=True)
class Span:
    """The least and the greatest that a measured quantity may be; the value itself always lies within."""

    low: float
    high: float


def span(value: float, interval: Interval | None) -> Span:
    """Return the value's interval, widened where it does not hold the value; without an interval the value alone."""
    ends = (value,) if interval is None else (interval.low, value, interval.high)
    return Span(math.nan, math.nan) if any(map(math.isnan, ends)) else Span(min(ends), max(ends))


def readable(bound: Bound) -> bool:
    """Tell whether a bound can be judged at all: a known comparator and limits that are numbers."""
    if bound.comparator == "in":
        return bound.upper is not None and bound.limit <= bound.upper
    return bound.comparator in (*_COMPARATORS, *_RANGES) and not math.isnan(bound.limit)


def meets(values: Span, bound: Bound) -> bool:
    """Tell whether everything within the span satisfies the comparator."""
    low, high = _ends(bound)
    if bound.comparator in _RANGES:
        return low <= values.low and values.high <= high
    compare = _COMPARATORS[bound.comparator]
    return bool(compare(values.low, bound.limit) and compare(values.high, bound.limit))


def misses(values: Span, bound: Bound) -> bool:
    """Tell whether nothing within the span satisfies the comparator."""
    low, high = _ends(bound)
    if bound.comparator in _RANGES:
        return values.high < low or values.low > high
    compare = _COMPARATORS[bound.comparator]
    return not (compare(values.low, bound.limit) or compare(values.high, bound.limit))


def weigh(value: float, interval: Interval | None, bound: Bound, role: Role) -> Result:
    """Judge one quantity in the bound's base unit; a trigger is met when it fires, everything else when it is as demanded.

    A value that is not finite never passes, nor does an interval with a NaN.
    """
    values = span(value, interval)
    if math.isnan(values.low):
        return Result.INCONCLUSIVE
    good, bad = (misses, meets) if role is Role.TRIGGER else (meets, misses)
    if bad(values, bound):
        return Result.FAIL
    return Result.PASS if good(values, bound) and math.isfinite(value) else Result.INCONCLUSIVE


def badness(value: float, bound: Bound, role: Role) -> float:
    """Return a number that grows the nearer a value comes to failing, or the further it has failed."""
    if bound.comparator in _RANGES:
        low, high = _ends(bound)
        outside = max(low - value, value - high)
    else:
        outside = value if bound.comparator in _WANTS_LESS else -value
    return -outside if role is Role.TRIGGER else outside


def _ends(bound: Bound) -> tuple[float, float]:
    return bound.limit, bound.limit if bound.upper is None else bound.upper
