"""Finds which items belong together when their order says nothing: records by key, keys of dicts, members of sets."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from typing import Any

import numpy as np

ABSENT = "nothing"


@dataclass(frozen=True, slots=True)
class Matched:
    """Places in two sequences: pairs that belong together, and what only one side has."""

    pairs: tuple[tuple[int, int], ...]
    missing: tuple[int, ...]
    extra: tuple[int, ...]


def match(reference: Sequence[Any], candidate: Sequence[Any]) -> Matched:
    """Match equal keys, the first of a key with the first of it on the other side; in the order of the reference."""
    places: dict[Hashable, list[int]] = {}
    for place, key in enumerate(candidate):
        places.setdefault(token(key), []).append(place)
    for waiting in places.values():
        waiting.reverse()
    pairs, missing = [], []
    for place, key in enumerate(reference):
        waiting = places.get(token(key), [])
        if waiting:
            pairs.append((place, waiting.pop()))
        else:
            missing.append(place)
    return Matched(tuple(pairs), tuple(missing), tuple(sorted(place for waiting in places.values() for place in waiting)))


def token(value: Any) -> Hashable:
    """Return what two keys share exactly when they are the same value of the same type: 1, 1.0 and True differ, any NaN is any NaN."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return ("float", "nan") if math.isnan(value) else ("float", value.hex())
    if isinstance(value, complex):
        return ("complex", token(value.real), token(value.imag))
    if isinstance(value, Decimal) and value.is_nan():
        return ("Decimal", "nan")
    if isinstance(value, tuple | list):
        return (type(value).__name__, tuple(map(token, value)))
    if isinstance(value, frozenset):
        return ("set", frozenset(map(token, value)))
    return (type(value).__name__, value if isinstance(value, Hashable) else repr(value))


def keys_of(records: Sequence[Any], names: Sequence[str]) -> list[tuple[Any, ...]] | None:
    """Return the key of every record, None unless all of them are mappings or dataclasses with all of its fields."""
    keys = []
    for record in records:
        values = as_mapping(record)
        if values is None or any(name not in values for name in names):
            return None
        keys.append(tuple(values[name] for name in names))
    return keys


def as_mapping(record: Any) -> Mapping[Any, Any] | None:
    """Return a mapping as it is, a dataclass by its fields, None for anything else."""
    if isinstance(record, Mapping):
        return record
    if is_dataclass(record) and not isinstance(record, type):
        return {field.name: getattr(record, field.name) for field in fields(record)}
    return None
