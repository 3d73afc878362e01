"""How values, limits and intervals read: with their unit, never rounded to something else, never blank."""

from __future__ import annotations

import math
from decimal import Decimal

from harness.model import Bound, Interval
from harness.units import format_value

NOT_MEASURED = "not measured"
_WHOLE = {"", "count"}
_GLANCE = 10**9
_SIGNS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "="}


def value_text(value: float | None, unit: str = "") -> str:
    """Show a value in `unit`; what is no number says so."""
    if value is None:
        return NOT_MEASURED
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if unit in _WHOLE and value == int(value):
        return whole_text(int(value))
    try:
        return format_value(float(value), unit)
    except OverflowError:  # a value so large that no unit can be changed
        return f"{value:.3g} {unit}"


def whole_text(count: int) -> str:
    """Show a whole number in full while its digits can be taken in at a glance."""
    return f"{count:,}" if abs(count) < _GLANCE else f"{Decimal(count):.2e}"


def interval_text(interval: Interval | None, unit: str = "") -> str:
    """Show both ends of an interval, or nothing when there is none."""
    if interval is None:
        return ""
    return f"{value_text(interval.low, unit)} to {value_text(interval.high, unit)}"


def confidence_text(interval: Interval | None) -> str:
    """Show how sure an interval is, for example `95 %`."""
    return f"{interval.confidence * 100:g} %" if interval is not None else ""


def limit_text(bound: Bound) -> str:
    """Show a bound with its comparator, for example `≥ 8x` or `0 to 1`."""
    if bound.comparator == "in":
        return f"{value_text(bound.limit, bound.unit)} to {value_text(bound.upper, bound.unit)}"
    return f"{_SIGNS.get(bound.comparator, bound.comparator)} {value_text(bound.limit, bound.unit)}"


def digest_text(digest: str) -> str:
    """Show the beginning of a digest, enough to compare by eye."""
    return digest[:12]
