"""What a strategy asks for: to enter, to leave or to change positions; checked before anything happens (spec 11.1)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeVar

from reference_py.execution.errors import ErrorCode, ExecutionError

T = TypeVar("T")


class Direction(StrEnum):
    """Which way a position earns."""

    LONG = "long"
    SHORT = "short"

    @property
    def opposite(self) -> Direction:
        """Return the other direction."""
        return Direction.SHORT if self is Direction.LONG else Direction.LONG


class OrderType(StrEnum):
    """At once, at a better price, or at a worse one."""

    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"


class SignalRow(NamedTuple):
    """A row of the signal table as it came; None where a cell is null, in levels, size and trail also where it is NaN."""

    timestamp: int | None
    direction: str | None
    entry: float | None
    sl: float | None
    tp: float | None
    size: float | None
    symbol: str | None
    order_type: str | None
    reason: str | None = None
    scenario: str | None = None
    tags: str | None = None
    signal_type: str | None = None
    position_id: str | None = None
    magic_number: int | None = None
    trail_distance: float | None = None
    trail_step: float | None = None
    trail_activation: float | None = None


@dataclass(frozen=True, slots=True)
class Trail:
    """How a stop follows the price: how far behind, in steps of at least, from which gain on; all in units of the price."""

    distance: float
    step: float
    activation: float


@dataclass(frozen=True, slots=True)
class Entry:
    """Open a position at once or when the price comes to it; `price` None is the quote's (ticks only)."""

    time_us: int
    symbol: str
    direction: Direction
    order_type: OrderType
    slips: bool
    price: float | None
    stop_loss: float | None
    take_profit: float | None
    size: float | None
    trail: Trail | None
    magic_number: int
    reason: str | None
    scenario: str | None
    tags: str | None


@dataclass(frozen=True, slots=True)
class Selection:
    """Which positions a signal is about: those of a symbol, of a direction and of an id, each of the latter if given."""

    time_us: int
    symbol: str
    direction: Direction | None
    position_id: str | None


@dataclass(frozen=True, slots=True)
class Exit:
    """Close the open positions of the selection, call back the pending ones; `price` None is the quote's (ticks only)."""

    selection: Selection
    price: float | None


@dataclass(frozen=True, slots=True)
class Modify:
    """Set the levels that are given for the open and the pending positions of the selection."""

    selection: Selection
    stop_loss: float | None
    take_profit: float | None
    trail: Trail | None


Signal = Entry | Exit | Modify


def read_signal(row: SignalRow, *, tick_mode: bool) -> Signal:
    """Return what a row asks for; raises ExecutionError 1001, 1002, 1008, 2004, 2005 in the order of the interface document, 7.1."""
    time_us = _present(row.timestamp, "timestamp")
    kind = row.signal_type if row.signal_type is not None else "entry"
    if kind not in {"entry", "exit", "modify"}:
        raise ExecutionError(ErrorCode.INVALID_ARGUMENT, f"unknown signal type {kind!r}")
    symbol = _present(row.symbol, "symbol")
    if kind == "entry":
        return _entry(row, time_us, symbol, tick_mode=tick_mode)
    direction = None if row.direction is None else _direction(row.direction)
    selection = Selection(time_us, symbol, direction, row.position_id)
    if kind == "exit":
        return Exit(selection, _price(row.entry, tick_mode=tick_mode))
    _finite(sl=row.sl, tp=row.tp)
    return Modify(selection, row.sl, row.tp, _trail(row))


def _entry(row: SignalRow, time_us: int, symbol: str, *, tick_mode: bool) -> Entry:
    direction = _direction(_present(row.direction, "direction"))
    price = _price(row.entry, tick_mode=tick_mode)
    _finite(sl=row.sl, tp=row.tp, size=row.size)
    trail = _trail(row)
    if row.sl is None and row.size is None:
        raise ExecutionError(ErrorCode.MISSING_FIELD, "an entry without stop needs a size")
    return Entry(
        time_us=time_us,
        symbol=symbol,
        direction=direction,
        order_type=_order_type(row.order_type),
        slips=not tick_mode or row.order_type is None or row.order_type == OrderType.MARKET,
        price=price,
        stop_loss=row.sl,
        take_profit=row.tp,
        size=row.size,
        trail=trail,
        magic_number=row.magic_number or 0,
        reason=row.reason,
        scenario=row.scenario,
        tags=row.tags,
    )


def _present(value: T | None, name: str) -> T:
    if value is None:
        raise ExecutionError(ErrorCode.NULL, f"{name} is null")
    return value


def _direction(text: str) -> Direction:
    if text not in {Direction.LONG, Direction.SHORT}:
        raise ExecutionError(ErrorCode.INVALID_ARGUMENT, f"unknown direction {text!r}")
    return Direction(text)


def _order_type(word: str | None) -> OrderType:
    """Return the type of an order; whatever is neither limit nor stop is a market order (spec 3)."""
    return OrderType(word) if word is not None and word in {OrderType.LIMIT, OrderType.STOP} else OrderType.MARKET


def _price(price: float | None, *, tick_mode: bool) -> float | None:
    """Return the price of a signal; with ticks none, NaN and 0 leave it to the quote."""
    _finite(entry=price)
    if tick_mode:
        return None if price is None or math.isnan(price) or price == 0.0 else price
    if math.isnan(_present(price, "entry")):
        raise ExecutionError(ErrorCode.NAN, "entry is NaN")
    return price


def _trail(row: SignalRow) -> Trail | None:
    _finite(trail_distance=row.trail_distance, trail_step=row.trail_step, trail_activation=row.trail_activation)
    if row.trail_distance is None:
        return None
    trail = Trail(row.trail_distance, row.trail_step or 0.0, row.trail_activation or 0.0)
    if trail.distance <= 0.0 or trail.step < 0.0 or trail.activation < 0.0:
        raise ExecutionError(ErrorCode.INVALID_ARGUMENT, f"{trail} needs a positive distance, step and activation not negative")
    return trail


def _finite(**levels: float | None) -> None:
    for name, level in levels.items():
        if level is not None and math.isinf(level):
            raise ExecutionError(ErrorCode.INFINITE, f"{name} is infinite")
