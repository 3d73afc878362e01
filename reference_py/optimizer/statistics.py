"""Mean, deviation and quantiles with every operation in a written order, so that each language finds the same bits."""

from __future__ import annotations

import math
from collections.abc import Sequence

from reference_py.optimizer.errors import ErrorCode, OptimizerError


def mean_of(values: Sequence[float]) -> float:
    """Return the left-to-right sum divided by the count, never -0.0; `values` must not be empty."""
    total = 0.0
    for value in values:
        total += value
    return total / len(values) + 0.0


def deviation_of(values: Sequence[float], mean: float) -> float:
    """Return the sample deviation around `mean`, squares added from the left; 0 for a single value."""
    if len(values) == 1:
        return 0.0
    total = 0.0
    for value in values:
        distance = value - mean
        total += distance * distance
    return math.sqrt(total / (len(values) - 1))


def quantile(ordered: Sequence[float], p: float) -> float:
    """Return the type-7 quantile of ascending values, interpolated from the nearer neighbour as numpy does (spec, decisions)."""
    last = len(ordered) - 1
    h = p * last
    below = math.floor(h)
    if below >= last:
        return ordered[last]
    g = h - below
    a, b = ordered[below], ordered[below + 1]
    d = b - a
    return (a + d * g if g < 0.5 else b - d * (1.0 - g)) + 0.0


def interval(values: Sequence[float], confidence: float) -> tuple[float, float]:
    """Return the two quantiles that leave the same share outside on either side."""
    ordered = sorted(values)
    alpha = (1.0 - confidence) / 2.0
    return quantile(ordered, alpha), quantile(ordered, 1.0 - alpha)


def finite(values: Sequence[float]) -> None:
    """Raise OptimizerError 2002 unless all numbers of an answer are finite."""
    if not all(math.isfinite(value) for value in values):
        raise OptimizerError(ErrorCode.OVERFLOW, f"the answer is not finite: {list(values)}")
