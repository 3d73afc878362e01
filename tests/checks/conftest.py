"""What the tests of this room share: contracts on the fakes, and what a check finds in them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.checks.base import Check, Context
from harness.contract import Contract, Floor, columns, contract, one_of
from harness.contract.machine import Machine
from harness.model import CheckRecord, Divergence, Evidence
from harness.run import Plan, contract_context

FAKES = Path(__file__).resolve().parents[1] / "fakes"
KEYS = one_of("a", "b", "c")
AMOUNTS = one_of(1.0, 2.0, 0.1, 60.0)


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


FINITE = {"add": columns(key=KEYS, amount=AMOUNTS), "remove": columns(key=KEYS), "total": columns()}
STEPS = FINITE | {"add": (FINITE["add"], columns(key=KEYS, amount="float64")), "load(save)": columns()}


def ledgers(port: str, describe: Callable[[Machine], None] = lambda _machine: None, **options: Any) -> Contract:
    """Return the contract of a ledger, with a port from `ledger_ports`."""
    made = contract(reference="ledgers", ports={"port": "ledger_ports"})
    given: dict[str, Any] = {
        "construct": columns(limit=one_of(100.0, 5.0, 0.0, -1.0)),
        "steps": STEPS,
        "weights": {"add": 3.0},
        "observe": ("items", "total"),
        "length": (0, 30),
        "floor": Floor(cases=60, both_succeeded=0.3),
        "timeout_seconds": 0.5,
    }
    made.machine("Ledger", ports={"port": f"ledger_ports.{port}"}, **(given | options))(describe)
    return made


def operation(port: str, **options: Any) -> Contract:
    """Return the contract of one operation of the fakes that doubles a number."""
    made = contract(reference="ports", ports={"port": "ports"})
    given: dict[str, Any] = {"inputs": columns(x="float64[-100..100]"), "timeout_seconds": 2.0, "floor": Floor(cases=20)}
    made.operation("correct", ports={"port": f"ports.{port}"}, **(given | options))(lambda _operation: None)
    return made
