"""The bars and orders that every tool gets: one instrument, market orders at the close, a stop and a target 0.3 % away."""
# ruff: noqa: INP001 - a script's neighbour, not a package

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from serve import Job, Run

Doubles = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

DISTANCE = 0.003
EVERY_BARS = 100
SEED = 11


@dataclass(frozen=True, slots=True)
class Market:
    """Prices a bar, and the bars at whose close a position is entered; no bar reaches both the stop and the target."""

    open: Doubles
    high: Doubles
    low: Doubles
    close: Doubles
    entries: Whole

    def save(self, folder: Path) -> None:
        """Write every column to a file of its name."""
        for column in Market.__slots__:
            np.save(folder / f"{column}.npy", getattr(self, column))


@dataclass(frozen=True, slots=True)
class Trades:
    """A trade list: the bars of entry and exit, and their prices."""

    entry_bar: Whole
    exit_bar: Whole
    entry_price: Doubles
    exit_price: Doubles

    def differs_from(self, other: Trades) -> str:
        """Say where two lists first differ, or return an empty text; prices are compared to the last bit."""
        if len(self.entry_bar) != len(other.entry_bar):
            return f"{len(other.entry_bar)} trades instead of {len(self.entry_bar)}"
        for name in Trades.__slots__:
            own, others = getattr(self, name), getattr(other, name)
            wrong = np.flatnonzero(own != others)
            if len(wrong):
                return f"trade {wrong[0]}: {name} {others[wrong[0]].item()} instead of {own[wrong[0]].item()}"
        return ""


def on_market(prepare: Callable[[Market], tuple[Run, Callable[[Any], Trades]]]) -> Callable[[Path], Job]:
    """Make the job of a tool; `prepare` gives what is timed, and what reads the trades from its result."""

    def job(folder: Path) -> Job:
        run, trades_of = prepare(Market(*(np.load(folder / f"{name}.npy") for name in Market.__slots__)))
        return Job(run, lambda result: _plain(trades_of(result)))

    return job


def trades_differ(expected: Any, found: Any) -> str:
    """Say where the trades of two answers first differ, or return an empty text."""
    return _trades(expected).differs_from(_trades(found))


def _plain(trades: Trades) -> dict[str, list[float]]:
    return {name: getattr(trades, name).tolist() for name in Trades.__slots__}


def _trades(answer: Any) -> Trades:
    return Trades(*(np.array(answer[name]) for name in Trades.__slots__))


def market(bars: int) -> Market:
    """Make a random walk of one-minute bars without gaps, and enter at every hundredth bar but the first where no position is held."""
    random = np.random.Generator(np.random.Philox(SEED))
    close = 100.0 * np.exp(np.cumsum(random.normal(0.0, 0.0004, bars)))
    opens = np.concatenate([[100.0], close[:-1]])
    wick = 1.0 + 0.0001 * random.random((2, bars))
    high, low = np.maximum(opens, close) * wick[0], np.minimum(opens, close) / wick[1]
    return Market(opens, high, low, close, _entries(high, low, close))


def _entries(high: Doubles, low: Doubles, close: Doubles) -> Whole:
    """Return the bars of entry; a position that would not end before the bars do is left out."""
    found, free = [], 0
    for bar in range(EVERY_BARS, len(close), EVERY_BARS):
        if bar < free:
            continue
        stop, target = close[bar] * (1.0 - DISTANCE), close[bar] * (1.0 + DISTANCE)
        reached = np.flatnonzero((low[bar + 1 :] <= stop) | (high[bar + 1 :] >= target))
        if not len(reached):
            break
        found.append(bar)
        free = bar + 1 + int(reached[0]) + 1
    return np.array(found, dtype=np.int64)
