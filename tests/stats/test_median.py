"""Tests the median and its interval."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.stats import median_interval


def test_known_median() -> None:
    """The value is the ordinary median, and n the number of samples."""
    found = median_interval([5.0, 1.0, 3.0, 2.0, 4.0, 9.0, 7.0])
    assert (found.value, found.n) == (4.0, 7)


def test_same_seed_same_interval() -> None:
    """The interval depends on the seed alone, not on when it is computed."""
    samples = np.random.default_rng(5).normal(size=25).tolist()
    assert median_interval(samples, seed=3) == median_interval(samples, seed=3)


def test_interval_covers_the_truth() -> None:
    """Of 300 intervals over skewed samples of a known median, 90 to 99 % hold it."""
    random = np.random.default_rng(11)
    intervals = [median_interval(random.exponential(size=30).tolist(), seed=trial).interval for trial in range(300)]
    held = sum(interval.low <= math.log(2) <= interval.high for interval in intervals)
    assert 270 <= held <= 297


def test_one_burst_moves_nothing() -> None:
    """A single sample a thousand times as large leaves value and interval within the others."""
    found = median_interval([*np.linspace(1.0, 1.1, 40).tolist(), 1000.0])
    assert found.interval.high < 1.1


@pytest.mark.parametrize("n", [1, 2, 5])
def test_few_samples_claim_little(n: int) -> None:
    """Below six samples the interval is the whole range, with the confidence that it truly has."""
    found = median_interval([float(item) for item in range(n)])
    assert (found.interval.low, found.interval.high) == (0.0, n - 1.0)
    assert found.interval.confidence == 1 - 2.0 ** (1 - n)
    assert found.interval.confidence < 0.95


@pytest.mark.parametrize("samples", [[], [1.0, math.nan], [1.0, math.inf]])
def test_useless_samples_are_refused(samples: list[float]) -> None:
    """No samples, or one that is no finite number, is an error and not an estimate."""
    with pytest.raises(ValueError, match="samples"):
        median_interval(samples)


@settings(deadline=None)
@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=40))
def test_interval_lies_within_the_samples(samples: list[float]) -> None:
    """The interval holds the value, and never reaches beyond what was seen."""
    found = median_interval(samples)
    assert min(samples) <= found.interval.low <= found.interval.high <= max(samples)
    assert found.interval.low <= found.value <= found.interval.high
