"""The drill: the flag, the fallback and the runbook's rollback command are rehearsed, and the path is seen to change."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, ClassVar

from harness.cases import generate, make_case
from harness.checks.base import Context, Finding
from harness.checks.examine import batches
from harness.compare import compare_outcomes
from harness.contract import Operation
from harness.drivers import Driver
from harness.formats.values import pack
from harness.model import Case, CheckRecord, Difference, Divergence, Evidence, EvidenceStatus, Outcome, OutcomeKind
from harness.runbook import Assignment, Switch

PROBE = "harness.runtime.probe.answer"
SWITCH_PROBE = "harness.runtime.probe.answer_after_switch"
FEW = 12
FAULTS = ("missing", "broken-abi", "wrong-version", "raises", "panics")


@dataclass(frozen=True)
class Step:
    """One rehearsed situation: the environment, the planted fault, and who must answer ("port", "reference" or "error")."""

    name: str
    environment: Mapping[str, str]
    fault: str
    expected: str
    events: bool = False


@dataclass(frozen=True)
class Subject:
    """What is called in every step: an operation, a case, and the reference's outcome."""

    operation: Operation
    case: Case
    expected: Outcome


class DrillCheck:
    """Rehearses every flag state, every way a port can fail, and the rollback text of the runbook as it is written."""

    name: ClassVar[str] = "drill"

    def run(self, context: Context) -> Iterator[Finding]:
        """Yield how many steps went wrong, how long the way back takes, and each failed step as a divergence."""
        contract = context.contract
        if not (contract.flag and contract.facade):
            yield from _without_flag(context)
            return
        start_ns = context.clock_ns()
        subject = self._subject(context)
        operation, case = subject.operation, subject.case
        steps = [*flag_steps(contract.flag), *rollback_steps(context)]
        failed = [_as_divergence(operation, case, step, why) for step, why in self._rehearse_all(context, subject, steps) if why]
        yield from failed
        rollback_note = "" if rollback_steps(context) else "the runbook's rollback section has no command that can be rehearsed"
        yield from self._evidence(context, operation, case, len(steps), len(failed), rollback_note)
        status = EvidenceStatus.INCONCLUSIVE if rollback_note else EvidenceStatus.MEASURED
        seconds = context.seconds_since(start_ns)
        yield CheckRecord(self.name, operation.name, next(iter(contract.ports)), status, len(steps), 1, seconds, note=rollback_note)

    def _subject(self, context: Context) -> Subject:
        """Choose the smallest case of the first operation that the reference answers: the drill is about paths, not arithmetic."""
        operation = next(iter(context.contract.operations.values()))
        cases = next(batches(generate(operation.inputs[0], operation.name, count=FEW, seed=context.seed), FEW))
        outcomes = context.workers.call(operation, "reference", cases)
        pairs = [pair for pair in zip(cases, outcomes, strict=True) if pair[1].kind is OutcomeKind.VALUE]
        case, expected = min(pairs or list(zip(cases, outcomes, strict=True)), key=lambda pair: len(pack(pair[0].arguments)))
        return Subject(operation, case, expected)

    def _rehearse_all(self, context: Context, subject: Subject, steps: list[Step]) -> Iterator[tuple[Step, str]]:
        """Rehearse each step in a worker of its own, a few at a time: most of a step is starting up."""
        pool = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="drill")
        try:
            futures = [pool.submit(self._rehearse, context, subject, step) for step in steps]
            for index, (step, future) in enumerate(zip(steps, futures, strict=True)):
                context.progress(self.name, index + 1, len(steps))
                yield step, future.result()
        finally:
            pool.shutdown(cancel_futures=True)

    def _rehearse(self, context: Context, subject: Subject, step: Step) -> str:
        """Return why a step went wrong, or an empty text."""
        operation = subject.operation
        probe = make_case("drill", (context.contract.facade, operation.name, subject.case.arguments, step.fault))
        with Driver(
            PROBE, name="drill", root=context.root, environment={**context.workers.environment, **step.environment},
            search_path=context.workers.search_path,
        ) as driver:  # fmt: skip
            outcome = driver.call([probe], timeout_seconds=operation.timeout_seconds)[0]
        if outcome.kind is not OutcomeKind.VALUE:
            return f"the facade gave {outcome.kind.value}: {outcome.failure.message if outcome.failure else ''}"
        return self._judge(subject, step, outcome.value)

    def _judge(self, subject: Subject, step: Step, answer: Mapping[str, Any]) -> str:
        if step.expected == "error":
            return "" if answer["error"] else f"an error was expected, but the {answer['path']} answered"
        if answer["error"]:
            return f"the {step.expected} was to answer, but there was an error: {answer['error']}"
        if answer["path"] != step.expected:
            return f"the {step.expected} was to answer, but the {answer['path']} did ({answer['reason']})"
        if step.events and not answer["events"]:
            return "the fallback was not recorded as an event"
        if step.expected == "reference" and not step.fault and answer["port_loaded"]:
            return "the port was loaded although the flag is off"
        given = Outcome(OutcomeKind.VALUE, answer["value"])
        differs = compare_outcomes(subject.expected, given, subject.operation.compare, "any")
        return "the facade's answer differs from the reference's" if differs else ""

    def _evidence(self, context: Context, operation: Operation, case: Case, steps: int, failed: int, note: str) -> Iterator[Evidence]:
        def made(metric: str, value: float | None, unit: str = "count", *, n: int = steps, note: str = "") -> Evidence:
            status = EvidenceStatus.INCONCLUSIVE if note else EvidenceStatus.MEASURED
            return Evidence(self.name, operation.name, "", f"{self.name}.{metric}", value, unit, n=n, floor=1, status=status, note=note)

        yield made("failures", float(failed), note=note)
        yield made("steps", float(steps))
        seconds, why = self._time_back(context, operation, case)
        yield made("rollback.seconds", seconds, "s", n=1, note=why)

    def _time_back(self, context: Context, operation: Operation, case: Case) -> tuple[float | None, str]:
        """Measure, in one process, the time from switching off to the first answer of the reference."""
        probe = make_case("drill", (context.contract.facade, operation.name, case.arguments, context.contract.flag))
        environment = {**context.workers.environment, context.contract.flag: "auto"}
        with Driver(
            SWITCH_PROBE, name="drill", root=context.root, environment=environment, search_path=context.workers.search_path
        ) as driver:
            outcome = driver.call([probe], timeout_seconds=operation.timeout_seconds)[0]
        if outcome.kind is not OutcomeKind.VALUE:
            return None, f"the way back could not be timed: {outcome.failure.message if outcome.failure else outcome.kind.value}"
        if outcome.value["before"] != "port" or outcome.value["after"] != "reference":
            return None, f"switching off led from {outcome.value['before']} to {outcome.value['after']}"
        return outcome.value["ns"] / 1e9, ""


def flag_steps(flag: str) -> list[Step]:
    """List what every flag must do, whatever the module."""
    off = [Step(f"{flag}={word}", {flag: word}, "", "reference") for word in ("off", "false", "0")]
    on = [Step(f"{flag}={word}", {flag: word}, "", "port") for word in ("on", "true", "auto")]
    fallback = [Step(f"{flag}=auto, port {fault}", {flag: "auto"}, fault, "reference", events=True) for fault in FAULTS]
    strict = [Step(f"{flag}=on, port missing", {flag: "on"}, "missing", "error"), Step(f"{flag}=maybe", {flag: "maybe"}, "", "error")]
    return [*on, *off, *fallback, *strict]


def rollback_steps(context: Context) -> list[Step]:
    """Turn the runbook's own rollback commands into steps; they are read as data, never given to a shell or an interpreter.

    An assignment counts only when it names the contract's flag, a switch only when the contract lists its function.
    """
    steps = []
    for command in context.runbook.commands:
        for part in command.parts:
            if isinstance(part, Assignment) and part.name == context.contract.flag:
                steps.append(
                    Step(f"rollback as written in {part.source}: {part.name}={part.value}", {part.name: part.value}, "", "reference")
                )
            elif isinstance(part, Switch) and f"{part.module}:{part.function}" in context.contract.switches:
                fault = f"switch:{part.module}:{part.function}:{','.join(map(repr, part.arguments))}"
                steps.append(Step(f"rollback as written in {part.source}: {part.function}", {}, fault, "reference"))
    return steps


def _without_flag(context: Context) -> Iterator[Finding]:
    """A contract without a flag promises no way back; that is no fault, unless the runbook promises one."""
    promised = [part for command in context.runbook.commands for part in command.parts]
    if promised:
        note = f"the runbook's rollback commands ({promised[0].source}) cannot be rehearsed: the contract names no flag and facade"
        yield CheckRecord("drill", "", "", EvidenceStatus.INCONCLUSIVE, 0, 1, 0.0, note=note)


def _as_divergence(operation: Operation, case: Case, step: Step, why: str) -> Divergence:
    outcome = Outcome(OutcomeKind.SKIPPED)
    where = (Difference(step.name, "drill", step.expected, why),)
    name = f"drill {step.name}"
    identity = make_case(name, (operation.name,)).id[:10]
    return Divergence(identity, "drill", operation.name, "facade", "drill", name, 1, case, outcome, outcome, where)
