"""What a position comes to: price and risk only, never size (spec 1)."""

from __future__ import annotations

from typing import Any

import pytest

from reference_py.execution.position import Position, Status
from reference_py.execution.signal import Direction, OrderType, Trail


def position(**changes: Any) -> Position:
    """Return an open long position at 10 with a stop at 8 and a target at 16 that risks 100."""
    given = {
        "number": 7, "symbol": "EURUSD", "direction": Direction.LONG, "order_type": OrderType.MARKET, "entry_time": 0, "entry_price": 10.0,
        "stop_loss": 8.0, "take_profit": 16.0, "initial_stop_loss": 8.0, "initial_take_profit": 16.0, "requested_size": None,
        "risk_per_trade": 100.0, "magic_number": 0, "signal_reason": None, "scenario": None, "tags": None, "size": 1.0,
        "status": Status.OPEN, "trigger_time": 0, "trailing": None,
    }  # fmt: skip
    return Position(**{**given, **changes})


@pytest.mark.parametrize(
    ("changes", "exit_price", "r"),
    [
        ({}, 16.0, 3.0),
        ({}, 8.0, -1.0),
        ({"direction": Direction.SHORT, "initial_stop_loss": 12.0}, 4.0, 3.0),
        ({"direction": Direction.SHORT, "initial_stop_loss": 12.0}, 12.0, -1.0),
        ({"stop_loss": 10.0}, 10.0, 0.0),
        ({"stop_loss": 9.0}, 9.0, -0.5),
        ({"initial_stop_loss": None}, 8.0, -1.0),
        ({"initial_stop_loss": None, "stop_loss": None}, 8.0, 0.0),
        ({"initial_stop_loss": 10.0}, 16.0, 0.0),
        ({"size": 99.0}, 16.0, 3.0),
    ],
)
def test_the_result_is_the_gain_in_units_of_risk(changes: dict[str, Any], exit_price: float, r: float) -> None:
    """Counted from the initial stop; without risk there is no result; the size plays no part."""
    given = position(**changes)
    given.close(5, exit_price, "signal")
    assert (given.r_multiple, given.result) == (r, r * 100.0)


def test_a_position_without_exit_price_has_no_r_multiple() -> None:
    """It is 0 until something came of it."""
    assert position().r_multiple == 0.0


def test_closing_leaves_the_status_to_the_portfolio() -> None:
    """The lists of the portfolio depend on that."""
    given = position()
    given.close(5, 16.0, "take_profit")
    assert (given.is_closed, given.status, given.exit_time, given.reason) == (True, Status.OPEN, 5, "take_profit")


def test_closing_without_price_has_no_result() -> None:
    """None, not 0."""
    given = position(status=Status.PENDING)
    given.close(5, None, "limit_expired")
    assert given.result is None


def test_a_trigger_makes_the_current_levels_initial() -> None:
    """A change while the order waited counts as if it had been there from the start."""
    given = position(status=Status.PENDING, size=0.0, trigger_time=None)
    given.move_stop(9.0)
    given.take_profit = 12.0
    given.trigger(5, 0.5)
    assert (given.initial_stop_loss, given.initial_take_profit, given.size, given.status, given.trigger_time) == (
        9.0,
        12.0,
        0.5,
        Status.OPEN,
        5,
    )


def test_a_trigger_does_not_change_the_time_of_entry() -> None:
    """It stays the time of the signal."""
    given = position(status=Status.PENDING, entry_time=3)
    given.trigger(5, 0.5)
    assert given.entry_time == 3


def test_a_trigger_starts_the_trail_at_the_entry_price() -> None:
    """Whatever was seen before the fill does not count."""
    given = position(status=Status.PENDING)
    given.trail_by(Trail(1.0, 0.0, 0.0))
    assert given.trailing is not None
    given.trailing.best = 99.0
    given.trigger(5, 0.5)
    assert given.trailing.best == 10.0


def test_the_id_names_symbol_and_number() -> None:
    """Unique, because the number is."""
    assert position().position_id == "EURUSD#7"


def test_moving_the_stop_by_hand_ends_the_claim_of_the_trail() -> None:
    """The label of a hit follows who moved it last."""
    given = position()
    given.move_stop(9.0, by_trailing=True)
    assert given.stop_by_trailing
    given.move_stop(9.5)
    assert not given.stop_by_trailing


def test_a_copy_changes_by_itself() -> None:
    """Its trail too."""
    given = position()
    given.trail_by(Trail(1.0, 0.0, 0.0))
    copied = given.copy()
    copied.stop_loss = 1.0
    assert copied.trailing is not None
    copied.trailing.best = 99.0
    assert given.trailing is not None
    assert (given.stop_loss, given.trailing.best) == (8.0, 10.0)


def test_a_copy_without_trail_has_none() -> None:
    """Nothing to copy."""
    assert position().copy().trailing is None
