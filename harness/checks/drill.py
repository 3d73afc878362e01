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
from harness.contract import Contract, Operation
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
    """What is called in every step: an operation that the port has, a case, and the reference's outcome."""

    operation: Operation
    port: str
    case: Case
    expected: Outcome


class DrillCheck:
    """Rehearses every flag state, every way a port can fail, and the rollback text of the runbook as it is written."""

    name: ClassVar[str] = "drill"

    def run(self, context: Context) -> Iterator[Finding]:
        """Yield for every flag how many steps went wrong and how long the way back takes, and each failed step as a divergence."""
        if not (context.contract.flags() and context.contract.facade):
            yield from _without_flag(context)
            return
        for flag, ports in context.contract.flags().items():
            yield from self._drill(context, flag, ports)

    def _drill(self, context: Context, flag: str, ports: tuple[str, ...]) -> Iterator[Finding]:
        start_ns = context.clock_ns()
        subject = self._subject(context, ports)
        commands = rollback_steps(context, flag)
        absence = _absence(context, subject)
        steps = [*(_without_port(flag) if absence else flag_steps(flag)), *commands]
        failed = [_as_divergence(subject, step, why) for step, why in self._rehearse_all(context, subject, steps) if why]
        yield from failed
        note = absence or ("" if commands else "the runbook's rollback section has no command that can be rehearsed")
        yield from self._evidence(context, subject, flag, len(steps), len(failed), note)
        status = EvidenceStatus.INCONCLUSIVE if note else EvidenceStatus.MEASURED
        seconds = context.seconds_since(start_ns)
        yield CheckRecord(self.name, subject.operation.name, subject.port, status, len(steps), 1, seconds, note=note)

    def _subject(self, context: Context, ports: tuple[str, ...]) -> Subject:
        """Choose the smallest case of the ports' first operation that the reference answers: the drill is about paths, not arithmetic."""
        operations = context.contract.operations.values()
        operation, port = next((operation, port) for operation in operations for port in ports if port in operation.ports)
        cases = next(batches(generate(operation.inputs[0], operation.name, count=FEW, seed=context.seed), FEW))
        outcomes = context.workers.call(operation, "reference", cases)
        pairs = [pair for pair in zip(cases, outcomes, strict=True) if pair[1].kind is OutcomeKind.VALUE]
        case, expected = min(pairs or list(zip(cases, outcomes, strict=True)), key=lambda pair: len(pack(pair[0].arguments)))
        return Subject(operation, port, case, expected)

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
        if step.expected == "reference" and not (step.fault or step.events) and answer["port_loaded"]:
            return "the port was loaded although the flag is off"
        given = Outcome(OutcomeKind.VALUE, answer["value"])
        differs = compare_outcomes(subject.expected, given, subject.operation.compare, "any")
        return "the facade's answer differs from the reference's" if differs else ""

    def _evidence(self, context: Context, subject: Subject, flag: str, steps: int, failed: int, note: str) -> Iterator[Evidence]:
        operation = subject.operation.name

        def made(metric: str, value: float | None, unit: str = "count", *, n: int = steps, note: str = "") -> Evidence:
            status = EvidenceStatus.INCONCLUSIVE if note else EvidenceStatus.MEASURED
            return Evidence(self.name, operation, "", f"{self.name}.{metric}", value, unit, n=n, floor=1, status=status, note=note)

        yield made("failures", float(failed), note="" if failed else note)
        yield made("steps", float(steps))
        seconds, why = self._time_back(context, subject, flag)
        yield made("rollback.seconds", seconds, "s", n=1, note=why)

    def _time_back(self, context: Context, subject: Subject, flag: str) -> tuple[float | None, str]:
        """Measure, in one process, the time from switching off to the first answer of the reference."""
        operation = subject.operation
        probe = make_case("drill", (context.contract.facade, operation.name, subject.case.arguments, flag))
        environment = {**context.workers.environment, flag: "auto"}
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


def _without_port(flag: str) -> list[Step]:
    """List what still can be rehearsed where the port cannot work: nobody notices but the log."""
    return [
        *(step for step in flag_steps(flag) if step.expected == "reference" and step.fault in {"", "missing"}),
        Step(f"{flag}=auto, port as it is here", {flag: "auto"}, "", "reference", events=True),
    ]


def _absence(context: Context, subject: Subject) -> str:
    """Return why the port cannot be rehearsed, or an empty text."""
    ran = context.workers.ran(subject.operation, subject.port)
    return "" if ran.file else f"the port is not there, so only the way without it was rehearsed: {ran.version or 'no reason given'}"


def rollback_steps(context: Context, flag: str = "") -> list[Step]:
    """Turn the runbook's own rollback commands into steps; they are read as data, never given to a shell or an interpreter.

    An assignment counts only when it names the flag (the contract's, if none is given), a switch only when the contract lists its function
    and, where there are several flags, it names this one.
    """
    steps = []
    flag = flag or context.contract.flag
    for command in context.runbook.commands:
        for part in command.parts:
            if isinstance(part, Assignment) and part.name == flag:
                steps.append(
                    Step(f"rollback as written in {part.source}: {part.name}={part.value}", {part.name: part.value}, "", "reference")
                )
            elif isinstance(part, Switch) and _is_for(part, flag, context.contract):
                fault = f"switch:{part.module}:{part.function}:{','.join(map(repr, part.arguments))}"
                steps.append(Step(f"rollback as written in {part.source}: {part.function}", {}, fault, "reference"))
    return steps


def _is_for(switch: Switch, flag: str, contract: Contract) -> bool:
    if f"{switch.module}:{switch.function}" not in contract.switches:
        return False
    named = (argument for argument in switch.arguments if isinstance(argument, str))
    return len(contract.flags()) == 1 or any(flag.endswith(name.upper()) for name in named)


def _without_flag(context: Context) -> Iterator[Finding]:
    """A contract without a flag promises no way back; that is no fault, unless the runbook promises one."""
    promised = [part for command in context.runbook.commands for part in command.parts]
    if promised:
        note = f"the runbook's rollback commands ({promised[0].source}) cannot be rehearsed: the contract names no flag and facade"
        yield CheckRecord("drill", "", "", EvidenceStatus.INCONCLUSIVE, 0, 1, 0.0, note=note)


def _as_divergence(subject: Subject, step: Step, why: str) -> Divergence:
    operation = subject.operation
    outcome = Outcome(OutcomeKind.SKIPPED)
    where = (Difference(step.name, "drill", step.expected, why),)
    name = f"drill {step.name}"
    identity = make_case(name, (operation.name,)).id[:10]
    return Divergence(identity, "drill", operation.name, "facade", "drill", name, 1, subject.case, outcome, outcome, where)
