"""The middle of repeated measurements; the median, because a neighbour's burst on the machine must not move it."""

from __future__ import annotations

from collections.abc import Sequence

from harness.stats.estimate import Estimate, as_samples, median_estimate


def median_interval(samples: Sequence[float], *, seed: int = 0, confidence: float = 0.95) -> Estimate:
    """Estimate the median of independent samples with a bootstrap percentile interval.

    Raises ValueError when there is no sample or one is NaN or infinite.
    """
    return median_estimate(as_samples(samples, "samples"), seed=seed, confidence=confidence)
