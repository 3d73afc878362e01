"""The golden check: recorded outcomes, against which both the reference of today and every port must still hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import ClassVar

from harness.cases import generate
from harness.checks.base import Context, Finding
from harness.checks.examine import Comparison, divergence
from harness.checks.packages import other_packages
from harness.checks.workers import REFERENCE
from harness.compare import compare_outcomes
from harness.contract import Operation, Recorded, exact
from harness.formats.values import pack
from harness.model import Case, CheckRecord, Evidence, EvidenceStatus, Outcome, OutcomeKind
from harness.stores.golden_file import Golden

GENERATED = 40
LARGEST_BYTES = 12_000
RECORDED = 8


class GoldenCheck:
    """Compares the accepted outcomes of golden/ with what reference and ports answer now; it never writes.

    Outcomes that were recorded with other versions of the packages they depend on are not compared: they settle nothing, either way.
    """

    name: ClassVar[str] = "golden"

    def run(self, context: Context) -> Iterator[Finding]:
        """Yield evidence for the reference and every port, and what is missing, unreviewed or orphaned."""
        for operation in context.contract.operations.values():
            for implementation in (REFERENCE, *operation.ports):
                yield from self._verify(context, operation, implementation)
        yield from self._housekeeping(context)

    def _verify(self, context: Context, operation: Operation, implementation: str) -> Iterator[Finding]:
        start_ns = context.clock_ns()
        context.progress(f"{self.name} {operation.name}", 0, 0)
        golden = context.golden.accepted(operation.name)
        doubt = other_packages(operation, golden.packages, migration=context.contract.name) if golden.entries else ""
        pairs = () if doubt else tuple(golden)
        comparison = verify(context, operation, implementation, pairs)
        for name, cluster in comparison.clusters.items():
            yield divergence(self.name, operation, implementation, name, cluster)
        yield self._evidence(operation, implementation, "divergences", comparison.diverged, len(pairs), doubt)
        yield self._evidence(operation, implementation, "cases", len(pairs), len(pairs), doubt)
        yield CheckRecord(
            name=self.name,
            operation=operation.name,
            port=implementation,
            status=EvidenceStatus.MEASURED if pairs and not comparison.missing else EvidenceStatus.INCONCLUSIVE,
            cases=len(pairs),
            floor=1,
            seconds=context.seconds_since(start_ns),
            ran=(context.workers.ran(operation, implementation),),
            note=doubt or _note(pairs, comparison),
        )

    def _evidence(self, operation: Operation, implementation: str, metric: str, value: int, cases: int, doubt: str) -> Evidence:
        unmeasured = EvidenceStatus.INCONCLUSIVE if doubt else EvidenceStatus.MISSING
        status = EvidenceStatus.MEASURED if cases else unmeasured
        note = "" if cases else doubt or f"nothing is recorded for {operation.name!r}; run `harness golden record`"
        name = f"{self.name}.{metric}"
        return Evidence(
            self.name,
            operation.name,
            implementation,
            name,
            float(value),
            "count",
            n=cases,
            floor=1,
            status=status,
            subject=operation.name,
            note=note,
        )

    def _housekeeping(self, context: Context) -> Iterator[Evidence]:
        names = list(context.contract.operations)
        missing = [name for name in names if not context.golden.has(name)]
        pending = list(context.golden.pending())
        orphans = list(context.golden.orphans(names))
        for metric, found in (("missing", missing), ("unreviewed", pending), ("orphans", orphans)):
            note = ", ".join(map(str, found))
            yield Evidence(self.name, "", "", f"{self.name}.{metric}", float(len(found)), "count", n=len(names), floor=1, note=note)


def golden_cases(operation: Operation, *, seed: int) -> Iterator[Case]:
    """Yield the cases that are worth recording: some generated ones with all edges, and a few of the real input.

    Large ones are left to the differential check, because recorded outcomes are reviewed by people and kept in version control.
    """
    for inputs in operation.inputs:
        wanted = RECORDED if isinstance(inputs, Recorded) else GENERATED
        small = (
            case for case in generate(inputs, operation.name, count=GENERATED, seed=seed) if len(pack(case.arguments)) <= LARGEST_BYTES
        )
        yield from islice(small, wanted)


def settled(operation: Operation, golden: Golden, case: Case, outcome: Outcome) -> Outcome:
    """Return what to record of a new outcome: the accepted one, where they differ in nothing but what the operation ignores.

    How long a call took is another number every time, and nobody is to review that.
    """
    _, accepted = golden.entries.get(case.id, (case, outcome))
    if not operation.compare.ignore or not accepted.kind is outcome.kind is OutcomeKind.VALUE:
        return outcome
    policy = replace(exact, arrow=operation.compare.arrow, ignore=operation.compare.ignore)
    return outcome if compare_outcomes(accepted, outcome, policy, operation.errors) else accepted


def verify(context: Context, operation: Operation, implementation: str, pairs: tuple[tuple[Case, Outcome], ...]) -> Comparison:
    """Compare recorded outcomes with those of an implementation now; each signature keeps its smallest id as representative."""
    comparison = Comparison()
    if not pairs:
        return comparison
    given = context.workers.call(operation, implementation, [case for case, _ in pairs])
    for (case, recorded), outcome in zip(pairs, given, strict=True):
        comparison.take(operation, case, recorded, outcome)
        if implementation != REFERENCE:
            context.tally.count(implementation, outcome, recorded)
    return comparison


def _note(pairs: tuple[tuple[Case, Outcome], ...], comparison: Comparison) -> str:
    if not pairs:
        return "nothing is recorded; run `harness golden record` and have it reviewed"
    return f"{comparison.missing} cases were not answered (not migrated)" if comparison.missing else ""
