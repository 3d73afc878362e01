"""The boundary check: inputs that a binding mistreats although the arithmetic behind it is right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from harness.cases import boundary_cases
from harness.checks.base import Context, Finding
from harness.checks.examine import compare_cases, divergences
from harness.checks.proof import proof
from harness.checks.workers import REFERENCE
from harness.contract import Operation
from harness.model import CheckRecord, Evidence, EvidenceStatus


class BoundaryCheck:
    """Probes every argument with limits, foreign types and broken Arrow data; both sides must answer or refuse alike."""

    name: ClassVar[str] = "boundary"

    def run(self, context: Context) -> Iterator[Finding]:
        """Yield evidence and divergences for every operation that can be probed."""
        for operation, port in context.pairs():
            if operation.probe_boundary:
                yield from self._examine(context, operation, port)

    def _examine(self, context: Context, operation: Operation, port: str) -> Iterator[Finding]:
        start_ns = context.clock_ns()
        probes = boundary_cases(operation, seed=context.seed)
        comparison = compare_cases(context, operation, port, probes, what=f"{self.name} {operation.name}")
        yield from divergences(context, self.name, operation, port, comparison)
        for metric, value in (("divergences", comparison.diverged), ("cases", comparison.cases)):
            name = f"{self.name}.{metric}"
            yield Evidence(
                self.name, operation.name, port, name, float(value), "count", n=comparison.cases, floor=1, subject=operation.name
            )
        doubt = proof(context, operation, port).doubt
        yield CheckRecord(
            name=self.name,
            operation=operation.name,
            port=port,
            status=EvidenceStatus.INCONCLUSIVE if doubt else EvidenceStatus.MEASURED,
            cases=comparison.cases,
            floor=1,
            seconds=context.seconds_since(start_ns),
            ran=(context.workers.ran(operation, REFERENCE), context.workers.ran(operation, port)),
            note=doubt,
        )
