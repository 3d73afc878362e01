"""What the tests of this room share: workers that are plain functions of this process, and a clock that goes only when it is read."""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pytest

from harness.checks import workload
from harness.checks.base import Check, Context, Finding
from harness.checks.workers import REFERENCE, Workers
from harness.contract import Contract, Floor, Operation, columns, contract
from harness.drivers.timing import BenchWorker, Timings
from harness.model import Case, CheckRecord, Divergence, Evidence, Failure, Outcome, OutcomeKind, Ran
from harness.run import Plan, contract_context
from harness.run.context import no_runbook
from harness.stores.golden import GoldenStore

MILLISECOND_NS = 1_000_000.0
FAKES = Path(__file__).resolve().parents[1] / "fakes"


@dataclass
class Clock:
    """A clock that is `step_ns` later at every look."""

    step_ns: int = 0
    now_ns: int = 0

    def __call__(self) -> int:
        """Return the time in nanoseconds."""
        self.now_ns += self.step_ns
        return self.now_ns


class InProcess(Workers):
    """Answers in this process: what a function returns is its value unless it is an outcome; a port without one is not there."""

    def __init__(self, functions: Mapping[str, Callable[..., Any] | None], root: Path) -> None:
        """Take one function an implementation."""
        super().__init__(root)
        self.functions = functions
        self.rans: dict[str, Ran] = {}
        self.modules: dict[str, frozenset[str]] = {}
        self.asked: list[tuple[str, int]] = []

    def ran(self, operation: Operation, implementation: str) -> Ran:
        """Return a proof that was planted, else one that is in order."""
        target = operation.reference if implementation == REFERENCE else operation.ports[implementation]
        if self.functions.get(implementation) is None:
            return Ran(implementation, target, version="it was never built")
        return self.rans.get(implementation, Ran(implementation, target, f"/{implementation}.py", implementation))

    def call(self, operation: Operation, implementation: str, cases: Sequence[Case]) -> list[Outcome]:
        """Call the function with a copy of every case's arguments."""
        self.asked.append((implementation, len(cases)))
        function = self.functions.get(implementation)
        if function is None:
            return [Outcome(OutcomeKind.NOT_MIGRATED)] * len(cases)
        assert operation.name
        return [outcome_of(function, case.arguments, implementation) for case in cases]

    def loaded_modules(self, operation: Operation, implementation: str) -> frozenset[str]:
        """Return what was planted."""
        assert operation.name
        return self.modules.get(implementation, frozenset())


def outcome_of(function: Callable[..., Any], arguments: tuple[Any, ...], implementation: str = "") -> Outcome:
    """Call a function and make an outcome of what happens."""
    given = copy.deepcopy(arguments)
    try:
        value = function(*given)
    except Exception as error:  # noqa: BLE001 - whatever a fake raises is its outcome
        return Outcome(OutcomeKind.ERROR, failure=Failure(f"builtins.{type(error).__name__}", str(error)), implementation=implementation)
    return value if isinstance(value, Outcome) else Outcome(OutcomeKind.VALUE, value, implementation=implementation)


def double(x: float) -> float:
    """Answer as every reference here does."""
    return x * 2.0


class Make(Protocol):
    """Makes a context of one operation, `double`, with the given functions behind reference and ports."""

    def __call__(
        self, port: Callable[..., Any] | None = double, *, reference: Callable[..., Any] = double, inputs: Any = None, **options: Any
    ) -> Context:
        """Return the context; `options` are those of an operation."""
        ...


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Return a maker of contexts."""

    def made(
        port: Callable[..., Any] | None = double, *, reference: Callable[..., Any] = double, inputs: Any = None, **options: Any
    ) -> Context:
        declared = contract(reference="toy", ports={"port": "toy_port"})
        declared.name = "toy"
        options.setdefault("floor", Floor(cases=20))
        declared.operation("double", inputs=inputs or columns(x="float64"), **options)(lambda _operation: None)
        return context_of(declared, InProcess({REFERENCE: reference, "port": port}, tmp_path), tmp_path)

    return made


def context_of(declared: Contract, workers: Workers, root: Path, **options: Any) -> Context:
    """Return a small context without a runbook, whose clock stands still."""
    golden = GoldenStore(root / "golden")
    small: dict[str, Any] = {"cases": 60, "clock_ns": Clock()}
    return Context(contract=declared, runbook=no_runbook("toy"), root=root, workers=workers, golden=golden, **(small | options))


@dataclass
class Findings:
    """What a check yielded, sorted by kind."""

    evidence: list[Evidence] = field(default_factory=list)
    records: list[CheckRecord] = field(default_factory=list)
    divergences: list[Divergence] = field(default_factory=list)

    def of(self, metric: str, port: str | None = None) -> Evidence:
        """Return the only evidence of a metric."""
        [found] = [found for found in self.evidence if found.metric == metric and port in (None, found.port)]
        return found

    def record(self, port: str = "port") -> CheckRecord:
        """Return the only record of a port."""
        [found] = [record for record in self.records if record.port == port]
        return found


def collect(findings: Iterable[Finding]) -> Findings:
    """Sort findings by kind."""
    found = Findings()
    for finding in findings:
        if isinstance(finding, Evidence):
            found.evidence.append(finding)
        elif isinstance(finding, CheckRecord):
            found.records.append(finding)
        else:
            found.divergences.append(finding)
    return found


Run = Callable[[Check, Context], Findings]


@pytest.fixture
def run() -> Run:
    """Return a function that runs a check to its end."""
    return lambda check, context: collect(check.run(context))


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[Workers]:
    """Return real workers whose import path leads to the fakes."""
    with Workers(tmp_path, search_path=[str(FAKES)]) as workers:
        yield workers


@dataclass
class Stopwatch:
    """Stands for the drivers: a reference of 8 ms and a port of 2 ms for 100 rows, linear in the rows."""

    asked: list[tuple[str | None, str, int]] = field(default_factory=list)
    environments: list[Mapping[str, str]] = field(default_factory=list)
    peaks: dict[str, int] = field(default_factory=lambda: {"toy.double": 4000, "toy_port.double": 1000})

    def together(
        self, worker: BenchWorker, reference: str | None, candidate: str, arguments: tuple[Any, ...], *, rounds: int, **_options: Any
    ) -> Timings:
        """Answer in the place of `time_together`."""
        self.asked.append((reference, candidate, rounds))
        self.environments.append(worker.environment)
        size = len(arguments[0]) / 100
        port = tuple(2 * size * MILLISECOND_NS * (1 + 0.001 * (index % 3)) for index in range(rounds))
        factor = 1 if reference == candidate else 4
        return Timings(tuple(factor * sample for sample in port) if reference else (), port, ())

    def parts(self, _worker: BenchWorker, _whole: str, _part: str, _arguments: tuple[Any, ...], *, rounds: int, **_options: Any) -> Timings:
        """Answer in the place of `time_parts`: a twentieth of the time is the crossing."""
        return Timings((20.0 * MILLISECOND_NS,) * rounds, (1.0 * MILLISECOND_NS,) * rounds, ())

    def pairs(self) -> list[tuple[str | None, str, int]]:
        """Return what was asked of reference and port together."""
        return [asked for asked in self.asked if asked[0] == "toy.double"]

    def peak(self, target: str, _arguments: tuple[Any, ...], **_options: Any) -> int:
        """Answer in the place of `peak_memory`."""
        return self.peaks[target]


@pytest.fixture
def stopwatch(monkeypatch: pytest.MonkeyPatch) -> Stopwatch:
    """Put the fake in the place of the drivers."""
    fake = Stopwatch()
    for name, function in (("time_together", fake.together), ("time_parts", fake.parts), ("peak_memory", fake.peak)):
        monkeypatch.setattr(workload, name, function)
    return fake


def rows(size: int) -> tuple[list[float]]:
    """Make the arguments of a size."""
    return ([1.0] * size,)


def timed(context: Context, make_arguments: Callable[[int], tuple[Any, ...]] = rows, **options: Any) -> Context:
    """Give the only operation a workload of 100 rows."""
    context.contract.operations["double"].workload("many", make_arguments, **({"size": 100} | options))
    return context


class Found:
    """What a check yielded, sorted."""

    def __init__(self, findings: Iterator[Any]) -> None:
        everything = list(findings)
        self.evidence = [item for item in everything if isinstance(item, Evidence)]
        self.records = [item for item in everything if isinstance(item, CheckRecord)]
        self.divergences = [item for item in everything if isinstance(item, Divergence)]

    def value(self, metric: str, port: str = "port") -> float | None:
        """Return the value of a metric on a port."""
        (found,) = [item for item in self.evidence if item.metric == metric and item.port == port]
        return found.value

    def record(self, port: str = "port") -> CheckRecord:
        """Return the one record of a port."""
        (found,) = [item for item in self.records if item.port == port]
        return found


@pytest.fixture
def fakes_importable() -> Iterator[None]:
    """Let this process import the fakes too, as a contract's own modules can be."""
    sys.path.insert(0, str(FAKES))
    yield
    sys.path.remove(str(FAKES))


@pytest.fixture
def examined(tmp_path: Path) -> Callable[..., Found]:
    """Return a function that runs a check on a contract in an empty project."""

    def examine(check: Check, declared: Contract, then: Callable[[Context], None] | None = None, **plan: Any) -> Found:
        with contract_context(declared, Plan(search_path=(str(FAKES),), **plan), root=tmp_path) as context:
            found = Found(check.run(context))
            if then:
                then(context)
            return found

    return examine
