"""Orders, candles and answers in short words, for the tests of the simulator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reference_py.execution import ExecutionSimulator
from reference_py.market.execution_tables import rows_of, signals_of_rows

DRAWS = [0.0, 0.25, 0.5, 0.75]
SLIPS = {"slippage": {"fixed": 1.0, "random": 4.0, "draws": DRAWS}}


def simulator(**config: Any) -> ExecutionSimulator:
    """Return a simulator without buffer unless it is asked for."""
    return ExecutionSimulator({"pip_buffer_factor": 0.0, **config})


def entry(time: int = 10, **changes: Any) -> dict[str, Any]:
    """Return a market order to buy EURUSD at 1.1 with stop 1.09 and target 1.12."""
    given = {"timestamp": time, "symbol": "EURUSD", "direction": "long", "entry": 1.1, "sl": 1.09, "tp": 1.12}
    return {**given, **changes}


def short(time: int = 10, **changes: Any) -> dict[str, Any]:
    """Return a market order to sell EURUSD at 1.1 with stop 1.11 and target 1.08."""
    return entry(time, **{"direction": "short", "sl": 1.11, "tp": 1.08, **changes})


def leave(time: int, **changes: Any) -> dict[str, Any]:
    """Return an exit of EURUSD at 1.1."""
    return {"timestamp": time, "symbol": "EURUSD", "signal_type": "exit", "entry": 1.1, **changes}


def change(time: int, **changes: Any) -> dict[str, Any]:
    """Return a change of EURUSD positions."""
    return {"timestamp": time, "symbol": "EURUSD", "signal_type": "modify", **changes}


def send(given: ExecutionSimulator, *signals: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Process signals in one batch and return what became of them."""
    return rows_of(given.process_signals_batch(signals_of_rows(signals)))


def candle(
    time: int, low: float = 1.1, high: float = 1.1, *, close: float = 1.1, spread: float | None = 0.0, symbol: str = "EURUSD"
) -> dict[str, Any]:
    """Return a candle whose ask lies `spread` above the bid; None for no ask."""
    bid = {"open": close, "high": high, "low": low, "close": close}
    ask = None if spread is None else {name: price + spread for name, price in bid.items()}
    return {"symbol": symbol, "time": time, "bid": bid, "ask": ask}


def close(given: ExecutionSimulator, time: int, low: float = 1.1, high: float = 1.1, **options: Any) -> list[dict[str, Any]]:
    """Evaluate a candle and return the exits."""
    return rows_of(given.evaluate_and_close(candle(time, low, high, **options)))


def position(given: ExecutionSimulator, number: int = 0) -> dict[str, Any]:
    """Return an active position."""
    return rows_of(given.get_positions_arrow())[number]
