"""The concurrency check: many threads of one process, or a thousand objects at once, must answer as one caller alone is answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import ClassVar

from harness.cases import make_case, shrink
from harness.checks.base import Context, Finding
from harness.checks.bits import bits_differ
from harness.checks.examine import Cluster, divergence
from harness.checks.few import affordable, few_cases
from harness.contract import Machine, Operation, Programs
from harness.drivers import Driver
from harness.drivers.questions import call_together, released
from harness.errors import HarnessError
from harness.machines.programs import cut
from harness.model import Case, CheckRecord, Difference, Evidence, EvidenceStatus, Outcome
from harness.stats import median_interval

CASES = 24
THREADS = 8
OBJECTS = 1000
OBJECTS_SECONDS = 4.0
STEPS = 12
SERIAL_SECONDS = 0.02
SECONDS = 0.1
RELEASE_SECONDS = 0.4
LEAST_CALL_NS = 300_000
SHRINK_ROUNDS = 60
SHRINK_SECONDS = 6.0
PATIENCE_SECONDS = 60.0


@dataclass
class _Crowd:
    """One operation on one port: its cases with their serial answers, and what many threads were answered instead."""

    operation: Operation
    port: str
    driver: Driver
    pairs: list[tuple[Case, Outcome]] = field(default_factory=list)
    calls: int = 0
    diverged: int = 0
    note: str = ""

    def prepare(self, context: Context) -> None:
        """Take the serial answers in the worker that the threads will share; a case whose answer changes is left to determinism."""
        self.driver.switch(self.operation.ports[self.port])
        cases = [_short(self.operation, case) for case in few_cases(context, self.operation, CASES)]
        first = self._serial(cases)
        kept = affordable(list(zip(cases, first, strict=True)), SERIAL_SECONDS)
        again = self._serial([case for case, _ in kept])
        self.pairs = [pair for pair, other in zip(kept, again, strict=True) if not bits_differ(self.operation, pair[1], other)]

    def _serial(self, cases: Sequence[Case]) -> list[Outcome]:
        return self.driver.call(cases, timeout_seconds=self.operation.timeout_seconds)

    def differing(self, pairs: Sequence[tuple[Case, Outcome]]) -> list[Cluster]:
        """Call with these cases from all threads and return those that were ever answered in another way than alone."""
        given = call_together(
            self.driver, [case for case, _ in pairs], threads=THREADS, copies=_copies(self.operation, pairs), seconds=SECONDS,
            timeout_seconds=PATIENCE_SECONDS + self.operation.timeout_seconds,
        )  # fmt: skip
        if given.ended is not None:
            ended = Difference("outcome", "outcome", pairs[0][1].kind.value, given.ended.kind.value)
            return [Cluster(pairs[0][0], pairs[0][1], given.ended, (ended,), 1)]
        self.calls += given.calls
        found = []
        for (case, alone), answers in zip(pairs, given.outcomes, strict=True):
            for outcome, count in answers:
                where = bits_differ(self.operation, alone, outcome)
                if where:
                    found.append(Cluster(case, alone, outcome, where, count))
        return found


class ConcurrencyCheck:
    """Calls ports from many threads at once, and sees whether they let other threads of the interpreter run."""

    name: ClassVar[str] = "concurrency"

    def run(self, context: Context) -> Iterator[Finding]:
        """Yield evidence and divergences for every port of every operation and machine that takes part."""
        with ExitStack() as stack:
            drivers: dict[str, Driver] = {}
            for operation, port in context.all_pairs():
                if self.name not in operation.without:
                    if port not in drivers:
                        drivers[port] = stack.enter_context(context.workers.fresh(operation.ports[port], port))
                    yield from self._examine(context, _Crowd(operation, port, drivers[port]))

    def _examine(self, context: Context, crowd: _Crowd) -> Iterator[Finding]:
        start_ns = context.clock_ns()
        context.progress(f"{self.name} {crowd.operation.name}", 0, 0)
        found: list[Cluster] = []
        try:
            crowd.prepare(context)
            found = crowd.differing(crowd.pairs) if crowd.pairs else []
            crowd.diverged = sum(cluster.count for cluster in found)
            calls = max(crowd.calls, crowd.diverged)
            yield from self._divergence(context, crowd, found)
            yield from self._release(context, crowd)
        except HarnessError as error:
            calls, crowd.note = 0, error.cause or error.what
        for cluster in found:
            context.tally.count(crowd.port, cluster.candidate)
        for metric, value in (("divergences", float(crowd.diverged)), ("calls", float(calls))):
            yield Evidence(
                check=self.name, operation=crowd.operation.name, port=crowd.port, metric=f"{self.name}.{metric}", value=value, unit="count",
                n=calls, floor=0 if metric == "calls" else THREADS, subject=crowd.operation.name, note=crowd.note,
                status=EvidenceStatus.MEASURED if calls else EvidenceStatus.MISSING,
            )  # fmt: skip
        doubt = "" if calls else crowd.note or "no case has a serial answer that threads could be compared with"
        yield CheckRecord(
            name=self.name, operation=crowd.operation.name, port=crowd.port,
            status=EvidenceStatus.INCONCLUSIVE if doubt else EvidenceStatus.MEASURED,
            cases=calls, floor=THREADS, seconds=context.seconds_since(start_ns), ran=(context.workers.ran(crowd.operation, crowd.port),),
            note=doubt,
        )  # fmt: skip

    def _divergence(self, context: Context, crowd: _Crowd, found: list[Cluster]) -> Iterator[Finding]:
        if found:
            smallest = _minimise(context, crowd, found)
            name = f"{crowd.operation.name}: another answer from {THREADS} threads at once"
            yield divergence(self.name, crowd.operation, crowd.port, name, smallest)

    def _release(self, context: Context, crowd: _Crowd) -> Iterator[Evidence]:
        """Measure how far the interpreter's lock is released, on a workload, else on the longest case, where that is long enough.

        The upper half of the samples speaks: a busy machine may hide that the lock was released, and nothing can feign it.
        """
        case = _longest(crowd)
        if case is None:
            return
        shares, call_ns = released(
            crowd.driver, case, seconds=RELEASE_SECONDS, timeout_seconds=PATIENCE_SECONDS + crowd.operation.timeout_seconds
        )
        if call_ns >= LEAST_CALL_NS:
            estimate = median_interval(_upper_half(shares), seed=context.seed)
            yield Evidence(
                check=self.name, operation=crowd.operation.name, port=crowd.port, metric=f"{self.name}.gil_released", value=estimate.value,
                unit="fraction", interval=estimate.interval, n=estimate.n, floor=1, subject=crowd.operation.name,
            )  # fmt: skip


def _upper_half(samples: Sequence[float]) -> list[float]:
    return sorted(samples)[len(samples) // 2 :]


def _copies(operation: Operation, pairs: Sequence[tuple[Case, Outcome]]) -> int:
    """Return how many objects are to live at once: a thousand, fewer where their programs would take long one after the other."""
    if not isinstance(operation, Machine):
        return 0
    each_ns = sum(outcome.duration_ns for _, outcome in pairs) / len(pairs)
    return max(THREADS * len(pairs), min(OBJECTS, int(OBJECTS_SECONDS * 1e9 / max(each_ns, 1.0))))


def _short(operation: Operation, case: Case) -> Case:
    """Cut programs, so that a thousand of them at once stay cheap."""
    if not isinstance(operation, Machine) or len(case.arguments[1]) <= STEPS:
        return case
    return make_case(case.operation, cut(case.arguments, STEPS), origin=case.origin, seed=case.seed)


def _longest(crowd: _Crowd) -> Case | None:
    operation = crowd.operation
    if isinstance(operation, Machine) or not crowd.pairs:
        return None
    if operation.workloads:
        workload = max(operation.workloads, key=lambda workload: workload.size)
        return make_case(operation.name, workload.make(workload.size), origin="workload")
    case, outcome = max(crowd.pairs, key=lambda pair: pair[1].duration_ns)
    return case if outcome.duration_ns >= LEAST_CALL_NS else None


def _minimise(context: Context, crowd: _Crowd, found: list[Cluster]) -> Cluster:
    """Shrink the first differing case by calling with each candidate alone from all threads, for a few seconds."""
    best = found[0]
    start_ns = context.clock_ns()

    def still_differs(cases: Sequence[Case]) -> int | None:
        nonlocal best
        for index, case in enumerate(cases):
            if context.seconds_since(start_ns) > SHRINK_SECONDS:
                return None
            alone = crowd.driver.call([case], timeout_seconds=crowd.operation.timeout_seconds)[0]
            clusters = crowd.differing([(case, alone)])
            if clusters:
                best = clusters[0]
                return index
        return None

    within = next((inputs for inputs in crowd.operation.inputs if isinstance(inputs, Programs)), None)
    shrink(best.case, still_differs, budget_rounds=SHRINK_ROUNDS, within=within, first_batch=1)
    return replace(best, count=sum(cluster.count for cluster in found))


def answers_that_differ(context: Context, operation: Operation, port: str, case: Case) -> tuple[Difference, ...]:
    """Call with one case from many threads at once and say where the answers differ from the serial one."""
    with context.workers.fresh(operation.ports[port], port) as driver:
        crowd = _Crowd(operation, port, driver)
        alone = driver.call([case], timeout_seconds=operation.timeout_seconds)[0]
        return tuple(found for cluster in crowd.differing([(case, alone)]) for found in cluster.where)
