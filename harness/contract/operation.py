"""One callable of a module as a contract promises it, with everything that must hold for its implementations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.contract.inputs import Inputs
from harness.contract.policy import Policy, exact
from harness.model import Outcome

PropertyHolds = Callable[[Outcome], bool]
FollowUps = Callable[[tuple[Any, ...]], Sequence[tuple[Any, ...]]]
RelationHolds = Callable[[Outcome, Sequence[Outcome]], bool]
MakeArguments = Callable[[int], tuple[Any, ...]]
EXCLUDABLE = ("determinism", "concurrency", "memory")


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
    many threads by the usual environment variables; 0 leaves them alone. `environment` is set for both sides.
    """

    name: str
    make: MakeArguments
    size: int
    sizes: tuple[int, ...] = ()
    boundary: str = ""
    port_only: bool = False
    threads: int = 0
    unit: str = "rows"
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Floor:
    """How much evidence is enough: cases compared, share of them where both sides gave a value, rounds timed."""

    cases: int = 200
    both_succeeded: float = 0.5
    rounds: int = 6


@dataclass(slots=True)
class Operation:
    """One callable of a module with its reference, its ports, inputs, comparison and properties.

    `without` names the checks among EXCLUDABLE that leave it out. `builds_on` names modules of the reference that its ports use by design
    (a port of one part of the work): seeing them in a port's worker is then no sign of borrowed answers, so the port itself has to refuse
    an answer that it did not give. `depends_on` names the installed packages whose version decides the outcomes: recorded outcomes are
    compared only under the versions that they were recorded with.
    """

    name: str
    reference: str
    ports: dict[str, str]
    inputs: tuple[Inputs, ...]
    compare: Policy = exact
    errors: str = "code"
    floor: Floor = field(default_factory=Floor)
    timeout_seconds: float = 10.0
    probe_boundary: bool = True
    without: tuple[str, ...] = ()
    builds_on: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
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
