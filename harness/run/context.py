"""Opens what checks work with, and makes sure that no worker outlives it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.checks.base import Context, Progress, silent
from harness.checks.workers import Workers
from harness.contract import Contract, load_contract
from harness.run.plan import Plan
from harness.runbook import Runbook, parse_runbook
from harness.settings import Project
from harness.stores.golden import GoldenStore


def read_migration(project: Project, name: str) -> tuple[Runbook, Contract]:
    """Read runbook and contract of a migration; raises HarnessError for whatever is wrong with either."""
    folder = project.layout.runbooks
    runbook = parse_runbook(folder / f"{name}.md", root=project.root)
    return runbook, load_contract(folder / f"{name}.py", root=project.root)


@contextmanager
def open_context(project: Project, name: str, plan: Plan, *, progress: Progress = silent) -> Iterator[Context]:
    """Open the context of a migration for the time of the `with` block."""
    runbook, declared = read_migration(project, name)
    golden = GoldenStore(project.layout.golden / name)
    with Workers(project.root, environment=plan.environment, search_path=plan.search_path) as workers:
        yield make_context(runbook, declared, plan, workers=workers, golden=golden, progress=progress)


@contextmanager
def contract_context(declared: Contract, plan: Plan, *, root: Path, progress: Progress = silent) -> Iterator[Context]:
    """Open the context of a contract that has no runbook and nothing recorded."""
    with Workers(root, environment=plan.environment, search_path=plan.search_path) as workers:
        golden = GoldenStore(root / ".harness-no-golden")
        yield make_context(no_runbook(declared.name), declared, plan, workers=workers, golden=golden, progress=progress)


def make_context(runbook: Runbook, declared: Contract, plan: Plan, *, workers: Workers, golden: GoldenStore, progress: Progress) -> Context:
    """Put the parts together, with the real clock."""
    return Context(
        contract=declared,
        runbook=runbook,
        root=workers.root,
        workers=workers,
        golden=golden,
        clock_ns=time.monotonic_ns,
        seed=plan.seed,
        cases=plan.cases,
        budget_seconds=plan.budget_seconds,
        progress=progress,
    )


def no_runbook(name: str) -> Runbook:
    """Return a runbook that says nothing, for comparisons that have none."""
    return Runbook(name, name, "", {}, (), (), (), (), (), (), ())
