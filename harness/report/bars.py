"""The small bar beside each gate: where the measured value and its interval lie, seen from the limit.

The limit is always in the middle. To either side runs a logarithmic scale over one decade, so that bars of different gates can be
compared: from the middle to the end is a factor of ten, and what lies beyond sits at the end as an arrow. A limit of zero and a range
(`in`) have no factor; there the scale is the distance from the limit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from harness.model import Bound, GateResult, Role
from harness.report.numbers import interval_text, limit_text, value_text

WIDTH = 100.0
MIDDLE = WIDTH / 2
EDGE = 3.0
DECADES = 1.0
_UPWARD = {">", ">="}


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the bar, both ends in percent of its width."""

    start: float
    end: float

    @property
    def width(self) -> float:
        """Return the length, at least a hair so that it can be seen."""
        return max(self.end - self.start, 0.8)


@dataclass(frozen=True, slots=True)
class Bar:
    """Positions in percent: the value, its interval, the limits, and the forbidden stretches; `label` says it in words.

    `beyond` is -1 or 1 when the value lies outside the scale on that side, else 0.
    """

    value: float
    beyond: int
    limits: tuple[float, ...]
    forbidden: tuple[Span, ...]
    interval: Span | None
    label: str


def bar(result: GateResult) -> Bar | None:
    """Place a judged gate on its bar, or None when there is no number to place."""
    bound, value = result.gate.bound, result.value
    if value is None or not all(map(math.isfinite, (value, bound.limit, 0.0 if bound.upper is None else bound.upper))):
        return None
    interval = None
    if result.interval is not None and not math.isnan(result.interval.low + result.interval.high):
        interval = Span(_place(result.interval.low, bound), _place(result.interval.high, bound))
    place = _place(value, bound)
    beyond = -1 if place <= EDGE else 1 if place >= WIDTH - EDGE else 0
    return Bar(place, beyond, _limits(bound), _forbidden(result), interval, _label(result))


def _place(value: float, bound: Bound) -> float:
    if bound.comparator == "in" and bound.upper is not None:
        return _within(value, bound.limit, bound.upper)
    if bound.limit > 0:
        decades = math.log10(value) - math.log10(bound.limit) if value > 0 else -math.inf
    else:
        distance = value - bound.limit
        decades = math.copysign(math.log10(1 + abs(distance)), distance)
    return _clamp(MIDDLE + decades / DECADES * MIDDLE)


def _within(value: float, low: float, high: float) -> float:
    """Place a value so that the allowed range fills the middle half."""
    width = high - low
    if not 0 < width < math.inf:
        return MIDDLE if low <= value <= high else _clamp(-math.inf if value < low else math.inf)
    return _clamp(WIDTH * (0.25 + 0.5 * (value - low) / width))


def _clamp(position: float) -> float:
    return round(min(max(position, EDGE), WIDTH - EDGE), 2)


def _limits(bound: Bound) -> tuple[float, ...]:
    if bound.comparator == "in" and bound.upper is not None:
        return (_place(bound.limit, bound), _place(bound.upper, bound))
    return (MIDDLE,)


def _forbidden(result: GateResult) -> tuple[Span, ...]:
    """Find the stretches where the gate fails: a trigger fires inside its bound, every other bound must hold."""
    bound = result.gate.bound
    fires = result.gate.role is Role.TRIGGER
    limits = _limits(bound)
    outer = (Span(0, limits[0]), Span(limits[-1], WIDTH))
    if bound.comparator == "in":
        return (Span(limits[0], limits[-1]),) if fires else outer
    if bound.comparator == "==":
        return () if fires else outer
    upward = bound.comparator in _UPWARD
    return (outer[1],) if upward == fires else (outer[0],)


def _label(result: GateResult) -> str:
    around = interval_text(result.interval, result.unit)
    spread = f", interval {around}" if around else ""
    return f"measured {value_text(result.value, result.unit)}{spread}, limit {limit_text(result.gate.bound)}: {result.result.value}"
