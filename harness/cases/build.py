"""Draws values of a contract's types from the adversarial mix, column by column, so that numpy does the work."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.cases import numbers, texts
from harness.contract.types import ListOf, MapOf, OneOf, Record, Scalar, Table, Type
from harness.errors import Code, HarnessError

LEAP_YEARS = (1900, 2000, 2024, 2100)
_NONE_SHARE = 0.15
_ABSENT_SHARE = 0.15
_SHAPES: tuple[Callable[[list[Any]], list[Any]], ...] = (
    lambda items: items[:1] * len(items),
    lambda items: [items[place % 3] for place in range(len(items))],
    lambda items: sorted(items, key=_none_last),
    lambda items: sorted(items, key=_none_last, reverse=True),
)


def draw(kind: Type, rng: np.random.Generator, count: int) -> list[Any]:
    """Draw `count` values of a type; raises HarnessError CONTRACT_BROKEN for one that cannot be drawn."""
    values = _draw_present(kind, rng, count)
    return with_nones(values, rng) if kind.optional else values


def with_nones(values: list[Any], rng: np.random.Generator) -> list[Any]:
    """Replace some of the values by None."""
    absent = (rng.random(len(values)) < _NONE_SHARE).tolist()
    return [None if gone else value for value, gone in zip(values, absent, strict=True)]


def check_range(kind: Scalar | ListOf | MapOf) -> None:
    """Refuse a range that holds nothing; raises HarnessError CONTRACT_BROKEN."""
    low, high = kind.low, kind.high
    if isinstance(kind, Scalar) and kind.name.startswith("int"):
        low, high = numbers.int_range(kind.name, low, high)
    if low is not None and high is not None and not low <= high:
        raise HarnessError(Code.CONTRACT_BROKEN, f"the range [{low}..{high}] holds nothing", where=str(kind))


def year_span(kind: Type, start: int, count: int) -> list[int]:
    """Return up to `count` years in a row from `start`, moved into the bounds of the key type."""
    bottom, top = numbers.int_range(kind.name, kind.low, kind.high) if isinstance(kind, Scalar) else (start, start + count)
    first = max(bottom, min(start, top - count + 1))
    return list(range(first, min(top, first + count - 1) + 1))


def has_int_keys(kind: MapOf) -> bool:
    """Tell whether the keys of a map may be years."""
    return isinstance(kind.key, Scalar) and kind.key.name.startswith("int")


def _draw_present(kind: Type, rng: np.random.Generator, count: int) -> list[Any]:
    match kind:
        case Scalar():
            return _scalars(kind, rng, count)
        case ListOf():
            return _lists(kind, rng, count)
        case MapOf():
            return _maps(kind, rng, count)
        case Record():
            return _records(kind, rng, count)
        case OneOf():
            return [copy.deepcopy(kind.values[place]) for place in rng.integers(0, len(kind.values), count).tolist()]
        case Table():
            raise HarnessError(Code.CONTRACT_BROKEN, "a table is an argument of its own, never inside another type", where=str(kind))


def _scalars(kind: Scalar, rng: np.random.Generator, count: int) -> list[Any]:
    check_range(kind)
    if kind.name == "string":
        return texts.texts(rng, count)
    if kind.name == "bytes":
        return texts.byte_strings(rng, count)
    drawn: list[Any] = _numbers(kind, rng, count).tolist()
    return drawn


def _numbers(kind: Scalar, rng: np.random.Generator, count: int) -> NDArray[Any]:
    if kind.name == "bool":
        return rng.integers(0, 2, count).astype(np.bool_)
    if kind.name == "float64":
        return numbers.floats(rng, count, kind.low, kind.high)
    return numbers.ints(rng, count, kind.name, kind.low, kind.high)


def _lists(kind: ListOf, rng: np.random.Generator, count: int) -> list[Any]:
    lengths = _lengths(kind, rng, count)
    items = draw(kind.item, rng, int(lengths.sum()))
    pieces = _cut(items, lengths)
    if not isinstance(kind.item, Scalar):
        return pieces
    shapes = rng.integers(0, 2 * len(_SHAPES), count).tolist()
    return [_SHAPES[shape](piece) if shape < len(_SHAPES) and piece else piece for piece, shape in zip(pieces, shapes, strict=True)]


def _maps(kind: MapOf, rng: np.random.Generator, count: int) -> list[Any]:
    lengths = _lengths(kind, rng, count)
    total = int(lengths.sum())
    keys, values = _cut(draw(kind.key, rng, total), lengths), _cut(draw(kind.value, rng, total), lengths)
    if has_int_keys(kind):
        keys = _with_years(kind, rng, keys)
    return [dict(zip(_distinct(kind, key, rng), value, strict=False)) for key, value in zip(keys, values, strict=True)]


def _with_years(kind: MapOf, rng: np.random.Generator, keys: list[list[Any]]) -> list[list[Any]]:
    """Turn two of three key lists into years in a row around a leap year."""
    lottery = rng.integers(0, 3, len(keys)).tolist()
    leaps = rng.integers(0, len(LEAP_YEARS), len(keys)).tolist()
    before = rng.integers(0, 6, len(keys)).tolist()
    return [
        year_span(kind.key, LEAP_YEARS[leap] - back, len(drawn)) if chance else drawn
        for drawn, chance, leap, back in zip(keys, lottery, leaps, before, strict=True)
    ]


def _distinct(kind: MapOf, keys: list[Any], rng: np.random.Generator) -> list[Any]:
    """Drop repeated keys and draw more until the map has its least number of entries."""
    try:
        found = dict.fromkeys(keys)
        for _attempt in range(20):
            if len(found) >= kind.low:
                return list(found)
            found |= dict.fromkeys(draw(kind.key, rng, kind.low - len(found)))
    except TypeError as error:
        raise HarnessError(Code.CONTRACT_BROKEN, "the keys of a map cannot be hashed", where=str(kind), cause=str(error)) from error
    raise HarnessError(Code.CONTRACT_BROKEN, f"there are not {kind.low} different keys for the map", where=str(kind))


def _records(kind: Record, rng: np.random.Generator, count: int) -> list[Any]:
    names = list(kind.fields)
    columns = [draw(field, rng, count) for field in kind.fields.values()]
    rows = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)] if names else [{} for _ in range(count)]
    if not kind.sparse:
        return rows
    absent = (rng.random((count, len(names))) < _ABSENT_SHARE).tolist()
    return [
        {name: value for (name, value), gone in zip(row.items(), flags, strict=True) if not gone}
        for row, flags in zip(rows, absent, strict=True)
    ]


def _lengths(kind: ListOf | MapOf, rng: np.random.Generator, count: int) -> numbers.Ints:
    """Draw lengths: half anywhere, half at an end or beside the lower one."""
    check_range(kind)
    ends = np.array([kind.low, min(kind.low + 1, kind.high), kind.high])
    anywhere = rng.integers(kind.low, kind.high, count, endpoint=True)
    return np.where(rng.integers(0, 2, count) == 1, anywhere, ends[rng.integers(0, len(ends), count)])


def _cut(items: Sequence[Any], lengths: numbers.Ints) -> list[list[Any]]:
    """Cut a flat list into pieces of the given lengths."""
    ends = [0, *np.cumsum(lengths).tolist()]
    return [list(items[start:end]) for start, end in pairwise(ends)]


def _none_last(item: Any) -> tuple[bool, Any]:
    return (item is None, item)
