"""When positions are left, cell by cell of the tables (spec 5, 9)."""

from __future__ import annotations

from typing import Any

import pytest

from reference_py.execution.candle import Bar, Candle
from reference_py.execution.exits import Hit, candle_exit, tick_exit
from reference_py.execution.position import Position, Reason, Status
from reference_py.execution.signal import Direction, OrderType
from reference_py.execution.ticks import Tick

LONG, SHORT = Direction.LONG, Direction.SHORT
QUIET = Bar(10.0, 10.5, 9.5, 10.0)
LONG_LEVELS = {"stop_loss": 8.0, "initial_stop_loss": 8.0, "take_profit": 12.0}
SHORT_LEVELS = {"direction": SHORT, "stop_loss": 12.0, "initial_stop_loss": 12.0, "take_profit": 8.0}


def position(**changes: Any) -> Position:
    """Return a position that was filled at 10 at time 1, long with stop 8 and target 12 unless changed."""
    given = {
        "number": 1, "symbol": "X", "direction": LONG, "order_type": OrderType.STOP, "entry_time": 0, "entry_price": 10.0,
        **LONG_LEVELS, "initial_take_profit": 12.0, "requested_size": 1.0, "risk_per_trade": 100.0, "magic_number": 0,
        "signal_reason": None, "scenario": None, "tags": None, "size": 1.0, "status": Status.OPEN, "trigger_time": 1, "trailing": None,
    }  # fmt: skip
    return Position(**{**given, **changes})


def bar(low: float, high: float, close: float = 10.0) -> Bar:
    """Return one side of a candle."""
    return Bar(close, high, low, close)


@pytest.mark.parametrize(
    ("levels", "bid", "ask", "expected"),
    [
        (LONG_LEVELS, bar(8.5, 11.5), QUIET, Hit(8.0, Reason.STOP_LOSS)),
        (LONG_LEVELS, bar(8.6, 11.4), QUIET, None),
        (LONG_LEVELS, bar(8.6, 11.5), QUIET, Hit(12.0, Reason.TAKE_PROFIT)),
        (LONG_LEVELS, QUIET, bar(1.0, 20.0), None),
        (SHORT_LEVELS, QUIET, bar(8.6, 11.5), Hit(12.0, Reason.STOP_LOSS)),
        (SHORT_LEVELS, QUIET, bar(8.6, 11.4), None),
        (SHORT_LEVELS, QUIET, bar(8.5, 11.4), Hit(8.0, Reason.TAKE_PROFIT)),
        (SHORT_LEVELS, bar(1.0, 20.0), QUIET, None),
        (SHORT_LEVELS, bar(8.6, 11.5), None, Hit(12.0, Reason.STOP_LOSS)),
        (SHORT_LEVELS, bar(8.5, 11.4), None, Hit(8.0, Reason.TAKE_PROFIT)),
    ],
)
def test_a_level_is_hit_within_the_buffer(levels: dict[str, Any], bid: Bar, ask: Bar | None, expected: Hit | None) -> None:
    """Longs by the bid, shorts by the ask, or by the bid if there is none; the buffer of half a point brings both levels nearer."""
    assert candle_exit(position(**levels), Candle("X", 2, bid, ask), 0.5) == expected


@pytest.mark.parametrize("levels", [LONG_LEVELS, SHORT_LEVELS])
def test_the_stop_comes_before_the_target(levels: dict[str, Any]) -> None:
    """A bar that reaches both is a loss."""
    hit = candle_exit(position(**levels), Candle("X", 2, bar(1.0, 20.0), bar(1.0, 20.0)), 0.0)
    assert hit == Hit(levels["stop_loss"], Reason.STOP_LOSS)


@pytest.mark.parametrize("levels", [LONG_LEVELS, SHORT_LEVELS])
def test_absent_levels_are_never_hit(levels: dict[str, Any]) -> None:
    """Neither stop nor target."""
    given = position(**levels | {"stop_loss": None, "take_profit": None})
    assert candle_exit(given, Candle("X", 2, bar(-99.0, 99.0), bar(-99.0, 99.0)), 0.0) is None


@pytest.mark.parametrize(
    ("order_type", "close", "hit"),
    [
        (OrderType.LIMIT, 12.1, True),
        (OrderType.LIMIT, 12.0, False),
        (OrderType.LIMIT, 11.0, False),
        (OrderType.STOP, 11.0, True),
        (OrderType.MARKET, 11.0, True),
    ],
)
def test_the_trigger_bar_of_a_limit_order_must_close_beyond_the_target(order_type: OrderType, close: float, *, hit: bool) -> None:
    """Strictly beyond; other types leave at the target."""
    given = position(order_type=order_type)
    expected = Hit(12.0, Reason.TAKE_PROFIT) if hit else None
    assert candle_exit(given, Candle("X", 1, bar(9.0, 13.0, close), None), 0.0) == expected


@pytest.mark.parametrize(("bid_close", "ask_close", "hit"), [(7.0, 7.9, True), (7.0, 8.0, False), (7.9, None, True), (8.0, None, False)])
def test_for_shorts_the_ask_closes_the_trigger_bar(bid_close: float, ask_close: float | None, *, hit: bool) -> None:
    """Or the bid if there is no ask."""
    given = position(**SHORT_LEVELS, order_type=OrderType.LIMIT)
    ask = None if ask_close is None else bar(7.0, 11.0, ask_close)
    assert (candle_exit(given, Candle("X", 1, bar(7.0, 11.0, bid_close), ask), 0.0) is not None) is hit


def test_a_later_bar_of_a_limit_order_needs_no_close() -> None:
    """The rule is for the trigger bar only."""
    given = position(order_type=OrderType.LIMIT)
    assert candle_exit(given, Candle("X", 2, bar(9.0, 13.0, 11.0), None), 0.0) == Hit(12.0, Reason.TAKE_PROFIT)


@pytest.mark.parametrize(
    ("changes", "time_us", "reason"),
    [
        ({}, 2, Reason.STOP_LOSS),
        ({"stop_loss": 8.000000001}, 2, Reason.BREAK_EVEN_STOP_LOSS),
        ({"stop_loss": 7.9}, 2, Reason.BREAK_EVEN_STOP_LOSS),
        ({"stop_loss": 11.0}, 2, Reason.BREAK_EVEN_STOP_LOSS),
        ({"initial_stop_loss": None}, 2, Reason.BREAK_EVEN_STOP_LOSS),
        ({"stop_loss": 9.0, "stop_by_trailing": True}, 2, Reason.TRAILING_STOP),
        ({"stop_loss": 9.0}, 1, Reason.STOP_LOSS),
        ({"stop_loss": 9.0, "stop_by_trailing": True}, 1, Reason.STOP_LOSS),
    ],
)
def test_a_moved_stop_is_a_break_even_stop(changes: dict[str, Any], time_us: int, reason: Reason) -> None:
    """By the slightest move, also to a worse level or in profit; not in the trigger bar; trailing has its own label."""
    hit = candle_exit(position(**changes), Candle("X", time_us, bar(1.0, 10.0), None), 0.0)
    assert hit is not None
    assert hit.reason is reason


@pytest.mark.parametrize(
    ("levels", "bid", "ask", "expected"),
    [
        (LONG_LEVELS, 8.0, 8.1, Hit(8.0, Reason.STOP_LOSS)),
        (LONG_LEVELS, 8.1, 7.0, None),
        (LONG_LEVELS, 12.0, 12.1, Hit(12.0, Reason.TAKE_PROFIT)),
        (LONG_LEVELS, 11.9, 12.1, None),
        (SHORT_LEVELS, 11.9, 12.0, Hit(12.0, Reason.STOP_LOSS)),
        (SHORT_LEVELS, 12.1, 11.9, None),
        (SHORT_LEVELS, 7.9, 8.0, Hit(8.0, Reason.TAKE_PROFIT)),
        (SHORT_LEVELS, 7.9, 8.1, None),
    ],
)
def test_a_quote_hits_without_buffer(levels: dict[str, Any], bid: float, ask: float, expected: Hit | None) -> None:
    """Longs by the bid, shorts by the ask; touching is enough."""
    assert tick_exit(position(**levels), Tick("X", 2, bid, ask)) == expected


def test_with_ticks_the_stop_comes_before_the_target() -> None:
    """Levels on the wrong side can both be reached."""
    assert tick_exit(position(stop_loss=12.0, take_profit=8.0), Tick("X", 2, 10.0, 10.0)) == Hit(12.0, Reason.STOP_LOSS)


@pytest.mark.parametrize(("by_trailing", "reason"), [(False, Reason.STOP_LOSS), (True, Reason.TRAILING_STOP)])
def test_with_ticks_a_moved_stop_is_no_break_even_stop(*, by_trailing: bool, reason: Reason) -> None:
    """There is no such label, except for trailing stops."""
    hit = tick_exit(position(stop_loss=9.0, stop_by_trailing=by_trailing), Tick("X", 2, 1.0, 1.0))
    assert hit == Hit(9.0, reason)


def test_with_ticks_the_trigger_tick_may_close() -> None:
    """There is no rule for the first moment."""
    assert tick_exit(position(order_type=OrderType.LIMIT), Tick("X", 1, 12.0, 12.0)) == Hit(12.0, Reason.TAKE_PROFIT)


@pytest.mark.parametrize(
    ("levels", "price", "expected"),
    [
        ({"stop_loss": 0.0, "take_profit": None}, -5.0, None),
        ({"stop_loss": None, "take_profit": 0.0}, 5.0, None),
        ({"direction": SHORT, "stop_loss": 0.0, "take_profit": 8.0}, 7.0, Hit(8.0, Reason.TAKE_PROFIT)),
        ({"stop_loss": None, "take_profit": None}, 5.0, None),
    ],
)
def test_with_ticks_a_level_of_zero_is_none(levels: dict[str, Any], price: float, expected: Hit | None) -> None:
    """It gives no exit price and is passed over; the other level is still looked at."""
    assert tick_exit(position(**levels), Tick("X", 2, price, price)) == expected


def test_with_bars_a_level_of_zero_is_a_level() -> None:
    """Only ticks pass it over."""
    assert candle_exit(position(stop_loss=0.0), Candle("X", 1, bar(-1.0, 1.0), None), 0.0) == Hit(0.0, Reason.STOP_LOSS)
