"""The parts of the report as JSON trees, key by key as the schema publishes them.

Numbers are JSON numbers; what JSON has no number for is written as the string "NaN", "Infinity" or "-Infinity", so that it is neither
lost nor mistaken for "not measured", which is null. Values of cases carry the tags of `harness.formats.values`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from harness.formats import values
from harness.model import (
    Case,
    ChecklistItem,
    CheckRecord,
    Difference,
    Divergence,
    Evidence,
    Failure,
    GateResult,
    Interval,
    Outcome,
    Reason,
    Source,
)

_LARGEST_INTEGER = 2**64


def number(value: float | None) -> float | str | None:
    """Write a number as JSON can carry it: as it is, or by name."""
    if value is None or math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def text(text: str) -> str:
    """Keep a text as it is, lone surrogates excepted: many readers of JSON refuse them."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def tree(value: Any) -> Any:
    """Turn free mappings (provenance) into JSON: keys become text, numbers and text are made safe, the rest is described."""
    if isinstance(value, Mapping):
        return {text(str(key)): tree(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [tree(item) for item in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < _LARGEST_INTEGER else hex(value)
    return number(value) if isinstance(value, float) else text(str(value))


def source_tree(source: Source | None) -> dict[str, Any] | None:
    """Write a place, or null for none."""
    return None if source is None else {"file": text(source.file), "line": source.line}


def interval_tree(interval: Interval | None) -> dict[str, Any] | None:
    """Write an interval, or null for none."""
    if interval is None:
        return None
    return {"low": number(interval.low), "high": number(interval.high), "confidence": number(interval.confidence)}


def reason_tree(reason: Reason) -> dict[str, Any]:
    """Write one reason of a verdict."""
    return {"code": text(reason.code), "decision": reason.decision.value, "text": text(reason.text), "source": source_tree(reason.source)}


def gate_tree(judged: GateResult) -> dict[str, Any]:
    """Write a judged gate; its limits are in base units."""
    gate, bound = judged.gate, judged.gate.bound
    return {
        "id": text(gate.id),
        "text": text(gate.text),
        "source": source_tree(gate.source),
        "metric": text(gate.metric),
        "subject": text(gate.subject),
        "role": gate.role.value,
        "value": number(judged.value),
        "interval": interval_tree(judged.interval),
        "n": judged.n,
        "unit": text(judged.unit),
        "comparator": text(bound.comparator),
        "limit": number(bound.limit),
        "limit_upper": number(bound.upper),
        "limit_unit": text(bound.unit),
        "limit_text": text(bound.raw),
        "qualifier": text(bound.qualifier),
        "action": gate.action.value,
        "result": judged.result.value,
        "reason": text(judged.reason),
        "scaled": judged.scaled,
    }


def check_tree(record: CheckRecord) -> dict[str, Any]:
    """Write a check record with who answered."""
    return {
        "name": text(record.name),
        "operation": text(record.operation),
        "port": text(record.port),
        "status": record.status.value,
        "cases": record.cases,
        "floor": record.floor,
        "seconds": number(record.seconds),
        "ran": [tree(asdict(ran)) for ran in record.ran],
        "note": text(record.note),
    }


def evidence_tree(item: Evidence) -> dict[str, Any]:
    """Write one measured fact."""
    return {
        "check": text(item.check),
        "operation": text(item.operation),
        "port": text(item.port),
        "metric": text(item.metric),
        "subject": text(item.subject),
        "value": number(item.value),
        "unit": text(item.unit),
        "interval": interval_tree(item.interval),
        "n": item.n,
        "floor": item.floor,
        "status": item.status.value,
        "note": text(item.note),
        "artefacts": [text(artefact) for artefact in item.artefacts],
        "provenance": tree(item.provenance),
    }


def divergence_tree(found: Divergence) -> dict[str, Any]:
    """Write a cluster of divergent cases with its representative."""
    return {
        "id": text(found.id),
        "check": text(found.check),
        "operation": text(found.operation),
        "port": text(found.port),
        "kind": text(found.kind),
        "signature": text(found.signature),
        "count": found.count,
        "case": _case(found.case),
        "reference": _outcome(found.reference),
        "candidate": _outcome(found.candidate),
        "where": [_difference(difference) for difference in found.where],
        "reproducer": text(found.reproducer),
    }


def _case(case: Case) -> dict[str, Any]:
    return {
        "id": text(case.id),
        "operation": text(case.operation),
        "arguments": [values.to_json(argument, opaque=True) for argument in case.arguments],
        "origin": text(case.origin),
        "seed": case.seed,
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    after = outcome.arguments_after
    return {
        "kind": outcome.kind.value,
        "value": values.to_json(outcome.value, opaque=True),
        "failure": _failure(outcome.failure),
        "arguments_after": None if after is None else [values.to_json(argument, opaque=True) for argument in after],
        "duration_ns": outcome.duration_ns,
        "implementation": text(outcome.implementation),
    }


def _failure(failure: Failure | None) -> dict[str, Any] | None:
    return None if failure is None else {key: tree(value) for key, value in asdict(failure).items()}


def _difference(difference: Difference) -> dict[str, Any]:
    return {key: tree(value) for key, value in asdict(difference).items()} | {"ulps": difference.ulps}


def checkbox_tree(item: ChecklistItem) -> dict[str, Any]:
    """Write one checkbox with what became of its claim."""
    return {
        "text": text(item.text),
        "source": source_tree(item.source),
        "ticked": item.ticked,
        "prerequisite": item.prerequisite,
        "gate_ids": [text(identity) for identity in item.gate_ids],
        "status": item.status.value,
    }
