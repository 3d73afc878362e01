"""Writes what was measured back into the runbook: ticks become what the evidence says, and a table lists the values."""

from __future__ import annotations

import re

from harness.model import ClaimStatus, GateResult
from harness.report.document import RunDocument
from harness.run.assemble import assemble
from harness.run.measured import block_of, lines_of, with_block
from harness.settings import Project
from harness.stores.atomic import write_atomic
from harness.units import format_value

_BOX = re.compile(r"^(\s*[-*+]\s+\[)([ xX])(\])")


def sync_runbook(project: Project, name: str, *, write: bool = True) -> list[str]:
    """Update the runbook of a migration from its last run; return one line a change.

    Acceptance boxes are ticked when evidenced and unticked when not. Prerequisite boxes are only unticked where the evidence
    contradicts them, because ticking those is a person's claim.
    """
    document = assemble(project, name)
    path = project.root / document.runbook_file
    before = path.read_bytes().decode("utf-8")
    lines = lines_of(before)
    changes = _tick(lines, document)
    after = with_block("".join(lines), _table(document))
    if block_of(before) != block_of(after):
        changes.append(f"{document.runbook_file}: measured values")
    if write and after != before:
        write_atomic(path, after)
    return changes


def _tick(lines: list[str], document: RunDocument) -> list[str]:
    changes = []
    for item in document.verdict.checklist:
        index = item.source.line - 1
        match = _BOX.match(lines[index]) if 0 <= index < len(lines) else None
        wanted = _wanted(item.status, ticked=item.ticked, prerequisite=item.prerequisite)
        if match and wanted != item.ticked:
            lines[index] = _BOX.sub(rf"\g<1>{'x' if wanted else ' '}\g<3>", lines[index])
            changes.append(f"{item.source}: {'ticked' if wanted else 'unticked'}: {item.text}")
    return changes


def _wanted(status: ClaimStatus, *, ticked: bool, prerequisite: bool) -> bool:
    if prerequisite:
        return ticked and status is not ClaimStatus.CONTRADICTED
    return status is ClaimStatus.EVIDENCED


def _table(document: RunDocument) -> list[str]:
    head = ["| gate | metric | measured | result |", "| --- | --- | --- | --- |"]
    return head + [
        f"| {result.gate.id} | `{_metric(result)}` | {_value(result)} | {result.result.value} |" for result in document.verdict.gates
    ]


def _metric(result: GateResult) -> str:
    subject = f"[{result.gate.subject}]" if result.gate.subject else ""
    return f"{result.gate.metric}{subject}"


def _value(result: GateResult) -> str:
    """Write a measured value in words that no reader, and no parser of thresholds, takes for a limit: "8x" alone means at least 8."""
    if result.value is None:
        return "not measured"
    text = format_value(result.value, result.unit)
    return f"{text[:-1]} times (n={result.n})" if text.endswith("x") else f"{text} (n={result.n})"
