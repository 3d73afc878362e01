"""How time grows with size: the exponent of a power law, so that "linear" is a number with an interval."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from harness.stats.estimate import Estimate, Floats, as_times, percentile_interval, resampled_medians

FEWEST_SIZES = 2
CONFIDENCE = 0.95


def power_law(sizes: Sequence[float], times_ns: Sequence[Sequence[float]], *, seed: int = 0) -> Estimate:
    """Estimate e in time ~ size**e: least squares through the logarithms of the median time at each size.

    `times_ns[i]` are the times at `sizes[i]`; for the interval they are resampled within each size. `n` counts all times. Raises
    ValueError for fewer than two different sizes, or anything that is not above zero.
    """
    if len(sizes) != len(times_ns):
        raise ValueError(f"{len(sizes)} sizes but times for {len(times_ns)}")
    weights = _slope_weights(as_times(sizes, "sizes"))
    samples = [as_times(times, "times_ns") for times in times_ns]
    random = np.random.default_rng(seed)
    draws = weights @ np.log([resampled_medians(times, random) for times in samples])
    value = weights @ np.log([np.median(times) for times in samples])
    return Estimate(float(value), percentile_interval(draws, CONFIDENCE), sum(times.size for times in samples))


def _slope_weights(sizes: Floats) -> Floats:
    """Return w such that w @ log(times) is the least squares slope over log(sizes)."""
    if np.unique(sizes).size < FEWEST_SIZES:
        raise ValueError("at least two different sizes are needed")
    centred = np.log(sizes) - np.log(sizes).mean()
    weights: Floats = centred / (centred @ centred)
    return weights
