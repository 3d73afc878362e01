"""What every estimator of this room returns, and the one bootstrap they share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.model import Interval

RESAMPLES = 2000
FEWEST_FOR_BOOTSTRAP = 6
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its confidence interval, both in the unit of the samples, and the number of independent samples behind them."""

    value: float
    interval: Interval
    n: int


def as_samples(samples: Sequence[float], name: str) -> Floats:
    """Return samples as an array; raises ValueError when there are none or one is NaN or infinite."""
    array = np.asarray(samples, dtype=np.float64)
    if array.ndim != 1 or not array.size:
        raise ValueError(f"{name}: at least one sample is needed")
    if not np.isfinite(array).all():
        raise ValueError(f"{name}: every sample must be a finite number")
    return array


def as_times(samples: Sequence[float], name: str) -> Floats:
    """Return samples as an array; raises ValueError also when one is not above zero."""
    array = as_samples(samples, name)
    if not (array > 0).all():
        raise ValueError(f"{name}: every time must be above zero")
    return array


def resampled_medians(samples: Floats, random: np.random.Generator) -> Floats:
    """Return the medians of RESAMPLES draws with replacement, each as large as the sample."""
    drawn = random.integers(0, samples.size, size=(RESAMPLES, samples.size))
    medians: Floats = np.median(samples[drawn], axis=1)
    return medians


def percentile_interval(draws: Floats, confidence: float) -> Interval:
    """Return the percentile interval of bootstrap draws (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13)."""
    tail = (1 - confidence) / 2
    low, high = np.quantile(draws, (tail, 1 - tail))
    return Interval(float(low), float(high), confidence)


def median_estimate(samples: Floats, *, seed: int, confidence: float) -> Estimate:
    """Estimate the median of independent samples.

    With fewer than six samples no interval for a median reaches 95 %; then the smallest and largest sample are its ends, and
    `confidence` is what they truly cover, 1 - 2**(1-n).
    """
    if samples.size < FEWEST_FOR_BOOTSTRAP:
        interval = Interval(float(samples.min()), float(samples.max()), min(confidence, 1 - 2.0 ** (1 - samples.size)))
    else:
        interval = percentile_interval(resampled_medians(samples, np.random.default_rng(seed)), confidence)
    return Estimate(float(np.median(samples)), interval, int(samples.size))
