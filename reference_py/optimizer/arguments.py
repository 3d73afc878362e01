"""What the functions demand of the Python objects they are given; a wrong kind is a TypeError, a wrong setting has a number."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping, Sequence
from typing import Any

from reference_py.optimizer.errors import ErrorCode, OptimizerError
from reference_py.rating.philox import DEFAULT_SEED

U64_MAX = 2**64 - 1
MAX_SIMULATIONS = 10_000_000


def mapping(value: Any, name: str) -> Mapping[Any, Any]:
    """Return `value` if it is a mapping; raises TypeError otherwise."""
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} must be a mapping, not {type(value).__name__}")
    return value


def listed(value: Any, name: str) -> Sequence[Any]:
    """Return `value` if it is a list or tuple; raises TypeError otherwise."""
    if not isinstance(value, list | tuple):
        raise TypeError(f"{name} must be a list or tuple, not {type(value).__name__}")
    return value


def number(value: Any) -> float:
    """Return a number as a double, NaN and infinities included.

    Raises:
        TypeError: for text, None and everything else that is no number.
        OverflowError: for an integer beyond the largest double.
    """
    return math.ldexp(value, 0)


def inner_number(value: Any, name: str) -> float:
    """Return a number that stands inside another argument; raises OptimizerError 1004 for anything else."""
    try:
        return number(value)
    except (TypeError, OverflowError) as error:
        raise OptimizerError(ErrorCode.TYPE, f"{name}: {error}") from error


def index_in(value: Any, name: str, low: int, high: int) -> int:
    """Return an integer of [low, high]; raises TypeError without `__index__`, OptimizerError 1001 outside."""
    given = operator.index(value)
    if not low <= given <= high:
        raise OptimizerError(ErrorCode.INVALID_ARGUMENT, f"{name} must lie in {low}..{high}, got {given}")
    return given


def confidence_in(value: float) -> float:
    """Return a confidence of (0, 1); raises OptimizerError 1001 outside, NaN included."""
    if not 0.0 < value < 1.0:
        raise OptimizerError(ErrorCode.INVALID_ARGUMENT, f"confidence must lie in (0, 1), got {value}")
    return value


def seed_in(value: Any) -> int:
    """Return a seed of 64 bits, the default for None; raises as `index_in`."""
    return DEFAULT_SEED if value is None else index_in(value, "seed", 0, U64_MAX)
