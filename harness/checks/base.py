"""The one interface behind which every kind of check lives, and what a check is given to work with."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Protocol, TypeAlias

from harness.checks.tally import Tally
from harness.checks.workers import Workers
from harness.contract import Contract, Operation
from harness.model import CheckRecord, Divergence, Evidence
from harness.runbook import Runbook
from harness.stores.golden import GoldenStore

Finding: TypeAlias = Evidence | CheckRecord | Divergence
Progress = Callable[[str, int, int], None]


def silent(_what: str, _done: int, _total: int) -> None:
    """Report no progress."""


@dataclass(frozen=True)
class Context:
    """What every check works with: the promise, the workers, the seed, and how much it may spend.

    `budget_seconds` bounds the sampling of one operation in one check; `clock_ns` is monotonic. `cases` is how many inputs to generate
    per operation; a contract's floor raises it. Setting `stop` ends the tools that run beside the checks.
    """

    contract: Contract
    runbook: Runbook
    root: Path
    workers: Workers
    golden: GoldenStore
    clock_ns: Callable[[], int]
    seed: int = 1
    cases: int = 400
    budget_seconds: float = 20.0
    progress: Progress = silent
    tally: Tally = field(default_factory=Tally)
    stop: threading.Event = field(default_factory=threading.Event)

    def pairs(self) -> Iterator[tuple[Operation, str]]:
        """Yield every operation with every one of its ports."""
        for operation in self.contract.operations.values():
            for port in operation.ports:
                yield operation, port

    def all_pairs(self) -> Iterator[tuple[Operation, str]]:
        """Yield every operation and machine with every one of its ports."""
        for subject in self.contract.subjects():
            for port in subject.ports:
                yield subject, port

    def seconds_since(self, start_ns: int) -> float:
        """Return the seconds that passed since `start_ns` of the same clock."""
        return (self.clock_ns() - start_ns) / 1e9


class Check(Protocol):
    """One kind of examination: it yields findings as it makes them, so that a killed run loses nothing finished."""

    name: ClassVar[str]

    def run(self, context: Context) -> Iterator[Finding]:
        """Examine every operation and port of the contract."""
        ...
