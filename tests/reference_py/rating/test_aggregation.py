"""The final rating: the formula, its weights and its one monotone argument (spec 8.5)."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_py.rating import RatingError, final_rating
from reference_py.rating.aggregation import DEFAULT_WEIGHTS, normalised, quality_of

UNIT = st.floats(0.0, 1.0)
COMPONENTS = st.tuples(UNIT, UNIT, UNIT, UNIT, UNIT)
WEIGHTS = st.lists(st.floats(0.0, 1e6), min_size=5, max_size=5).filter(any)


@pytest.mark.parametrize(
    ("profit_factor", "quality"),
    [(0.0, 0.0), (-0.0, 0.0), (-7.0, 0.0), (-math.inf, 0.0), (math.nan, 0.0), (1.0, 0.5), (3.0, 0.75), (math.inf, 1.0)],
)
def test_quality_of_a_profit_factor(profit_factor: float, quality: float) -> None:
    """Quality is 1 - 1/(1 + f), 0 for NaN and losses, 1 without a loss."""
    assert quality_of(profit_factor) == quality


def test_perfect_components_rate_one() -> None:
    """Five perfect scores and no penalty rate exactly 1."""
    assert final_rating(1.0, 1.0, 1.0, 1.0, 0.0, math.inf) == 1.0


def test_a_last_bit_too_much_is_cut() -> None:
    """Weights whose shares add up to more than 1 by a last bit still rate 1."""
    weights = [0.1, 0.1, 0.1, 0.2, 0.2]
    w1, w2, w3, w4, w5 = normalised(weights)
    assert (((w1 + w2) + w3) + w4) + w5 == 1.0000000000000002
    assert final_rating(1.0, 1.0, 1.0, 1.0, 0.0, math.inf, weights) == 1.0


def test_formula_in_its_order() -> None:
    """The mix adds from the left, then the penalty takes its share."""
    w = [weight / (((0.25 + 0.20) + 0.20 + 0.20) + 0.15) for weight in DEFAULT_WEIGHTS]
    mix = (((w[0] * 0.9 + w[1] * 0.8) + w[2] * 0.7) + w[3] * 0.6) + w[4] * (1.0 - 1.0 / 2.7)
    assert final_rating(0.9, 0.8, 0.7, 0.6, 0.1, 1.7) == mix * (1.0 - 0.1)


def test_a_full_penalty_rates_zero() -> None:
    """A penalty of 1 leaves nothing."""
    assert final_rating(1.0, 1.0, 1.0, 1.0, 1.0, 5.0) == 0.0


@pytest.mark.parametrize("place", range(5))
def test_a_weight_alone_picks_its_component(place: int) -> None:
    """With all weight on one component the rating is that component."""
    components = [0.1, 0.2, 0.3, 0.4, 0.75]
    weights = [float(index == place) for index in range(5)]
    assert final_rating(0.1, 0.2, 0.3, 0.4, 0.0, 3.0, weights) == components[place]


def test_nan_components_pass_through() -> None:
    """A component that is NaN is not hidden."""
    assert math.isnan(final_rating(math.nan, 1.0, 1.0, 1.0, 0.0, 1.0))


@pytest.mark.parametrize(
    "weights",
    [
        [],
        [1.0] * 4,
        [1.0] * 6,
        [0.0] * 5,
        [-0.0] * 5,
        [1.0, 1.0, 1.0, 1.0, -0.1],
        [1.0, math.nan, 1.0, 1.0, 1.0],
        [math.inf, 1.0, 1.0, 1.0, 1.0],
        [1e308] * 5,
    ],
)
def test_weights_that_cannot_be_normalised(weights: list[float]) -> None:
    """Five weights, finite, none negative, with a positive finite sum: anything else is error 1006."""
    with pytest.raises(RatingError, match=r"^\[1006\]"):
        final_rating(1.0, 1.0, 1.0, 1.0, 0.0, 1.0, weights)


@pytest.mark.parametrize("weights", ["abcde", 5, {1.0: 1}, [1.0, 1.0, 1.0, 1.0, None], [1.0, 1.0, 1.0, 1.0, "1"]])
def test_weights_of_a_wrong_type(weights: Any) -> None:
    """Weights that are no sequence of numbers raise a TypeError."""
    with pytest.raises(TypeError):
        final_rating(1.0, 1.0, 1.0, 1.0, 0.0, 1.0, weights)


@pytest.mark.parametrize("place", range(6))
@pytest.mark.parametrize("value", [None, "1"])
def test_components_must_be_numbers(place: int, value: Any) -> None:
    """A component that is no number raises a TypeError."""
    components: list[Any] = [1.0] * 6
    components[place] = value
    with pytest.raises(TypeError):
        final_rating(*components)


@given(WEIGHTS)
def test_normalised_weights_sum_to_about_one(weights: list[float]) -> None:
    """Weights are divided by their loop sum."""
    total = 0.0
    for weight in normalised(weights):
        total += weight
    assert total == pytest.approx(1.0, abs=1e-14)


@given(COMPONENTS, st.floats(), WEIGHTS)
def test_the_rating_lies_in_the_unit_interval(
    components: tuple[float, float, float, float, float], profit_factor: float, weights: list[float]
) -> None:
    """Components in [0, 1] and any profit factor rate in [0, 1]."""
    assert 0.0 <= final_rating(*components, profit_factor, weights) <= 1.0


@given(COMPONENTS, st.tuples(st.floats(0.0), st.floats(0.0)), WEIGHTS)
def test_the_rating_grows_with_the_profit_factor(
    components: tuple[float, float, float, float, float], factors: tuple[float, float], weights: list[float]
) -> None:
    """A larger profit factor never rates lower, to the last bit."""
    assert final_rating(*components, max(factors), weights) >= final_rating(*components, min(factors), weights)
