"""Turns the inputs of a contract into cases: edges first, then the adversarial mix, each input once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain, islice
from typing import Any

import numpy as np

from harness.cases import edges, tables
from harness.cases.build import draw, with_nones
from harness.cases.identity import make_case
from harness.cases.numbers import generator
from harness.cases.programs import POOL, program_arguments
from harness.cases.recorded import recorded_arguments
from harness.cases.strategies import strategy_arguments
from harness.contract.inputs import Arguments, Columns, Inputs, Programs, Recorded, Strategy
from harness.contract.types import Table, Type
from harness.errors import HarnessError
from harness.formats.values import EncodeError
from harness.model import Case

_CHUNK = 512
_TABLES_CHUNK = 16
_TABLES_CHUNK_ROWS = 4096
_BARREN_CHUNKS = 3
_TRIES = 4


def generate(inputs: Inputs, operation: str, *, count: int, seed: int) -> Iterator[Case]:
    """Yield up to `count` different cases of one operation, the same for the same seed.

    Typed inputs give edge cases first (at most half of the count), then the mix; a larger count contains the cases of a smaller one.
    Recorded input is yielded from its start, and real programs before any other. Fewer cases come when there are no more different ones.
    Raises HarnessError CONTRACT_BROKEN, CALLABLE_MISSING or EXTRA_MISSING.
    """
    match inputs:
        case Columns():
            found = _typed_cases(inputs, operation, count, seed)
        case Recorded():
            found = (_case(operation, arguments, inputs.origin, None) for arguments in recorded_arguments(inputs))
        case Strategy():
            found = (_case(operation, arguments, "strategy", seed) for arguments in strategy_arguments(inputs, count, seed))
        case Programs():
            made = program_arguments(inputs, operation, seed, partial(_arguments, seed))
            found = (_case(operation, arguments, origin, seed) for arguments, origin in islice(made, _TRIES * count))
    return islice(_different(found), count)


def _arguments(seed: int, kind: Arguments, name: str) -> Iterator[tuple[Any, ...]]:
    """Yield the arguments of one step of programs; real ones as they come, since what repeats in them is part of what is real."""
    if isinstance(kind, Recorded):
        return recorded_arguments(kind)
    return (case.arguments for case in generate(kind, name, count=POOL, seed=seed))


def edge_arguments(inputs: Columns) -> Iterator[tuple[Any, ...]]:
    """Yield typical, emptiest and absent arguments, then every edge value of each argument in turn, typical ones elsewhere."""
    kinds = list(inputs.types.values())
    usual = [_typical(kind) for kind in kinds]
    yield tuple(usual)
    yield tuple(_smallest(kind) for kind in kinds)
    yield tuple(_absent(kind) for kind in kinds)
    alone = [[(*usual[:place], value, *usual[place + 1 :]) for value in _edges(kind)] for place, kind in enumerate(kinds)]
    yield from edges.in_turn(alone)


def _typed_cases(inputs: Columns, operation: str, count: int, seed: int) -> Iterator[Case]:
    first = (_case(operation, arguments, "edge", seed) for arguments in edge_arguments(inputs))
    return chain(islice(_different(first), (count + 1) // 2), _mixed_cases(inputs, operation, seed))


def _mixed_cases(inputs: Columns, operation: str, seed: int) -> Iterator[Case]:
    """Draw chunk after chunk until some of them in a row bring nothing new, which is the end of a small domain."""
    kinds = list(inputs.types.values())
    size = min(map(_chunk_size, kinds), default=1)
    seen: set[str] = set()
    chunk, barren = 0, 0
    while barren < _BARREN_CHUNKS:
        rng = generator(seed, operation, str(chunk))
        columns = [_draw(kind, rng, size) for kind in kinds]
        before = len(seen)
        for arguments in zip(*columns, strict=True) if columns else [()]:
            case = _case(operation, arguments, "generated", seed)
            seen.add(case.id)
            yield case
        barren = 0 if len(seen) > before else barren + 1
        chunk += 1


def _chunk_size(kind: Type) -> int:
    """Choose how many values to draw at once, so that the first case does not wait for many large tables."""
    if not isinstance(kind, Table):
        return _CHUNK
    mean_rows = sum(kind.sizes) / len(kind.sizes)
    return max(1, min(_TABLES_CHUNK, int(_TABLES_CHUNK_ROWS / (mean_rows + 1))))


def _different(cases: Iterator[Case]) -> Iterator[Case]:
    seen: set[str] = set()
    for case in cases:
        if case.id not in seen:
            seen.add(case.id)
            yield case


def _case(operation: str, arguments: tuple[Any, ...], origin: str, seed: int | None) -> Case:
    try:
        return make_case(operation, arguments, origin=origin, seed=seed)
    except EncodeError as error:
        what = f"an input of {operation!r} ({origin}) cannot be sent to a worker"
        raise HarnessError(error.code, what, where=operation, cause=error.what, hint=error.hint) from error


def _draw(kind: Type, rng: np.random.Generator, count: int) -> Sequence[Any]:
    if not isinstance(kind, Table):
        return draw(kind, rng, count)
    drawn = tables.draw_tables(kind, rng, count)
    return with_nones(drawn, rng) if kind.optional else drawn


def _edges(kind: Type) -> list[Any]:
    if not isinstance(kind, Table):
        return edges.edges(kind)
    found = tables.edge_tables(kind)
    return [None, *found] if kind.optional else found


def _typical(kind: Type) -> Any:
    return tables.edge_tables(kind)[1] if isinstance(kind, Table) else edges.typical(kind)


def _smallest(kind: Type) -> Any:
    return tables.edge_tables(kind)[0] if isinstance(kind, Table) else edges.smallest(kind)


def _absent(kind: Type) -> Any:
    if not isinstance(kind, Table):
        return edges.absent(kind)
    return None if kind.optional else tables.edge_tables(kind)[2]
