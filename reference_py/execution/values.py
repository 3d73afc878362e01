"""Reads what stands inside a mapping, strictly, and with a number for every fault (interface document, 4)."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

from reference_py.execution.errors import ErrorCode, ExecutionError
from reference_py.rating.finite import real

I64_MIN, I64_MAX = -(2**63), 2**63 - 1
U64_MAX = 2**64 - 1
ASCII_UPPER = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")

Reader = Callable[[Any, str], Any]


def upper(text: str) -> str:
    """Return the text with its ASCII letters in upper case, the same in every language."""
    return text.translate(ASCII_UPPER)


def fields(value: Any, name: str, readers: Mapping[str, Reader], required: tuple[str, ...] = ()) -> dict[str, Any]:
    """Read the keys that are there, in the order of the readers.

    Raises:
        ExecutionError: 1004 for no mapping, 1001 for unknown keys, then per key 1008 if it is required and missing, or its reader's.
    """
    given = mapping(value, name)
    unknown = [key for key in given if key not in readers]
    if unknown:
        raise ExecutionError(ErrorCode.INVALID_ARGUMENT, f"{name} has unknown keys {unknown}")
    read = {}
    for key, reader in readers.items():
        if key in given:
            read[key] = reader(given[key], f"{name}.{key}")
        elif key in required:
            raise ExecutionError(ErrorCode.MISSING_FIELD, f"{name}.{key} is missing")
    return read


def mapping(value: Any, name: str) -> Mapping[Any, Any]:
    """Return `value` if it is a mapping; raises ExecutionError 1004 otherwise."""
    if not isinstance(value, Mapping):
        raise _wrong_type(value, name, "a mapping")
    return value


def named(reader: Reader) -> Reader:
    """Read a mapping from text to what `reader` reads."""

    def read(value: Any, name: str) -> dict[str, Any]:
        return {text(key, name): reader(item, f"{name}.{key}") for key, item in mapping(value, name).items()}

    return read


def sequence(reader: Reader) -> Reader:
    """Read a list or tuple of what `reader` reads."""

    def read(value: Any, name: str) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            raise _wrong_type(value, name, "a list or tuple")
        return tuple(reader(item, f"{name}[{index}]") for index, item in enumerate(value))

    return read


def optional(reader: Reader, absent: Any = None) -> Reader:
    """Read None as `absent`, and anything else as `reader` does."""

    def read(value: Any, name: str) -> Any:
        return absent if value is None else reader(value, name)

    return read


def text(value: Any, name: str) -> str:
    """Read text that can be written as UTF-8; raises ExecutionError 1004 otherwise."""
    if not isinstance(value, str):
        raise _wrong_type(value, name, "text")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ExecutionError(ErrorCode.TYPE, f"{name}: {error}") from error
    return value


def flag(value: Any, name: str) -> bool:
    """Read a bool; raises ExecutionError 1004 otherwise."""
    if not isinstance(value, bool):
        raise _wrong_type(value, name, "a bool")
    return value


def double(value: Any, name: str) -> float:
    """Read any number, NaN and infinities too; raises ExecutionError 1004 otherwise."""
    try:
        return real(value)
    except (TypeError, OverflowError) as error:
        raise ExecutionError(ErrorCode.TYPE, f"{name}: {error}") from error


def integer(value: Any, name: str) -> int:
    """Read an integer of 64 bits with sign; raises ExecutionError 1004 otherwise."""
    number = whole(value, name)
    if not I64_MIN <= number <= I64_MAX:
        raise ExecutionError(ErrorCode.TYPE, f"{name}: {number} does not fit 64 bits")
    return number


def whole(value: Any, name: str) -> int:
    """Read an integer of any size; raises ExecutionError 1004 otherwise."""
    try:
        return operator.index(value)
    except TypeError as error:
        raise ExecutionError(ErrorCode.TYPE, f"{name}: {error}") from error


def number(holds: Callable[[float], bool] = math.isfinite, rule: str = "finite") -> Reader:
    """Read a finite number for which `holds` is true; raises ExecutionError 1004, 1001."""

    def read(value: Any, name: str) -> float:
        given = double(value, name)
        if not (math.isfinite(given) and holds(given)):
            raise ExecutionError(ErrorCode.INVALID_ARGUMENT, f"{name} must be {rule}, got {given}")
        return given

    return read


def at_least(low: int) -> Reader:
    """Read an integer of 64 bits that is not below `low`; raises ExecutionError 1004, 1001."""

    def read(value: Any, name: str) -> int:
        given = integer(value, name)
        if given < low:
            raise ExecutionError(ErrorCode.INVALID_ARGUMENT, f"{name} must be at least {low}, got {given}")
        return given

    return read


def seed(value: Any, name: str) -> int:
    """Read an integer of 64 bits without sign; raises ExecutionError 1004, 1001."""
    given = whole(value, name)
    if not 0 <= given <= U64_MAX:
        raise ExecutionError(ErrorCode.INVALID_ARGUMENT, f"{name} must lie in 0..2^64-1, got {given}")
    return given


def one_of(*words: str) -> Reader:
    """Read one of these words; raises ExecutionError 1004, 1001."""

    def read(value: Any, name: str) -> str:
        given = text(value, name)
        if given not in words:
            raise ExecutionError(ErrorCode.INVALID_ARGUMENT, f"{name} must be one of {words}, got {given!r}")
        return given

    return read


def _wrong_type(value: Any, name: str, wanted: str) -> ExecutionError:
    return ExecutionError(ErrorCode.TYPE, f"{name} must be {wanted}, not {type(value).__name__}")
