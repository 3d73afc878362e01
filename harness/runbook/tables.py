"""Tables of thresholds: which column names the thing, which records a claim, which sets a limit, which says what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from harness.model import Bound, Role, Source
from harness.runbook.binding import Found, Placed, Statement, bind
from harness.runbook.bounds import Reading, Strength, read_bounds, read_cell
from harness.runbook.document import Block, Comment, Table
from harness.runbook.findings import Finding, Severity
from harness.runbook.oddities import find_placeholder
from harness.runbook.sections import SectionKind
from harness.runbook.statements import LONGEST_TEXT, tidy, too_long
from harness.runbook.triggers import action_for, least_strength, role_in
from harness.runbook.vocabulary import slug


class Column(StrEnum):
    """What a column is for."""

    LABEL = "label"
    BASELINE = "baseline"
    MEASURED = "measured"
    TARGET = "target"
    SPEEDUP = "speedup"
    THRESHOLD = "threshold"
    ACTION = "action"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Claim:
    """A baseline that a runbook records: never a limit, and not to be believed without its own measurement."""

    label: str
    subject: str
    value: float
    unit: str
    raw: str
    source: Source


@dataclass(slots=True)
class TableFound(Found):
    """What a table came to, with the claims of its baseline column."""

    claims: list[Claim] = field(default_factory=list)


_HEADERS: Mapping[Column, str] = {
    Column.THRESHOLD: r"schwell|threshold|grenzwert|\blimit|toleran",
    Column.ACTION: r"aktion|action|maßnahme|reaktion|response|konsequenz",
    Column.SPEEDUP: r"speed-?up|beschleunigung|faktor|factor|verbesserung|improvement",
    Column.TARGET: r"target|\bziel|\bgoal|\bsoll",
    Column.BASELINE: r"baseline|python|referen[cz]|vorher|before",
    Column.MEASURED: r"rust|julia|hybrid|\bport\b|gemessen|measured|aktuell|current|\bist\b|nachher|after",
}
_LIMITS = {Column.TARGET, Column.SPEEDUP, Column.THRESHOLD}


def classify(header: Sequence[str]) -> list[Column]:
    """Say what each column is for; a table of plans without a target column sets its limits in the port's column."""
    columns = [
        next((column for column, words in _HEADERS.items() if re.search(words, cell, re.IGNORECASE)), Column.OTHER) for cell in header
    ]
    if columns and not _LIMITS & {columns[0]}:
        columns[0] = Column.LABEL
    if Column.BASELINE in columns and not {Column.TARGET, Column.THRESHOLD} & set(columns):
        columns = [Column.TARGET if column is Column.MEASURED else column for column in columns]
    return columns


def read_table(table: Table, kind: SectionKind, file: str) -> TableFound:
    """Read the thresholds and claims of a table in a section of this kind."""
    columns = classify([cell.text for cell in table.header])
    found = TableFound()
    limiting = bool(_LIMITS & set(columns))
    role = _role(columns, kind) if limiting else role_in(kind)
    for row in table.rows:
        if sum(len(cell.text) for cell in row) > LONGEST_TEXT:
            found.findings.append(too_long(Source(file, row[0].line)))
            continue
        reading = _Row(table, row, columns if limiting else [Column.OTHER] * len(columns), role, kind, file)
        for statement in reading.statements():
            part = bind(statement)
            found.gates += part.gates
            found.mentions += part.mentions
            found.findings += part.findings
        found.findings += reading.placeholders()
        if Column.BASELINE in columns:
            found.claims += reading.claims(found)
    return found


def _role(columns: Sequence[Column], kind: SectionKind) -> Role:
    if Column.THRESHOLD in columns and (Column.ACTION in columns or role_in(kind) is Role.TRIGGER):
        return Role.TRIGGER
    role = role_in(kind)
    return Role.TARGET if role is Role.ACCEPTANCE and Column.BASELINE in columns else role


@dataclass(frozen=True, slots=True)
class _Row:
    """One row with what its columns are for."""

    table: Table
    cells: Sequence[Block]
    columns: Sequence[Column]
    role: Role
    kind: SectionKind
    file: str

    def statements(self) -> Iterator[Statement]:
        """Yield a statement for each cell that binds itself, and one for the rest of the row with the comments that stand elsewhere."""
        own, rest, loose = list[int](), list[int](), list[Comment]()
        for index, cell in enumerate(self.cells):
            has_bounds = bool(self._readings(index))
            (own if has_bounds and cell.comments else rest).append(index)
            if cell.comments and not has_bounds:
                loose += cell.comments
        for index in own:
            yield self._statement([index], self.cells[index].comments)
        if loose or any(self._readings(index) for index in rest):
            yield self._statement(rest, loose)

    def _statement(self, indexes: Sequence[int], comments: Sequence[Comment]) -> Statement:
        readings: list[Placed] = [
            (reading, Source(self.file, self.cells[index].line)) for index in indexes for reading in self._readings(index)
        ]
        actions = " ".join(cell.text for cell, column in zip(self.cells, self.columns, strict=False) if column is Column.ACTION)
        return Statement(
            text=self._text([index for index in indexes if self._readings(index)]),
            meaning=" ".join([self.label, *(f"{self.table.header[index].text} {self.cells[index].text}" for index in indexes if index)]),
            label=self.label,
            readings=readings,
            comments=comments,
            role=self.role,
            action=action_for(self.role, actions),
            source=Source(self.file, self.cells[0].line if self.cells else self.table.line),
            least=Strength.BARE if Column.LABEL in self.columns else least_strength(self.kind),
        )

    @property
    def label(self) -> str:
        """Return the words that name what the row is about."""
        first = next((index for index, column in enumerate(self.columns) if column is Column.LABEL), 0)
        return tidy(self.cells[first].text) if self.cells else ""

    def _text(self, indexes: Sequence[int]) -> str:
        parts = [f"{self.table.header[index].text} {self.cells[index].text}".strip() for index in indexes]
        return tidy(f"{self.label}: {', '.join(parts)}") if parts else self.label

    def _readings(self, index: int) -> list[Reading]:
        column = self.columns[index] if index < len(self.columns) else Column.OTHER
        if column in _LIMITS:
            return read_cell(self.cells[index].text)
        return read_bounds(self.cells[index].text) if column is Column.OTHER else []

    def placeholders(self) -> list[Finding]:
        """Name cells that await a value: a problem where a limit should stand, worth a warning where a measurement should."""
        findings = []
        for cell, column, header in zip(self.cells, self.columns, self.table.header, strict=False):
            placeholder = find_placeholder(cell.text, cell=True)
            if column in {Column.THRESHOLD, Column.TARGET} and not cell.text.strip():
                text = f"the limit is missing: {self.label}, {header.text}"
                findings.append(Finding("placeholder", text, Source(self.file, cell.line), Severity.PROBLEM))
            elif placeholder and column in _LIMITS | {Column.MEASURED, Column.BASELINE}:
                severity = Severity.PROBLEM if column in _LIMITS else Severity.WARNING
                text = f"{placeholder!r} stands where a value should: {self.label}, {header.text}"
                findings.append(Finding("placeholder", text, Source(self.file, cell.line), severity))
            elif column in _LIMITS and cell.text.strip() and not read_cell(cell.text):
                text = f"no limit can be read from {cell.text.strip()!r}: {self.label}, {header.text}"
                findings.append(Finding("bound-unreadable", text, Source(self.file, cell.line), Severity.PROBLEM))
        return findings

    def claims(self, found: Found) -> list[Claim]:
        """Read what the baseline column claims; its subject is that of the row's own gates, else made from the label."""
        line = self.cells[0].line if self.cells else 0
        subject = next((gate.subject for gate in found.gates if gate.subject and gate.source.line == line), slug(self.label))
        bounds = [
            (bound, cell)
            for cell, column in zip(self.cells, self.columns, strict=False)
            if column is Column.BASELINE
            for bound in _bare(cell)
        ]
        return [Claim(self.label, subject, bound.limit, bound.unit, bound.raw, Source(self.file, cell.line)) for bound, cell in bounds]


def _bare(cell: Block) -> list[Bound]:
    return [reading.bound for reading in read_cell(cell.text)[:1] if reading.bound.raw]
