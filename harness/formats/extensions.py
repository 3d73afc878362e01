"""The registry of values beyond JSON: one entry per type, used alike by the packed and the JSON form."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from harness.errors import Code, HarnessError
from harness.formats import arrays, tables
from harness.formats.opaque import Opaque, type_name

_HEX = re.compile(r"-?[0-9a-f]+")


class EncodeError(HarnessError):
    """A value that no format carries was given where it must be exact, such as an argument."""

    def __init__(self, value: Any, cause: str = "") -> None:
        """Name the type; the value itself may be anything."""
        super().__init__(
            Code.CONTRACT_BROKEN,
            f"a value of type {type_name(type(value))} cannot be carried to another process or into a file",
            cause=cause,
            hint="use plain values, collections, dates, numpy or pyarrow data, or convert inside the callable",
        )


@dataclass(frozen=True, slots=True)
class Extension:
    """How one type becomes a tree of simpler values and back; `decode` raises on anything that `encode` does not produce."""

    code: int
    name: str
    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]
    unordered: bool = False


def _list(payload: Any) -> list[Any]:
    if type(payload) is not list:
        raise TypeError(f"expected a list, got {type(payload).__name__}")
    return payload


def _text(payload: Any) -> str:
    if type(payload) is not str:
        raise TypeError(f"expected text, got {type(payload).__name__}")
    return payload


def _bytes(payload: Any) -> bytes:
    if type(payload) is not bytes:
        raise TypeError(f"expected bytes, got {type(payload).__name__}")
    return payload


def _integer_from_hex(payload: Any) -> int:
    if not _HEX.fullmatch(_text(payload)):
        raise ValueError("expected a hexadecimal integer")
    return int(payload, 16)


def _encode_zone(zone: tzinfo | None) -> list[Any] | None:
    if zone is None:
        return None
    if type(zone) is timezone:
        offset = zone.utcoffset(None)
        name = zone.tzname(None)
        return [_encode_timedelta(offset), None if name == timezone(offset).tzname(None) else name]
    if type(zone) is ZoneInfo and zone.key:
        return [zone.key]
    raise EncodeError(zone)


def _decode_zone(payload: Any) -> tzinfo | None:
    if payload is None:
        return None
    if len(_list(payload)) == 1:
        return ZoneInfo(_text(payload[0]))
    offset, name = payload
    delta = _decode_timedelta(offset)
    return timezone(delta) if name is None else timezone(delta, _text(name))


def _encode_timedelta(value: timedelta) -> list[int]:
    return [value.days, value.seconds, value.microseconds]


def _decode_timedelta(payload: Any) -> timedelta:
    days, seconds, microseconds = _list(payload)
    return timedelta(days, seconds, microseconds)


def _encode_datetime(value: datetime) -> list[Any]:
    day = [value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond]
    return [*day, value.fold, _encode_zone(value.tzinfo)]


def _decode_datetime(payload: Any) -> datetime:
    year, month, day, hour, minute, second, microsecond, fold, zone = _list(payload)
    return datetime(year, month, day, hour, minute, second, microsecond, _decode_zone(zone), fold=fold)


def _encode_time(value: time) -> list[Any]:
    return [value.hour, value.minute, value.second, value.microsecond, value.fold, _encode_zone(value.tzinfo)]


def _decode_time(payload: Any) -> time:
    hour, minute, second, microsecond, fold, zone = _list(payload)
    return time(hour, minute, second, microsecond, _decode_zone(zone), fold=fold)


_BY_TYPE: dict[type, Extension] = {
    tuple: Extension(1, "tuple", list, lambda payload: tuple(_list(payload))),
    set: Extension(2, "set", list, lambda payload: set(_list(payload)), unordered=True),
    frozenset: Extension(3, "frozenset", list, lambda payload: frozenset(_list(payload)), unordered=True),
    int: Extension(4, "int", lambda value: format(value, "x"), _integer_from_hex),
    complex: Extension(5, "complex", lambda value: [value.real, value.imag], lambda payload: complex(*_list(payload))),
    Decimal: Extension(6, "decimal", str, lambda payload: Decimal(_text(payload))),
    date: Extension(7, "date", lambda value: [value.year, value.month, value.day], lambda payload: date(*_list(payload))),
    datetime: Extension(8, "datetime", _encode_datetime, _decode_datetime),
    time: Extension(9, "time", _encode_time, _decode_time),
    timedelta: Extension(10, "timedelta", _encode_timedelta, _decode_timedelta),
    bytearray: Extension(11, "bytearray", bytes, lambda payload: bytearray(_bytes(payload))),
    Opaque: Extension(
        12, "opaque", lambda value: [value.type_name, value.representation], lambda payload: Opaque(*map(_text, _list(payload)))
    ),
}
_ARRAY = Extension(20, "numpy.array", arrays.encode_array, arrays.decode_array)
_SCALAR = Extension(21, "numpy.scalar", arrays.encode_scalar, arrays.decode_scalar)
_ARROW = Extension(30, "pyarrow", tables.encode, tables.decode)

_ALL = (*_BY_TYPE.values(), _ARRAY, _SCALAR, _ARROW)
BY_CODE = {extension.code: extension for extension in _ALL}
BY_NAME = {extension.name: extension for extension in _ALL}


def extension_of(value: Any) -> Extension:
    """Return the entry for a value, by its exact type; raises EncodeError when there is none, as for enums and other subclasses."""
    found = _BY_TYPE.get(type(value))
    if found is not None:
        return found
    if arrays.is_array(value):
        return _ARRAY
    if arrays.is_scalar(value):
        return _SCALAR
    if tables.is_table(value):
        return _ARROW
    raise EncodeError(value)


def encode(value: Any) -> tuple[Extension, Any]:
    """Return a value's entry and its payload of simpler values; raises EncodeError."""
    extension = extension_of(value)
    try:
        return extension, extension.encode(value)
    except EncodeError:
        raise
    except Exception as error:
        raise EncodeError(value, f"{type(error).__name__}: {error}") from error


def decode(extension: Extension | None, payload: Any) -> Any:
    """Return the value of a payload; raises HarnessError FILE_INVALID for an unknown entry or a payload that is not its own."""
    if extension is None:
        raise HarnessError(Code.FILE_INVALID, "a value has a tag that this version does not know")
    try:
        return extension.decode(payload)
    except (HarnessError, RecursionError):
        raise
    except Exception as error:
        raise HarnessError(
            Code.FILE_INVALID, f"a stored {extension.name} cannot be read back", cause=f"{type(error).__name__}: {error}"
        ) from error
