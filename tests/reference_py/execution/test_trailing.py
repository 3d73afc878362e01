"""A stop that follows the price (spec 11.1)."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_py.execution.candle import Bar, Candle
from reference_py.execution.signal import Direction, Trail
from reference_py.execution.trailing import TrailingStop, advanced_stop, candle_best

LONG, SHORT = Direction.LONG, Direction.SHORT


@pytest.mark.parametrize(
    ("trail", "stop", "price", "expected"),
    [
        (Trail(2.0, 0.0, 0.0), 8.0, 11.0, 9.0),
        (Trail(2.0, 0.0, 0.0), 9.0, 11.0, None),
        (Trail(2.0, 1.0, 0.0), 8.0, 11.0, None),
        (Trail(2.0, 0.5, 0.0), 8.0, 11.0, 9.0),
        (Trail(2.0, 0.0, 1.0), 8.0, 11.0, 9.0),
        (Trail(2.0, 0.0, 1.1), 8.0, 11.0, None),
        (Trail(2.0, 0.0, 0.0), None, 11.0, 9.0),
        (Trail(2.0, 0.0, 0.0), None, 9.0, 8.0),
        (Trail(2.0, 5.0, 0.0), None, 11.0, 9.0),
    ],
)
def test_a_long_stop_rises(trail: Trail, stop: float | None, price: float, expected: float | None) -> None:
    """By more than a step, once the gain is large enough; an absent stop is set at once."""
    assert advanced_stop(TrailingStop(trail, best=10.0), LONG, 10.0, stop, price) == expected


@pytest.mark.parametrize(
    ("trail", "stop", "price", "expected"),
    [
        (Trail(2.0, 0.0, 0.0), 12.0, 9.0, 11.0),
        (Trail(2.0, 0.0, 0.0), 11.0, 9.0, None),
        (Trail(2.0, 1.0, 0.0), 12.0, 9.0, None),
        (Trail(2.0, 0.0, 1.0), 12.0, 9.0, 11.0),
        (Trail(2.0, 0.0, 1.1), 12.0, 9.0, None),
        (Trail(2.0, 0.0, 0.0), None, 11.0, 12.0),
    ],
)
def test_a_short_stop_falls(trail: Trail, stop: float | None, price: float, expected: float | None) -> None:
    """The mirror image."""
    assert advanced_stop(TrailingStop(trail, best=10.0), SHORT, 10.0, stop, price) == expected


def test_the_best_price_is_remembered_before_activation() -> None:
    """A gain that came and went still counts for what follows."""
    trailing = TrailingStop(Trail(2.0, 0.0, 3.0), best=10.0)
    advanced_stop(trailing, LONG, 10.0, 8.0, 12.0)
    assert trailing.best == 12.0


def test_nan_is_no_best_price() -> None:
    """A comparison with it never holds."""
    trailing = TrailingStop(Trail(2.0, 0.0, 0.0), best=10.0)
    advanced_stop(trailing, LONG, 10.0, 8.0, math.nan)
    assert trailing.best == 10.0


@given(st.lists(st.floats(1.0, 100.0), max_size=20), st.sampled_from([LONG, SHORT]))
def test_a_trailing_stop_never_goes_back(prices: list[float], direction: Direction) -> None:
    """It moves towards the price only."""
    trailing, stop = TrailingStop(Trail(2.0, 0.1, 0.5), best=50.0), 50.0
    for price in prices:
        moved = advanced_stop(trailing, direction, 50.0, stop, price)
        if moved is not None:
            assert moved > stop if direction is LONG else moved < stop
            stop = moved


@pytest.mark.parametrize(("direction", "ask", "expected"), [(LONG, True, 12.0), (SHORT, True, 7.5), (SHORT, False, 8.0)])
def test_the_best_price_of_a_bar(direction: Direction, *, ask: bool, expected: float) -> None:
    """The bid's high for longs, the ask's low for shorts, the bid's if there is no ask."""
    candle = Candle("X", 1, Bar(10.0, 12.0, 8.0, 10.0), Bar(10.0, 13.0, 7.5, 10.0) if ask else None)
    assert candle_best(direction, candle) == expected
