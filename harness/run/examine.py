"""The first stage of a run: the checks measure, and every finding is on disk before the next is made."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from harness.checks.base import Check, Context, Finding, Progress, silent
from harness.run.context import open_context
from harness.run.plan import Plan
from harness.run.provenance import describe_run
from harness.settings import Project
from harness.stores.evidence import EvidenceStore

SIDE_BY_SIDE = {"provenance", "differential", "property", "boundary", "stateful"}


def examine(project: Project, name: str, plan: Plan, *, progress: Progress = silent) -> None:
    """Run the planned checks of a migration and store what they find.

    Raises HarnessError when runbook, contract or golden data cannot be used; what was measured until then is kept.
    """
    checks = plan.checks()
    with open_context(project, name, plan, progress=progress) as context:
        provenance = describe_run(project, context.contract, seed=plan.seed) | {"left_out": list(plan.left_out())}
        with EvidenceStore(project.layout.reports / name).begin(provenance) as record:
            for finding in run_checks(context, checks, jobs=plan.jobs):
                record(finding)
            for evidence in context.tally.evidence():
                record(evidence)


def run_checks(context: Context, checks: list[Check], *, jobs: int = 1) -> Iterator[Finding]:
    """Yield the findings of all checks; timings are taken alone, comparisons of several operations side by side."""
    for check in checks:
        if check.name in SIDE_BY_SIDE and jobs > 1:
            yield from _side_by_side(check, context, jobs)
        else:
            yield from check.run(context)


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
    waiting = len(context.contract.operations)
    try:
        futures: list[Future[None]] = [pool.submit(examine_one, part) for part in _parts(context)]
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
