"""What the kernels demand of the Python objects they are given, checked before anything is computed."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from typing import Any

from reference_py.rating.errors import ErrorCode, RatingError

U64_MAX = 2**64 - 1


def mapping(value: Any, name: str) -> Mapping[Any, Any]:
    """Return `value` if it is a mapping; raises TypeError otherwise."""
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} must be a mapping, not {type(value).__name__}")
    return value


def sequence(value: Any, name: str) -> Sequence[Any]:
    """Return `value` if it is a sequence other than text; raises TypeError otherwise."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise TypeError(f"{name} must be a sequence, not {type(value).__name__}")
    return value


def mappings(value: Any, name: str) -> list[Mapping[Any, Any]]:
    """Return a sequence of mappings as a list; raises TypeError otherwise."""
    return [mapping(item, name) for item in sequence(value, name)]


def unsigned(number: int, name: str) -> int:
    """Return an integer that fits into 64 bits without sign; raises RatingError 1001 for any other."""
    if not 0 <= number <= U64_MAX:
        raise RatingError(ErrorCode.INVALID_ARGUMENT, f"{name} must lie in 0..2^64-1, got {number}")
    return number


def indices(value: Any, name: str) -> list[int]:
    """Return a sequence of integers as a list; raises TypeError otherwise."""
    return [operator.index(item) for item in sequence(value, name)]
