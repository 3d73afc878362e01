"""Measures one workload on one port, again and again until the gates on it can decide or the patience ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from harness.checks.base import Context
from harness.contract import Operation, Workload
from harness.drivers.timing import BenchWorker, Timings, peak_memory, time_parts, time_together
from harness.judge.gates import judge_gate
from harness.model import Evidence, EvidenceStatus, Result
from harness.stats import Estimate, median_interval, paired_ratio, power_law, share

NANOSECONDS = 1e9
ROUNDS_A_FLOOR = 4
ROUNDS_OF_NOISE = 6
ROUNDS_OF_SCALING = 12
SHARE_OF_BUDGET = 0.25
FEWEST_FOR_GROWTH = 3
ATTEMPTS = 4
THREAD_VARIABLES = ("RAYON_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "JULIA_NUM_THREADS")


class WorkloadBench:
    """One workload of an operation on one port; `doubt` says why its numbers prove nothing ("" when they do)."""

    def __init__(self, context: Context, operation: Operation, port: str, workload: Workload, doubt: str) -> None:
        """Make the arguments; nothing is timed yet."""
        self.context = context
        self.operation = operation
        self.port = port
        self.workload = workload
        self.doubt = doubt
        self.target = operation.ports[port]
        self.arguments = workload.make(workload.size)
        threads = dict.fromkeys(THREAD_VARIABLES, str(workload.threads)) if workload.threads else {}
        self.environment = {**context.workers.environment, **threads, **workload.environment}
        self.worker = BenchWorker(context.root, self.environment, context.workers.search_path)

    def measure(self) -> Iterator[Evidence]:
        """Yield times and speed-up with the noise beside them, then scaling, boundary and memory where they are asked for."""
        with self.worker:
            yield from self._settled(self._times)
            yield self._noise()
            if self.workload.sizes:
                yield from self._settled(self._scaling)
            if self.workload.boundary:
                yield from self._settled(self._boundary)
        if not self.workload.port_only:
            yield from self._memory()

    def _settled(self, measured: Callable[[list[Any]], list[Evidence]]) -> list[Evidence]:
        """Add samples until every gate on the evidence passes; a failure is confirmed by samples of other workers before it counts."""
        samples: list[Any] = []
        evidence = measured(samples)
        for _ in range(ATTEMPTS - 1):
            if self.doubt or all(map(self._passes, evidence)):
                break
            self.worker.close()
            evidence = measured(samples)
        return evidence

    def _passes(self, evidence: Evidence) -> bool:
        named = (evidence.subject, evidence.operation, evidence.port, "")
        gates = [gate for gate in self.context.runbook.gates if gate.metric == evidence.metric and gate.subject in named]
        return all(judge_gate(gate, [evidence], {}).result.result is Result.PASS for gate in gates)

    def _times(self, samples: list[Timings]) -> list[Evidence]:
        samples.append(self._together(self.arguments, rounds=ROUNDS_A_FLOOR * self.operation.floor.rounds))
        candidate_ns = [time for timings in samples for time in timings.candidate_ns]
        reference_ns = [time for timings in samples for time in timings.reference_ns]
        found = [self._evidence("time", self._seconds(candidate_ns), "s", samples_ns=candidate_ns)]
        if reference_ns:
            found.append(self._evidence("reference_time", self._seconds(reference_ns), "s", samples_ns=reference_ns))
            found.append(self._evidence("speedup", paired_ratio(reference_ns, candidate_ns, seed=self.context.seed), "ratio"))
        return found

    def _noise(self) -> Evidence:
        """Time the port against itself: what this machine shows where there is nothing to see."""
        pair = self._together(self.arguments, rounds=ROUNDS_OF_NOISE, reference=self.target)
        return self._evidence("noise", paired_ratio(pair.reference_ns, pair.candidate_ns, seed=self.context.seed), "ratio")

    def _scaling(self, samples: list[list[float]]) -> list[Evidence]:
        """Time the port alone at every size; each attempt goes over all sizes, so that a slow phase does not bend the curve."""
        sizes = self.workload.sizes
        samples.extend([] for _ in sizes[len(samples) :])
        for times_ns, size in zip(samples, sizes, strict=True):
            times_ns.extend(self._together(self.workload.make(size), rounds=ROUNDS_OF_SCALING, alone=True).candidate_ns)
        exponent = power_law(sizes, [_fastest(times_ns) for times_ns in samples], seed=self.context.seed)
        points = [
            self._evidence(f"scaling.time.{size}", self._seconds(times_ns), "s") for size, times_ns in zip(sizes, samples, strict=True)
        ]
        return [self._evidence("scaling.exponent", exponent, "exponent"), *points]

    def _boundary(self, samples: list[Timings]) -> list[Evidence]:
        samples.append(
            time_parts(
                self.worker, self.target, self.workload.boundary, self.arguments, rounds=ROUNDS_A_FLOOR * self.operation.floor.rounds,
                budget_seconds=self._budget_seconds, timeout_seconds=self._timeout_seconds,
            )
        )  # fmt: skip
        part_ns = [time for timings in samples for time in timings.candidate_ns]
        whole_ns = [time for timings in samples for time in timings.reference_ns]
        return [self._evidence("boundary.share", share(part_ns, whole_ns, seed=self.context.seed), "fraction")]

    def _memory(self) -> Iterator[Evidence]:
        with ThreadPoolExecutor(2, thread_name_prefix="peak") as pool:
            used, reference = pool.map(self._peak, (self.target, self.operation.reference))
        yield self._point("memory.extra_bytes", float(used), "bytes")
        yield self._point("memory.reference_extra_bytes", float(reference), "bytes")
        yield self._point("memory.ratio", _memory_ratio(used, reference), "ratio")

    def _peak(self, target: str) -> int:
        return peak_memory(
            target, self.arguments, root=self.context.root, environment=self.environment,
            search_path=self.context.workers.search_path, timeout_seconds=self._timeout_seconds, imports=self.context.workers.imports,
        )  # fmt: skip

    @property
    def _timeout_seconds(self) -> float:
        return max(60.0, 4 * self.operation.timeout_seconds)

    @property
    def _budget_seconds(self) -> float:
        return SHARE_OF_BUDGET * self.context.budget_seconds

    def _together(self, arguments: tuple[Any, ...], *, rounds: int, reference: str = "", alone: bool = False) -> Timings:
        first = None if alone or (self.workload.port_only and not reference) else reference or self.operation.reference
        return time_together(
            self.worker, first, self.target, arguments, rounds=rounds, budget_seconds=self._budget_seconds,
            timeout_seconds=self._timeout_seconds,
        )  # fmt: skip

    def _seconds(self, samples_ns: Sequence[float]) -> Estimate:
        return median_interval([sample / NANOSECONDS for sample in samples_ns], seed=self.context.seed)

    def _evidence(self, metric: str, estimate: Estimate, unit: str, *, samples_ns: Sequence[float] = ()) -> Evidence:
        return Evidence(
            check="benchmark", operation=self.operation.name, port=self.port, metric=f"benchmark.{metric}", value=estimate.value, unit=unit,
            interval=estimate.interval, n=estimate.n, floor=self.operation.floor.rounds, status=self._status,
            subject=self.workload.name, note=self.doubt, provenance={"samples_ns": list(samples_ns)} if samples_ns else {},
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


def _memory_ratio(used_bytes: int, reference_bytes: int) -> float | None:
    """Divide the port's extra memory by the reference's: 1 when neither used any, None when only the port did."""
    if reference_bytes:
        return used_bytes / reference_bytes
    return None if used_bytes else 1.0


def _fastest(times_ns: Sequence[float]) -> list[float]:
    """Return the fastest quarter: growth is about the work, to which a busy machine only ever adds, and most to the longest calls."""
    return sorted(times_ns)[: max(FEWEST_FOR_GROWTH, len(times_ns) // 4)]
