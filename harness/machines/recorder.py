"""Turns a program written as Python back into data: a stand-in for the class writes the calls down; copied whole into reproducers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Recorder:
    """Stands for a class, and for its object: every call is written down instead of made."""

    def __init__(self) -> None:
        """Begin with nothing written."""
        self._construct: list[Any] = []
        self._steps: list[list[Any]] = []

    def __call__(self, *construct: Any) -> _Recorded:
        """Write down what the object is made with."""
        self._construct = list(construct)
        return _Recorded(self._steps)

    def __getattr__(self, load: str) -> Callable[[Any], _Recorded]:
        """Return a class method that makes the object anew from what its last call gave."""

        def renew(_saved: Any) -> _Recorded:
            save, arguments = self._steps.pop()
            self._steps.append([f"{load}({save})", arguments])
            return _Recorded(self._steps)

        return renew


class _Recorded:
    """The object that a recorder made."""

    def __init__(self, steps: list[list[Any]]) -> None:
        self._steps = steps

    def __getattr__(self, method: str) -> Callable[..., None]:
        return lambda *arguments: self._steps.append([method, list(arguments)])


def program_arguments(program: Callable[[Any], Any], observe: list[str]) -> tuple[list[Any], list[list[Any]], list[str]]:
    """Return the arguments of a player for a program, a function that is given the class."""
    recorder = Recorder()
    program(recorder)
    return recorder._construct, recorder._steps, observe  # noqa: SLF001 - no method of the class may be hidden by a name of ours
