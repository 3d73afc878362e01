"""Sorts values into the few kinds that comparison knows, so that a subclass or a numpy scalar is compared as what it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any

import numpy as np

from harness.compare.streams import is_column, is_table

NUMBERS = ("bool", "int", "float")
SEQUENCES = ("list", "tuple", "array")
_ORDERED: tuple[tuple[Any, str], ...] = (
    (type(None), "None"),
    (Enum, "enum"),
    ((bool, np.bool_), "bool"),
    ((int, np.integer), "int"),
    ((float, np.floating), "float"),
    ((complex, np.complexfloating), "complex"),
    (str, "str"),
    ((bytes, bytearray, memoryview), "bytes"),
    (list, "list"),
    (tuple, "tuple"),
    (Mapping, "dict"),
    (AbstractSet, "set"),
    (np.ndarray, "array"),
    (Decimal, "decimal"),
    (datetime, "datetime"),
    (date, "date"),
    (time, "time"),
    (timedelta, "timedelta"),
    (np.generic, "numpy"),
)


def kind_of(value: Any) -> str:
    """Return the kind of a value: a numpy float64 is a float, an OrderedDict a dict, and what nothing knows an object."""
    kind: Any = type(value)
    return _kind_of_type(kind) or _kind_of_other(value)


@lru_cache(maxsize=1024)
def _kind_of_type(kind: Any) -> str:
    if issubclass(kind, np.timedelta64):  # numpy counts it among its integers
        return "numpy"
    return next((name for types, name in _ORDERED if issubclass(kind, types)), "")


def _kind_of_other(value: Any) -> str:
    if is_column(value):
        return "column"
    if is_table(value):
        return "table"
    return "dataclass" if is_dataclass(value) and not isinstance(value, type) else "object"
