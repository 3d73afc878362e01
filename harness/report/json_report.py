"""The report as data: the keys that scripts rely on, in a fixed order, validated against the schema that is published beside it.

Numbers are JSON numbers; what JSON has no number for is written as the string "NaN", "Infinity" or "-Infinity", so that it is neither
lost nor mistaken for "not measured", which is null. Values of cases carry the tags of `harness.formats.values`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from harness.errors import Code, HarnessError
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
from harness.report.document import RunDocument
from harness.report.text import one_line

SCHEMA_VERSION = 1
_LARGEST_INTEGER = 2**64


def to_json(document: RunDocument) -> dict[str, Any]:
    """Return the report as a JSON tree: the same run gives the same tree, in the same order."""
    verdict = document.verdict
    return {
        "schema_version": SCHEMA_VERSION,
        "migration": _text(document.migration),
        "verdict": verdict.decision.value,
        "reasons": [_reason(reason) for reason in verdict.reasons],
        "gates": [_gate(judged) for judged in verdict.gates],
        "checks": [_check(record) for record in document.checks],
        "divergences": [_divergence(found) for found in document.divergences],
        "checklist": [_checkbox(item) for item in verdict.checklist],
        "evidence": [_evidence(item) for item in document.evidence],
        "provenance": _provenance(document),
    }


def render(document: RunDocument) -> str:
    """Return the validated report as text, one key a line; raises HarnessError REPORT_INVALID if it does not fit its own schema."""
    tree = to_json(document)
    _validate(tree, f"the report of {document.migration!r}")
    return json.dumps(tree, indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def read_back(text: str, *, where: str = "") -> dict[str, Any]:
    """Read a stored report; raises HarnessError REPORT_INVALID for text that is no report, or one of another version."""
    try:
        tree = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise HarnessError(Code.REPORT_INVALID, "the report is not JSON", where=where, cause=one_line(str(error))) from error
    _validate(tree, where)
    assert isinstance(tree, dict)
    return tree


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema of the report, which users can print and validate against."""
    loaded = json.loads(files("harness.report").joinpath("schema.json").read_text("utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def _validate(tree: Any, where: str) -> None:
    error = best_match(Draft202012Validator(schema()).iter_errors(tree))
    if error is not None:
        place = "/".join(map(str, error.absolute_path)) or "top level"
        raise HarnessError(
            Code.REPORT_INVALID, "the report does not fit its schema", where=where, cause=f"{one_line(place)}: {one_line(error.message)}"
        )


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _number(value: float | None) -> float | str | None:
    if value is None or math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _text(text: str) -> str:
    """Keep a text as it is, lone surrogates excepted: many readers of JSON refuse them."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _tree(value: Any) -> Any:
    """Turn free mappings (provenance) into JSON: keys become text, numbers and text are made safe, the rest is described."""
    if isinstance(value, Mapping):
        return {_text(str(key)): _tree(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_tree(item) for item in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < _LARGEST_INTEGER else hex(value)
    return _number(value) if isinstance(value, float) else _text(str(value))


def _provenance(document: RunDocument) -> dict[str, Any]:
    """Put the runbook and the people beside what the run recorded; both are where a verdict comes from."""
    findings = [{"code": _text(found.code), "text": _text(found.text), "source": _source(found.source)} for found in document.findings]
    tree: dict[str, Any] = _tree(document.provenance)
    tree["runbook"] = {"file": _text(document.runbook_file), "title": _text(document.title), "findings": findings}
    tree["signoffs"] = [_tree(asdict(signed)) for signed in document.signoffs]
    return tree


def _source(source: Source | None) -> dict[str, Any] | None:
    return None if source is None else {"file": _text(source.file), "line": source.line}


def _interval(interval: Interval | None) -> dict[str, Any] | None:
    if interval is None:
        return None
    return {"low": _number(interval.low), "high": _number(interval.high), "confidence": _number(interval.confidence)}


def _reason(reason: Reason) -> dict[str, Any]:
    return {"code": _text(reason.code), "decision": reason.decision.value, "text": _text(reason.text), "source": _source(reason.source)}


def _gate(judged: GateResult) -> dict[str, Any]:
    gate, bound = judged.gate, judged.gate.bound
    return {
        "id": _text(gate.id),
        "text": _text(gate.text),
        "source": _source(gate.source),
        "metric": _text(gate.metric),
        "subject": _text(gate.subject),
        "role": gate.role.value,
        "value": _number(judged.value),
        "interval": _interval(judged.interval),
        "n": judged.n,
        "unit": _text(judged.unit),
        "comparator": _text(bound.comparator),
        "limit": _number(bound.limit),
        "limit_upper": _number(bound.upper),
        "limit_unit": _text(bound.unit),
        "limit_text": _text(bound.raw),
        "qualifier": _text(bound.qualifier),
        "action": gate.action.value,
        "result": judged.result.value,
        "reason": _text(judged.reason),
        "scaled": judged.scaled,
    }


def _check(record: CheckRecord) -> dict[str, Any]:
    return {
        "name": _text(record.name),
        "operation": _text(record.operation),
        "port": _text(record.port),
        "status": record.status.value,
        "cases": record.cases,
        "floor": record.floor,
        "seconds": _number(record.seconds),
        "ran": [_tree(asdict(ran)) for ran in record.ran],
        "note": _text(record.note),
    }


def _evidence(item: Evidence) -> dict[str, Any]:
    return {
        "check": _text(item.check),
        "operation": _text(item.operation),
        "port": _text(item.port),
        "metric": _text(item.metric),
        "subject": _text(item.subject),
        "value": _number(item.value),
        "unit": _text(item.unit),
        "interval": _interval(item.interval),
        "n": item.n,
        "floor": item.floor,
        "status": item.status.value,
        "note": _text(item.note),
        "artefacts": [_text(artefact) for artefact in item.artefacts],
        "provenance": _tree(item.provenance),
    }


def _divergence(found: Divergence) -> dict[str, Any]:
    return {
        "id": _text(found.id),
        "check": _text(found.check),
        "operation": _text(found.operation),
        "port": _text(found.port),
        "kind": _text(found.kind),
        "signature": _text(found.signature),
        "count": found.count,
        "case": _case(found.case),
        "reference": _outcome(found.reference),
        "candidate": _outcome(found.candidate),
        "where": [_difference(difference) for difference in found.where],
        "reproducer": _text(found.reproducer),
    }


def _case(case: Case) -> dict[str, Any]:
    return {
        "id": _text(case.id),
        "operation": _text(case.operation),
        "arguments": [values.to_json(argument, opaque=True) for argument in case.arguments],
        "origin": _text(case.origin),
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
        "implementation": _text(outcome.implementation),
    }


def _failure(failure: Failure | None) -> dict[str, Any] | None:
    return None if failure is None else {key: _tree(value) for key, value in asdict(failure).items()}


def _difference(difference: Difference) -> dict[str, Any]:
    return {key: _tree(value) for key, value in asdict(difference).items()}


def _checkbox(item: ChecklistItem) -> dict[str, Any]:
    return {
        "text": _text(item.text),
        "source": _source(item.source),
        "ticked": item.ticked,
        "prerequisite": item.prerequisite,
        "gate_ids": [_text(identity) for identity in item.gate_ids],
        "status": item.status.value,
    }
