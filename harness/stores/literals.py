"""Writes a value as a Python expression that makes it again to the bit, for scripts that people read and run."""

from __future__ import annotations

import base64
import datetime as dt
import decimal
import math
import struct
import zoneinfo
from collections.abc import Callable, Iterable
from typing import Any

from harness.formats import arrays, tables
from harness.formats.extensions import EncodeError

_PLAIN_BYTES = 64
_HUGE = 10**100
_NAN = struct.pack(">d", math.nan)


def literal(value: Any) -> str:
    """Return an expression over builtins, `datetime`, `decimal`, `zoneinfo` and the helpers of `reproduction`.

    Raises EncodeError for a value that no expression makes.
    """
    write = _BY_TYPE.get(type(value))
    if write is not None:
        return write(value)
    if arrays.is_array(value):
        dtype, shape, layout, writeable, data = arrays.encode_array(value)
        return f"array({dtype!r}, {shape!r}, {layout!r}, {writeable!r}, {_coded(data)})"
    if arrays.is_scalar(value):
        dtype, held = arrays.encode_scalar(value)
        return f"scalar({dtype!r}, {literal(held)})"
    if tables.is_table(value):
        kind, offset, data = tables.encode(value)
        return f"arrow({kind!r}, {offset!r}, {_coded(data)})"
    raise EncodeError(value)


def _int(value: int) -> str:
    """Write huge integers in hexadecimal, since Python limits how many decimal digits it reads."""
    return repr(value) if abs(value) < _HUGE else hex(value)


def _float(value: float) -> str:
    if math.isfinite(value):
        return repr(value)
    bits = struct.pack(">d", value)
    return f'float("{value}")' if math.isinf(value) or bits == _NAN else f"nan_of({bits.hex()!r})"


def _bytes(value: bytes) -> str:
    return repr(value) if len(value) <= _PLAIN_BYTES else _coded(value)


def _coded(data: bytes) -> str:
    return f"decoded({base64.b64encode(data).decode('ascii')!r})"


def _items(items: Iterable[Any]) -> str:
    return ", ".join(map(literal, items))


def _tuple(value: tuple[Any, ...]) -> str:
    return f"({_items(value)},)" if len(value) == 1 else f"({_items(value)})"


def _dict(value: dict[Any, Any]) -> str:
    return "{" + ", ".join(f"{literal(key)}: {literal(item)}" for key, item in value.items()) + "}"


def _set(value: Any) -> str:
    return f"{type(value).__name__}([{', '.join(sorted(map(literal, value)))}])"


def _datetime(value: Any) -> str:
    if not isinstance(getattr(value, "tzinfo", None), dt.timezone | zoneinfo.ZoneInfo | None):
        raise EncodeError(value)
    return repr(value)


_BY_TYPE: dict[type, Callable[[Any], str]] = {
    type(None): repr,
    bool: repr,
    int: _int,
    float: _float,
    complex: lambda value: f"complex({_float(value.real)}, {_float(value.imag)})",
    str: ascii,
    bytes: _bytes,
    bytearray: lambda value: f"bytearray({_bytes(bytes(value))})",
    list: lambda value: f"[{_items(value)}]",
    tuple: _tuple,
    dict: _dict,
    set: _set,
    frozenset: _set,
    decimal.Decimal: lambda value: f"decimal.{value!r}",
    dt.date: _datetime,
    dt.datetime: _datetime,
    dt.time: _datetime,
    dt.timedelta: _datetime,
}
