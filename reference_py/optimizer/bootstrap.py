"""Bootstrap (spec 6.1): an interval for the mean of data, from samples drawn out of the data themselves."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from reference_py.optimizer.arguments import MAX_SIMULATIONS, confidence_in, index_in, inner_number, listed, number, seed_in
from reference_py.optimizer.errors import ErrorCode, OptimizerError
from reference_py.optimizer.statistics import finite, interval, mean_of
from reference_py.rating.philox import row_width, uniforms

BOOTSTRAP_STREAM = 5
BLOCK_NUMBERS = 65_536


def bootstrap_ci(
    data: npt.NDArray[np.float64] | Sequence[float], n_bootstrap: int = 10_000, confidence: float = 0.95, seed: int | None = None
) -> tuple[float, float]:
    """Return the interval that holds the means of `confidence` of all samples; each sample is as long as the data.

    Data that are all equal have an interval of no width, without drawing.

    Raises:
        TypeError: for arguments of another kind.
        OptimizerError: 1001 for settings out of range and data that are not finite, 1004 for elements of another type, 1010 without data,
            1011 for more than one dimension, 2002 for a mean that is not finite.
    """
    _check_kind(data)
    operator.index(n_bootstrap)
    if seed is not None:
        operator.index(seed)
    share = number(confidence)
    values = _values(data)
    count = index_in(n_bootstrap, "n_bootstrap", 1, MAX_SIMULATIONS)
    confidence_in(share)
    key = seed_in(seed)
    _check_data(values)
    if all(value == values[0] for value in values):
        return values[0] + 0.0, values[0] + 0.0
    answer = interval(_means(values, count, key), share)
    finite(answer)
    return answer


def _means(values: list[float], count: int, seed: int) -> list[float]:
    means: list[float] = []
    for numbers in _samples(len(values), count, seed):
        means.append(mean_of([values[math.floor(u * len(values))] for u in numbers[: len(values)]]))
        finite(means[-1:])
    return means


def _samples(length: int, count: int, seed: int) -> Iterator[Sequence[float]]:
    """Yield the uniforms of every sample, in blocks that stay small."""
    width = row_width(length)
    block = max(1, BLOCK_NUMBERS // width)
    for first in range(0, count, block):
        yield from uniforms(seed, BOOTSTRAP_STREAM, min(block, count - first), first_row=first, width=width)


def _check_kind(data: Any) -> None:
    if not isinstance(data, np.ndarray):
        listed(data, "data")


def _values(data: Any) -> list[float]:
    if isinstance(data, np.ndarray):
        if data.dtype != np.float64:
            raise OptimizerError(ErrorCode.TYPE, f"data must be float64, not {data.dtype}")
        if data.ndim != 1:
            raise OptimizerError(ErrorCode.SIZE_MISMATCH, f"data must have one dimension, not {data.ndim}")
        plain: list[float] = data.tolist()
        return plain
    return [inner_number(value, "data") for value in data]


def _check_data(values: list[float]) -> None:
    if not values:
        raise OptimizerError(ErrorCode.EMPTY_INPUT, "there are no data")
    if not all(math.isfinite(value) for value in values):
        raise OptimizerError(ErrorCode.INVALID_ARGUMENT, "data must be finite")
