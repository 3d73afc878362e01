"""A class whose objects keep state, as a contract promises it: examined by programs of calls instead of single ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from harness.contract.operation import Operation
from harness.contract.policy import Policy

MACHINE = "machine:"
StateHolds = Callable[[Mapping[str, Any]], bool]
_RAISED = {
    "code": ("raised type", "raised message"),
    "type": ("raised", "raised message"),
    "type+message": ("raised",),
    "any": ("raised", "raised type", "raised message"),
}


@dataclass(frozen=True, slots=True)
class Invariant:
    """A statement about what is observed after any step, for every implementation."""

    name: str
    holds: StateHolds


@dataclass(slots=True)
class Machine(Operation):
    """A class; its reference and ports are import paths behind the prefix MACHINE, under which workers load a player of programs.

    A case has the arguments (construct, steps, observe). Its value is a list: what was observed once the object was there, then an entry
    a step with what the step gave or raised, and what was observed after it. `timeout_seconds` is for one step.
    """

    invariants: list[Invariant] = field(default_factory=list)

    def invariant(self, name: str, holds: StateHolds) -> None:
        """State what must be true of the observed state, a mapping from the names in `observe` to their values, after every step."""
        self.invariants.append(Invariant(name, holds))


def machine_path(path: str) -> str:
    """Return the import path of a player of programs on the class at `path`."""
    return path if path.startswith(MACHINE) else MACHINE + path


def plain_path(target: str) -> str:
    """Return the import path of what a target is about: that of the class for a machine, else the target itself."""
    return target.removeprefix(MACHINE)


def comparing_errors(policy: Policy, errors: str) -> Policy:
    """Return the policy for programs whose steps may raise: it leaves out of the raised errors what `errors` does not ask for."""
    reason = f"errors are compared by {errors}"
    return replace(policy, ignore={**policy.ignore, **{f'value*["{name}"]': reason for name in _RAISED.get(errors, ())}})
