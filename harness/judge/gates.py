"""Judges one gate on all evidence of its metric: every piece must pass, and the worst one is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.judge.bounds import readable
from harness.judge.readings import Reading, read
from harness.model import Action, Decision, Evidence, Gate, GateResult, Reason, Result, Role

_SEVERITY = {Result.FAIL: 2, Result.INCONCLUSIVE: 1, Result.PASS: 0}


@dataclass(frozen=True, slots=True)
class Judged:
    """A judged gate with the reason that it adds to the verdict, None when it passed."""

    result: GateResult
    reason: Reason | None


def judge_gate(gate: Gate, evidence: Sequence[Evidence], scales: Mapping[str, float]) -> Judged:
    """Judge a gate; without a metric, a readable bound or evidence it is inconclusive, and says which."""
    if not gate.metric:
        return _judged(gate, _open("gate-unbound", "nothing binds this threshold to a measurement"))
    if not readable(gate.bound):
        return _judged(gate, _open("bound-invalid", f"the bound {gate.bound.raw!r} cannot be judged"))
    found = [item for item in evidence if item.metric == gate.metric]
    chosen = [item for item in found if not gate.subject or gate.subject in (item.subject, item.operation, item.port)]
    if not chosen:
        return _judged(gate, _open("gate-unmeasured", _unmeasured(gate, found)))
    return _judged(gate, max((read(gate, item, scales) for item in chosen), key=_severity))


def _severity(reading: Reading) -> tuple[int, float]:
    return _SEVERITY[reading.result], reading.badness


def _open(code: str, text: str) -> Reading:
    return Reading(Result.INCONCLUSIVE, code, text)


def _unmeasured(gate: Gate, found: Sequence[Evidence]) -> str:
    if not found:
        return f"{gate.metric} was not measured"
    others = sorted({item.subject or item.operation or item.port for item in found})
    return f"{gate.metric} was not measured for {gate.subject!r}, only for {', '.join(others)}"


def _judged(gate: Gate, reading: Reading) -> Judged:
    text = f"{_sentence_start(reading.text)} ({gate.source})"
    result = GateResult(
        gate, reading.result, text, reading.value, reading.interval, reading.n, reading.unit or gate.bound.unit, scaled=reading.scaled
    )
    return Judged(result, None if reading.result is Result.PASS else _reason(gate, reading, text))


def _reason(gate: Gate, reading: Reading, text: str) -> Reason:
    """Name what the gate forces; a gate that only warns never stops, whichever side of its limit the value is on.

    A prerequisite that is not met says that the ground for a judgement is missing, not that the port is wrong.
    """
    settled_by_more = reading.code in ("", "too-noisy")
    if gate.action is Action.WARN and settled_by_more:
        return Reason("gate-warning", Decision.GO, f"Warning: {text}", gate.source)
    if reading.result is Result.FAIL and gate.role is Role.PREREQUISITE:
        return Reason("prerequisite-failed", Decision.INCONCLUSIVE, text, gate.source)
    if reading.result is Result.FAIL:
        fired = gate.role is Role.TRIGGER
        return Reason("trigger-fired" if fired else "gate-failed", Decision.NO_GO, text, gate.source)
    return Reason(reading.code, Decision.INCONCLUSIVE, text, gate.source)


def _sentence_start(text: str) -> str:
    return text if "." in text.split(" ", maxsplit=1)[0] else text[:1].upper() + text[1:]
