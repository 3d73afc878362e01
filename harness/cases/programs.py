"""Programs of calls: real ones first, then short ones that try each step alone, then drawn ones of every length."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

import numpy as np

from harness.cases.imports import describe, load_callable
from harness.cases.numbers import generator
from harness.contract.inputs import Arguments, Programs
from harness.errors import Code, HarnessError

Call: TypeAlias = list[Any]
Program: TypeAlias = tuple[list[Any], list[Call]]
MakeArguments: TypeAlias = Callable[[Arguments, str], Iterator[tuple[Any, ...]]]

POOL = 256
_EDGES = 16
_STEP_OFF = 0.25
_AGAIN = 0.08
_UNUSUAL = 0.3


@dataclass(frozen=True)
class _Source:
    """Ready arguments of one step or of the making, one list a kind of arguments, the usual kind first."""

    kinds: tuple[tuple[tuple[Any, ...], ...], ...]

    def first(self) -> list[Any]:
        """Return unremarkable arguments."""
        return list(self.kinds[0][0])


class _Hand:
    """Takes the arguments of a source for one program: in their order, from a place of its own in each kind."""

    def __init__(self, source: _Source, rng: np.random.Generator, *, usual: bool) -> None:
        self.source = source
        self.usual = usual or len(source.kinds) == 1
        self.places = [int(rng.integers(0, len(kind))) for kind in source.kinds]

    def take(self, rng: np.random.Generator) -> list[Any]:
        unusual = not self.usual and rng.random() < _UNUSUAL
        index = int(rng.integers(1, len(self.places))) if unusual else 0
        kind = self.source.kinds[index]
        self.places[index] += 1
        return list(kind[self.places[index] % len(kind)])


def program_arguments(inputs: Programs, operation: str, seed: int, make: MakeArguments) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Yield the arguments of a player, (construct, steps, observe), with their origin, without end.

    `make` yields the arguments of one kind. Raises HarnessError CONTRACT_BROKEN for what yields none, and what `make` raises.
    """
    made = _source(inputs.construct, operation, make)
    steps = {method: _source(kinds, f"{operation}.{method}", make) for method, kinds in inputs.steps.items()}
    observe = list(inputs.observe)
    for construct, calls in _recorded(inputs):
        yield (construct, calls, observe), "recorded"
    for construct, calls in _short(made, steps):
        yield (construct, calls, observe), "edge"
    for construct, calls in _drawn(inputs, made, steps, generator(seed, operation, "programs")):
        yield (*_adjusted(inputs, construct, calls), observe), "generated"


def _source(kinds: tuple[Arguments, ...], name: str, make: MakeArguments) -> _Source:
    pools = tuple(tuple(islice(make(kind, name), POOL)) for kind in kinds)
    if not pools or not all(pools):
        raise HarnessError(Code.CONTRACT_BROKEN, f"there are no arguments for {name}", where=name)
    return _Source(pools)


def _recorded(inputs: Programs) -> Iterator[Program]:
    if not inputs.recorded:
        return
    source = load_callable(inputs.recorded)
    try:
        for construct, calls in source():
            yield list(construct), [[method, list(arguments)] for method, arguments in calls]
    except Exception as error:
        raise HarnessError(Code.CONTRACT_BROKEN, "recorded programs fail", where=inputs.recorded, cause=describe(error)) from error


def _short(made: _Source, steps: Mapping[str, _Source]) -> Iterator[Program]:
    """Yield the empty program, each step alone and twice, then all steps on objects made in every other way."""
    every = [[method, source.first()] for method, source in steps.items()]
    yield made.first(), []
    yield made.first(), every
    for call in every:
        yield made.first(), [call]
        yield made.first(), [call, call]
    for kind in made.kinds:
        yield from ((list(construct), every) for construct in kind[:_EDGES])


def _drawn(inputs: Programs, made: _Source, steps: Mapping[str, _Source], rng: np.random.Generator) -> Iterator[Program]:
    """Draw programs; each leaves out some of the steps, and every other keeps to the usual arguments, so that programs differ in kind."""
    names = list(steps)
    weights = np.array([inputs.weights.get(name, 1.0) for name in names])
    while True:
        usual = bool(rng.integers(0, 2))
        hands = {name: _Hand(source, rng, usual=usual) for name, source in steps.items()}
        chances = _chances(weights, rng)
        calls: list[Call] = []
        for chosen in rng.choice(len(names), _length(inputs, rng), p=chances).tolist():
            again = bool(calls) and rng.random() < _AGAIN
            calls.append(calls[-1] if again else [names[chosen], hands[names[chosen]].take(rng)])
        yield _Hand(made, rng, usual=usual).take(rng), calls


def _chances(weights: np.ndarray[Any, np.dtype[np.float64]], rng: np.random.Generator) -> np.ndarray[Any, np.dtype[np.float64]]:
    kept = weights * (rng.random(len(weights)) >= _STEP_OFF)
    chosen = kept if kept.sum() > 0 else weights
    shares: np.ndarray[Any, np.dtype[np.float64]] = chosen / chosen.sum()
    return shares


def _length(inputs: Programs, rng: np.random.Generator) -> int:
    """Draw a number of steps, short programs more often than long ones, since they say more when they fail."""
    low, high = inputs.length
    return low + round((high - low) * rng.random() ** 2)


def _adjusted(inputs: Programs, construct: list[Any], calls: list[Call]) -> Program:
    """Pass a program through `adjust`, which returns the one to use, or None when it changed the one it was given."""
    if not inputs.adjust:
        return construct, calls
    fresh = [[method, list(arguments)] for method, arguments in calls]
    try:
        changed = load_callable(inputs.adjust)(construct, fresh)
        construct, calls = (construct, fresh) if changed is None else changed
        return list(construct), [[method, list(arguments)] for method, arguments in calls]
    except HarnessError:
        raise
    except Exception as error:
        raise HarnessError(Code.CONTRACT_BROKEN, "the programs' `adjust` failed", where=inputs.adjust, cause=describe(error)) from error
