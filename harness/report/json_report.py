"""The report as data: the keys that scripts rely on, in a fixed order, validated against the schema that is published beside it."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from harness.errors import Code, HarnessError
from harness.report import tree as trees
from harness.report.document import RunDocument
from harness.report.text import one_line

SCHEMA_VERSION = 1


def to_json(document: RunDocument) -> dict[str, Any]:
    """Return the report as a JSON tree: the same run gives the same tree, in the same order."""
    verdict = document.verdict
    return {
        "schema_version": SCHEMA_VERSION,
        "migration": trees.text(document.migration),
        "verdict": verdict.decision.value,
        "reasons": [trees.reason_tree(reason) for reason in verdict.reasons],
        "gates": [trees.gate_tree(judged) for judged in verdict.gates],
        "checks": [trees.check_tree(record) for record in document.checks],
        "divergences": [trees.divergence_tree(found) for found in document.divergences],
        "checklist": [trees.checkbox_tree(item) for item in verdict.checklist],
        "evidence": [trees.evidence_tree(item) for item in document.evidence],
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
        tree = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
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


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError(f"{text} is beyond the numbers of this machine")
    return value


def _provenance(document: RunDocument) -> dict[str, Any]:
    """Put the runbook and the people beside what the run recorded; both are where a verdict comes from."""
    findings = [
        {"code": trees.text(found.code), "text": trees.text(found.text), "source": trees.source_tree(found.source)}
        for found in document.findings
    ]
    tree: dict[str, Any] = trees.tree(document.provenance)
    tree["runbook"] = {"file": trees.text(document.runbook_file), "title": trees.text(document.title), "findings": findings}
    tree["signoffs"] = [trees.tree(asdict(signed)) for signed in document.signoffs]
    return tree
