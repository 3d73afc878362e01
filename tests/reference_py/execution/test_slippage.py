"""Slippage and its draws (spec 7, 11.3)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from reference_py.execution import ExecutionError
from reference_py.execution.signal import Direction
from reference_py.execution.slippage import BLOCK_ROWS, Draws, SlippageConfig, read_slippage, slipped
from reference_py.rating.philox import uniforms

MERSENNE_42 = 0.6394267984578837  # the first draw of the original's generator with seed 42


def test_the_check_value_of_the_specification() -> None:
    """Fixed 0.5, random 1, price 1.1 long, pip 0.0001 and the original's first draw give 1.10011394."""
    price = slipped(1.1, Direction.LONG, 0.0001, SlippageConfig(fixed=0.5, random=1.0), MERSENNE_42)
    assert round(price, 8) == 1.10011394


def test_a_short_price_is_lowered_as_much() -> None:
    """Both directions slip by the same number of pips."""
    config = SlippageConfig(fixed=2.0, random=4.0)
    assert slipped(1.0, Direction.SHORT, 0.25, config, 0.5) == 0.0
    assert slipped(1.0, Direction.LONG, 0.25, config, 0.5) == 2.0


def test_draws_are_those_of_stream_three() -> None:
    """Draw n is u(n, 0) of the seed's third stream, across the borders of blocks."""
    key = np.array([42, 3], dtype=np.uint64)
    expected = np.random.Generator(np.random.Philox(key=key, counter=0)).random((2 * BLOCK_ROWS + 3, 8))[:, 0].tolist()
    draws = Draws(42, None)
    assert [draws.take() for _ in expected] == expected


def test_without_seed_every_draw_is_zero() -> None:
    """An unseeded run has no random part, and still counts."""
    draws = Draws(None, None)
    assert ([draws.take(), draws.take()], draws.count) == ([0.0, 0.0], 2)


def test_draws_can_be_given() -> None:
    """So that the original's own numbers can be put in; the count stays when they are used up."""
    draws = Draws(42, (0.25, 0.5))
    assert [draws.take(), draws.take()] == [0.25, 0.5]
    with pytest.raises(ExecutionError) as caught:
        draws.take()
    assert (caught.value.code, draws.count) == (1003, 2)


def test_a_copy_goes_on_by_itself() -> None:
    """A rehearsal takes no number away from the run."""
    draws = Draws(7, None)
    draws.take()
    assert (draws.copy().take(), draws.count) == (uniforms(7, 3, 2)[1][0], 1)


@pytest.mark.parametrize(
    ("given", "code"),
    [({"random": -1.0}, 1001), ({"draws": [1.0]}, 1001), ({"draws": 0.5}, 1004), ({"fixed": None}, 1004), ({"pips": 1.0}, 1001)],
)
def test_slippage_is_refused(given: Any, code: int) -> None:
    """The random part is not negative, draws lie in [0, 1)."""
    with pytest.raises(ExecutionError) as caught:
        read_slippage(given, "slippage")
    assert caught.value.code == code


def test_slippage_has_defaults() -> None:
    """No pips at all."""
    assert read_slippage({}, "slippage") == SlippageConfig(fixed=0.0, random=0.0, draws=None)
