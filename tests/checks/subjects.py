"""Contracts on the fakes for the checks of objects, circumstances, threads and memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.contract import Contract, Floor, columns, contract, one_of
from harness.contract.machine import Machine

KEYS = one_of("a", "b", "c")
AMOUNTS = one_of(1.0, 2.0, 0.1, 60.0)
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
