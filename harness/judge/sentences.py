"""The words of a verdict: one sentence a gate, with value, limit and the place in the runbook."""

from __future__ import annotations

from harness.model import Action, Bound, Evidence, Gate, Interval, Role
from harness.units import UNITS, format_value

_MOST_DIGITS = 17
_FIRES = {
    Action.ROLLBACK: "rolls back when",
    Action.FALLBACK: "falls back when",
    Action.BLOCK: "stops when",
    Action.WARN: "warns when",
}


def about(evidence: Evidence) -> str:
    """Name a metric and what it was measured on."""
    whom = ", ".join(dict.fromkeys(part for part in (evidence.subject, evidence.operation, evidence.port) if part))
    return f"{evidence.metric} ({whom})" if whom else evidence.metric


def explain(gate: Gate, evidence: Evidence, *, value: float, interval: Interval | None, unit: str, factor: float, why: str) -> str:
    """Say in one sentence what was measured, what the limit is, and what is still open; values are in the base unit `unit`."""
    digits = _telling_digits(value, gate.bound, unit)
    measured = format_value(value, unit, digits=digits)
    details = [_interval(interval, unit, digits)] if interval else []
    details += [f"n = {evidence.n}"] if evidence.n else []
    details += [f"scaled: this machine takes {format_value(factor, 'x')} the baseline's time"] if factor != 1.0 else []
    extra = f" [{'; '.join(details)}]" if details else ""
    return f"{about(evidence)} is {measured}{extra}, {limit(gate, unit, digits)}{': ' if why else ''}{why}"


def limit(gate: Gate, unit: str, digits: int = 3) -> str:
    """Say what the bound demands, in the unit of the value."""
    bound = gate.bound
    word = _FIRES[gate.action] if gate.role is Role.TRIGGER else "must be"
    ends = [format_value(end, unit, digits=digits) for end in (bound.limit, bound.upper) if end is not None]
    return f"{word} {'within ' if bound.comparator == 'in' else bound.comparator + ' '}{' to '.join(ends)}"


def _interval(interval: Interval, unit: str, digits: int) -> str:
    low, high = (format_value(end, unit, digits=digits) for end in (interval.low, interval.high))
    return f"{low} to {high} at {format_value(interval.confidence, 'fraction')} confidence"


def _telling_digits(value: float, bound: Bound, unit: str) -> int:
    """Use as many digits as it takes for value and limit to look different when they are."""
    unit = unit if unit in UNITS else ""
    for digits in range(3, _MOST_DIGITS):
        if value == bound.limit or format_value(value, unit, digits=digits) != format_value(bound.limit, unit, digits=digits):
            return digits
    return _MOST_DIGITS
