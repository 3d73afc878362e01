"""When a pending order is filled (spec 4, 9)."""

from __future__ import annotations

from reference_py.execution.candle import Candle
from reference_py.execution.position import Position
from reference_py.execution.signal import OrderType
from reference_py.execution.ticks import Tick


def candle_triggers(position: Position, candle: Candle) -> bool:
    """Tell whether a bar reaches the price of a pending order; without an ask no long is ever filled."""
    if position.is_long:
        if candle.ask is None:
            return False
        if position.order_type is OrderType.LIMIT:
            return candle.ask.low <= position.entry_price
        return candle.ask.high >= position.entry_price
    if position.order_type is OrderType.LIMIT:
        return candle.bid.high >= position.entry_price
    return candle.bid.low <= position.entry_price


def tick_triggers(position: Position, tick: Tick) -> bool:
    """Tell whether a quote reaches the price of a pending order."""
    if position.is_long:
        if position.order_type is OrderType.LIMIT:
            return tick.ask <= position.entry_price
        return tick.ask >= position.entry_price
    if position.order_type is OrderType.LIMIT:
        return tick.bid >= position.entry_price
    return tick.bid <= position.entry_price
