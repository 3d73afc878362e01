"""Says what changed between an earlier report and this run, gate by gate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.errors import Code, HarnessError
from harness.report import json_report
from harness.report.document import RunDocument


def what_changed(earlier: Path, document: RunDocument) -> list[str]:
    """Return one line a difference between the report at `earlier` and `document`.

    Raises HarnessError REPORT_INVALID, or EXTRA_MISSING without deepdiff.
    """
    try:
        from deepdiff import DeepDiff  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        raise HarnessError(
            Code.EXTRA_MISSING, "saying what changed needs the extra 'diff'", hint="pip install 'migration-harness[diff]'"
        ) from error
    before = _keyed(_read(earlier, document.migration))
    after = _keyed(json_report.to_json(document))
    found = DeepDiff(before, after, ignore_order=True, verbose_level=2).to_dict()
    lines = [f"{kind.replace('_', ' ')}: {path}{_values(change)}" for kind, changes in found.items() for path, change in _items(changes)]
    return sorted(lines) or ["nothing changed"]


def _read(path: Path, migration: str) -> dict[str, Any]:
    try:
        report = json_report.read_back(path.read_text("utf-8"), where=str(path))
    except UnicodeDecodeError as error:
        raise HarnessError(Code.REPORT_INVALID, "the report is not UTF-8 text", where=str(path), cause=str(error)) from error
    if report["migration"] != migration:
        what = f"the earlier report is of {report['migration']!r}, not of {migration!r}"
        raise HarnessError(Code.REPORT_INVALID, what, where=str(path), hint="name the migration that the report is of")
    return report


def _keyed(report: dict[str, Any]) -> dict[str, Any]:
    """Key lists by identity and drop measured numbers, which differ in every run; results and limits are what is compared."""
    gates = {gate["id"]: {key: gate[key] for key in ("text", "limit", "action", "result")} for gate in report["gates"]}
    divergences = {found["id"]: found["signature"] for found in report["divergences"]}
    reasons = {f"{reason['code']} {reason['text']}" if isinstance(reason, dict) else str(reason): True for reason in report["reasons"]}
    checklist = {item["text"]: item["status"] for item in report["checklist"]}
    return {"verdict": report["verdict"], "gates": gates, "divergences": divergences, "reasons": reasons, "checklist": checklist}


def _items(changes: Any) -> list[tuple[str, Any]]:
    return list(changes.items()) if isinstance(changes, dict) else [(str(change), None) for change in changes]


def _values(change: Any) -> str:
    if isinstance(change, dict) and {"old_value", "new_value"} <= change.keys():
        return f": {change['old_value']} -> {change['new_value']}"
    return ""
