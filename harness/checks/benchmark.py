"""The benchmark check: reference and port timed side by side in one worker, as a ratio with an interval."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from harness.checks.base import Context, Finding
from harness.checks.proof import proof
from harness.contract import Operation, Workload
from harness.drivers.timing import Timings, peak_memory, time_parts, time_together
from harness.model import CheckRecord, Evidence, EvidenceStatus
from harness.stats import Estimate, median_interval, paired_ratio, power_law, share

NANOSECONDS = 1e9
SCALING_ROUNDS = 6
NOISE_ROUNDS = 6
SHARE_OF_BUDGET = 0.25


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
            bench = _Bench(context, operation, port, workload, shown.doubt)
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


class _Bench:
    """One workload on one port."""

    def __init__(self, context: Context, operation: Operation, port: str, workload: Workload, doubt: str) -> None:
        self.context = context
        self.operation = operation
        self.port = port
        self.workload = workload
        self.doubt = doubt
        self.target = operation.ports[port]
        self.arguments = workload.make(workload.size)

    def measure(self) -> Iterator[Evidence]:
        yield from self._times()
        if self.workload.sizes:
            yield from self._scaling()
        if self.workload.boundary:
            yield self._boundary()
        if not self.workload.port_only:
            yield from self._memory()

    def _times(self) -> Iterator[Evidence]:
        timings = self._together(self.arguments, rounds=2 * self.operation.floor.rounds)
        yield self._evidence("time", _seconds(timings.candidate_ns, self.context.seed), "s", samples_ns=timings.candidate_ns)
        if timings.reference_ns:
            reference = _seconds(timings.reference_ns, self.context.seed)
            yield self._evidence("reference_time", reference, "s", samples_ns=timings.reference_ns)
            speedup = paired_ratio(timings.reference_ns, timings.candidate_ns, seed=self.context.seed)
            yield self._evidence("speedup", speedup, "ratio")
        noise = self._together(self.arguments, rounds=NOISE_ROUNDS, reference=self.target)
        yield self._evidence("noise", paired_ratio(noise.reference_ns, noise.candidate_ns, seed=self.context.seed), "ratio")

    def _scaling(self) -> Iterator[Evidence]:
        times = [self._alone(self.workload.make(size)).candidate_ns for size in self.workload.sizes]
        exponent = power_law(self.workload.sizes, times, seed=self.context.seed)
        yield self._evidence("scaling.exponent", exponent, "exponent")
        for size, samples in zip(self.workload.sizes, times, strict=True):
            point = _seconds(samples, self.context.seed)
            yield self._evidence(f"scaling.time.{size}", point, "s", floor=0)

    def _boundary(self) -> Evidence:
        parts = time_parts(
            self.target, self.workload.boundary, self.arguments, root=self.context.root, environment=self.context.workers.environment,
            search_path=self.context.workers.search_path, rounds=2 * self.operation.floor.rounds,
            budget_seconds=SHARE_OF_BUDGET * self.context.budget_seconds, timeout_seconds=self._timeout,
        )  # fmt: skip
        return self._evidence("boundary.share", share(parts.candidate_ns, parts.reference_ns, seed=self.context.seed), "fraction")

    def _memory(self) -> Iterator[Evidence]:
        used = self._peak(self.target)
        yield self._point("memory.extra_bytes", float(used), "bytes")
        reference = self._peak(self.operation.reference)
        yield self._point("memory.reference_extra_bytes", float(reference), "bytes")
        yield self._point("memory.ratio", used / reference if reference else None, "ratio")

    def _peak(self, target: str) -> int:
        return peak_memory(
            target, self.arguments, root=self.context.root, environment=self.context.workers.environment,
            search_path=self.context.workers.search_path, timeout_seconds=self._timeout,
        )  # fmt: skip

    @property
    def _timeout(self) -> float:
        return max(60.0, 4 * self.operation.timeout_seconds)

    def _alone(self, arguments: tuple[Any, ...]) -> Timings:
        return self._together(arguments, rounds=SCALING_ROUNDS, alone=True)

    def _together(self, arguments: tuple[Any, ...], *, rounds: int, reference: str = "", alone: bool = False) -> Timings:
        first = None if alone or (self.workload.port_only and not reference) else reference or self.operation.reference
        return time_together(
            first, self.target, arguments, root=self.context.root, environment=self.context.workers.environment,
            search_path=self.context.workers.search_path, rounds=rounds, budget_seconds=SHARE_OF_BUDGET * self.context.budget_seconds,
            timeout_seconds=self._timeout,
        )  # fmt: skip

    def _evidence(
        self, metric: str, estimate: Estimate, unit: str, *, floor: int | None = None, samples_ns: Sequence[float] = ()
    ) -> Evidence:
        needed = min(6, self.operation.floor.rounds) if floor is None else floor
        return Evidence(
            check="benchmark", operation=self.operation.name, port=self.port, metric=f"benchmark.{metric}", value=estimate.value, unit=unit,
            interval=estimate.interval, n=estimate.n, floor=needed, status=self._status, subject=self.workload.name, note=self.doubt,
            provenance={"samples_ns": list(samples_ns)} if samples_ns else {},
        )  # fmt: skip

    def _point(self, metric: str, value: float | None, unit: str) -> Evidence:
        status = self._status if value is not None else EvidenceStatus.INCONCLUSIVE
        note = self.doubt if value is not None else "the reference used no measurable extra memory"
        return Evidence(
            check="benchmark", operation=self.operation.name, port=self.port, metric=f"benchmark.{metric}", value=value, unit=unit,
            n=1, floor=1, status=status, subject=self.workload.name, note=note,
        )  # fmt: skip

    @property
    def _status(self) -> EvidenceStatus:
        return EvidenceStatus.INCONCLUSIVE if self.doubt else EvidenceStatus.MEASURED


def _seconds(samples_ns: Any, seed: int) -> Estimate:
    return median_interval([sample / NANOSECONDS for sample in samples_ns], seed=seed)
