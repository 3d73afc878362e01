"""One quote of a symbol: what a seller gets (bid) and what a buyer pays (ask) at a moment (spec 1, 9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reference_py.execution import values
from reference_py.execution.signal import Direction


@dataclass(frozen=True, slots=True)
class Tick:
    """A quote with its time in microseconds."""

    symbol: str
    time_us: int
    bid: float
    ask: float

    def price(self, direction: Direction) -> float:
        """Return the bid for a long, the ask for a short position: where it can be left (spec 9).

        An order that names no price takes the same one, an oddity of the original.
        """
        return self.bid if direction is Direction.LONG else self.ask


_READERS: Mapping[str, values.Reader] = {
    "symbol": values.text,
    "time": values.integer,
    "bid": values.double,
    "ask": values.double,
}


def read_tick(value: Mapping[str, Any]) -> Tick:
    """Read a tick.

    Raises:
        TypeError: for no mapping.
        ExecutionError: 1001 unknown key, 1004 type, 1008 missing key.
    """
    if not isinstance(value, Mapping):
        raise TypeError(f"tick must be a mapping, not {type(value).__name__}")
    read = values.fields(value, "tick", _READERS, required=tuple(_READERS))
    return Tick(read["symbol"], read["time"], read["bid"], read["ask"])
