"""When a position is left, at which level and why; the stop always comes before the target (spec 5, 9)."""

from __future__ import annotations

from dataclasses import dataclass

from reference_py.execution.candle import Candle
from reference_py.execution.position import Position, Reason
from reference_py.execution.signal import OrderType
from reference_py.execution.ticks import Tick


@dataclass(frozen=True, slots=True)
class Hit:
    """A level that was reached: the price to leave at, before slippage, and the reason."""

    level: float
    reason: Reason


def candle_exit(position: Position, candle: Candle, buffer: float) -> Hit | None:
    """Return what ends an open position in this bar; the buffer, in units of the price, makes both levels easier to reach."""
    if position.stop_loss is not None and _stop_reached(position, candle, position.stop_loss, buffer):
        return Hit(position.stop_loss, _stop_reason(position, candle))
    if position.take_profit is not None and _target_reached(position, candle, position.take_profit, buffer):
        return _target_hit(position, candle, position.take_profit)
    return None


def tick_exit(position: Position, tick: Tick) -> Hit | None:
    """Return what ends an open position at this quote; a level of 0 is none."""
    price = tick.price(position.direction)
    stop, target = position.stop_loss, position.take_profit
    if stop is not None and stop != 0.0 and (price <= stop if position.is_long else price >= stop):
        return Hit(stop, Reason.TRAILING_STOP if position.stop_by_trailing else Reason.STOP_LOSS)
    if target is not None and target != 0.0 and (price >= target if position.is_long else price <= target):
        return Hit(target, Reason.TAKE_PROFIT)
    return None


def _stop_reached(position: Position, candle: Candle, stop: float, buffer: float) -> bool:
    if position.is_long:
        return candle.bid.low <= stop + buffer
    return candle.buying_back.high >= stop - buffer


def _target_reached(position: Position, candle: Candle, target: float, buffer: float) -> bool:
    if position.is_long:
        return candle.bid.high >= target - buffer
    return candle.buying_back.low <= target + buffer


def _stop_reason(position: Position, candle: Candle) -> Reason:
    """Return the label of a stop: moved stops are break-even stops, wherever they were moved to, but not in the trigger bar."""
    if _is_trigger_bar(position, candle):
        return Reason.STOP_LOSS
    if position.stop_by_trailing:
        return Reason.TRAILING_STOP
    return Reason.STOP_LOSS if position.stop_loss == position.initial_stop_loss else Reason.BREAK_EVEN_STOP_LOSS


def _target_hit(position: Position, candle: Candle, target: float) -> Hit | None:
    """Return the hit, but not in the bar that filled a limit order unless it closes beyond the target: who knows which came first."""
    if _is_trigger_bar(position, candle) and position.order_type is OrderType.LIMIT and not _closes_beyond(position, candle, target):
        return None
    return Hit(target, Reason.TAKE_PROFIT)


def _closes_beyond(position: Position, candle: Candle, target: float) -> bool:
    return candle.bid.close > target if position.is_long else candle.buying_back.close < target


def _is_trigger_bar(position: Position, candle: Candle) -> bool:
    return candle.time_us == position.trigger_time
