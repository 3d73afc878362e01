"""Runs one stored case on both sides again."""

from __future__ import annotations

from dataclasses import dataclass

from harness.checks import concurrency, determinism
from harness.checks.base import Context
from harness.checks.comparing import where_they_differ
from harness.checks.packages import other_packages
from harness.checks.property import broken_properties
from harness.checks.statements import broken_statements
from harness.checks.workers import REFERENCE
from harness.contract import Machine, Operation
from harness.errors import Code, HarnessError
from harness.model import Difference, Divergence, Outcome
from harness.run.context import open_context
from harness.run.plan import Plan
from harness.settings import Project
from harness.stores.evidence import EvidenceStore
from harness.stores.golden_file import named_packages


@dataclass(frozen=True)
class Rerun:
    """A stored divergence with what both sides give now; where it was of recorded outcomes, those are the reference."""

    migration: str
    divergence: Divergence
    reference: Outcome
    candidate: Outcome
    where: tuple[Difference, ...]


def replay_divergence(project: Project, identity: str) -> Rerun:
    """Find a divergence by its id, or the beginning of it, and run its case again; raises HarnessError DIVERGENCE_UNKNOWN."""
    name, found = _find(project, identity)
    with open_context(project, name, Plan()) as context:
        operation = context.contract.subject(found.operation)
        if found.check == "drill":
            what = f"divergence {found.id} is a step of the drill"
            raise HarnessError(Code.DIVERGENCE_UNKNOWN, what, hint=f"rehearse again with `harness drill {name}`")
        if operation is None or found.port not in {REFERENCE, *operation.ports}:
            raise HarnessError(
                Code.DIVERGENCE_UNKNOWN, f"divergence {found.id} is of {found.operation!r} on {found.port!r}, which cannot be replayed"
            )
        recorded = found.check == "golden"
        if recorded:
            _demand_packages(project, name, operation, found)
        reference = found.reference if recorded else context.workers.call(operation, REFERENCE, [found.case])[0]
        candidate = context.workers.call(operation, found.port, [found.case])[0]
        where = _differences(context, operation, found, reference, candidate)
    return Rerun(name, found, reference, candidate, where)


def _differences(
    context: Context, operation: Operation, found: Divergence, reference: Outcome, candidate: Outcome
) -> tuple[Difference, ...]:
    """Examine a case again in the way in which its check did."""
    if found.check == "determinism":
        return determinism.answers_that_differ(context, operation, found.port, found.case)
    if found.check == "concurrency":
        return concurrency.answers_that_differ(context, operation, found.port, found.case)
    if found.kind.startswith("property:") and isinstance(operation, Machine):
        broken = broken_statements(context, operation, found.port, found.case)
        # A program cut down for one statement need not observe what the others ask for.
        return tuple(difference for difference in broken if difference.kind == found.kind)
    if found.check == "property":
        return broken_properties(context, operation, found.port, found.case)
    return where_they_differ(operation, reference, candidate)


def _demand_packages(project: Project, name: str, operation: Operation, found: Divergence) -> None:
    """Refuse to hold what was recorded against answers under other packages than those of the run that found the divergence."""
    packages = named_packages(EvidenceStore(project.layout.reports / name).read().provenance)
    doubt = other_packages(operation, packages, migration=name)
    if doubt:
        raise HarnessError(Code.DIVERGENCE_UNKNOWN, f"divergence {found.id} cannot be replayed: {doubt}", hint="install that version")


def _find(project: Project, identity: str) -> tuple[str, Divergence]:
    matches = [
        (name, divergence)
        for name in project.migrations()
        for divergence in _stored(project, name)
        if identity and divergence.id.startswith(identity)
    ]
    if len(matches) != 1:
        what = f"no divergence has the id {identity!r}" if not matches else f"{len(matches)} divergences begin with {identity!r}"
        raise HarnessError(Code.DIVERGENCE_UNKNOWN, what, where=str(project.layout.reports))
    return matches[0]


def _stored(project: Project, name: str) -> tuple[Divergence, ...]:
    try:
        return tuple(EvidenceStore(project.layout.reports / name).read().divergences)
    except HarnessError as error:
        if error.code is Code.EVIDENCE_MISSING:
            return ()
        raise
