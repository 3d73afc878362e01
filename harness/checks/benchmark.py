"""The benchmark check: reference and port timed side by side in one worker, as a ratio with an interval."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from harness.checks.base import Context, Finding
from harness.checks.proof import proof
from harness.checks.workload import WorkloadBench
from harness.contract import Operation, Workload
from harness.model import CheckRecord, EvidenceStatus


class BenchmarkCheck:
    """Times every workload of every operation: speed-up, absolute times, scaling, share at the boundary, memory."""

    name: ClassVar[str] = "benchmark"

    def run(self, context: Context) -> Iterator[Finding]:
        """Yield evidence per workload; a debug or stale build makes it inconclusive, never fast."""
        for operation, port in context.pairs():
            for workload in operation.workloads:
                yield from self._time(context, operation, port, workload)

    def _time(self, context: Context, operation: Operation, port: str, workload: Workload) -> Iterator[Finding]:
        start_ns = context.clock_ns()
        context.progress(f"{self.name} {workload.name}", 0, 0)
        shown = proof(context, operation, port)
        rounds = 0
        if shown.code != "port-missing":
            bench = WorkloadBench(context, operation, port, workload, shown.doubt)
            for evidence in bench.measure():
                rounds = max(rounds, evidence.n)
                yield evidence
        status = EvidenceStatus.INCONCLUSIVE if shown.doubt else EvidenceStatus.MEASURED
        yield CheckRecord(
            name=self.name,
            operation=operation.name,
            port=port,
            status=status,
            cases=rounds,
            floor=operation.floor.rounds,
            seconds=context.seconds_since(start_ns),
            ran=(shown.ran,),
            note=shown.doubt,
        )
