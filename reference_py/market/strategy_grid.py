"""A deterministic grid of moving-average strategies on the daily bars: each becomes a list of trades.

The rules, the same for all: hold at most one long position. Decide at the close of a day, trade at the open of the next. Enter when the
fast average of closes has crossed above the slow one (it was not above on the day before). Leave when it is no longer above; variants
leave earlier as well, see `Exit`. After an early exit wait for the next crossing. What is still open is closed at the last close.
Every entry puts the same amount of money to work; each side of a trade costs a share of the money moved. Only additions,
multiplications, divisions and comparisons are used, so every machine makes the same trades to the bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from reference_py.market.sp500 import Bars, load

STAKE = 10_000.0
RISK = 0.05 * STAKE
FEE_RATE = 0.0002
TRAIL = 0.05
TARGET = 0.08
FAST_DAYS = (2, 3, 5, 8, 10, 13, 15, 18, 20, 25, 30, 40)
SLOW_DAYS = (10, 15, 20, 25, 30, 40, 50, 60, 75, 90, 100, 120, 150, 200)


class Exit(StrEnum):
    """When a position is left: on the opposite crossing, also 5 % below its highest close, or also 8 % above its entry."""

    CROSS = "cross"
    TRAIL = "trail"
    TARGET = "target"


@dataclass(frozen=True, slots=True)
class Strategy:
    """One point of the grid; the averages span so many trading days."""

    fast_days: int
    slow_days: int
    exit: Exit

    @property
    def name(self) -> str:
        """Return a name such as 10/50/trail."""
        return f"{self.fast_days}/{self.slow_days}/{self.exit}"


@dataclass(frozen=True, slots=True)
class TradeList:
    """The trades of a strategy in order of time: microseconds since 1970, money of the account, results before fees."""

    entry_time: list[int] = field(default_factory=list)
    exit_time: list[int] = field(default_factory=list)
    result: list[float] = field(default_factory=list)
    entry_fee: list[float] = field(default_factory=list)
    exit_fee: list[float] = field(default_factory=list)
    r_multiple: list[float] = field(default_factory=list)

    def __len__(self) -> int:
        """Return the number of trades."""
        return len(self.result)

    def add(self, entry_time: int, exit_time: int, entry_price: float, exit_price: float) -> None:
        """Append a trade; its R-multiple is the result after fees in units of the money risked."""
        growth = exit_price / entry_price
        result = STAKE * growth - STAKE
        entry_fee = STAKE * FEE_RATE
        exit_fee = STAKE * growth * FEE_RATE
        self.entry_time.append(entry_time)
        self.exit_time.append(exit_time)
        self.result.append(result)
        self.entry_fee.append(entry_fee)
        self.exit_fee.append(exit_fee)
        self.r_multiple.append((result - (entry_fee + exit_fee)) / RISK)

    def columns(self) -> dict[str, list[float] | list[int]]:
        """Return fresh columns under the names that the rating module knows."""
        return {
            "entry_time": list(self.entry_time),
            "exit_time": list(self.exit_time),
            "result": list(self.result),
            "entry_fee": list(self.entry_fee),
            "exit_fee": list(self.exit_fee),
            "r_multiple": list(self.r_multiple),
        }


def strategies() -> tuple[Strategy, ...]:
    """Return the grid in a fixed order: every pair with fast < slow, each with every exit."""
    return tuple(Strategy(fast, slow, leave) for fast in FAST_DAYS for slow in SLOW_DAYS if fast < slow for leave in Exit)


@cache
def grid() -> dict[Strategy, TradeList]:
    """Return the trades of every strategy of the grid on the S&P 500."""
    bars = load()
    averages = {days: moving_average(bars.closes, days) for days in sorted({*FAST_DAYS, *SLOW_DAYS})}
    return {one: trade(bars, averages[one.fast_days], averages[one.slow_days], one.exit) for one in strategies()}


def moving_average(closes: Sequence[float], days: int) -> list[float | None]:
    """Return the mean of the last `days` closes by a running sum, None while there are fewer."""
    averages: list[float | None] = []
    running = 0.0
    for day, close in enumerate(closes):
        running += close
        if day >= days:
            running -= closes[day - days]
        averages.append(running / days if day >= days - 1 else None)
    return averages


def trade(bars: Bars, fast: Sequence[float | None], slow: Sequence[float | None], leave: Exit) -> TradeList:
    """Return the trades that the rules at the top of this file make of two averages."""
    trades = TradeList()
    entered: int | None = None
    highest = 0.0
    was_above = False
    for day in range(len(bars) - 1):
        f, s, close = fast[day], slow[day], bars.closes[day]
        above = f is not None and s is not None and f > s
        if entered is None:
            if above and not was_above:
                entered, highest = day + 1, 0.0
        else:
            highest = max(highest, close)
            if not above or _leaves_early(leave, bars.opens[entered], highest, close):
                trades.add(bars.times_us[entered], bars.times_us[day + 1], bars.opens[entered], bars.opens[day + 1])
                entered = None
        was_above = above
    if entered is not None:
        trades.add(bars.times_us[entered], bars.times_us[-1], bars.opens[entered], bars.closes[-1])
    return trades


def _leaves_early(leave: Exit, entry_price: float, highest: float, close: float) -> bool:
    if leave is Exit.TRAIL:
        return close <= highest * (1.0 - TRAIL)
    if leave is Exit.TARGET:
        return close >= entry_price * (1.0 + TARGET)
    return False
