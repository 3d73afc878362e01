"""Reads real input: the tuples of arguments that a callable of the project yields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.cases.imports import describe, load_callable
from harness.contract.inputs import Recorded
from harness.errors import Code, HarnessError


def recorded_arguments(inputs: Recorded) -> Iterator[tuple[Any, ...]]:
    """Yield the recorded arguments; raises HarnessError CALLABLE_MISSING or CONTRACT_BROKEN located at the import path."""
    source = load_callable(inputs.path)
    taken = 0
    try:
        for arguments in source():
            yield _checked(arguments)
            taken += 1
    except Exception as error:
        what = f"recorded input fails after {taken} tuples"
        raise HarnessError(Code.CONTRACT_BROKEN, what, where=inputs.path, cause=describe(error)) from error


def _checked(arguments: Any) -> tuple[Any, ...]:
    if not isinstance(arguments, tuple):
        raise TypeError(f"a {type(arguments).__name__} is not a tuple of arguments")
    return arguments
