"""The provenance check: every port is loaded once and has to show what it is, whatever else a run leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from harness.cases import generate
from harness.checks.base import Context, Finding
from harness.checks.examine import batches
from harness.checks.proof import proof
from harness.checks.workers import REFERENCE
from harness.contract import Operation
from harness.model import CheckRecord, EvidenceStatus

FEW = 8


class ProvenanceCheck:
    """Calls each port a few times and asks its worker what was loaded; always part of a run."""

    name: ClassVar[str] = "provenance"

    def run(self, context: Context) -> Iterator[Finding]:
        """Yield one record an operation and port, inconclusive where the port cannot show that it ran."""
        pairs = list(context.all_pairs())
        for index, (operation, port) in enumerate(pairs):
            context.progress(self.name, index + 1, len(pairs))
            yield self._examine(context, operation, port)

    def _examine(self, context: Context, operation: Operation, port: str) -> CheckRecord:
        start_ns = context.clock_ns()
        reference = context.workers.ran(operation, REFERENCE)
        context.workers.ran(operation, port)
        cases = next(batches(generate(operation.inputs[0], operation.name, count=FEW, seed=context.seed), FEW), [])
        for outcome in context.workers.call(operation, port, cases):
            context.tally.count(port, outcome)
        shown = proof(context, operation, port)
        status = EvidenceStatus.INCONCLUSIVE if shown.doubt else EvidenceStatus.MEASURED
        seconds = context.seconds_since(start_ns)
        return CheckRecord(self.name, operation.name, port, status, len(cases), 1, seconds, (reference, shown.ran), shown.doubt)
