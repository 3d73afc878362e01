"""The report for GitHub Actions: annotations that point at the line of the runbook, and a step summary."""

from __future__ import annotations

from harness.model import Decision
from harness.report import markdown
from harness.report.document import RunDocument
from harness.report.gates import gate_rows
from harness.report.reasons import ReasonRow, reason_rows
from harness.report.text import one_line

MOST_SHOWN = 10
_LEVELS = {Decision.NO_GO: "error", Decision.INCONCLUSIVE: "warning", Decision.GO: "notice"}


def render(document: RunDocument) -> str:
    """Return workflow commands for the log, one a line: the first ten of each level, because GitHub shows no more."""
    reasons = reason_rows(document, gate_rows(document))
    lines = [_annotation(row) for level in _LEVELS for row in [row for row in reasons if row.decision is level][:MOST_SHOWN]]
    verdict = document.verdict.decision
    summary = f"{verdict.value} for {one_line(document.migration)}, {len(reasons)} reasons"
    return "\n".join([*lines, f"::{_LEVELS[verdict]} title=migration-harness::{_data(summary)}"]) + "\n"


def step_summary(document: RunDocument) -> str:
    """Return Markdown to be appended to the file that GITHUB_STEP_SUMMARY names."""
    return markdown.render(document)


def _annotation(row: ReasonRow) -> str:
    file, _, line = row.source.rpartition(":")
    if not line.isdecimal():
        file, line = row.source, ""
    place = [f"{key}={_property(value)}" for key, value in (("file", file), ("line", line)) if value]
    title = one_line(f"{row.decision.value}: {row.subject or row.code}", 120)
    return f"::{_LEVELS[row.decision]} {','.join([*place, f'title={_property(title)}'])}::{_data(f'{row.text} Next: {row.command}')}"


def _data(text: str) -> str:
    return one_line(text, 1_000).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
