"""The strategy grid on the S&P 500 as orders: bars with a bid and an ask, and signals with stops and targets.

A strategy's trades become signals: enter with a stop 3 % away and a target 6 % away, leave at the price at which the grid leaves. How
orders are placed follows from how the strategy leaves: crossings enter at the market, trailing strategies with a limit 1 % below and a
stop that follows, target strategies with a stop order 1 % above whose stop moves to the entry price after ten days. Every third strategy
is turned around and sells. The ask lies half a point above the bid; on every 97th day it is missing, every 501st day is not valid.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np

from reference_py.market.execution_tables import Doubles, Side, Whole, bars, same_word, signals_of_rows, ticks
from reference_py.market.sp500 import load
from reference_py.market.strategy_grid import Exit, Strategy, TradeList, grid

SYMBOL = "SPX"
SPREAD = 0.5
STOP, TARGET, AWAY, TRAIL = 0.03, 0.06, 0.01, 0.04
DAYS_TO_BREAK_EVEN = 10
EVERY_NTH = 18
DAY_US = 24 * 60 * 60 * 1_000_000
TICKS_PER_DAY = 4

Row = dict[str, Any]


def chosen() -> list[Strategy]:
    """Return two dozen strategies from all over the grid, with every way of leaving."""
    traded = [strategy for strategy, trades in grid().items() if len(trades) > 0]
    return [traded[place + place // EVERY_NTH % len(Exit)] for place in range(0, len(traded) - len(Exit), EVERY_NTH)]


@cache
def daily_bars() -> bytes:
    """Return the bars with both sides."""
    bid, times = _bid(), _times()
    days = np.arange(len(times))
    return bars(same_word(len(times), SYMBOL), times, bid, bid.shifted(SPREAD), no_ask=days % 97 == 96, invalid=days % 501 == 500)


@cache
def daily_ticks() -> bytes:
    """Return four quotes a day: open, low, high and close, six hours apart."""
    bid = _bid()
    prices = np.column_stack([bid.open, bid.low, bid.high, bid.close]).ravel()
    times = np.repeat(_times(), TICKS_PER_DAY) + np.tile(np.arange(TICKS_PER_DAY) * (DAY_US // TICKS_PER_DAY), len(_times()))
    return ticks(same_word(len(times), SYMBOL), times, prices, prices + SPREAD)


def strategy_signals(strategy: Strategy, *, sells: bool) -> bytes:
    """Return the signals of a strategy's trades in order of time."""
    rows = [row for number in range(len(grid()[strategy])) for row in _trade(strategy, grid()[strategy], number, sells=sells)]
    return signals_of_rows(sorted(rows, key=lambda row: int(row["timestamp"])))


def _trade(strategy: Strategy, trades: TradeList, number: int, *, sells: bool) -> Iterator[Row]:
    """Yield the entry, the change of the stop if there is one, and the exit of a trade."""
    entered, left = trades.entry_time[number], trades.exit_time[number]
    opens = _opens()
    common = {"symbol": SYMBOL, "direction": "short" if sells else "long"}
    price = opens[entered] + (0.0 if sells else SPREAD)
    yield (
        common | {"timestamp": entered, "reason": strategy.name, "scenario": f"trade {number}"} | _order(strategy.exit, price, sells=sells)
    )
    if strategy.exit is Exit.TARGET and left - entered > DAYS_TO_BREAK_EVEN * DAY_US:
        yield common | {"timestamp": entered + DAYS_TO_BREAK_EVEN * DAY_US, "signal_type": "modify", "sl": price}
    yield common | {"timestamp": left, "signal_type": "exit", "entry": opens[left] + (SPREAD if sells else 0.0)}


def _order(leave: Exit, price: float, *, sells: bool) -> Row:
    """Return type, price and levels of an entry; selling turns every distance around."""
    sign = -1.0 if sells else 1.0
    order_type, offset = {Exit.CROSS: ("market", 0.0), Exit.TRAIL: ("limit", -AWAY), Exit.TARGET: ("stop", AWAY)}[leave]
    entry = price * (1.0 + sign * offset)
    levels = {"entry": entry, "sl": entry * (1.0 - sign * STOP), "tp": entry * (1.0 + sign * TARGET)}
    trail = {"trail_distance": entry * TRAIL, "trail_step": 1.0, "trail_activation": entry * AWAY} if leave is Exit.TRAIL else {}
    return {"order_type": order_type, **levels, **trail}


@cache
def _opens() -> Mapping[int, float]:
    return dict(zip(load().times_us, load().opens, strict=True))


def _times() -> Whole:
    return np.array(load().times_us, dtype=np.int64)


def _bid() -> Side:
    series = load()
    prices: list[Doubles] = [np.array(column) for column in (series.opens, series.highs, series.lows, series.closes)]
    return Side(*prices)
