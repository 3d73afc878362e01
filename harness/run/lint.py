"""Lints a runbook against what the last run measured, and writes proposed gate comments where asked to."""

from __future__ import annotations

from dataclasses import dataclass

from harness.errors import Code, HarnessError
from harness.model import Source
from harness.run.assemble import measured_metrics
from harness.runbook import Finding, lint, parse_runbook
from harness.settings import Project
from harness.stores.atomic import write_atomic
from harness.stores.evidence import EvidenceStore


@dataclass(frozen=True)
class Remark:
    """A finding of the linter with the comment that would mend it, if one is known."""

    code: str
    text: str
    source: Source
    proposal: str = ""


def lint_runbook(project: Project, name: str, *, fix: bool = False) -> list[Remark]:
    """Return the findings of a runbook; with `fix` the first proposal of every unbound threshold is written behind its line."""
    path = project.layout.runbooks / f"{name}.md"
    runbook = parse_runbook(path, root=project.root)
    found = lint(runbook, _measured(project, name))
    if fix:
        lines = path.read_text("utf-8").splitlines(keepends=True)
        fixed = [_bind(lines, finding) for finding in found if _mendable(finding)]
        if any(fixed):
            write_atomic(path, "".join(lines))
    return [Remark(finding.code, finding.text, finding.source, _proposal(finding)) for finding in found]


def _measured(project: Project, name: str) -> list[str]:
    try:
        return measured_metrics(EvidenceStore(project.layout.reports / name).read().evidence)
    except HarnessError as error:
        if error.code is Code.EVIDENCE_MISSING:
            return []
        raise


def _mendable(finding: Finding) -> bool:
    return "unbound" in finding.code and bool(finding.proposals) and finding.source.line > 0


def _proposal(finding: Finding) -> str:
    return f"<!-- gate: {finding.proposals[0]} -->" if _mendable(finding) else ", ".join(finding.proposals)


def _bind(lines: list[str], finding: Finding) -> bool:
    """Put the comment at the end of the line, inside the last cell where the line is a table row."""
    index = finding.source.line - 1
    body = lines[index].rstrip("\r\n")
    ending = lines[index][len(body) :]
    comment = _proposal(finding)
    row = body.rstrip().endswith("|")
    lines[index] = (f"{body.rstrip()[:-1].rstrip()} {comment} |" if row else f"{body} {comment}") + ending
    return True
