"""The first stage of a run: the checks measure, and every finding is on disk before the next is made."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from types import TracebackType
from typing import Self

from harness.checks.base import Check, Context, Finding, Progress, silent
from harness.run.context import open_context
from harness.run.plan import Plan
from harness.run.provenance import describe_run, whole_digest
from harness.settings import Project
from harness.stores.evidence import EvidenceStore

SIDE_BY_SIDE = {"provenance", "differential", "property", "boundary", "stateful"}
ASIDE = {"readiness"}
TIMED = {"concurrency", "drill", "benchmark"}


def examine(project: Project, name: str, plan: Plan, *, progress: Progress = silent) -> None:
    """Run the planned checks of a migration and store what they find.

    Raises HarnessError when runbook, contract or golden data cannot be used; what was measured until then is kept.
    """
    checks = plan.checks()
    with open_context(project, name, plan, progress=progress) as context:
        provenance = describe_run(project, context.contract, seed=plan.seed)
        provenance |= {"left_out": list(plan.left_out()), "plan": plan.words(), "whole": whole_digest(project.root)}
        with EvidenceStore(project.layout.reports / name).begin(provenance) as record:
            for finding in run_checks(context, checks, jobs=plan.jobs):
                record(finding)
            for evidence in context.tally.evidence():
                record(evidence)


def run_checks(context: Context, checks: list[Check], *, jobs: int = 1) -> Iterator[Finding]:
    """Yield the findings of all checks: comparisons of several operations side by side, tools beside them, timings alone."""
    aside = [check for check in checks if check.name in ASIDE and jobs > 1]
    with _Aside(aside, context) as others:
        for check in (check for check in checks if check not in aside):
            if check.name in TIMED:
                yield from others.findings()
            if check.name in SIDE_BY_SIDE and jobs > 1:
                yield from _side_by_side(check, context, jobs)
            else:
                yield from check.run(context)
        yield from others.findings()


class _Aside:
    """Runs checks that need no workers in a thread of their own, and ends their tools when the run is left early."""

    def __init__(self, checks: list[Check], context: Context) -> None:
        self.context = context
        self.pool = ThreadPoolExecutor(1, thread_name_prefix="aside")
        self.begun = [self.pool.submit(_all_of, check, context) for check in checks]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.context.stop.set()
        self.pool.shutdown(cancel_futures=True)

    def findings(self) -> Iterator[Finding]:
        """Wait for the checks and yield what they found, once."""
        while self.begun:
            yield from self.begun.pop(0).result()


def _all_of(check: Check, context: Context) -> list[Finding]:
    return list(check.run(context))


def _side_by_side(check: Check, context: Context, jobs: int) -> Iterator[Finding]:
    """Examine one operation a thread: each has its own workers, so threads share nothing but the tally and the queue."""
    found: queue.SimpleQueue[Finding | None] = queue.SimpleQueue()
    stop = threading.Event()

    def examine_one(part: Context) -> None:
        for finding in check.run(part):
            found.put(finding)
            if stop.is_set():
                return

    pool = ThreadPoolExecutor(jobs, thread_name_prefix="examine")
    parts = list(_parts(context))
    waiting = len(parts)
    try:
        futures: list[Future[None]] = [pool.submit(examine_one, part) for part in parts]
        for future in futures:
            future.add_done_callback(lambda _future: found.put(None))
        while waiting:
            finding = found.get()
            if finding is None:
                waiting -= 1
            else:
                yield finding
    finally:
        stop.set()
        if waiting:
            context.workers.abort()
        pool.shutdown(cancel_futures=True)
    for future in futures:
        future.result()


def _parts(context: Context) -> Iterator[Context]:
    """Yield the context once for every operation and machine, with only that in its contract."""
    declared = context.contract
    for name, operation in declared.operations.items():
        yield replace(context, contract=replace(declared, operations={name: operation}, machines={}))
    for name, machine in declared.machines.items():
        yield replace(context, contract=replace(declared, operations={}, machines={name: machine}))
