"""Tests the exact bound on how often something may happen."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.stats import failure_bound
from harness.stats.proportion import regularised_beta


def at_least(successes: int, n: int, p: float) -> float:
    """Return the exact binomial probability of at least so many successes, by adding up its terms."""
    return math.fsum(math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(successes, n + 1))


@pytest.mark.parametrize(
    ("failures", "n", "low", "high"),
    [
        (1, 10, 0.0025286, 0.4450161),
        (5, 10, 0.1870860, 0.8129140),
        (2, 20, 0.0123485, 0.3169827),
        (10, 100, 0.0490047, 0.1762226),
    ],
)
def test_published_intervals(failures: int, n: int, low: float, high: float) -> None:
    """The interval is that of the published Clopper-Pearson tables."""
    found = failure_bound(failures, n)
    assert found.low == pytest.approx(low, abs=2e-7)
    assert found.high == pytest.approx(high, abs=2e-7)


def test_no_failures_is_one_sided() -> None:
    """No failure in n tries bounds the share by 1 - 0.05**(1/n), which is close to 3/n."""
    assert failure_bound(0, 1000).low == 0.0
    assert failure_bound(0, 1000).high == pytest.approx(1 - 0.05 ** (1 / 1000), rel=1e-12)
    assert failure_bound(0, 1000).high == pytest.approx(3 / 1000, rel=0.01)


def test_only_failures_is_one_sided() -> None:
    """Nothing but failures is the mirror image of none."""
    assert failure_bound(50, 50).high == 1.0
    assert failure_bound(50, 50).low == pytest.approx(1 - failure_bound(0, 50).high, rel=1e-12)


def test_nothing_tried_says_nothing() -> None:
    """Without tries any share is possible."""
    assert (failure_bound(0, 0).low, failure_bound(0, 0).high) == (0.0, 1.0)


@pytest.mark.parametrize(("failures", "n", "confidence"), [(-1, 5, 0.95), (6, 5, 0.95), (1, 5, 1.0), (1, 5, 0.0)])
def test_impossible_counts_are_refused(failures: int, n: int, confidence: float) -> None:
    """More failures than tries, fewer than none, or a confidence of 0 or 1 is an error."""
    with pytest.raises(ValueError, match=r"failures of|confidence"):
        failure_bound(failures, n, confidence)


@settings(deadline=None)
@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n - 1), st.just(n))))
def test_ends_have_the_probability_they_claim(counts: tuple[int, int]) -> None:
    """At the ends of a two-sided interval, what was seen or more extreme has a probability of exactly 2.5 %."""
    failures, n = counts
    found = failure_bound(failures, n)
    if failures:
        assert at_least(failures, n, found.low) == pytest.approx(0.025, rel=1e-6)
        assert at_least(failures + 1, n, found.high) == pytest.approx(0.975, rel=1e-6)
    assert found.low <= failures / n <= found.high


@settings(deadline=None)
@given(st.integers(1, 200), st.integers(1, 200), st.floats(0.001, 0.999))
def test_beta_is_symmetric(a: int, b: int, x: float) -> None:
    """I_x(a, b) and I_(1-x)(b, a) add up to one."""
    assert regularised_beta(x, a, b) + regularised_beta(1 - x, b, a) == pytest.approx(1.0, abs=1e-12)


def test_more_tries_narrow_the_bound() -> None:
    """The same share seen in a million tries is bounded far more narrowly, and still exactly enough to be told apart."""
    few, many = failure_bound(10, 1000), failure_bound(10_000, 1_000_000)
    assert many.high - many.low < (few.high - few.low) / 20
    assert many.low < 0.01 < many.high


def test_more_confidence_widens_the_bound() -> None:
    """The 99 % interval contains the 95 % interval."""
    usual, careful = failure_bound(3, 40), failure_bound(3, 40, 0.99)
    assert careful.low < usual.low < usual.high < careful.high
