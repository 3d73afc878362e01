"""Compares what two calls of one operation gave, and pins an accident in a program to the step in which it happened."""

from __future__ import annotations

from dataclasses import replace

from harness.compare import compare_outcomes
from harness.contract import Operation
from harness.machines.programs import step_of_failure
from harness.model import Difference, Outcome


def where_they_differ(operation: Operation, reference: Outcome, candidate: Outcome) -> tuple[Difference, ...]:
    """Return where two outcomes differ by the operation's policy, () when they count as equal."""
    where = compare_outcomes(reference, candidate, operation.compare, operation.errors)
    steps = [step for outcome in (candidate, reference) if (step := step_of_failure(outcome.failure)) is not None]
    if not steps:
        return where
    return tuple(replace(found, path=f"value[{steps[0]}]") if found.kind == "outcome" else found for found in where)
