"""The differential check: many inputs, both sides, where and how far the answers differ."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import ClassVar

from harness.cases import generate
from harness.checks.base import Context, Finding
from harness.checks.examine import Comparison, compare_cases, divergences
from harness.checks.proof import proof
from harness.checks.sizes import cases_wanted
from harness.checks.workers import REFERENCE
from harness.contract import Operation
from harness.model import Case, CheckRecord, Evidence, EvidenceStatus, Interval
from harness.stats import failure_bound


class DifferentialCheck:
    """Compares reference and port on generated, edge and recorded inputs."""

    name: ClassVar[str] = "differential"

    def run(self, context: Context) -> Iterator[Finding]:
        """Yield evidence and divergences for every operation and port."""
        for operation, port in context.pairs():
            yield from self._examine(context, operation, port)

    def _examine(self, context: Context, operation: Operation, port: str) -> Iterator[Finding]:
        start_ns = context.clock_ns()
        total = cases_wanted(operation, context.cases)
        what = f"{self.name} {operation.name}"
        comparison = compare_cases(context, operation, port, cases_of(context, operation, total), total=total, what=what)
        yield from divergences(context, self.name, operation, port, comparison)
        yield from evidence(self.name, operation, port, comparison)
        doubt = proof(context, operation, port).doubt or _doubt(operation, comparison)
        yield CheckRecord(
            name=self.name,
            operation=operation.name,
            port=port,
            status=EvidenceStatus.INCONCLUSIVE if doubt else EvidenceStatus.MEASURED,
            cases=comparison.cases,
            floor=operation.floor.cases,
            seconds=context.seconds_since(start_ns),
            ran=(context.workers.ran(operation, REFERENCE), context.workers.ran(operation, port)),
            note=doubt,
        )


def cases_of(context: Context, operation: Operation, count: int) -> Iterator[Case]:
    """Chain the cases of all inputs of an operation; real input counts beside the generated, not instead of it."""
    return chain.from_iterable(generate(inputs, operation.name, count=count, seed=context.seed) for inputs in operation.inputs)


def evidence(check: str, operation: Operation, port: str, comparison: Comparison) -> Iterator[Evidence]:
    """Yield what a comparison measured; a share or an error size of nothing compared has no value."""
    cases, floor = comparison.cases, operation.floor.cases
    measured = EvidenceStatus.MEASURED if cases else EvidenceStatus.MISSING
    share = comparison.both_succeeded / cases if cases else None
    values: tuple[tuple[str, float | None, str, Interval | None], ...] = (
        ("divergences", float(comparison.diverged), "count", None),
        ("divergence_rate", comparison.diverged / cases if cases else None, "fraction", failure_bound(comparison.diverged, cases)),
        ("cases", float(cases), "count", None),
        ("rows", float(comparison.rows), "count", None),
        ("both_succeeded", share, "fraction", None),
        ("abs_error.max", comparison.max_abs, "", None),
        ("rel_error.max", comparison.max_rel, "", None),
        ("ulps.max", float(comparison.max_ulps), "count", None),
    )
    for name, value, unit, interval in values:
        yield Evidence(
            check,
            operation.name,
            port,
            f"{check}.{name}",
            value,
            unit,
            interval if cases else None,
            n=cases,
            floor=0 if name in {"cases", "rows"} else floor,
            status=measured,
            subject=operation.name,
            note="" if cases else "nothing was compared",
        )


def _doubt(operation: Operation, comparison: Comparison) -> str:
    """Say why a comparison without divergences still proves nothing, or return an empty text."""
    if comparison.missing:
        return f"{comparison.missing} of {comparison.cases} cases were not answered by the port (not migrated or skipped)"
    if comparison.cases < operation.floor.cases:
        return f"{comparison.cases} cases were compared, the contract asks for {operation.floor.cases}"
    share = comparison.both_succeeded / comparison.cases if comparison.cases else 0.0
    if share < operation.floor.both_succeeded:
        return f"both sides gave a value in only {share:.0%} of the cases, the contract asks for {operation.floor.both_succeeded:.0%}"
    return ""
