"""Lints a runbook against what the last run measured, and writes proposed gate comments where asked to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from harness.errors import Code, HarnessError
from harness.model import Source
from harness.run.assemble import measured_metrics
from harness.run.measured import lines_of
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


def lint_runbook(project: Project, name: str) -> list[Remark]:
    """Return the findings of a runbook."""
    return [Remark(finding.code, finding.text, finding.source, _proposal(finding)) for finding in _findings(project, name)]


def fix_runbook(project: Project, name: str) -> list[str]:
    """Write the first proposal of every unbound threshold behind its line; return one line a change."""
    mendable = [finding for finding in _findings(project, name) if _mendable(finding)]
    if mendable:
        path = _path(project, name)
        lines = lines_of(path.read_bytes().decode("utf-8"))
        for finding in mendable:
            _bind(lines, finding)
        write_atomic(path, "".join(lines))
    return [f"{finding.source}: written: {_proposal(finding)}" for finding in mendable]


def _path(project: Project, name: str) -> Path:
    return project.layout.runbooks / f"{name}.md"


def _findings(project: Project, name: str) -> tuple[Finding, ...]:
    return lint(parse_runbook(_path(project, name), root=project.root), _measured(project, name))


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


def _bind(lines: list[str], finding: Finding) -> None:
    """Put the comment at the end of the line, inside the last cell where the line is a table row."""
    index = finding.source.line - 1
    body = lines[index].rstrip()
    ending = lines[index][len(lines[index].rstrip("\r\n")) :]
    comment = _proposal(finding)
    lines[index] = (f"{body[:-1].rstrip()} {comment} |" if body.endswith("|") else f"{body} {comment}") + ending
