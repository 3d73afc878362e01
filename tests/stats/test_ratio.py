"""Tests ratios of times that were measured side by side."""

from __future__ import annotations

import numpy as np
import pytest

from harness.stats import Estimate, paired_ratio, share


def noisy_quads(seed: int, speedup: float, n: int = 30) -> Estimate:
    """Return the estimate for a machine whose speed drifts twofold during the run, with 5 % of noise in each time."""
    random = np.random.default_rng(seed)
    mood = np.exp(np.cumsum(random.normal(0, 0.15, n)))
    reference = 1e6 * mood * random.lognormal(0, 0.05, n)
    candidate = 1e6 / speedup * mood * random.lognormal(0, 0.05, n)
    return paired_ratio(reference.tolist(), candidate.tolist(), seed=seed)


def test_ratio_of_constant_times() -> None:
    """A candidate that takes a fourth of the time is four times as fast, without doubt."""
    found = paired_ratio([8.0] * 12, [2.0] * 12)
    assert (found.value, found.interval.low, found.interval.high, found.n) == (4.0, 4.0, 4.0, 12)


def test_drift_cancels() -> None:
    """Times that drift tenfold together leave the ratio exactly as it is."""
    drift = np.linspace(1, 10, 20)
    assert paired_ratio((3e6 * drift).tolist(), (1e6 * drift).tolist()).value == pytest.approx(3.0, rel=1e-12)


def test_interval_covers_the_true_ratio() -> None:
    """Of 200 intervals on a drifting machine, 90 to 99 % hold the true speed-up."""
    held = sum(found.interval.low <= 1.5 <= found.interval.high for found in (noisy_quads(seed, 1.5) for seed in range(200)))
    assert 180 <= held <= 198


def test_reference_against_itself_is_not_called_slower() -> None:
    """Of 200 comparisons of a callable with itself, none is 10 % slower with its interval below 1/1.03."""
    alarms = [
        found for found in (noisy_quads(seed, 1.0) for seed in range(200)) if found.value < 1 / 1.1 and found.interval.high < 1 / 1.03
    ]
    assert not alarms


def test_slow_down_is_seen() -> None:
    """Of 100 candidates that are 15 % slower, at least 95 are slower with the whole interval."""
    assert sum(noisy_quads(seed, 1 / 1.15).interval.high < 1.0 for seed in range(100)) >= 95


def test_share_is_part_of_whole() -> None:
    """A part of 1 in a whole of 20 is 5 %."""
    assert share([1.0] * 8, [20.0] * 8).value == 0.05


@pytest.mark.parametrize(("left", "right"), [([], []), ([1.0], [1.0, 2.0]), ([1.0, 0.0], [1.0, 1.0]), ([1.0, 1.0], [1.0, -1.0])])
def test_useless_times_are_refused(left: list[float], right: list[float]) -> None:
    """No pairs, pairs without partner, and times that are not above zero are errors."""
    with pytest.raises(ValueError, match=r"needed|paired|above zero"):
        paired_ratio(left, right)
    with pytest.raises(ValueError, match=r"needed|paired|above zero"):
        share(left, right)
