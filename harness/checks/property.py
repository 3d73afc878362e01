"""The property check: what must hold for every implementation by itself, whatever the other says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

from harness.cases import make_case, shrink
from harness.checks.base import Context, Finding
from harness.checks.differential import cases_of
from harness.checks.examine import Cluster, batches, divergence, types_of
from harness.checks.sizes import TABLES_SHARE, takes_tables
from harness.checks.workers import REFERENCE
from harness.compare import compare_outcomes
from harness.contract import Operation, Relation, arrow
from harness.model import Case, CheckRecord, Difference, Evidence, EvidenceStatus, Outcome, OutcomeKind

DETERMINISTIC = "deterministic"
CASES = 120


@dataclass
class Tested:
    """How often a property was tried and broken on one implementation, with the first case that broke it."""

    cases: int = 0
    failures: int = 0
    first: Cluster | None = None

    def fail(self, case: Case, before: Outcome, after: Outcome, why: str, name: str, path: str = "") -> None:
        """Count a failure and keep the first as the representative; `path` says where in the value it is broken."""
        self.failures += 1
        if self.first is None:
            where = (Difference(path or f"property {name!r}", f"property:{name}", "holds", why),)
            self.first = Cluster(case, before, after, where)


@dataclass
class Tests:
    """All properties of an operation on one implementation."""

    by_name: dict[str, Tested] = field(default_factory=dict)

    def of(self, name: str) -> Tested:
        """Return the record of a property, begun on first use."""
        return self.by_name.setdefault(name, Tested())


class PropertyCheck:
    """Tries bounds, determinism and relations between calls on the reference and on every port."""

    name: ClassVar[str] = "property"

    def run(self, context: Context) -> Iterator[Finding]:
        """Yield evidence for every operation and every implementation."""
        for operation in context.contract.operations.values():
            for implementation in (REFERENCE, *operation.ports):
                yield from self._examine(context, operation, implementation)

    def _examine(self, context: Context, operation: Operation, implementation: str) -> Iterator[Finding]:
        start_ns = context.clock_ns()
        tests, tried = Tests(), 0
        for chunk in batches(cases_of(context, operation, CASES // TABLES_SHARE if takes_tables(operation) else CASES), 100):
            _try_all(context, operation, implementation, chunk, tests)
            tried += len(chunk)
            context.progress(f"{self.name} {operation.name} {implementation}", tried, 0)
            if context.seconds_since(start_ns) > context.budget_seconds:
                break
        yield from self._failures(context, operation, implementation, tests)
        yield from self._evidence(operation, implementation, tests)
        ran = (context.workers.ran(operation, implementation),)
        missing = "" if ran[0].file else f"the port is not there: {ran[0].version}"
        status = EvidenceStatus.INCONCLUSIVE if missing else EvidenceStatus.MEASURED
        yield CheckRecord(self.name, operation.name, implementation, status, tried, 1, context.seconds_since(start_ns), ran, missing)

    def _failures(self, context: Context, operation: Operation, implementation: str, tests: Tests) -> Iterator[Finding]:
        for name, tested in tests.by_name.items():
            if tested.first is not None:
                tested.first.count = tested.failures
                smallest = _minimise(context, operation, implementation, name, tested.first)
                yield divergence(self.name, operation, implementation, f"{operation.name}: property {name} broken", smallest)

    def _evidence(self, operation: Operation, implementation: str, tests: Tests) -> Iterator[Evidence]:
        def made(metric: str, value: float, cases: int) -> Evidence:
            name = f"{self.name}.{metric}"
            return Evidence(self.name, operation.name, implementation, name, value, "count", n=cases, floor=1, subject=operation.name)

        total = sum(tested.cases for tested in tests.by_name.values())
        yield made("failures", float(sum(tested.failures for tested in tests.by_name.values())), total)
        yield made("cases", float(total), total)
        for name, tested in tests.by_name.items():
            yield made(f"{name}.failures", float(tested.failures), tested.cases)


def _try_all(context: Context, operation: Operation, implementation: str, cases: list[Case], tests: Tests) -> None:
    outcomes = context.workers.call(operation, implementation, cases)
    if implementation != REFERENCE:
        for outcome in outcomes:
            context.tally.count(implementation, outcome)
    again = context.workers.call(operation, implementation, list(reversed(cases)))[::-1]
    for case, first, second in zip(cases, outcomes, again, strict=True):
        _try_determinism(operation, case, first, second, tests.of(DETERMINISTIC))
        try_properties(operation, case, first, tests)
    for relation in operation.relations:
        try_relation(context, operation, implementation, relation, list(zip(cases, outcomes, strict=True)), tests.of(relation.name))


def _try_determinism(operation: Operation, case: Case, first: Outcome, second: Outcome, tested: Tested) -> None:
    if first.kind in (OutcomeKind.NOT_MIGRATED, OutcomeKind.SKIPPED):
        return
    tested.cases += 1
    if compare_outcomes(first, second, replace(arrow(), ignore=operation.compare.ignore), "type"):
        tested.fail(case, first, second, "the same call gave another answer the second time", DETERMINISTIC)


def try_properties(operation: Operation, case: Case, outcome: Outcome, tests: Tests) -> None:
    """Try every property of an operation on one outcome."""
    if outcome.kind is not OutcomeKind.VALUE:
        return
    for statement in operation.properties:
        tested = tests.of(statement.name)
        tested.cases += 1
        why = why_broken(lambda holds=statement.holds: holds(outcome))
        if why:
            tested.fail(case, outcome, outcome, why, statement.name)


def try_relation(
    context: Context, operation: Operation, implementation: str, relation: Relation, pairs: Sequence[tuple[Case, Outcome]], tested: Tested
) -> None:
    """Try a relation on outcomes and those of their follow-ups, called in one batch."""
    valued = [(case, outcome) for case, outcome in pairs if outcome.kind is OutcomeKind.VALUE]
    follow_ups = [
        [make_case(operation.name, arguments, origin="follow-up") for arguments in relation.follow_ups(case.arguments)]
        for case, _ in valued
    ]
    flat = [case for cases in follow_ups for case in cases]
    answers = iter(context.workers.call(operation, implementation, flat) if flat else [])
    for (case, outcome), cases in zip(valued, follow_ups, strict=True):
        after = [next(answers) for _ in cases]
        if not after:
            continue
        tested.cases += 1
        why = why_broken(lambda outcome=outcome, after=after: relation.holds(outcome, after))
        if why:
            tested.fail(case, outcome, after[-1], why, relation.name)


def why_broken(holds: object) -> str:
    """Return why a statement does not hold, or an empty text; a statement that raises is broken, with its error as the reason."""
    assert callable(holds)
    try:
        return "" if holds() else "does not hold"
    except Exception as error:  # noqa: BLE001 - a contract's own predicate may raise anything
        return f"could not be evaluated: {type(error).__name__}: {error}"


def broken_properties(context: Context, operation: Operation, implementation: str, case: Case) -> tuple[Difference, ...]:
    """Try every property of an operation on one case and say which are broken."""
    tests = Tests()
    _try_all(context, operation, implementation, [case], tests)
    return tuple(difference for tested in tests.by_name.values() if tested.first for difference in tested.first.where)


def _minimise(context: Context, operation: Operation, implementation: str, name: str, found: Cluster) -> Cluster:
    """Shrink the case that broke a property while it keeps breaking it, for at most the budget."""
    best = found
    start_ns = context.clock_ns()

    def still_fails(candidates: Sequence[Case]) -> int | None:
        nonlocal best
        for index, case in enumerate(candidates):
            if context.seconds_since(start_ns) > context.budget_seconds:
                return None
            tests = Tests()
            _try_all(context, operation, implementation, [case], tests)
            first = tests.of(name).first
            if first is not None:
                best = first
                return index
        return None

    shrink(found.case, still_fails, budget_rounds=40, within=types_of(operation, found.case))
    best.count = found.count
    return best
