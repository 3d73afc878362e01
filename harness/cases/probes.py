"""Values that bindings mistreat: limits of machine integers, bool for int, numpy in the place of Python, text for numbers."""

from __future__ import annotations

import datetime as dt
import decimal
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import numpy as np

from harness.cases.edges import typical
from harness.cases.texts import EDGE_TEXTS
from harness.contract.types import ListOf, MapOf, OneOf, Record, Scalar, Type

Probe: TypeAlias = tuple[str, Any]

_LIMITS = {"i32": 2**31, "u32": 2**32, "exact float": 2**53, "i64": 2**63, "u64": 2**64, "i128": 2**127, "float": 10**400}
_LARGE = 2**31 - 1
_INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
_REALS = ("float16", "float32", "float64")
_NUMBER_TEXTS = ("1", "1.5", " 1 ", "+1", "1e5", "nan", "inf", "1_000", "0x10", "٣", "1,5", "")


def probes(kind: Type) -> Iterator[Probe]:
    """Yield named probes for a value of a type; those inside a container stand among typical neighbours."""
    yield from foreign()
    match kind:
        case Scalar(name="string"):
            yield from _text_probes()
        case Scalar(name="bytes"):
            yield from (("bytearray", bytearray(b"abc")), ("array of uint8", np.frombuffer(b"abc", np.uint8)))
        case Scalar():
            yield from _number_probes(kind)
        case ListOf():
            yield from _list_probes(kind)
        case MapOf():
            yield from _map_probes(kind)
        case Record():
            yield from _record_probes(kind)
        case OneOf():
            yield from ((f"{type(value).__name__} in a list", [value]) for value in kind.values)
        case _:
            return


def foreign() -> Iterator[Probe]:
    """Yield one value of every common type, most of them wrong wherever they are put."""
    yield "None", None
    yield "bool", True
    yield "int", 1
    yield "float", 1.5
    yield "complex", 1 + 2j
    yield "text", "abc"
    yield "bytes", b"abc"
    yield "list", [1.0]
    yield "empty list", []
    yield "tuple", (1.0,)
    yield "set", {1}
    yield "mapping", {"a": 1.0}
    yield "empty mapping", {}
    yield "date and time", dt.datetime(2024, 2, 29, tzinfo=dt.UTC)
    yield "decimal", decimal.Decimal("1.5")


def _number_probes(kind: Scalar) -> Iterator[Probe]:
    yield from _integer_probes(kind)
    for value in (0.0, -0.0, 1.0, 0.1, float("nan"), float("inf"), float("-inf"), 5e-324, 1.7976931348623157e308, 2.0**63, -(2.0**63)):
        yield f"float {value!r}", value
    yield "false", False
    yield "NaN with a payload", float(np.uint64(0x7FF8000000000123).view(np.float64))
    for text in _NUMBER_TEXTS:
        yield f"text {text!r}", text
    yield "bytes of a number", b"1"
    yield from _numpy_probes()


def _integer_probes(kind: Scalar) -> Iterator[Probe]:
    """Yield limits with their neighbours; a declared small upper end says that a large number is large work, so those are left out."""
    small_only = kind.high is not None and kind.high < _LARGE
    for name, limit in _LIMITS.items():
        for step in (-1, 0, 1):
            yield f"minus {name} limit {step:+d}", -limit + step
            if not small_only:
                yield f"{name} limit {step:+d}", limit + step
    for name, end in (("lower", kind.low), ("upper", kind.high)):
        if end is not None and np.isfinite(end):
            yield from ((f"{name} end {step:+d}", int(end) + step) for step in (-1, 0, 1))


def _numpy_probes() -> Iterator[Probe]:
    for name in (*_INTEGERS, *_REALS):
        yield f"numpy {name}", np.dtype(name).type(1)
    for name in _INTEGERS[:4]:
        yield f"numpy {name} at its lower limit", np.dtype(name).type(np.iinfo(name).min)
    yield "numpy float32 0.1", np.float32(0.1)
    yield "numpy float64 nan", np.float64("nan")
    yield "numpy bool", np.bool_(True)  # noqa: FBT003 - the constructor's only form
    yield "numpy complex", np.complex128(1)
    yield "numpy text", np.str_("1")
    yield "numpy bytes", np.bytes_(b"1")
    yield "numpy time", np.datetime64("2024-02-29", "D")
    for name in ("int64", "float64"):
        yield f"array of no axes, {name}", np.array(1, dtype=name)
    yield "array of one", np.array([1.0])
    yield "array of none", np.array([])


def _text_probes() -> Iterator[Probe]:
    yield from ((f"text {text[:12]!r}", text) for text in EDGE_TEXTS)
    yield "lone surrogate", "\ud800"
    yield "numpy text", np.str_("abc")
    yield "bytearray", bytearray(b"abc")


def _list_probes(kind: ListOf) -> Iterator[Probe]:
    usual = typical(kind)
    yield "tuple for list", tuple(usual)
    yield "text for list", "123"
    yield "mapping for list", dict(enumerate(usual))
    yield "list in a list", [usual]
    yield "list ending in None", [*usual, None]
    yield "list ending in text", [*usual, "abc"]
    if isinstance(kind.item, Scalar) and kind.item.name in {"float64", "int64", "int32", "bool"}:
        yield from _array_probes(usual)
    for what, value in probes(kind.item):
        yield f"first item {what}", [value, *usual[1:]]


def _array_probes(usual: list[Any]) -> Iterator[Probe]:
    array = np.array(usual or [1.0])
    read_only = array.copy()
    read_only.flags.writeable = False
    yield "array", array
    yield "read-only array", read_only
    yield "array with gaps", np.repeat(array, 2)[::2]
    yield "array of the other byte order", array.astype(array.dtype.newbyteorder(">"))
    yield "array of two axes", np.stack([array, array])
    yield "array in Fortran order", np.asfortranarray(np.stack([array, array]))
    yield "array of no items", array[:0]
    yield from ((f"array of {name}", array.astype(name)) for name in ("float32", "float64", "int32", "int64", "bool", "complex128"))
    yield "array of text", array.astype("U")
    yield "list of numpy scalars", list(array)


def _map_probes(kind: MapOf) -> Iterator[Probe]:
    usual = typical(kind)
    yield "pairs for mapping", [list(pair) for pair in usual.items()]
    for what, key in probes(kind.key):
        if _hashable(key):
            yield f"key {what}", _with_first_key(usual, key)
    yield "keys as text", {str(key): value for key, value in usual.items()}
    yield from _value_probes(usual, dict.fromkeys(list(usual)[:1], kind.value))


def _record_probes(kind: Record) -> Iterator[Probe]:
    usual = typical(kind)
    for name in usual:
        yield f"{name} missing", {key: value for key, value in usual.items() if key != name}
    yield "extra key", usual | {"no_such_key": 1.0}
    yield "extra key that is no text", usual | {7: 1.0}
    yield "keys in reverse", dict(reversed(usual.items()))
    yield "pairs for mapping", [list(pair) for pair in usual.items()]
    yield from _value_probes(usual, kind.fields)


def _value_probes(usual: Mapping[Any, Any], kinds: Mapping[Any, Type]) -> Iterator[Probe]:
    for name, kind in kinds.items():
        for what, value in probes(kind):
            yield f"{name} {what}", {**usual, name: value}


def _with_first_key(usual: Mapping[Any, Any], key: Any) -> dict[Any, Any]:
    values = list(usual.values()) or [1.0]
    return {key: values[0]} | dict(list(usual.items())[1:])


def _hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True
