"""What a contract is made of: typed, declarative, and naming every callable by its import path, because workers import them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from harness.contract.inputs import Arguments, Columns, Inputs, Programs, Recorded, Strategy, as_arguments
from harness.contract.machine import Machine, comparing_errors, machine_path
from harness.contract.operation import Floor, Operation
from harness.contract.policy import Policy, exact

Declared = TypeVar("Declared", bound=Operation)
_NOTHING = Columns({})


@dataclass(frozen=True, slots=True)
class Port:
    """An implementation to be judged: import prefix, and the files that its build is made from.

    `sources` are globs below the folder `source_root` of the project; their digest must be the one that the build reports. `flag` is
    the port's own, where the contract's is that of another port.
    """

    name: str
    prefix: str
    source_root: str = ""
    sources: tuple[str, ...] = ()
    flag: str = ""


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
    machines: dict[str, Machine] = field(default_factory=dict)
    name: str = ""

    def operation(
        self,
        name: str,
        *,
        inputs: Inputs | Iterable[Inputs],
        reference: str = "",
        ports: Mapping[str, str] | None = None,
        only: Iterable[str] | None = None,
        **options: Any,
    ) -> Callable[[Callable[[Operation], None]], Operation]:
        """Declare an operation; the decorated function receives it to add properties, relations and workloads.

        `reference` and `ports` default to the contract's prefixes with `.name` appended. `only` names the ports that have the operation,
        where not all of them do. Raises ValueError for a name used twice, and for a port that the contract has not.
        """
        path, targets = self._paths(name, reference, ports)
        declared = Operation(name, path, self._chosen(name, targets, only), _as_inputs(inputs), **options)
        self.operations[name] = declared
        return _with_details(declared)

    def machine(
        self,
        name: str,
        *,
        steps: Mapping[str, Arguments | Iterable[Arguments]],
        observe: Iterable[str],
        construct: Arguments | Iterable[Arguments] = _NOTHING,
        reference: str = "",
        ports: Mapping[str, str] | None = None,
        weights: Mapping[str, float] | None = None,
        length: tuple[int, int] = (0, 200),
        recorded: str = "",
        adjust: str = "",
        compare: Policy = exact,
        errors: str = "code",
        **options: Any,
    ) -> Callable[[Callable[[Machine], None]], Machine]:
        """Declare a class whose objects are examined by programs of calls; see `Programs` for what a program is made of.

        `reference` and `ports` are import paths of the class and default as for operations; `options` are the further fields of
        `Operation`. The decorated function receives the machine to add invariants, properties, relations and workloads.
        Raises ValueError for a name used twice, for a class without steps, and for a weight of no step.
        """
        kinds = {method: as_arguments(given) for method, given in steps.items()}
        if not kinds or set(weights or {}) - set(kinds):
            raise ValueError(f"machine {name!r} has no steps, or weights of steps that it has not")
        programs = Programs(as_arguments(construct), kinds, tuple(observe), dict(weights or {}), length, recorded, adjust)
        path, others = self._paths(name, reference, ports)
        targets = {port: machine_path(other) for port, other in others.items()}
        options = {"floor": Floor(cases=100, both_succeeded=0.3), **options}
        policy = comparing_errors(compare, errors)
        declared = Machine(name, machine_path(path), targets, (programs,), compare=policy, errors=errors, **options)
        self.machines[name] = declared
        return _with_details(declared)

    def subjects(self) -> Iterator[Operation]:
        """Yield everything that is called: the operations, then the machines."""
        yield from self.operations.values()
        yield from self.machines.values()

    def subject(self, name: str) -> Operation | None:
        """Return the operation or machine of this name."""
        return self.operations.get(name) or self.machines.get(name)

    def flags(self) -> dict[str, tuple[str, ...]]:
        """Return the flags that production code switches by, each with the names of its ports."""
        flags = [port.flag or self.flag for port in self.ports.values()]
        return {flag: tuple(name for name, own in zip(self.ports, flags, strict=True) if own == flag) for flag in flags if flag}

    def _chosen(self, name: str, targets: dict[str, str], only: Iterable[str] | None) -> dict[str, str]:
        wanted = tuple(targets if only is None else only)
        if not wanted or set(wanted) - set(targets):
            raise ValueError(f"operation {name!r} is for ports {', '.join(wanted) or 'none'}; the contract has {', '.join(targets)}")
        return {port: targets[port] for port in wanted}

    def _paths(self, name: str, reference: str, ports: Mapping[str, str] | None) -> tuple[str, dict[str, str]]:
        if self.subject(name):
            raise ValueError(f"operation {name!r} is declared twice")
        paths = {port.name: f"{port.prefix}.{name}" for port in self.ports.values()} | dict(ports or {})
        return reference or f"{self.reference}.{name}", paths


def _as_inputs(given: Inputs | Iterable[Inputs]) -> tuple[Inputs, ...]:
    return (given,) if isinstance(given, Columns | Recorded | Strategy | Programs) else tuple(given)


def _with_details(declared: Declared) -> Callable[[Callable[[Declared], None]], Declared]:
    def add_details(describe: Callable[[Declared], None]) -> Declared:
        describe(declared)
        return declared

    return add_details


def port(prefix: str, *, source_root: str = "", sources: Iterable[str] = (), flag: str = "") -> Port:
    """Describe a port by its import prefix, the files that its build is made from, and a flag of its own; see `Port`."""
    return Port("", prefix, source_root, tuple(sources), flag)


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
