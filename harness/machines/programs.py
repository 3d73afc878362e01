"""Programs as data: recognised, cut, pinned to the step at fault, and written as the Python that they stand for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from harness.machines.play import RENEWAL
from harness.model import Failure

_PARTS = 3
_ENTRY = re.compile(r"value\[(\d+)\]")
_NOTE = re.compile(r"\(in step (\d+)\)$")


def is_program(arguments: Sequence[Any]) -> bool:
    """Tell the arguments of a player: what to make the object with, the steps, and what to observe."""
    if len(arguments) != _PARTS or not all(isinstance(part, list) for part in arguments):
        return False
    _, steps, observe = arguments
    return all(map(_is_step, steps)) and all(isinstance(name, str) for name in observe)


def _is_step(step: Any) -> bool:
    match step:
        case [str(), [*_]]:
            return isinstance(step, list)
    return False


def cut(arguments: tuple[Any, ...], steps: int) -> tuple[Any, ...]:
    """Return a program that ends after so many steps."""
    construct, every, observe = arguments
    return construct, every[:steps], observe


def program_lines(name: str, arguments: Sequence[Any], write: Callable[[Any], str]) -> list[str]:
    """Return a program on the class `name` as lines of Python; `write` makes an expression of an argument."""
    construct, steps, _ = arguments
    return [f"machine = {name}({_listed(construct, write)})", *(_line(name, step, write) for step in steps)]


def _line(name: str, step: Sequence[Any], write: Callable[[Any], str]) -> str:
    method, arguments = step
    renewal = RENEWAL.fullmatch(method)
    if renewal:
        load, save = renewal.groups()
        return f"machine = {name}.{load}(machine.{save}({_listed(arguments, write)}))"
    return f"machine.{method}({_listed(arguments, write)})"


def _listed(arguments: Sequence[Any], write: Callable[[Any], str]) -> str:
    return ", ".join(map(write, arguments))


def step_of_path(path: str) -> int | None:
    """Return the step whose entry a path of a difference leads into, 0 for the making of the object."""
    match = _ENTRY.match(path)
    return int(match.group(1)) if match else None


def step_of_failure(failure: Failure | None) -> int | None:
    """Return the step in which an implementation ended, panicked or hung, None where that is not known."""
    match = _NOTE.search(failure.message) if failure else None
    return int(match.group(1)) if match else None


def noted(message: str, step: int | None) -> str:
    """Return a message that says in which step it happened."""
    return message if step is None else f"{message} (in step {step})"
