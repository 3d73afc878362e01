"""What is simpler than a value: smaller candidates of the same type, the boldest first; `size_of` is the order they descend in."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from harness.cases import simpler_arrays, simpler_arrow
from harness.cases.edges import smallest
from harness.contract.types import ListOf, MapOf, OneOf, Record, Scalar, Table, Type

Size: TypeAlias = tuple[int, tuple[Any, ...]]

_EXACT = 2.0**53
_DIGITS = 17
_NONE, _BOOL, _INT, _FLOAT, _TEXT, _BYTES, _OTHER = range(7)


def size_of(value: Any) -> Size:
    """Return the place of a value in the order of simplicity: how many parts it has, then the parts themselves.

    None comes before everything, whole numbers before fractions, few digits before many, finite before infinite before NaN.
    """
    leaves = tuple(_leaves(value))
    return sum(weight for weight, _ in leaves), tuple(key for _, key in leaves)


def simpler(value: Any, kind: Type | None = None) -> Iterator[Any]:
    """Yield candidates that come before `value` in the order of `size_of`; with a type, only what the type allows."""
    if kind is not None and kind.optional and value is not None:
        yield None
    if isinstance(kind, OneOf):
        yield from (other for other in kind.values if size_of(other) < size_of(value))
        if not _is_another(value, kind):
            return
        kind = None
    if isinstance(value, bytes) and (batches := simpler_arrow.read(value)) is not None:
        yield from simpler_arrow.simpler_streams(batches, _cells(kind))
    elif simpler_arrow.is_batch(value):
        yield from simpler_arrow.simpler_batches(value, _cells(kind))
    elif simpler_arrays.is_array(value):
        yield from simpler_arrays.simpler_arrays(value, _simpler_scalars)
    elif type(value) in _BY_TYPE:
        yield from _BY_TYPE[type(value)](value, kind)


def fewer(value: Any, kind: Type | None = None) -> Iterator[Any]:
    """Yield those candidates of `simpler` that leave out rows, items or entries: a few of them say more than many plainer cells."""
    if isinstance(kind, OneOf) and not _is_another(value, kind):
        return
    if isinstance(value, bytes) and (batches := simpler_arrow.read(value)) is not None:
        yield from simpler_arrow.fewer_rows_of_streams(batches)
    elif simpler_arrow.is_batch(value):
        yield from simpler_arrow.fewer_rows(value)
    elif type(value) in {list, tuple}:
        yield from _fewer_items(value, kind)
    elif type(value) is dict:
        yield from _fewer_entries(value, kind)


def simplest(value: Any, kind: Type | None = None) -> Any:
    """Return the value with the same structure and the simplest scalars, for trying them all at once."""
    if isinstance(kind, OneOf):
        return value
    if isinstance(value, dict):
        return {key: simplest(item, _value_kind(kind, key)) for key, item in value.items()}
    if type(value) in {list, tuple}:
        item_kind = kind.item if isinstance(kind, ListOf) else None
        return type(value)(simplest(item, item_kind) for item in value)
    if type(value) not in {bool, int, float}:
        return value
    return _typed(value, smallest(kind)) if isinstance(kind, Scalar) and kind.name not in {"string", "bytes"} else type(value)(0)


def removals(length: int, least: int = 0) -> Iterator[tuple[int, int]]:
    """Yield ranges to remove from a sequence, all of it first, then halves, down to single items; at least `least` items stay."""
    chunk = length
    while chunk:
        for start in range(0, length, chunk):
            stop = min(start + chunk, length)
            if length - (stop - start) >= least:
                yield start, stop
        chunk //= 2


def _leaves(value: Any) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Yield weight and key of every part, in order."""
    if value is None:
        yield 0, (_NONE,)
    elif isinstance(value, Mapping):
        yield 1, (_OTHER, "mapping", len(value))
        for key, item in value.items():
            yield 1, (_OTHER, "key", repr(key))
            yield from _leaves(item)
    elif isinstance(value, list | tuple):
        yield 1, (_OTHER, "list", len(value))
        for item in value:
            yield from _leaves(item)
    elif (rows := simpler_arrow.rows_of(value)) is not None or (rows := simpler_arrays.items_of(value)) is not None:
        yield 1, (_OTHER, "rows", len(rows))
        yield from (leaf for row in rows for leaf in _leaves(row))
    elif isinstance(value, str | bytes | bytearray):
        yield 1 + len(value), (_TEXT, tuple(map(ord, value))) if isinstance(value, str) else (_BYTES, tuple(value))
    else:
        yield 1, _scalar_key(value)


def _scalar_key(value: Any) -> tuple[Any, ...]:
    if isinstance(value, bool):
        return _BOOL, value
    if isinstance(value, int):
        return _INT, abs(value), value < 0
    if isinstance(value, float):
        return _FLOAT, *_float_key(value)
    return _OTHER, "value", repr(value)


def _float_key(x: float) -> tuple[Any, ...]:
    negative = math.copysign(1.0, x) < 0
    if math.isnan(x):
        return 3, struct.pack(">d", x) != struct.pack(">d", math.nan), negative
    if math.isinf(x):
        return 2, 0, negative
    if x.is_integer() and abs(x) < _EXACT:
        return 0, abs(x), negative
    return 1, len(repr(abs(x))), abs(x), negative


def _simpler_scalars(value: Any, kind: Type | None = None) -> Iterator[Any]:
    found = _simpler_floats(float(value)) if isinstance(value, float) else _simpler_ints(int(value))
    seen = set()
    for candidate in map(type(value), found):
        key = _scalar_key(candidate)
        if key < _scalar_key(value) and key not in seen and _allowed(kind, candidate, value):
            seen.add(key)
            yield candidate


def _simpler_ints(value: int) -> Iterator[int]:
    """Yield zero, one, the positive twin, then ever smaller steps towards zero."""
    yield from (0, 1, abs(value))
    sign, step = (-1 if value < 0 else 1), abs(value) // 2
    while step:
        yield value - sign * step
        step //= 2


def _simpler_floats(x: float) -> Iterator[float]:
    yield from (0.0, -0.0, 1.0, -1.0, 2.0, 0.5, 10.0, 1e3, 1e6, 1e9, 1e15, 1e300, math.inf, math.nan, abs(x))
    if not math.isfinite(x):
        yield -math.inf
        return
    yield from (float(round(x, digits)) for digits in range(4))
    yield from (float(f"{x:.{digits}e}") for digits in range(_DIGITS))
    if abs(x) < _EXACT:
        yield from map(float, _simpler_ints(math.trunc(x)))


def _allowed(kind: Type | None, candidate: Any, value: Any) -> bool:
    """Keep a number within its bounds, unless it was outside from the start."""
    return not isinstance(kind, Scalar) or _inside(kind, candidate) or not _inside(kind, value)


def _inside(kind: Scalar, value: Any) -> bool:
    if kind.low is None and kind.high is None:
        return True
    return not math.isnan(value) and (kind.low is None or bool(value >= kind.low)) and (kind.high is None or bool(value <= kind.high))


def _simpler_texts(value: str, _kind: Type | None) -> Iterator[str]:
    yield from (value[:start] + value[stop:] for start, stop in removals(len(value)))
    yield from _simpler_places(value, lambda item: [plain for plain in "0a" if plain < item], str)


def _simpler_bytes(value: Any, _kind: Type | None) -> Iterator[Any]:
    yield from (value[:start] + value[stop:] for start, stop in removals(len(value)))
    kind = type(value)
    yield from _simpler_places(value, lambda item: [0] if item else [], lambda item: kind([item]))


def _simpler_places(value: Any, plainer: Callable[[Any], Sequence[Any]], wrap: Callable[[Any], Any]) -> Iterator[Any]:
    for place, item in enumerate(value):
        yield from (value[:place] + wrap(plain) + value[place + 1 :] for plain in plainer(item))


def _simpler_lists(value: Any, kind: Type | None) -> Iterator[Any]:
    """Drop items of a list or tuple, then make all items plain at once, then one after the other."""
    item_kind = kind.item if isinstance(kind, ListOf) else None
    yield from _fewer_items(value, kind)
    yield from _all_at_once(value, kind)
    for place, item in enumerate(value):
        yield from (type(value)([*value[:place], plainer, *value[place + 1 :]]) for plainer in simpler(item, item_kind))


def _fewer_items(value: Any, kind: Type | None) -> Iterator[Any]:
    least = kind.low if isinstance(kind, ListOf) else 0
    yield from (value[:start] + value[stop:] for start, stop in removals(len(value), least))


def _simpler_maps(value: dict[Any, Any], kind: Type | None) -> Iterator[dict[Any, Any]]:
    yield from _fewer_entries(value, kind)
    yield from _all_at_once(value, kind)
    for key, item in value.items():
        yield from (value | {key: plainer} for plainer in simpler(item, _value_kind(kind, key)))


def _fewer_entries(value: dict[Any, Any], kind: Type | None) -> Iterator[dict[Any, Any]]:
    if isinstance(kind, Record) and not kind.sparse:
        return
    entries, least = list(value.items()), kind.low if isinstance(kind, MapOf) else 0
    yield from (dict(entries[:start] + entries[stop:]) for start, stop in removals(len(entries), least))


def _simpler_sets(value: Any, _kind: Type | None) -> Iterator[Any]:
    items = sorted(value, key=repr)
    yield from (type(value)(items[:start] + items[stop:]) for start, stop in removals(len(items)))


def _all_at_once(value: Any, kind: Type | None) -> Iterator[Any]:
    plain = simplest(value, kind)
    if size_of(plain) < size_of(value):
        yield plain


def _value_kind(kind: Type | None, key: Any) -> Type | None:
    if isinstance(kind, Record):
        return kind.fields.get(key)
    return kind.value if isinstance(kind, MapOf) else None


def _cells(kind: Type | None) -> Callable[[str, Any], Iterator[Any]]:
    """Tell how to make the cells of a named column simpler."""
    fields = kind.fields if isinstance(kind, Table) else {}
    return lambda name, value: simpler(value, fields.get(name))


def _is_another(value: Any, kind: OneOf) -> bool:
    """Tell a value that is none of the choices, as a recorded one may be; it was outside of the type from the start."""
    return all(size_of(other) != size_of(value) for other in kind.values)


def _typed(value: Any, plain: Any) -> Any:
    """Keep the type that the value has, should the contract's type be another."""
    return type(value)(plain)


_BY_TYPE: dict[type, Callable[[Any, Type | None], Iterator[Any]]] = {
    bool: _simpler_scalars,
    int: _simpler_scalars,
    float: _simpler_scalars,
    str: _simpler_texts,
    bytes: _simpler_bytes,
    bytearray: _simpler_bytes,
    list: _simpler_lists,
    tuple: _simpler_lists,
    dict: _simpler_maps,
    set: _simpler_sets,
    frozenset: _simpler_sets,
}
