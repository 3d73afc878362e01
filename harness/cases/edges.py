"""Edge values of a contract's types, each alone among typical ones, so that a failure names its cause."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any, TypeVar

from harness.cases import numbers, texts
from harness.cases.build import LEAP_YEARS, check_range, has_int_keys, year_span
from harness.contract.types import ListOf, MapOf, OneOf, Record, Scalar, Table, Type
from harness.errors import Code, HarnessError

Item = TypeVar("Item")
_TYPICAL_FLOATS = (1.5, -0.25, 3.0, 100.0)
_SHARES = (0.5, 0.25, 0.75, 1.0)
_ITEMS = 3
_GAP = object()


def edges(kind: Type) -> list[Any]:
    """List the edge values of a type, the plainest first."""
    found = _edges_present(kind)
    return [None, *found] if kind.optional else found


def typical(kind: Type, place: int = 0) -> Any:
    """Return an unremarkable value of a type; `place` tells the items of a list apart."""
    match kind:
        case Scalar():
            return _typical_scalar(kind, place)
        case ListOf():
            check_range(kind)
            return [typical(kind.item, item) for item in range(_few(kind))]
        case MapOf():
            check_range(kind)
            return dict(zip(_typical_keys(kind), (typical(kind.value, item) for item in range(_few(kind))), strict=False))
        case Record():
            return {name: typical(field) for name, field in kind.fields.items()}
        case OneOf():
            return copy.deepcopy(kind.values[place % len(kind.values)])
        case Table():
            raise HarnessError(Code.CONTRACT_BROKEN, "a table is an argument of its own, never inside another type", where=str(kind))


def smallest(kind: Type) -> Any:
    """Return the emptiest value of a type: no items, no entries, zero or the lower end, no text."""
    match kind:
        case Scalar():
            return _smallest_scalar(kind)
        case ListOf():
            return [smallest(kind.item) for _ in range(kind.low)]
        case MapOf():
            return dict(list(typical(kind).items())[: kind.low])
        case Record():
            return {} if kind.sparse else {name: smallest(field) for name, field in kind.fields.items()}
        case _:
            return typical(kind)


def absent(kind: Type) -> Any:
    """Return a value with None wherever the type allows it."""
    if kind.optional:
        return None
    if isinstance(kind, Record):
        return {name: absent(field) for name, field in kind.fields.items()}
    return typical(kind)


def in_turn(streams: Iterable[Sequence[Item]]) -> Iterator[Item]:
    """Take one item of each stream in turn until all are used up."""
    for row in zip_longest(*streams, fillvalue=_GAP):
        yield from (item for item in row if item is not _GAP)  # type: ignore[misc]  # the gap is filtered here


def _smallest_scalar(kind: Scalar) -> Any:
    if kind.name == "float64":
        return min(max(0.0, -math.inf if kind.low is None else kind.low), math.inf if kind.high is None else kind.high)
    if kind.name in {"int32", "int64"}:
        bottom, top = numbers.int_range(kind.name, kind.low, kind.high)
        return min(max(0, bottom), top)
    return {"bool": False, "string": "", "bytes": b""}[kind.name]


def _edges_present(kind: Type) -> list[Any]:
    match kind:
        case Scalar():
            return _scalar_edges(kind)
        case ListOf():
            return _list_edges(kind)
        case MapOf():
            return _map_edges(kind)
        case Record():
            return _record_edges(kind)
        case OneOf():
            return [copy.deepcopy(value) for value in kind.values]
        case Table():
            raise HarnessError(Code.CONTRACT_BROKEN, "a table is an argument of its own, never inside another type", where=str(kind))


def _scalar_edges(kind: Scalar) -> list[Any]:
    check_range(kind)
    match kind.name:
        case "float64":
            return numbers.edge_floats(kind.low, kind.high)
        case "int32" | "int64":
            return numbers.edge_ints(kind.name, kind.low, kind.high)
        case "bool":
            return [False, True]
        case "string":
            return list(texts.EDGE_TEXTS)
        case _:
            return list(texts.EDGE_BYTES)


def _list_edges(kind: ListOf) -> list[Any]:
    """Lists of the least and the greatest length, constant and with ties, then each edge of the items at the front."""
    usual, items = typical(kind), edges(kind.item)
    shapes = [
        [typical(kind.item, item) for item in range(kind.low)],
        [typical(kind.item, item) for item in range(min(kind.high, kind.low + 1))],
        [typical(kind.item) for _ in range(kind.high)],
        [typical(kind.item, item % 2) for item in range(kind.high)],
        items[: kind.high] if len(items) >= kind.low else [],
    ]
    alone = [[item, *usual[1 : max(kind.low, 1)]] for item in items] if kind.high else []
    among = [[*usual[:1], item, *usual[2:]] for item in items] if len(usual) > 1 else []
    return [shape for shape in shapes if len(shape) >= kind.low] + list(in_turn((alone, among)))


def _map_edges(kind: MapOf) -> list[Any]:
    usual = typical(kind)
    found = [dict(list(usual.items())[: kind.low])]
    if has_int_keys(kind):
        spans = [year_span(kind.key, leap - 1, min(kind.high, max(kind.low, length))) for leap in LEAP_YEARS for length in (2, 3)]
        found += [{year: typical(kind.value, place) for place, year in enumerate(span)} for span in spans]
    first = next(iter(usual), None)
    if first is not None:
        found += [usual | {first: value} for value in edges(kind.value)]
        rest = dict(list(usual.items())[1:])
        found += [{key: usual[first]} | rest for key in edges(kind.key)]
    return found


def _record_edges(kind: Record) -> list[Any]:
    usual = typical(kind)
    lacking = [{}, *({key: value for key, value in usual.items() if key != name} for name in usual)] if kind.sparse else []
    columns = [[usual | {name: value} for value in edges(field)] for name, field in kind.fields.items()]
    return [*lacking, *in_turn(columns)]


def _typical_scalar(kind: Scalar, place: int) -> Any:
    match kind.name:
        case "float64":
            return _between(kind, place)
        case "int32" | "int64":
            bottom, top = numbers.int_range(kind.name, kind.low, kind.high)
            return min(max(bottom, 3 + place), top)
        case "bool":
            return place % 2 == 0
        case "string":
            return texts.TYPICAL_TEXT
        case _:
            return texts.TYPICAL_BYTES


def _between(kind: Scalar, place: int) -> float:
    usual = _TYPICAL_FLOATS[place % len(_TYPICAL_FLOATS)]
    low, high = kind.low, kind.high
    if low is None and high is None:
        return usual
    bottom = min(usual, high or 0.0) if low is None else low
    top = max(usual, bottom + 1) if high is None or high == math.inf else high
    share = _SHARES[place % len(_SHARES)]
    return bottom * (1 - share) + top * share


def _typical_keys(kind: MapOf) -> list[Any]:
    if has_int_keys(kind):
        return year_span(kind.key, 2021, _few(kind))
    if isinstance(kind.key, Scalar) and kind.key.name == "string":
        return [f"key{place}" for place in range(_few(kind))]
    return list(dict.fromkeys([typical(kind.key, place) for place in range(_few(kind))]))


def _few(kind: ListOf | MapOf) -> int:
    return min(kind.high, max(kind.low, _ITEMS))
