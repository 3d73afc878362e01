"""What must hold of programs by themselves: invariants after every step, properties of whole runs, relations between programs."""

from __future__ import annotations

from collections.abc import Sequence

from harness.checks.base import Context
from harness.checks.property import Tests, try_properties, try_relation, why_broken
from harness.contract import Machine
from harness.model import Case, Difference, Outcome, OutcomeKind


def try_statements(
    context: Context, machine: Machine, implementation: str, cases: Sequence[Case], outcomes: Sequence[Outcome], tests: Tests
) -> None:
    """Try every statement about a machine on the outcomes of programs; relations call the implementation again."""
    pairs = list(zip(cases, outcomes, strict=True))
    for case, outcome in pairs:
        try_properties(machine, case, outcome, tests)
        _try_invariants(machine, case, outcome, tests)
    for relation in machine.relations:
        try_relation(context, machine, implementation, relation, pairs, tests.of(relation.name))


def broken_statements(context: Context, machine: Machine, implementation: str, case: Case) -> tuple[Difference, ...]:
    """Try every statement about a machine on one program and say which are broken."""
    tests = Tests()
    outcomes = context.workers.call(machine, implementation, [case])
    try_statements(context, machine, implementation, [case], outcomes, tests)
    return tuple(difference for tested in tests.by_name.values() if tested.first for difference in tested.first.where)


def _try_invariants(machine: Machine, case: Case, outcome: Outcome, tests: Tests) -> None:
    """Try the invariants on one state after the other, each up to the first that breaks it; they may share what they read of a state."""
    if outcome.kind is not OutcomeKind.VALUE:
        return
    standing = {statement.name: statement for statement in machine.invariants}
    for place, entry in enumerate(outcome.value):
        for statement in tuple(standing.values()):
            tested = tests.of(statement.name)
            tested.cases += 1
            why = why_broken(lambda holds=statement.holds, state=entry["state"]: holds(state))
            if why:
                tested.fail(case, outcome, outcome, why, statement.name, f'value[{place}]["state"]')
                del standing[statement.name]
