"""How far apart two floating-point numbers are, in value and in steps of the last place."""

from __future__ import annotations

import math
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

_SIGN_64 = 1 << 63
_WIDTHS = {2: np.uint16, 4: np.uint32, 8: np.uint64}


def ulp_distance(reference: Any, candidate: Any) -> int | None:
    """Count the representable numbers between two floats: 0 for the same, 1 for neighbours; both zeros are one place.

    Two numpy floats of the same width below 64 bits are counted in steps of their own width. None for a NaN, and for an infinity against
    anything else: these are no distances.
    """
    if isinstance(reference, np.floating) and type(reference) is type(candidate) and reference.dtype.itemsize in _WIDTHS:
        return _array_distance(reference, candidate)
    reference, candidate = float(reference), float(candidate)
    if reference == candidate:
        return 0
    if not (math.isfinite(reference) and math.isfinite(candidate)):
        return None
    return abs(_rank(reference) - _rank(candidate))


def ulp_distances(reference: NDArray[Any], candidate: NDArray[Any]) -> NDArray[np.uint64]:
    """Return the distances of finite floats of one dtype; raises KeyError for a width other than 16, 32 and 64 bits."""
    left, right = _ranks(reference), _ranks(candidate)
    return np.where(left > right, left - right, right - left)


def _array_distance(reference: Any, candidate: Any) -> int | None:
    if reference == candidate:
        return 0
    if not (np.isfinite(reference) and np.isfinite(candidate)):
        return None
    return int(ulp_distances(np.atleast_1d(reference), np.atleast_1d(candidate))[0])


def _rank(value: float) -> int:
    """Number the floats in rising order, both zeros at 0."""
    bits: int = struct.unpack("<Q", struct.pack("<d", value))[0]
    return _SIGN_64 - bits if bits & _SIGN_64 else bits


def _ranks(values: NDArray[Any]) -> NDArray[np.uint64]:
    """Number the floats of an array in rising order, from the middle of the unsigned range, so that no difference overflows."""
    width = _WIDTHS[values.dtype.itemsize]
    native = np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("="))
    bits = native.view(width).astype(np.uint64)
    sign = np.uint64(1 << (8 * values.dtype.itemsize - 1))
    middle = np.uint64(_SIGN_64)
    magnitude = bits & (sign - np.uint64(1))
    return np.where(bits & sign, middle - magnitude, middle + magnitude)


def float_kind(reference: float, candidate: float) -> str:
    """Name what kind of difference two floats have: nan, infinity, sign-of-zero, or value."""
    if math.isnan(reference) or math.isnan(candidate):
        return "nan"
    if math.isinf(reference) or math.isinf(candidate):
        return "infinity"
    return "sign-of-zero" if reference == candidate else "value"
