"""A stop that follows the price after each bar's exit test, so that no bar sees its own future (spec 11.1)."""

from __future__ import annotations

from dataclasses import dataclass

from reference_py.execution.candle import Candle
from reference_py.execution.signal import Direction, Trail


@dataclass(slots=True)
class TrailingStop:
    """The rule and the best price since the entry."""

    trail: Trail
    best: float


def candle_best(direction: Direction, candle: Candle) -> float:
    """Return the best price of a bar: the bid's high for a long, the ask's low for a short position."""
    return candle.bid.high if direction is Direction.LONG else candle.buying_back.low


def advanced_stop(trailing: TrailingStop, direction: Direction, entry_price: float, stop_loss: float | None, price: float) -> float | None:
    """Move the best price on and return the stop that follows from it; None if the stop stays where it is."""
    if direction is Direction.LONG:
        return _advanced_long(trailing, entry_price, stop_loss, price)
    return _advanced_short(trailing, entry_price, stop_loss, price)


def _advanced_long(trailing: TrailingStop, entry_price: float, stop_loss: float | None, price: float) -> float | None:
    trail = trailing.trail
    trailing.best = max(trailing.best, price)
    candidate = trailing.best - trail.distance
    if trailing.best - entry_price < trail.activation:
        return None
    return candidate if stop_loss is None or candidate > stop_loss + trail.step else None


def _advanced_short(trailing: TrailingStop, entry_price: float, stop_loss: float | None, price: float) -> float | None:
    trail = trailing.trail
    trailing.best = min(trailing.best, price)
    candidate = trailing.best + trail.distance
    if entry_price - trailing.best < trail.activation:
        return None
    return candidate if stop_loss is None or candidate < stop_loss - trail.step else None
