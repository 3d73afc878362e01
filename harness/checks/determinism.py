"""The determinism check: the same calls under other circumstances, each of which must leave every answer as it is, to the bit."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import ClassVar, TypeAlias

from harness.cases import shrink
from harness.checks.base import Context, Finding
from harness.checks.bits import bits_differ
from harness.checks.examine import Cluster, divergence
from harness.checks.few import affordable, few_cases
from harness.checks.variants import AGAIN, Variant, bundles, combined, variants
from harness.checks.workers import REFERENCE
from harness.contract import Operation, Programs
from harness.drivers import Driver
from harness.errors import HarnessError
from harness.model import Case, CheckRecord, Difference, Evidence, EvidenceStatus, Failure, Outcome, OutcomeKind

CASES = 12
SECONDS = 0.05
SHRINK_ROUNDS = 40
SHRINK_SECONDS = 8.0

Key: TypeAlias = tuple[str, str]


@dataclass
class _Subject:
    """One implementation of an operation: its cases with the answers of its usual worker, and what differed from them."""

    operation: Operation
    implementation: str
    pairs: list[tuple[Case, Outcome]]
    compared: int = 0
    circumstances: int = 0
    given: list[Outcome] = field(default_factory=list)
    differing: dict[str, list[Cluster]] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        return self.operation.name, self.implementation

    @property
    def target(self) -> str:
        return self.operation.reference if self.implementation == REFERENCE else self.operation.ports[self.implementation]

    @property
    def cases(self) -> list[Case]:
        return [case for case, _ in self.pairs]

    def take(self, name: str, outcomes: Sequence[Outcome], *, count: int = 1) -> None:
        """Compare the answers under a circumstance, or several at once, with the usual ones."""
        self.circumstances += count
        if self.implementation != REFERENCE:
            self.given += outcomes
        for (case, usual), outcome in zip(self.pairs, outcomes, strict=True):
            self.compared += 1
            where = bits_differ(self.operation, usual, outcome)
            if where:
                self.differing.setdefault(name, []).append(Cluster(case, usual, outcome, where))


class DeterminismCheck:
    """Repeats calls in the same worker, in new ones, and under other hash seeds, time zones, locales, threads and folders.

    A port is tried under several of these at once, the reference under all; where that changes an answer, they follow one by one.
    """

    name: ClassVar[str] = "determinism"

    def run(self, context: Context) -> Iterator[Finding]:
        """Yield evidence and divergences for the reference and every port of every operation and machine that takes part."""
        start_ns = context.clock_ns()
        every = variants(context.root)
        with ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix=self.name) as pool:
            taking_part = [operation for operation in context.contract.subjects() if self.name not in operation.without]
            begun = [pool.submit(_begun, context, operation) for operation in taking_part]
            subjects = [subject for future in begun for subject in future.result()]
            for several, at_once in (
                ([subject for subject in subjects if subject.implementation != REFERENCE], bundles(every)),
                ([subject for subject in subjects if subject.implementation == REFERENCE], [combined(every)]),
            ):
                self._repeat(context, pool, several, at_once)
                self._one_by_one(context, pool, several, at_once, every)
        seconds = context.seconds_since(start_ns) / max(1, len(subjects))
        for subject in subjects:
            for outcome in subject.given:
                context.tally.count(subject.implementation, outcome)
            yield from self._findings(context, subject, every, seconds)

    def _repeat(self, context: Context, pool: ThreadPoolExecutor, subjects: Sequence[_Subject], every: Sequence[Variant]) -> None:
        """Answer every case under every circumstance, each in one worker for all."""
        futures = [pool.submit(_answers, context, subjects, variant) for variant in every] if subjects else []
        for place, (variant, future) in enumerate(zip(every, futures, strict=False), 1):
            answers = future.result()
            context.progress(f"{self.name} {variant.name}", place, len(every))
            for subject in subjects:
                subject.take(variant.name, answers[subject.key], count=variant.count)

    def _one_by_one(
        self, context: Context, pool: ThreadPoolExecutor, subjects: Sequence[_Subject], at_once: Sequence[Variant], every: Sequence[Variant]
    ) -> None:
        """Find out which of several circumstances changed an answer; where none does alone, they stay named together."""
        alone = {variant.name for variant in every}
        together = {variant.name for variant in at_once} - alone
        suspects = [subject for subject in subjects if together & subject.differing.keys()]
        self._repeat(context, pool, suspects, [variant for variant in every if variant not in at_once])
        for subject in suspects:
            if alone & subject.differing.keys():
                subject.differing = {name: clusters for name, clusters in subject.differing.items() if name not in together}

    def _findings(self, context: Context, subject: _Subject, every: Sequence[Variant], seconds: float) -> Iterator[Finding]:
        operation, implementation = subject.operation, subject.implementation
        if subject.differing:
            names = ", ".join(subject.differing)
            smallest = _minimise(context, subject, every)
            yield divergence(self.name, operation, implementation, f"{operation.name}: another answer under {names}", smallest)
        diverged = sum(map(len, subject.differing.values()))
        note = f"differs under {', '.join(subject.differing)}" if subject.differing else ""
        for metric, value in (("divergences", float(diverged)), ("variants", float(subject.circumstances))):
            yield Evidence(
                check=self.name, operation=operation.name, port=implementation, metric=f"{self.name}.{metric}", value=value, unit="count",
                n=subject.compared, floor=1, status=EvidenceStatus.MEASURED if subject.compared else EvidenceStatus.MISSING,
                subject=operation.name, note=note if subject.compared else "no case was answered",
            )  # fmt: skip
        ran = context.workers.ran(operation, implementation)
        missing = "" if ran.file else f"the port is not there: {ran.version}"
        yield CheckRecord(
            name=self.name, operation=operation.name, port=implementation,
            status=EvidenceStatus.INCONCLUSIVE if missing else EvidenceStatus.MEASURED,
            cases=subject.compared, floor=1, seconds=seconds, ran=(ran,),
            note=missing,
        )  # fmt: skip


def _begun(context: Context, operation: Operation) -> list[_Subject]:
    """Ask the usual workers, choose the cases that can be repeated often, and ask a second time in the other order."""
    cases = few_cases(context, operation, CASES)
    subjects = []
    for implementation in (REFERENCE, *operation.ports):
        outcomes = context.workers.call(operation, implementation, cases)
        subject = _Subject(operation, implementation, affordable(list(zip(cases, outcomes, strict=True)), SECONDS))
        if subject.pairs:
            subject.take(AGAIN, context.workers.call(operation, implementation, subject.cases[::-1])[::-1])
        subjects.append(subject)
    return subjects


def _answers(context: Context, subjects: Sequence[_Subject], variant: Variant) -> Mapping[Key, Sequence[Outcome]]:
    """Answer all cases under one circumstance, in one worker an implementation, whatever it has answered before."""
    found: dict[Key, Sequence[Outcome]] = {}
    with ExitStack() as stack:
        drivers: dict[str, Driver] = {}
        for subject in subjects:
            name = subject.implementation
            if name not in drivers:
                drivers[name] = stack.enter_context(_driver(context, subject, variant))
            found[subject.key] = _call(drivers[name], subject, subject.cases)
    return found


def _driver(context: Context, subject: _Subject, variant: Variant) -> Driver:
    return context.workers.fresh(subject.target, subject.implementation, environment=variant.environment, folder=variant.folder)


def _call(driver: Driver, subject: _Subject, cases: Sequence[Case]) -> Sequence[Outcome]:
    """Call an implementation; one that cannot even be loaded under the circumstance has that as its answer."""
    try:
        driver.switch(subject.target)
        return driver.call(cases, timeout_seconds=subject.operation.timeout_seconds)
    except HarnessError as error:
        failure = Failure(error.code.name, error.cause or error.what)
        return [Outcome(OutcomeKind.CRASH, failure=failure, implementation=subject.implementation)] * len(cases)


def _minimise(context: Context, subject: _Subject, every: Sequence[Variant]) -> Cluster:
    """Shrink the first differing case under the last circumstance that made a difference, for a few seconds."""
    name, clusters = list(subject.differing.items())[-1]
    best = clusters[0]
    variant = next((variant for variant in (*every, *bundles(every), combined(every)) if variant.name == name), None)
    start_ns = context.clock_ns()
    with ExitStack() as stack:
        driver = stack.enter_context(_driver(context, subject, variant)) if variant else None

        def still_differs(cases: Sequence[Case]) -> int | None:
            nonlocal best
            if context.seconds_since(start_ns) > SHRINK_SECONDS:
                return None
            found = _first_difference(context, subject, driver, cases)
            if found is None:
                return None
            index, best = found
            return index

        within = next((inputs for inputs in subject.operation.inputs if isinstance(inputs, Programs)), None)
        shrink(best.case, still_differs, budget_rounds=SHRINK_ROUNDS, within=within)
    origin = f"differs under {variant.settings if variant else name}"
    return replace(best, case=replace(best.case, origin=origin), count=sum(map(len, subject.differing.values())))


def _first_difference(context: Context, subject: _Subject, driver: Driver | None, cases: Sequence[Case]) -> tuple[int, Cluster] | None:
    """Return the first case that the usual worker and the driver, None for the same worker again, answer differently."""
    usual = context.workers.call(subject.operation, subject.implementation, cases)
    if driver is None:
        other: Sequence[Outcome] = context.workers.call(subject.operation, subject.implementation, cases[::-1])[::-1]
    else:
        other = _call(driver, subject, cases)
    for index, (case, first, second) in enumerate(zip(cases, usual, other, strict=True)):
        where = bits_differ(subject.operation, first, second)
        if where:
            return index, Cluster(case, first, second, where)
    return None


def answers_that_differ(context: Context, operation: Operation, implementation: str, case: Case) -> tuple[Difference, ...]:
    """Try one case under every circumstance again and say where its answers differ from the usual one."""
    usual = context.workers.call(operation, implementation, [case])
    subject = _Subject(operation, implementation, [(case, usual[0])])
    subject.take(AGAIN, context.workers.call(operation, implementation, [case]))
    for variant in variants(context.root):
        subject.take(variant.name, _answers(context, [subject], variant)[subject.key])
    return tuple(
        replace(found, path=f"{found.path} under {name}")
        for name, clusters in subject.differing.items()
        for cluster in clusters
        for found in cluster.where
    )
