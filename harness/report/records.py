"""Which checks ran on which operation and port, as a grid for the eye, and which implementations answered, as proof."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from harness.model import CheckRecord, Divergence, EvidenceStatus, Ran
from harness.report.numbers import digest_text

MARKS = {
    EvidenceStatus.MEASURED: "✓",
    EvidenceStatus.INCONCLUSIVE: "?",
    EvidenceStatus.MISSING: "-",
    EvidenceStatus.ERROR: "!",
}
DIVERGED = "diverged"
_SEVERITY = (EvidenceStatus.MEASURED, EvidenceStatus.INCONCLUSIVE, EvidenceStatus.MISSING, EvidenceStatus.ERROR)


@dataclass(frozen=True, slots=True)
class Cell:
    """What one check made of one operation and port; `word` is the state that the mark stands for."""

    mark: str
    word: str
    cases: int


@dataclass(frozen=True, slots=True)
class GridRow:
    """One operation on one port (or implementation), with a cell a check, None where a check does not apply."""

    operation: str
    port: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """All checks at a glance."""

    checks: tuple[str, ...]
    rows: tuple[GridRow, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """An implementation that answered, once a build, with the number of checks it answered in."""

    target: str
    file: str
    version: str
    profile: str
    file_digest: str
    source_digest: str
    checks: int


def grid(records: Sequence[CheckRecord], divergences: Iterable[Divergence]) -> Grid:
    """Lay the records out by operation and check; the worst record speaks for a cell that has several."""
    diverged = {(found.check, found.operation, found.port) for found in divergences}
    checks = tuple(dict.fromkeys(record.name for record in records))
    groups: dict[tuple[str, str], dict[str, list[CheckRecord]]] = {}
    for record in records:
        groups.setdefault((record.operation, record.port), {}).setdefault(record.name, []).append(record)
    return Grid(checks, tuple(_row(operation, port, checks, by_check, diverged) for (operation, port), by_check in groups.items()))


def answered(records: Iterable[CheckRecord]) -> tuple[Answered, ...]:
    """Name every module and build that answered, each once."""
    counts: dict[tuple[str, Ran], int] = {}
    for record in records:
        for ran in {(_module(ran.target), _build(ran)) for ran in record.ran}:
            counts[ran] = counts.get(ran, 0) + 1
    return tuple(
        Answered(
            module, ran.file, ran.version, ran.profile or "source", digest_text(ran.file_digest), digest_text(ran.source_digest), count
        )
        for (module, ran), count in sorted(counts.items(), key=lambda item: (item[0][0], item[0][1].file))
    )


def _row(
    operation: str, port: str, checks: Sequence[str], by_check: Mapping[str, Sequence[CheckRecord]], diverged: set[tuple[str, str, str]]
) -> GridRow:
    cells = tuple(_cell(by_check[name], (name, operation, port) in diverged) if name in by_check else None for name in checks)
    return GridRow(operation, port, cells)


def _cell(records: Sequence[CheckRecord], diverged: bool) -> Cell:  # noqa: FBT001 - private, and called once
    worst = max(records, key=lambda record: _SEVERITY.index(record.status)).status
    cases = sum(record.cases for record in records)
    if diverged:
        return Cell("≠", DIVERGED, cases)
    return Cell(MARKS[worst], worst.value, cases)


def _module(target: str) -> str:
    """Cut the callable off an import path: what is loaded is the module."""
    return target.partition(":")[0] if ":" in target else target.rpartition(".")[0] or target


def _build(ran: Ran) -> Ran:
    """Keep of a proof what belongs to the build, so that its callables fold into one line."""
    return Ran("", "", ran.file, ran.file_digest, ran.version, ran.profile, ran.source_digest)
