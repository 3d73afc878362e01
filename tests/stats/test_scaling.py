"""Tests the exponent of a power law."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.stats import power_law

SIZES = (100, 1_000, 10_000, 100_000)


@settings(deadline=None)
@given(st.floats(-1, 3), st.floats(1, 1e6))
def test_exact_power_law_gives_its_exponent(exponent: float, factor: float) -> None:
    """Times that follow a power law give its exponent, whatever the factor, with an interval of no width."""
    found = power_law(SIZES, [[factor * size**exponent] * 6 for size in SIZES])
    assert found.value == pytest.approx(exponent, abs=1e-9)
    assert found.interval.high - found.interval.low < 1e-9
    assert found.n == 24


def test_interval_covers_the_true_exponent() -> None:
    """Of 200 intervals over noisy linear times, 88 to 99 % hold the exponent 1."""
    random = np.random.default_rng(3)
    intervals = [
        power_law(SIZES, [(50.0 * size * random.lognormal(0, 0.1, 15)).tolist() for size in SIZES], seed=trial).interval
        for trial in range(200)
    ]
    assert 176 <= sum(interval.low <= 1 <= interval.high for interval in intervals) <= 198


def test_quadratic_is_told_from_linear() -> None:
    """Quadratic work under noise has an interval that lies above 1.8."""
    random = np.random.default_rng(4)
    found = power_law(SIZES[:3], [(size**2 * random.lognormal(0, 0.1, 8)).tolist() for size in SIZES[:3]])
    assert found.interval.low > 1.8


def test_same_seed_same_interval() -> None:
    """The interval depends on the seed alone."""
    times = np.random.default_rng(1).lognormal(size=(4, 9)).tolist()
    assert power_law(SIZES, times, seed=7) == power_law(SIZES, times, seed=7)


@pytest.mark.parametrize(
    ("sizes", "times"),
    [((1, 2), [[1.0]]), ((5, 5), [[1.0], [2.0]]), ((), []), ((0, 1), [[1.0], [1.0]]), ((1, 2), [[1.0], []]), ((1, 2), [[1.0], [0.0]])],
)
def test_useless_sizes_are_refused(sizes: tuple[float, ...], times: list[list[float]]) -> None:
    """Sizes without times, a single size, and anything that is not above zero are errors."""
    with pytest.raises(ValueError, match=r"sizes|needed|above zero"):
        power_law(sizes, times)
