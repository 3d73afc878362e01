"""Many positions held over many bars, so that a run consists of little but exit evaluation.

All are opened in the first bar, half of them short. The price swings around the entry, wider and wider, so that more than half of the
positions end one by one, and every bar comes near some level.
"""

from __future__ import annotations

import numpy as np

from reference_py.market.execution_tables import Doubles, Side, bars, random_numbers, same_word, signals, words
from reference_py.market.execution_worlds import BAR_US, REALISTIC, START_US, Arguments

HELD_STREAM = 10
ENTRY = 1.1
SPREAD = 0.00003
NEAREST, FURTHEST, WIDEST = 0.001, 0.031, 0.012


def held_backtest(positions: int, bars_count: int, seed: int) -> Arguments:
    """Return (bars_ipc, signals_ipc, config) of so many positions held over so many bars."""
    random = random_numbers(seed, HELD_STREAM)
    times = START_US + np.arange(bars_count, dtype=np.int64) * BAR_US
    bid = _swinging(bars_count, random)
    table = bars(same_word(bars_count, "EURUSD"), times, bid, bid.shifted(SPREAD))
    return table, _entries(positions, random), {**REALISTIC, "slippage": None}


def _entries(positions: int, random: np.random.Generator) -> bytes:
    longs = random.random(positions) < 0.5
    sign = np.where(longs, 1.0, -1.0)
    stop, target = (NEAREST + random.random(positions) * (FURTHEST - NEAREST) for _ in range(2))
    return signals(
        np.full(positions, START_US),
        direction=words(np.where(longs, 0, 1), ["long", "short"]),
        symbol=same_word(positions, "EURUSD"),
        entry=np.full(positions, ENTRY),
        sl=ENTRY - sign * stop,
        tp=ENTRY + sign * target,
    )


def _swinging(count: int, random: np.random.Generator) -> Side:
    width: Doubles = NEAREST / 2.0 + np.arange(count) / count * (WIDEST - NEAREST / 2.0)
    opens, close = (ENTRY + width * (2.0 * random.random(count) - 1.0) for _ in range(2))
    return Side(opens, np.maximum(opens, close), np.minimum(opens, close), close)
