"""Simpler programs: fewer steps, fewer observations, fewer parts of arguments, then plainer ones, each method keeping its own types."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from harness.cases.simpler import fewer, removals, simpler, simplest, size_of
from harness.contract.inputs import Arguments, Columns, Programs
from harness.contract.types import Type


def simpler_programs(given: tuple[Any, ...], inputs: Programs) -> Iterator[tuple[Any, ...]]:
    """Yield the arguments of a player with a simpler program, the boldest first."""
    construct, steps, observe = given
    yield from ((construct, steps[:start] + steps[stop:], observe) for start, stop in removals(len(steps)))
    yield from ((construct, steps, observe[:start] + observe[stop:]) for start, stop in removals(len(observe), 1))
    for change in (_fewer_parts, _simpler_calls):
        yield from ((made, steps, observe) for made in change(construct, inputs.construct))
        for place, (method, arguments) in enumerate(steps):
            for changed in change(arguments, inputs.steps.get(method, ())):
                yield construct, [*steps[:place], [method, changed], *steps[place + 1 :]], observe


def _fewer_parts(arguments: Sequence[Any], kinds: tuple[Arguments, ...]) -> Iterator[list[Any]]:
    types = _types(len(arguments), kinds)
    for place, value in enumerate(arguments):
        yield from ([*arguments[:place], shorter, *arguments[place + 1 :]] for shorter in fewer(value, types[place]))


def _simpler_calls(arguments: Sequence[Any], kinds: tuple[Arguments, ...]) -> Iterator[list[Any]]:
    types = _types(len(arguments), kinds)
    plain = [simplest(value, kind) for value, kind in zip(arguments, types, strict=True)]
    if size_of(plain) < size_of(list(arguments)):
        yield plain
    for place, value in enumerate(arguments):
        yield from ([*arguments[:place], plainer, *arguments[place + 1 :]] for plainer in simpler(value, types[place]))


def _types(count: int, kinds: tuple[Arguments, ...]) -> list[Type | None]:
    """Return the types of the first kind of arguments that has as many."""
    typed = [list(kind.types.values()) for kind in kinds if isinstance(kind, Columns)]
    found = next((types for types in typed if len(types) == count), None)
    return list(found) if found is not None else [None] * count
