"""Shrinks programs that diverge or break a statement: first cut after the step at fault, then simplified as programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from harness.cases import make_case, shrink
from harness.checks.base import Context
from harness.checks.examine import Cluster, first_divergent
from harness.checks.property import Tests
from harness.checks.statements import try_statements
from harness.contract import Machine, Programs
from harness.machines.programs import cut, step_of_path
from harness.model import Case, OutcomeKind

ROUNDS = 200
HANGS = 6
AT_ONCE = 8

Find = Callable[[Sequence[Case]], tuple[int, Cluster] | None]


def minimal_program(context: Context, machine: Machine, port: str, name: str, cluster: Cluster) -> Cluster:
    """Shrink the program of a cluster while both sides keep differing with the signature `name`."""

    def find(cases: Sequence[Case]) -> tuple[int, Cluster] | None:
        found = first_divergent(context, machine, port, cases, lambda where: where == name)
        if found is None:
            return None
        index, (reference, candidate, where) = found
        return index, Cluster(cases[index], reference, candidate, where)

    return _minimal(context, machine, cluster, find)


def minimal_statement(context: Context, machine: Machine, implementation: str, name: str, cluster: Cluster) -> Cluster:
    """Shrink the program of a cluster while it keeps breaking the statement `name`."""

    def find(cases: Sequence[Case]) -> tuple[int, Cluster] | None:
        outcomes = context.workers.call(machine, implementation, cases)
        for index, (case, outcome) in enumerate(zip(cases, outcomes, strict=True)):
            tests = Tests()
            try_statements(context, machine, implementation, [case], [outcome], tests)
            first = tests.of(name).first
            if first is not None and _why(first) == _why(cluster):
                return index, first
        return None

    return _minimal(context, machine, cluster, find)


def _why(broken: Cluster) -> list[str]:
    """Return how a statement is broken: it does not hold, or raises such an error, for instance about what is observed no more."""
    return broken.where[0].candidate.split(":")[:2]


def _minimal(context: Context, machine: Machine, cluster: Cluster, find: Find) -> Cluster:
    """Cut the program after the step at fault, then simplify it, for at most the budget.

    What ends a worker is offered one at a time, since a crash costs a worker and a hang its whole time.
    """
    best = cluster
    start_ns = context.clock_ns()
    deadly = cluster.candidate.kind not in (OutcomeKind.VALUE, OutcomeKind.ERROR, OutcomeKind.PANIC)

    def still_fails(candidates: Sequence[Case]) -> int | None:
        nonlocal best
        for start in range(0, len(candidates), AT_ONCE):
            if context.seconds_since(start_ns) > context.budget_seconds:
                return None
            found = find(candidates[start : start + AT_ONCE])
            if found is not None:
                index, best = found
                return start + index
        return None

    still_fails(list(_cuts(cluster)))
    programs = next((inputs for inputs in machine.inputs if isinstance(inputs, Programs)), None)
    rounds = HANGS if cluster.candidate.kind is OutcomeKind.TIMEOUT else ROUNDS
    shrink(best.case, still_fails, budget_rounds=rounds, within=programs, first_batch=1 if deadly else AT_ONCE)
    return replace(best, count=cluster.count)


def _cuts(cluster: Cluster) -> Iterator[Case]:
    """Yield the program up to the step at fault, where that is known and comes before the end."""
    step = step_of_path(cluster.where[0].path)
    case = cluster.case
    if step is not None and step < len(case.arguments[1]):
        yield make_case(case.operation, cut(case.arguments, step), origin="shrunk", seed=case.seed)
