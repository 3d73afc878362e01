"""A divergence as people read it: the smallest input, both answers, where they part, and how to see it again."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from harness.machines.programs import step_of_path
from harness.model import Difference, Divergence
from harness.report.numbers import value_text, whole_text
from harness.report.text import shell
from harness.report.values import arguments_after_text, call_text, entry_text


@dataclass(frozen=True, slots=True)
class Place:
    """Where two outcomes part, and by how much; "" for a size that does not apply."""

    path: str
    kind: str
    reference: str
    candidate: str
    abs_error: str
    rel_error: str
    ulps: str


@dataclass(frozen=True, slots=True)
class DivergenceRow:
    """One cluster of divergent cases, shown by its smallest."""

    id: str
    check: str
    operation: str
    port: str
    kind: str
    signature: str
    count: int
    call: str
    origin: str
    seed: str
    reference: str
    reference_kind: str
    candidate: str
    candidate_kind: str
    reference_after: str
    candidate_after: str
    places: tuple[Place, ...]
    reproducer: str
    replay: str


def divergence_rows(divergences: Iterable[Divergence]) -> tuple[DivergenceRow, ...]:
    """Make the rows of a run, the most frequent first."""
    return tuple(_row(found) for found in sorted(divergences, key=lambda found: -found.count))


def _row(found: Divergence) -> DivergenceRow:
    step = step_of_path(found.where[0].path) if found.where else None
    return DivergenceRow(
        id=found.id,
        check=found.check,
        operation=found.operation,
        port=found.port,
        kind=found.kind,
        signature=found.signature,
        count=found.count,
        call=call_text(found.case),
        origin=found.case.origin,
        seed="" if found.case.seed is None else str(found.case.seed),
        reference=entry_text(found.reference, found.case, step),
        reference_kind=found.reference.kind.value,
        candidate=entry_text(found.candidate, found.case, step),
        candidate_kind=found.candidate.kind.value,
        reference_after=arguments_after_text(found.reference),
        candidate_after=arguments_after_text(found.candidate),
        places=tuple(map(_place, found.where)),
        reproducer=found.reproducer,
        replay=shell("harness", "replay", found.id),
    )


def _place(difference: Difference) -> Place:
    return Place(
        path=difference.path,
        kind=difference.kind,
        reference=difference.reference,
        candidate=difference.candidate,
        abs_error=_size(difference.abs_error),
        rel_error=_size(difference.rel_error),
        ulps="" if difference.ulps is None else whole_text(difference.ulps),
    )


def _size(size: float | None) -> str:
    if size is None:
        return ""
    return f"{size:.3g}" if math.isfinite(size) else value_text(size)
