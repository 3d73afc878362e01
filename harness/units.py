"""The one table of units: converts evidence to the base units that bounds are written in, and writes numbers for people."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its factor to the base unit, the base unit's name, and the kinds of quantity that it can stand for."""

    factor: float
    base: str
    kinds: frozenset[str]


def _unit(factor: float, base: str, *kinds: str) -> Unit:
    return Unit(factor, base, frozenset(kinds))


UNITS = {
    "ns": _unit(1e-9, "s", "time"),
    "us": _unit(1e-6, "s", "time"),
    "µs": _unit(1e-6, "s", "time"),
    "ms": _unit(1e-3, "s", "time"),
    "s": _unit(1.0, "s", "time"),
    "min": _unit(60.0, "s", "time"),
    "h": _unit(3600.0, "s", "time"),
    "bytes": _unit(1.0, "bytes", "size"),
    "B": _unit(1.0, "bytes", "size"),
    "KB": _unit(1e3, "bytes", "size"),
    "MB": _unit(1e6, "bytes", "size"),
    "GB": _unit(1e9, "bytes", "size"),
    "%": _unit(0.01, "fraction", "share"),
    "fraction": _unit(1.0, "fraction", "share"),
    "ratio": _unit(1.0, "ratio", "share", "factor"),
    "x": _unit(1.0, "x", "factor"),
    "count": _unit(1.0, "count", "count"),
    "exponent": _unit(1.0, "exponent", "exponent"),
    "": _unit(1.0, "", "share", "factor", "count", "exponent"),
}

_TIME_STEPS = (("h", 3600.0), ("min", 60.0), ("s", 1.0), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9))
_SIZE_STEPS = (("GB", 1e9), ("MB", 1e6), ("KB", 1e3), ("bytes", 1.0))
_WHOLE_BELOW = 1e15
_PLAIN_FROM = 1e-4


def to_base(value: float, unit: str) -> float:
    """Convert to the base unit (s, bytes, fraction, or the number itself); raises KeyError for an unknown unit."""
    factor = UNITS[unit].factor
    # Dividing by a whole number gives the double nearest to the decimal text, as in 7 % = 0.07; multiplying by 0.01 does not.
    return value / round(1 / factor) if factor < 1 else value * factor


def base_unit(unit: str) -> str:
    """Return the name of the base unit; raises KeyError for an unknown unit."""
    return UNITS[unit].base


def is_time(unit: str) -> bool:
    """Tell whether a unit measures time."""
    return unit in UNITS and "time" in UNITS[unit].kinds


def compatible(unit: str, other: str) -> bool:
    """Tell whether both units are known and can measure the same quantity; a bare number fits every quantity without dimension."""
    return unit in UNITS and other in UNITS and bool(UNITS[unit].kinds & UNITS[other].kinds)


def common_base(unit: str, other: str) -> str:
    """Return the base unit of the more telling of two compatible units: a ratio beside a percentage is a fraction."""
    return base_unit(min(unit, other, key=lambda name: len(UNITS[name].kinds)))


def format_value(value: float, unit: str, *, digits: int = 3) -> str:
    """Write a value given in `unit` for people: 12.3 ms, 4.1x, 97 %, 1.2 MB; `digits` are the significant ones.

    A unit that the table does not know is written behind the number as it is.
    """
    known = UNITS.get(unit)
    if not math.isfinite(value):
        return {math.inf: "infinite", -math.inf: "-infinite"}.get(value, "not a number")
    if known is None:
        return f"{_number(value, digits)} {unit}"
    value = to_base(value, unit)
    if known.base == "s":
        return _stepped(value, _TIME_STEPS, digits)
    if known.base == "bytes":
        return _stepped(value, _SIZE_STEPS, digits)
    if known.base == "fraction":
        return f"{_number(value * 100, digits)} %"
    return f"{_number(value, digits)}{'x' if known.base == 'x' else ''}"


def _stepped(value: float, steps: tuple[tuple[str, float], ...], digits: int) -> str:
    """Use the largest step that leaves at least one whole."""
    smallest = steps[-1]
    zero = ("s", 1.0) if smallest[0] == "ns" else smallest
    name, size = next((step for step in steps if abs(value) >= step[1]), smallest) if value else zero
    return f"{_number(value / size, digits)} {name}"


def _number(value: float, digits: int) -> str:
    """Write with significant digits, whole numbers in full, and powers of ten only where zeros would be counted."""
    if value == round(value) and abs(value) < _WHOLE_BELOW:
        return str(int(value))
    if _PLAIN_FROM <= abs(value) < _WHOLE_BELOW:
        decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
        text = f"{value:.{decimals}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return f"{value:.{digits}g}"
