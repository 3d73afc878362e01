"""One bar of a symbol with its two sides: what buyers were paid (bid) and what they paid (ask) (spec 1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reference_py.execution import values


@dataclass(frozen=True, slots=True)
class Bar:
    """One side of a candle; the volume is of no use here."""

    open: float
    high: float
    low: float
    close: float


@dataclass(frozen=True, slots=True)
class Candle:
    """A usable bar: its open time in microseconds, the bid always, the ask unless it is missing."""

    symbol: str
    time_us: int
    bid: Bar
    ask: Bar | None

    @property
    def buying_back(self) -> Bar:
        """Return the side on which a short position is closed: the ask, or the bid if there is no ask (spec 5)."""
        return self.ask if self.ask is not None else self.bid


_PRICES = ("open", "high", "low", "close")
_BAR_READERS: Mapping[str, values.Reader] = {**dict.fromkeys(_PRICES, values.double), "volume": values.double}


def _read_bar(value: Any, name: str) -> Bar:
    prices = values.fields(value, name, _BAR_READERS, required=_PRICES)
    return Bar(prices["open"], prices["high"], prices["low"], prices["close"])


_READERS: Mapping[str, values.Reader] = {
    "symbol": values.text,
    "time": values.integer,
    "bid": values.optional(_read_bar),
    "ask": values.optional(_read_bar),
    "valid": values.flag,
}


def read_candle(value: Mapping[str, Any]) -> Candle | None:
    """Read a candle; None for one to pass over, because it is not valid or has no bid.

    Raises:
        TypeError: for no mapping.
        ExecutionError: 1001 unknown key, 1004 type, 1008 missing key.
    """
    if not isinstance(value, Mapping):
        raise TypeError(f"candle must be a mapping, not {type(value).__name__}")
    read = values.fields(value, "candle", _READERS, required=("symbol", "time"))
    bid: Bar | None = read.get("bid")
    if bid is None or not read.get("valid", True):
        return None
    return Candle(read["symbol"], read["time"], bid, read.get("ask"))
