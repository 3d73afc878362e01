"""When pending orders are filled, cell by cell of the tables (spec 4, 9)."""

from __future__ import annotations

import pytest

from reference_py.execution.candle import Bar, Candle
from reference_py.execution.entry import candle_triggers, tick_triggers
from reference_py.execution.position import Position, Status
from reference_py.execution.signal import Direction, OrderType
from reference_py.execution.ticks import Tick

LONG, SHORT = Direction.LONG, Direction.SHORT
LIMIT, STOP = OrderType.LIMIT, OrderType.STOP
AWAY = Bar(10.0, 10.0, 10.0, 10.0)


def pending(direction: Direction, order_type: OrderType) -> Position:
    """Return a pending order at 10."""
    return Position(
        number=1, symbol="X", direction=direction, order_type=order_type, entry_time=0, entry_price=10.0, stop_loss=9.0, take_profit=None,
        initial_stop_loss=9.0, initial_take_profit=None, requested_size=None, risk_per_trade=100.0, magic_number=0, signal_reason=None,
        scenario=None, tags=None, size=0.0, status=Status.PENDING, trigger_time=None, trailing=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("direction", "order_type", "low", "high", "filled"),
    [
        (LONG, LIMIT, 10.0, 12.0, True),
        (LONG, LIMIT, 10.1, 12.0, False),
        (LONG, STOP, 8.0, 10.0, True),
        (LONG, STOP, 8.0, 9.9, False),
        (SHORT, LIMIT, 8.0, 10.0, True),
        (SHORT, LIMIT, 8.0, 9.9, False),
        (SHORT, STOP, 10.0, 12.0, True),
        (SHORT, STOP, 10.1, 12.0, False),
    ],
)
def test_a_bar_fills_what_it_touches(direction: Direction, order_type: OrderType, low: float, high: float, *, filled: bool) -> None:
    """Longs by the ask, shorts by the bid; touching is enough. The other side lies where it would decide differently."""
    touched = Bar(low, high, low, high)
    other = Bar(5.0, 5.0, 5.0, 5.0) if not filled and order_type is LIMIT and direction is LONG else Bar(11.0, 11.0, 11.0, 11.0)
    candle = Candle("X", 1, other, touched) if direction is LONG else Candle("X", 1, touched, other)
    assert candle_triggers(pending(direction, order_type), candle) is filled


@pytest.mark.parametrize("order_type", [LIMIT, STOP])
def test_without_ask_no_long_is_filled(order_type: OrderType) -> None:
    """Nobody knows what it would have cost."""
    assert not candle_triggers(pending(LONG, order_type), Candle("X", 1, AWAY, None))


@pytest.mark.parametrize("order_type", [LIMIT, STOP])
def test_without_ask_shorts_are_filled(order_type: OrderType) -> None:
    """They need the bid only."""
    assert candle_triggers(pending(SHORT, order_type), Candle("X", 1, AWAY, None))


@pytest.mark.parametrize(
    ("direction", "order_type", "bid", "ask", "filled"),
    [
        (LONG, LIMIT, 9.0, 10.0, True),
        (LONG, LIMIT, 9.0, 10.1, False),
        (LONG, STOP, 9.0, 10.0, True),
        (LONG, STOP, 11.0, 9.9, False),
        (SHORT, LIMIT, 10.0, 12.0, True),
        (SHORT, LIMIT, 9.9, 12.0, False),
        (SHORT, STOP, 10.0, 12.0, True),
        (SHORT, STOP, 10.1, 9.0, False),
    ],
)
def test_a_quote_fills_what_it_touches(direction: Direction, order_type: OrderType, bid: float, ask: float, *, filled: bool) -> None:
    """Longs by the ask, shorts by the bid."""
    assert tick_triggers(pending(direction, order_type), Tick("X", 1, bid, ask)) is filled
