"""Growth per call, from readings between blocks of calls."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.stats import mean_growth


def test_steady_growth_is_its_slope() -> None:
    """Blocks that all grow alike leave no doubt."""
    found = mean_growth([1000.0 * block for block in range(25)], 10)

    assert found.value == 100.0
    assert (found.interval.low, found.interval.high) == (100.0, 100.0)
    assert found.n == 240


def test_no_growth_means_less_than_a_grain() -> None:
    """Memory that is counted in pages may have grown by less than a page."""
    found = mean_growth([4096.0] * 25, 10, grain=4096.0)

    assert found.value == 0.0
    assert found.interval.low == 0.0
    assert found.interval.high == pytest.approx(4096 / 240)


def test_a_single_jump_is_no_proof_of_growth() -> None:
    """One block in two dozen may be a cache; the interval reaches down to none."""
    found = mean_growth([0.0] * 12 + [100_000.0] * 13, 10)

    assert found.value > 0
    assert found.interval.low == 0.0


@given(st.lists(st.floats(-1e9, 1e9), min_size=3, max_size=40), st.integers(1, 1000))
def test_the_value_is_the_whole_growth_over_all_calls(readings: list[float], calls: int) -> None:
    """The interval holds the value, whatever the readings."""
    found = mean_growth(readings, calls)

    assert found.value == pytest.approx((readings[-1] - readings[0]) / (calls * (len(readings) - 1)), abs=1e-3)
    assert found.interval.low - 1e-6 <= found.value <= found.interval.high + 1e-6


@pytest.mark.parametrize(("readings", "calls"), [([1.0, 2.0], 10), ([], 10), ([1.0, 2.0, 3.0], 0)])
def test_too_little_is_refused(readings: list[float], calls: int) -> None:
    """Two readings make no interval, and no calls no slope."""
    with pytest.raises(ValueError, match=r"readings|sample"):
        mean_growth(readings, calls)
