"""The memory check: whether resident memory grows with every call, and how the peak of a call compares with the reference's."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import ClassVar

from harness.checks.base import Context, Finding
from harness.checks.few import affordable, few_cases
from harness.contract import Operation, Workload
from harness.drivers import Driver
from harness.drivers.growth import ENOUGH
from harness.drivers.memory import PAGE_BYTES
from harness.drivers.questions import grown
from harness.drivers.timing import peak_memory
from harness.errors import HarnessError
from harness.model import Case, CheckRecord, Evidence, EvidenceStatus
from harness.stats import Estimate, mean_growth

CASES = 16
PASS_SECONDS = 0.01
SECONDS = 0.1
WINDOWS = 8
PATIENCE_SECONDS = 60.0
SMALLEST_PEAK_BYTES = 65_536


@dataclass(frozen=True)
class _Grown:
    """What many calls of one operation on one port did to the memory of their process."""

    operation: Operation
    port: str
    seconds: float
    estimate: Estimate | None = None
    leaks: bool = False
    note: str = ""


class MemoryCheck:
    """Watches the memory of ports over many calls, and compares the peaks of workloads with the reference's."""

    name: ClassVar[str] = "memory"

    def run(self, context: Context) -> Iterator[Finding]:
        """Yield evidence for every port of every operation and machine that takes part."""
        pairs = [pair for pair in context.all_pairs() if self.name not in pair[0].without]
        jobs = os.cpu_count() or 1
        with ThreadPoolExecutor(jobs, thread_name_prefix="memory") as pool:
            groups = [pool.submit(_watch, context, pairs[start::jobs]) for start in range(jobs)]
            peaks = [pool.submit(_peaks, context, operation, port) for operation, port in pairs]
            for place, group in enumerate(groups, 1):
                context.progress(self.name, place, jobs)
                for found in group.result():
                    yield from self._growth(context, found)
            for peak in peaks:
                yield from peak.result()

    def _growth(self, context: Context, found: _Grown) -> Iterator[Finding]:
        operation, estimate = found.operation, found.estimate
        status = EvidenceStatus.MEASURED if estimate else EvidenceStatus.MISSING
        n = estimate.n if estimate else 0
        yield Evidence(
            check=self.name, operation=operation.name, port=found.port, metric="memory.slope_bytes",
            value=estimate.value if estimate else None, unit="bytes", interval=estimate.interval if estimate else None, n=n, floor=1,
            status=status, subject=operation.name, note=found.note,
        )  # fmt: skip
        yield Evidence(
            check=self.name, operation=operation.name, port=found.port, metric="memory.leaks", value=float(found.leaks), unit="count", n=n,
            floor=1, status=status, subject=operation.name, note=found.note,
        )  # fmt: skip
        yield CheckRecord(
            name=self.name, operation=operation.name, port=found.port,
            status=EvidenceStatus.MEASURED if estimate else EvidenceStatus.INCONCLUSIVE,
            cases=n, floor=1, seconds=found.seconds, ran=(context.workers.ran(operation, found.port),), note=found.note,
        )  # fmt: skip


def _watch(context: Context, pairs: Sequence[tuple[Operation, str]]) -> list[_Grown]:
    """Watch some operations, in one worker a port."""
    with ExitStack() as stack:
        drivers: dict[str, Driver] = {}
        found = []
        for operation, port in pairs:
            if port not in drivers:
                drivers[port] = stack.enter_context(context.workers.fresh(operation.ports[port], port))
            found.append(_watched(context, operation, port, drivers[port]))
        return found


def _watched(context: Context, operation: Operation, port: str, driver: Driver) -> _Grown:
    start_ns = context.clock_ns()
    try:
        driver.switch(operation.ports[port])
        cases = _cases(context, operation, driver)
        if not cases:
            return _Grown(operation, port, context.seconds_since(start_ns), note="no case was answered")
        timeout_seconds = PATIENCE_SECONDS + WINDOWS * operation.timeout_seconds
        growth = grown(driver, cases, seconds=SECONDS, windows=WINDOWS, timeout_seconds=timeout_seconds)
    except HarnessError as error:
        return _Grown(operation, port, context.seconds_since(start_ns), note=error.cause or error.what)
    estimate = mean_growth(growth.resident_bytes, growth.calls, grain=PAGE_BYTES, seed=context.seed)
    return _Grown(operation, port, context.seconds_since(start_ns), estimate, leaks(growth.growing, estimate))


def leaks(growing: int, estimate: Estimate) -> bool:
    """Tell a leak: windows in a row that grew, the last one by more than chance explains, since an allocator also takes and gives back."""
    return growing >= ENOUGH and estimate.interval.low > 0


def _cases(context: Context, operation: Operation, driver: Driver) -> list[Case]:
    """Choose quick cases, refusals among them, since what leaks is often the way out."""
    cases = few_cases(context, operation, CASES)
    outcomes = driver.call(cases, timeout_seconds=operation.timeout_seconds)
    return [case for case, _ in affordable(list(zip(cases, outcomes, strict=True)), PASS_SECONDS)]


def _peaks(context: Context, operation: Operation, port: str) -> list[Evidence]:
    """Compare the peak of the first workload with the reference's, each in a fresh worker."""
    workload = next((workload for workload in operation.workloads if not workload.port_only), None)
    if workload is None:
        return []
    try:
        used = _peak(context, operation.ports[port], operation, workload)
        reference = _peak(context, operation.reference, operation, workload)
    except HarnessError as error:
        return [_ratio(operation, port, workload, None, error.cause or error.what)]
    return [_ratio(operation, port, workload, max(used, SMALLEST_PEAK_BYTES) / max(reference, SMALLEST_PEAK_BYTES))]


def _peak(context: Context, target: str, operation: Operation, workload: Workload) -> int:
    return peak_memory(
        target, workload.make(workload.size), root=context.root, environment=context.workers.environment,
        search_path=context.workers.search_path, timeout_seconds=PATIENCE_SECONDS + operation.timeout_seconds,
        imports=context.workers.imports,
    )  # fmt: skip


def _ratio(operation: Operation, port: str, workload: Workload, value: float | None, note: str = "") -> Evidence:
    return Evidence(
        check="memory", operation=operation.name, port=port, metric="memory.peak_ratio", value=value, unit="ratio", n=1, floor=1,
        status=EvidenceStatus.MEASURED if value is not None else EvidenceStatus.MISSING, subject=workload.name, note=note,
    )  # fmt: skip
