"""Turns one piece of evidence into what it says about one gate: a result, a value in base units, and a sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from harness.judge.bounds import badness, weigh
from harness.judge.sentences import about, explain
from harness.model import Evidence, EvidenceStatus, Gate, Interval, Result
from harness.units import common_base, compatible, is_time, to_base


@dataclass(frozen=True, slots=True)
class Reading:
    """What one piece of evidence says about a gate; value and interval are in the base unit `unit`, `code` says why it is open."""

    result: Result
    code: str
    text: str
    value: float | None = None
    interval: Interval | None = None
    n: int = 0
    unit: str = ""
    scaled: bool = False
    badness: float = math.inf


def read(gate: Gate, evidence: Evidence, scales: Mapping[str, float]) -> Reading:
    """Judge one piece of evidence; what cannot be judged is inconclusive, with the code that says why."""
    if evidence.status is not EvidenceStatus.MEASURED:
        return _open(evidence, f"evidence-{evidence.status.value}", evidence.note or f"its measurement ended as {evidence.status.value}")
    if not compatible(evidence.unit, gate.bound.unit):
        return _open(evidence, "unit-mismatch", f"measured in {evidence.unit!r}, but the limit is in {gate.bound.unit!r}")
    if evidence.value is None or math.isnan(evidence.value):
        return _open(evidence, "evidence-without-value", "the value is missing or not a number")
    factor = _scale(evidence, scales)
    if not (math.isfinite(factor) and factor > 0):
        return _open(evidence, "scale-invalid", f"the machine factor {factor!r} is of no use")
    return _weighed(gate, evidence, to_base(evidence.value, evidence.unit) / factor, factor)


def _weighed(gate: Gate, evidence: Evidence, value: float, factor: float) -> Reading:
    interval = _to_base(evidence.interval, evidence.unit, factor)
    unit = common_base(evidence.unit, gate.bound.unit)
    result, code, why = _settled(evidence, value, weigh(value, interval, gate.bound, gate.role))
    text = explain(gate, evidence, value=value, interval=interval, unit=unit, factor=factor, why=why)
    return Reading(
        result, code, text, value, interval, evidence.n, unit, scaled=factor != 1.0, badness=badness(value, gate.bound, gate.role)
    )


def _settled(evidence: Evidence, value: float, result: Result) -> tuple[Result, str, str]:
    """Return the result that so much evidence allows, with code and cause when it stays open."""
    if evidence.n < evidence.floor:
        return Result.INCONCLUSIVE, "evidence-below-floor", f"{evidence.n} measured, at least {evidence.floor} are needed"
    if result is not Result.INCONCLUSIVE:
        return result, "", ""
    if not math.isfinite(value):
        return result, "evidence-without-value", "the value is not finite"
    return result, "too-noisy", "the interval does not settle it"


def _open(evidence: Evidence, code: str, why: str) -> Reading:
    return Reading(Result.INCONCLUSIVE, code, f"{about(evidence)}: {why}", n=evidence.n)


def _scale(evidence: Evidence, scales: Mapping[str, float]) -> float:
    """Return how much slower this machine is than the baseline's for what the evidence is about; ratios need no scale."""
    return scales.get(evidence.subject or evidence.operation, 1.0) if is_time(evidence.unit) else 1.0


def _to_base(interval: Interval | None, unit: str, factor: float) -> Interval | None:
    if interval is None:
        return None
    return Interval(to_base(interval.low, unit) / factor, to_base(interval.high, unit) / factor, interval.confidence)
