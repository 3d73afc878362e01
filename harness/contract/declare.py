"""What a contract is made of: typed, declarative, and naming every callable by its import path, because workers import them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from harness.contract.policy import Policy, exact
from harness.contract.types import OneOf, Table, Type, as_type
from harness.model import Outcome

PropertyHolds = Callable[[Outcome], bool]
FollowUps = Callable[[tuple[Any, ...]], Sequence[tuple[Any, ...]]]
RelationHolds = Callable[[Outcome, Sequence[Outcome]], bool]
MakeArguments = Callable[[int], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Columns:
    """Arguments generated from types, one per positional argument, in this order."""

    types: Mapping[str, Type]


@dataclass(frozen=True, slots=True)
class Recorded:
    """Arguments that a callable ("package.module:function") yields as tuples: real input."""

    path: str
    origin: str = "recorded"


@dataclass(frozen=True, slots=True)
class Strategy:
    """Arguments drawn from a Hypothesis strategy of tuples."""

    strategy: Any


Inputs = Columns | Recorded | Strategy


def columns(**types: str | Type) -> Columns:
    """Declare one positional argument per keyword, each with its type."""
    return Columns({name: as_type(text) for name, text in types.items()})


def ipc(*, sizes: tuple[int, ...] = (0, 1, 2, 7, 64, 257), adjust: str = "", **fields: str | Type) -> Table:
    """Declare an argument of Arrow IPC stream bytes with these columns."""
    return Table({name: as_type(text) for name, text in fields.items()}, "ipc", sizes, adjust)


def batch(*, sizes: tuple[int, ...] = (0, 1, 2, 7, 64, 257), adjust: str = "", **fields: str | Type) -> Table:
    """Declare an argument that is a pyarrow RecordBatch with these columns, for the Arrow PyCapsule interface."""
    return Table({name: as_type(text) for name, text in fields.items()}, "batch", sizes, adjust)


def one_of(*values: Any) -> OneOf:
    """Declare an argument that is one of the given values."""
    return OneOf(values)


def recorded(path: str) -> Recorded:
    """Declare real input: the callable at `path` yields tuples of arguments."""
    return Recorded(path)


@dataclass(frozen=True, slots=True)
class Property:
    """A statement about a single outcome that must hold for every implementation."""

    name: str
    holds: PropertyHolds


@dataclass(frozen=True, slots=True)
class Relation:
    """A statement about an outcome and the outcomes of follow-up arguments (metamorphic), for every implementation."""

    name: str
    follow_ups: FollowUps
    holds: RelationHolds


@dataclass(frozen=True, slots=True)
class Workload:
    """Something to time: `make(size)` gives the arguments; `size` is the main size, `sizes` those of the scaling curve.

    `boundary` names a callable of the port that does only the crossing with the same arguments, for the share of time spent there.
    `port_only` times the port without a reference (a round trip that the reference has no use for). `threads` limits both sides to so
    many threads by the usual environment variables; 0 leaves them alone.
    """

    name: str
    make: MakeArguments
    size: int
    sizes: tuple[int, ...] = ()
    boundary: str = ""
    port_only: bool = False
    threads: int = 0
    unit: str = "rows"


@dataclass(frozen=True, slots=True)
class Floor:
    """How much evidence is enough: cases compared, share of them where both sides gave a value, rounds timed."""

    cases: int = 200
    both_succeeded: float = 0.5
    rounds: int = 6


@dataclass(frozen=True, slots=True)
class Port:
    """An implementation to be judged: import prefix, and the files that its build is made from.

    `sources` are globs below the folder `source_root` of the project; their digest must be the one that the build reports.
    """

    name: str
    prefix: str
    source_root: str = ""
    sources: tuple[str, ...] = ()


@dataclass(slots=True)
class Operation:
    """One callable of a module with its reference, its ports, inputs, comparison and properties."""

    name: str
    reference: str
    ports: dict[str, str]
    inputs: tuple[Inputs, ...]
    compare: Policy = exact
    errors: str = "code"
    floor: Floor = field(default_factory=Floor)
    timeout_seconds: float = 10.0
    probe_boundary: bool = True
    properties: list[Property] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    workloads: list[Workload] = field(default_factory=list)

    def property(self, name: str, holds: PropertyHolds) -> None:
        """State what must be true of every outcome of every implementation."""
        self.properties.append(Property(name, holds))

    def relation(self, name: str, follow_ups: FollowUps, holds: RelationHolds) -> None:
        """State what must be true between an outcome and the outcomes of follow-up arguments."""
        self.relations.append(Relation(name, follow_ups, holds))

    def workload(self, name: str, make: MakeArguments, *, size: int, **options: Any) -> None:
        """Name something to time; see `Workload` for the options."""
        self.workloads.append(Workload(name, make, size, **options))


@dataclass(frozen=True, slots=True)
class Tool:
    """A readiness command of the project: `kind` decides how its output is read, `metric` names what it yields.

    Kinds: "mypy", "clippy", "ruff" count findings; "pytest" and "cargo-test" count failures and passes; "coverage" runs pytest with
    coverage of `package` and gives a fraction. `command` is an argument list, run from the project root.
    """

    kind: str
    command: tuple[str, ...]
    package: str = ""


@dataclass(slots=True)
class Contract:
    """One migration as the machine reads it; the runbook with the same stem is the same promise for people."""

    reference: str
    ports: dict[str, Port]
    flag: str = ""
    facade: str = ""
    switches: tuple[str, ...] = ()
    reference_sources: tuple[str, ...] = ()
    required_ports: tuple[str, ...] = ()
    tools: tuple[Tool, ...] = ()
    operations: dict[str, Operation] = field(default_factory=dict)
    name: str = ""

    def operation(
        self,
        name: str,
        *,
        inputs: Inputs | Iterable[Inputs],
        reference: str = "",
        ports: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Callable[[Callable[[Operation], None]], Operation]:
        """Declare an operation; the decorated function receives it to add properties, relations and workloads.

        `reference` and `ports` default to the contract's prefixes with `.name` appended. Raises ValueError for a name used twice.
        """
        if name in self.operations:
            raise ValueError(f"operation {name!r} is declared twice")
        given = (inputs,) if isinstance(inputs, Columns | Recorded | Strategy) else tuple(inputs)
        paths = {port.name: f"{port.prefix}.{name}" for port in self.ports.values()} | dict(ports or {})
        declared = Operation(name, reference or f"{self.reference}.{name}", paths, given, **options)
        self.operations[name] = declared

        def add_details(describe: Callable[[Operation], None]) -> Operation:
            describe(declared)
            return declared

        return add_details


def port(prefix: str, *, source_root: str = "", sources: Iterable[str] = ()) -> Port:
    """Describe a port by its import prefix and the files that its build is made from; see `Port`."""
    return Port("", prefix, source_root, tuple(sources))


def contract(
    *,
    reference: str,
    ports: Mapping[str, str | Port],
    flag: str = "",
    facade: str = "",
    switches: Iterable[str] = (),
    reference_sources: Iterable[str] = (),
    tools: Iterable[Tool] = (),
) -> Contract:
    """Begin a contract: the reference's import prefix, the ports by name, and the flag and facade that production code uses.

    `switches` are callables ("package.module:function") that a runbook's rollback text may name instead of the flag.
    """
    described = {name: replace(given, name=name) if isinstance(given, Port) else Port(name, given) for name, given in ports.items()}
    return Contract(
        reference=reference,
        ports=described,
        flag=flag,
        facade=facade,
        switches=tuple(switches),
        reference_sources=tuple(reference_sources),
        required_ports=tuple(described),
        tools=tuple(tools),
    )
