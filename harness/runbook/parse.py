"""A runbook read as a whole: the one place that knows the order in which the parts of reading happen."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from harness.errors import Code, HarnessError
from harness.model import ChecklistItem, Gate, Source
from harness.runbook.binding import Found
from harness.runbook.checklists import checklist_item, prerequisite_item, read_prerequisite
from harness.runbook.commands import RollbackCommand, read_commands
from harness.runbook.document import Block, Document, Element, Heading, Table, parse_document
from harness.runbook.findings import Finding
from harness.runbook.front_matter import FrontMatter, read_front_matter
from harness.runbook.references import Reference, find_references, front_matter_reference
from harness.runbook.sections import Section, SectionKind, find_sections
from harness.runbook.signoff import signoff_roles
from harness.runbook.statements import read_block
from harness.runbook.tables import Claim, read_table
from harness.runbook.text import Text, read_text
from harness.runbook.vocabulary import metric_named, slug

_ROLLBACK = {SectionKind.ROLLBACK, SectionKind.TRIGGERS, SectionKind.PROCEDURE}
_SLUG_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Runbook:
    """A runbook as data. `mentions` are thresholds in narrative text: shown and compared, not judged; `claims` are recorded baselines."""

    file: str
    title: str
    digest: str
    front_matter: Mapping[str, Any]
    sections: tuple[Section, ...]
    gates: tuple[Gate, ...]
    checklist: tuple[ChecklistItem, ...]
    commands: tuple[RollbackCommand, ...]
    signoff_roles: tuple[str, ...]
    references: tuple[Reference, ...]
    findings: tuple[Finding, ...]
    mentions: tuple[Gate, ...] = ()
    claims: tuple[Claim, ...] = ()


def parse_runbook(path: Path, *, root: Path) -> Runbook:
    """Read the runbook at `path` of the project at `root`.

    Raises HarnessError RUNBOOK_MISSING, RUNBOOK_UNREADABLE, RUNBOOK_EMPTY, and RUNBOOK_WITHOUT_GATES when it promises nothing.
    """
    runbook = read_runbook(path, root=root)
    if not runbook.gates:
        raise HarnessError(Code.RUNBOOK_WITHOUT_GATES, "the runbook has no threshold to judge by", where=runbook.file)
    return runbook


def read_runbook(path: Path, *, root: Path) -> Runbook:
    """Read a runbook, a template or any other document; like `parse_runbook`, but having no gates is no error."""
    file = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
    return read_content(read_text(path, file), file)


def read_content(text: Text, file: str) -> Runbook:
    """Read decoded text as a runbook called `file`."""
    document = parse_document(text.content)
    front = read_front_matter(document.front_matter, file)
    sections = find_sections(document, text.content, file)
    reader = _Reader(file, text.content.split("\n"))
    reader.read_front_matter(front)
    roles = reader.read_elements(document, sections)
    return Runbook(
        file=file,
        title=next((section.title for section in sections[1:]), ""),
        digest=text.digest,
        front_matter=front.values,
        sections=sections,
        gates=tuple(reader.gates),
        checklist=tuple(reader.checklist),
        commands=tuple(reader.commands),
        signoff_roles=roles,
        references=tuple(dict.fromkeys(reader.references)),
        findings=(*text.findings, *front.findings, *reader.findings),
        mentions=tuple(reader.mentions),
        claims=tuple(reader.claims),
    )


@dataclass(slots=True)
class _Reader:
    """Collects, in file order, so that gates can be numbered as they are met."""

    file: str
    lines: list[str]
    gates: list[Gate] = field(default_factory=list)
    mentions: list[Gate] = field(default_factory=list)
    checklist: list[ChecklistItem] = field(default_factory=list)
    commands: list[RollbackCommand] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)

    def read_front_matter(self, front: FrontMatter) -> None:
        """Take the prerequisites and the files that the head names."""
        for entry in front.prerequisites:
            gates = self._keep(read_prerequisite(entry, self.file))
            self.checklist.append(prerequisite_item(entry, self.file, gates))
            self._refer(front_matter_reference(entry.text, Source(self.file, entry.line)))
        procedure = front.values.get("rollback_procedure")
        if isinstance(procedure, str):
            self._refer(front_matter_reference(procedure, Source(self.file, front.rollback_line)))

    def read_elements(self, document: Document, sections: Sequence[Section]) -> tuple[str, ...]:
        """Read all elements, each under its section; return the roles that must sign."""
        remaining, section = list(sections[1:]), sections[0]
        signing: list[Element] = []
        for element in document.elements:
            if isinstance(element, Heading):
                section = remaining.pop(0)
            elif section.kind is SectionKind.SIGNOFF:
                signing.append(element)
            self._read(element, section.kind)
        return signoff_roles(signing)

    def _read(self, element: Element, kind: SectionKind) -> None:
        if isinstance(element, Heading):
            self._keep(read_block(element.block, kind, self.file))
        elif isinstance(element, Block):
            gates = self._keep(read_block(element, kind, self.file))
            if element.box is not None:
                self.checklist.append(checklist_item(element, kind, self.file, gates))
            self._refer_all(element)
        elif isinstance(element, Table):
            found = read_table(element, kind, self.file)
            self._keep(found)
            self.claims += found.claims
            for cell in (*element.header, *(cell for row in element.rows for cell in row)):
                self._refer_all(cell)
        elif kind in _ROLLBACK:
            self.commands.append(read_commands(element, self.file))

    def _keep(self, found: Found) -> list[Gate]:
        """Number the gates of a statement and keep all that it gave."""
        kept = [self._number(gate) for gate in found.gates]
        self.mentions += found.mentions
        self.findings += found.findings
        return kept

    def _number(self, gate: Gate) -> Gate:
        """Give a gate its id; words that only imply what was implied before ("all files are there") share the first one's."""
        metric = metric_named(gate.metric)
        if metric is not None and metric.implied is not None and gate.bound.raw == metric.implied.raw:
            for other in self.gates:
                if (other.metric, other.subject, other.bound, other.role) == (gate.metric, gate.subject, gate.bound, gate.role):
                    return other
        numbered = replace(gate, id=_gate_id(len(self.gates) + 1, gate))
        self.gates.append(numbered)
        return numbered

    def _refer_all(self, block: Block) -> None:
        for found in find_references(block, posixpath.dirname(self.file), self.file, self.lines):
            if isinstance(found, Finding):
                self.findings.append(found)
            else:
                self.references.append(found)

    def _refer(self, reference: Reference | None) -> None:
        if reference is not None:
            self.references.append(reference)


def _gate_id(number: int, gate: Gate) -> str:
    """Make a short id that a person recognises: `G07-benchmark-time-full-rating`."""
    name = slug(f"{gate.metric} {gate.subject}" if gate.metric else gate.text).replace("_", "-")
    if len(name) > _SLUG_LENGTH:
        name = name[:_SLUG_LENGTH].rpartition("-")[0] or name[:_SLUG_LENGTH]
    return f"G{number:02d}-{name}" if name else f"G{number:02d}"
