"""The stateful check: programs of calls on an object, the same on both sides, compared after every step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any, ClassVar

from harness.cases import generate
from harness.checks.base import Context, Finding
from harness.checks.examine import Comparison, divergence, is_spent
from harness.checks.minimal import minimal_program, minimal_statement
from harness.checks.proof import proof
from harness.checks.property import Tests
from harness.checks.statements import try_statements
from harness.checks.workers import REFERENCE
from harness.contract import Machine
from harness.model import Case, CheckRecord, Evidence, EvidenceStatus, Interval, Outcome, OutcomeKind
from harness.stats import failure_bound

SHARE_OF_CASES = 4
MOST_AT_ONCE = 32
FIRST_AT_ONCE = 4
CHUNK_SECONDS = 1.5
CLUSTERS_SHOWN = 8


class StatefulCheck:
    """Plays programs on the objects of every machine: what steps give, what is observed after them, and the invariants of both sides."""

    name: ClassVar[str] = "stateful"

    def run(self, context: Context) -> Iterator[Finding]:
        """Yield evidence and divergences, shrunk as programs, for every machine and port."""
        for machine in context.contract.machines.values():
            for place, port in enumerate(machine.ports):
                yield from _Examination(context, machine, port, with_reference=place == 0).findings()


@dataclass
class _Examination:
    """One machine on one port; the reference's own invariants are tried along with the first port."""

    context: Context
    machine: Machine
    port: str
    with_reference: bool
    comparison: Comparison = field(default_factory=Comparison)
    tests: dict[str, Tests] = field(default_factory=dict)
    steps: int = 0
    both_gave: int = 0
    methods: Counter[str] = field(default_factory=Counter)

    def findings(self) -> Iterator[Finding]:
        start_ns = self.context.clock_ns()
        self._sample(start_ns)
        yield from self._divergences()
        yield from self._broken()
        yield from self._evidence()
        doubt = self._doubt() or proof(self.context, self.machine, self.port).doubt
        yield CheckRecord(
            name="stateful",
            operation=self.machine.name,
            port=self.port,
            status=EvidenceStatus.INCONCLUSIVE if doubt else EvidenceStatus.MEASURED,
            cases=self.comparison.cases,
            floor=self.machine.floor.cases,
            seconds=self.context.seconds_since(start_ns),
            ran=(self.context.workers.ran(self.machine, REFERENCE), self.context.workers.ran(self.machine, self.port)),
            note=doubt,
        )

    def _sample(self, start_ns: int) -> None:
        """Play programs until there are enough or the budget ends; chunks are sized by how long the last one took."""
        wanted = max(self.machine.floor.cases, self.context.cases // SHARE_OF_CASES)
        programs = chain.from_iterable(
            generate(inputs, self.machine.name, count=wanted, seed=self.context.seed) for inputs in self.machine.inputs
        )
        size = FIRST_AT_ONCE
        while chunk := list(islice(programs, size)):
            chunk_ns = self.context.clock_ns()
            self._play(chunk)
            self.context.progress(f"stateful {self.machine.name}", self.comparison.cases, wanted)
            if is_spent(self.context, start_ns, enough=self.comparison.cases >= self.machine.floor.cases):
                break
            pace = CHUNK_SECONDS / max(self.context.seconds_since(chunk_ns), 1e-3)
            size = max(1, min(MOST_AT_ONCE, int(size * pace)))

    def _play(self, cases: list[Case]) -> None:
        expected = self.context.workers.call(self.machine, REFERENCE, cases)
        given = self.context.workers.call(self.machine, self.port, cases)
        for case, reference, candidate in zip(cases, expected, given, strict=True):
            self.comparison.take(self.machine, case, reference, candidate)
            self.context.tally.count(self.port, candidate, reference)
            self._count(case, reference, candidate)
        for implementation, outcomes in self._tested(expected, given):
            try_statements(self.context, self.machine, implementation, cases, outcomes, self._tests_of(implementation))

    def _tested(self, expected: list[Outcome], given: list[Outcome]) -> Iterator[tuple[str, list[Outcome]]]:
        if self.with_reference:
            yield REFERENCE, expected
        yield self.port, given

    def _tests_of(self, implementation: str) -> Tests:
        return self.tests.setdefault(implementation, Tests())

    def _count(self, case: Case, reference: Outcome, candidate: Outcome) -> None:
        """Count the steps that were compared, and those in which both sides gave a value."""
        if reference.kind is candidate.kind is OutcomeKind.VALUE:
            for (method, _), one, other in zip(case.arguments[1], reference.value[1:], candidate.value[1:], strict=True):
                both = "gave" in one and "gave" in other
                self.steps += 1
                self.both_gave += both
                self.methods[method] += both

    def _divergences(self) -> Iterator[Finding]:
        ranked = sorted(self.comparison.clusters.items(), key=lambda item: -item[1].count)
        for name, cluster in ranked[:CLUSTERS_SHOWN]:
            yield divergence(
                "stateful", self.machine, self.port, name, minimal_program(self.context, self.machine, self.port, name, cluster)
            )

    def _broken(self) -> Iterator[Finding]:
        for implementation, tests in self.tests.items():
            for name, tested in tests.by_name.items():
                if tested.first is not None:
                    tested.first.count = tested.failures
                    smallest = minimal_statement(self.context, self.machine, implementation, name, tested.first)
                    yield divergence("stateful", self.machine, implementation, f"{self.machine.name}: {name} broken", smallest)

    def _evidence(self) -> Iterator[Evidence]:
        programs, floor = self.comparison.cases, self.machine.floor.cases
        share = self.both_gave / self.steps if self.steps else None
        bound = failure_bound(self.comparison.diverged, programs) if programs else None
        yield self._made("divergences", float(self.comparison.diverged), programs, floor)
        yield self._made("divergence_rate", self.comparison.diverged / programs if programs else None, programs, floor, "fraction", bound)
        yield self._made("programs", float(programs), programs, 0)
        yield self._made("steps", float(self.steps), programs, 0)
        yield self._made("both_succeeded", share, self.steps, floor, "fraction")
        for implementation, tests in self.tests.items():
            failures = sum(tested.failures for tested in tests.by_name.values())
            yield self._made("failures", float(failures), programs, floor, port=implementation)
            for name, tested in tests.by_name.items():
                yield self._made(f"{name}.failures", float(tested.failures), tested.cases, 1, port=implementation)

    def _made(
        self, metric: str, value: float | None, n: int, floor: int, unit: str = "count", interval: Interval | None = None, port: str = ""
    ) -> Evidence:
        return Evidence(
            check="stateful",
            operation=self.machine.name,
            port=port or self.port,
            metric=f"stateful.{metric}",
            value=value,
            unit=unit,
            interval=interval,
            n=n,
            floor=floor,
            status=EvidenceStatus.MEASURED if value is not None else EvidenceStatus.MISSING,
            subject=self.machine.name,
            note="" if value is not None else "no step was compared",
        )

    def _doubt(self) -> str:
        """Say why programs without divergences still prove nothing, or return an empty text."""
        comparison, floor = self.comparison, self.machine.floor
        if comparison.missing:
            return f"{comparison.missing} of {comparison.cases} programs were not played on the port (not migrated or skipped)"
        if comparison.cases < floor.cases:
            return f"{comparison.cases} programs were compared, the contract asks for {floor.cases}"
        share = self.both_gave / self.steps if self.steps else 0.0
        if share < floor.both_succeeded:
            return f"both sides gave a value in only {share:.0%} of the steps, the contract asks for {floor.both_succeeded:.0%}"
        silent = [method for method in methods_of(self.machine) if not self.methods[method]]
        return f"no step {silent[0]!r} ever gave a value on both sides" if silent else ""


def methods_of(machine: Machine) -> list[str]:
    """Name the steps that programs of a machine may take."""
    found: dict[str, Any] = {}
    for inputs in machine.inputs:
        found |= getattr(inputs, "steps", {})
    return list(found)
