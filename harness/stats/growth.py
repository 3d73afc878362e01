"""How much something grows with every call, from readings between blocks of calls."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from harness.model import Interval
from harness.stats.estimate import RESAMPLES, Estimate, as_samples, percentile_interval

FEWEST_READINGS = 3
CONFIDENCE = 0.95


def mean_growth(readings: Sequence[float], calls: int, *, grain: float = 0.0, seed: int = 0) -> Estimate:
    """Estimate the mean growth per call from readings before and after blocks of `calls` calls each.

    Blocks are resampled for the interval. Readings come in steps of `grain`, so that no growth means less than one grain over all calls:
    the upper end of the interval is never below that. Raises ValueError for fewer than three readings or no calls.
    """
    samples = as_samples(readings, "readings")
    if samples.size < FEWEST_READINGS or calls < 1:
        raise ValueError(f"{samples.size} readings between blocks of {calls} calls")
    steps = np.diff(samples) / calls
    drawn = np.random.default_rng(seed).integers(0, steps.size, size=(RESAMPLES, steps.size))
    interval = percentile_interval(steps[drawn].mean(axis=1), CONFIDENCE)
    unseen = grain / (calls * steps.size)
    return Estimate(float(steps.mean()), Interval(interval.low, max(interval.high, unseen), CONFIDENCE), int(steps.size * calls))
