"""Plays a program of calls on an object and notes what every step gave; copied whole into reproducers, so it needs nothing of ours."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

Entry = dict[str, Any]
Step = Sequence[Any]

RENEWAL = re.compile(r"(\w+)\((\w+)\)")
ERROR_CODE = re.compile(r"\[([A-Za-z]{0,4}[0-9]{1,6})\]")
UNCHANGING = frozenset({type(None), bool, int, float, complex, str, bytes})


def ignore(_place: int) -> None:
    """Note nothing."""


class Player:
    """Makes an object with `make(*construct)`, calls step after step on it, and observes it after each.

    A step is [method, arguments]; the method `load(save)` stands for `object = Class.load(object.save(*arguments))`. `mark` is told the
    number of every step before it is taken: 0 is the making of the object.
    """

    def __init__(self, make: Callable[..., Any], mark: Callable[[int], None] = ignore) -> None:
        """Keep what makes the object, usually its class."""
        self.make = make
        self.mark = mark

    def __call__(self, construct: Sequence[Any], steps: Sequence[Step], observe: Sequence[str]) -> list[Entry]:
        """Play a whole program and return its entries; what making the object raises passes through."""
        return list(self.play(construct, steps, observe, self.mark))

    def play(
        self, construct: Sequence[Any], steps: Sequence[Step], observe: Sequence[str], mark: Callable[[int], None] = ignore
    ) -> Iterator[Entry]:
        """Yield the state of the new object, then an entry a step; what ends the process or the program is marked with its step."""
        place = 0
        try:
            mark(place)
            machine = self.make(*construct)
            yield {"state": observed(machine, observe)}
            for place, (method, arguments) in enumerate(steps, 1):
                mark(place)
                machine, entry = taken(machine, method, arguments)
                yield entry | {"state": observed(machine, observe)}
        except BaseException as error:
            error.add_note(f"in step {place}")
            raise


def taken(machine: Any, method: str, arguments: Sequence[Any]) -> tuple[Any, Entry]:
    """Take one step; return the object to go on with, and what the step gave or raised."""
    try:
        renewal = RENEWAL.fullmatch(method)
        if renewal:
            load, save = renewal.groups()
            return getattr(type(machine), load)(getattr(machine, save)(*arguments)), {"gave": None}
        found = getattr(machine, method)(*arguments)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - the object is foreign code, and its refusal is what the step gave
        return machine, refusal(error)
    return machine, {"gave": "the object itself" if found is machine else snapshot(found)}


def observed(machine: Any, names: Sequence[str]) -> Entry:
    """Return what can be seen of an object: the attributes by these names, called where they can be."""
    return {name: look(machine, name) for name in names}


def look(machine: Any, name: str) -> Any:
    """Return one attribute, or the refusal to give it."""
    try:
        found = getattr(machine, name)
        return snapshot(found() if callable(found) else found)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - as for a step
        return refusal(error)


def snapshot(value: Any) -> Any:
    """Return a value that later steps cannot change."""
    return value if type(value) in UNCHANGING else copy.deepcopy(value)


def refusal(error: BaseException) -> Entry:
    """Return an exception as data: its code where it has one, else its type, and both type and message beside it."""
    kind = type(error).__name__
    message = text_of(error)
    return {"raised": code_of(error, message) or kind, "raised type": kind, "raised message": message}


def text_of(error: BaseException) -> str:
    """Return the message of an exception."""
    try:
        return str(error)
    except BaseException as broken:  # noqa: BLE001 - foreign code again
        return f"<its message raised {type(broken).__name__}>"


def code_of(error: BaseException, message: str) -> str | None:
    """Return the code that a message starts with, else the exception's own; that of SystemExit means something else."""
    match = ERROR_CODE.match(message)
    if match:
        return match.group(1)
    try:
        code = None if isinstance(error, SystemExit) else getattr(error, "code", None)
    except Exception:  # noqa: BLE001 - foreign code again
        return None
    return str(code) if type(code) in {int, str} and str(code) else None
