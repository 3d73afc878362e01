"""Simpler numpy data: fewer items, then plainer ones, of the same type, layout and read-only mark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

_NUMBERS = "biuf"
_ITEMS_LIMIT = 64


def is_array(value: Any) -> bool:
    """Tell a numpy array or scalar of numbers."""
    return (type(value) is np.ndarray or isinstance(value, np.generic)) and value.dtype.kind in _NUMBERS


def items_of(value: Any) -> list[Any] | None:
    """Return the numbers of an array as Python values, or None for anything else."""
    return np.asarray(value).ravel().tolist() if is_array(value) else None


def simpler_arrays(value: Any, simpler_scalars: Callable[[Any], Iterator[Any]]) -> Iterator[Any]:
    """Yield arrays with fewer rows, of zeros, and with one item plainer; scalars of the same type."""
    if isinstance(value, np.generic):
        yield from (value.dtype.type(plainer) for plainer in simpler_scalars(value.item()))
        return
    yield from _shorter(value)
    if value.any():
        yield _like(value, np.zeros(value.shape, value.dtype))
    for place in range(min(value.size, _ITEMS_LIMIT)):
        yield from (_like(value, _replaced(value, place, plainer)) for plainer in simpler_scalars(value.flat[place].item()))


def _shorter(value: Any) -> Iterator[Any]:
    length = value.shape[0] if value.ndim else 0
    chunk = length
    while chunk:
        for start in range(0, length, chunk):
            yield _like(value, np.delete(value, slice(start, start + chunk), axis=0))
        chunk //= 2


def _replaced(value: Any, place: int, item: Any) -> Any:
    changed = np.array(value)
    changed.flat[place] = item
    return changed


def _like(model: Any, array: Any) -> Any:
    """Give an array the layout and the read-only mark of its model, since they may be what the fault needs."""
    if model.flags.c_contiguous:
        placed = np.ascontiguousarray(array).reshape(array.shape)
    elif model.flags.f_contiguous:
        placed = np.asfortranarray(array)
    else:
        placed = np.repeat(array, 2, axis=-1)[..., ::2]
    placed.flags.writeable = model.flags.writeable
    return placed
