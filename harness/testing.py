"""For the tests of users: run a migration's checks in a test and look at the verdict, or compare two callables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.report.document import RunDocument
from harness.run import Plan, assemble, examine
from harness.run.quick import Quick, quick_diff
from harness.settings import load_project

__all__ = ["assert_equivalent", "check", "judge_again"]


def check(root: Path, migration: str, **plan: Any) -> RunDocument:
    """Run the checks of a migration of the project at `root` and judge it; `plan` are fields of `harness.run.Plan`.

    Raises HarnessError where the command would end with exit code 2.
    """
    project = load_project(root)
    examine(project, migration, Plan(**plan))
    return assemble(project, migration)


def judge_again(root: Path, migration: str) -> RunDocument:
    """Judge the stored evidence of a migration again, as `harness gate` does."""
    return assemble(load_project(root), migration)


def assert_equivalent(reference: str, port: str, *, root: Path, inputs: str = "", rel: float = 0.0, **plan: Any) -> Quick:
    """Compare two callables by import path and raise AssertionError with the first minimal case when they differ.

    Returns what was compared, so that a test can look at the number of cases.
    """
    found = quick_diff(reference, port, inputs=inputs, rel=rel, plan=Plan(**plan), root=root)
    if found.divergences:
        first = found.divergences[0]
        raise AssertionError(f"{first.signature}: {first.case.arguments!r}: {first.where[0].reference} != {first.where[0].candidate}")
    if found.verdict.decision.value != "GO":
        raise AssertionError("; ".join(reason.text for reason in found.verdict.reasons))
    return found
