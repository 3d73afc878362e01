"""Bars, quotes and signals as the Arrow tables of the execution simulator, made of numpy columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from reference_py.execution.arrow import to_ipc

Doubles = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

TIME = pa.timestamp("us", "UTC")
SIDES = ("open", "high", "low", "close")
LEVELS = ("entry", "sl", "tp", "size", "trail_distance", "trail_step", "trail_activation")
TEXTS = ("direction", "symbol", "order_type", "signal_type", "position_id", "reason", "scenario", "tags")


@dataclass(frozen=True, slots=True)
class Side:
    """Open, high, low and close of every bar."""

    open: Doubles
    high: Doubles
    low: Doubles
    close: Doubles

    def shifted(self, by: Doubles | float) -> Side:
        """Return the same bars so much higher."""
        return Side(self.open + by, self.high + by, self.low + by, self.close + by)


def random_numbers(seed: int, stream: int) -> np.random.Generator:
    """Return numbers that are the same everywhere for a seed; streams 1 to 5 belong to the specification."""
    return np.random.Generator(np.random.Philox(key=np.array([seed, stream], dtype=np.uint64), counter=0))


def words(indices: Whole, names: Sequence[str | None]) -> pa.Array:
    """Return texts as a dictionary column; None becomes null."""
    known = [name for name in names if name is not None]
    places = np.array([known.index(name) if name is not None else -1 for name in names], dtype=np.int32)[indices]
    return pa.DictionaryArray.from_arrays(pa.array(places, mask=places < 0), pa.array(known, pa.utf8()))


def same_word(count: int, name: str | None) -> pa.Array:
    """Return a dictionary column that holds the same text in every row."""
    return words(np.zeros(count, dtype=np.int64), [name])


def bars(symbol: pa.Array, times: Whole, bid: Side, ask: Side, *, no_ask: Flags | None = None, invalid: Flags | None = None) -> bytes:
    """Return a table of bars as an Arrow IPC stream; where `no_ask` holds the ask is missing."""
    valid = np.ones(len(times), dtype=np.bool_) if invalid is None else ~invalid
    columns: dict[str, pa.Array] = {"symbol": symbol, "timestamp": pa.array(times).cast(TIME)}
    columns |= {f"bid_{name}": pa.array(getattr(bid, name)) for name in SIDES}
    columns |= {f"ask_{name}": pa.array(getattr(ask, name), mask=no_ask) for name in SIDES}
    return _ipc({**columns, "valid": pa.array(valid)})


def ticks(symbol: pa.Array, times: Whole, bid: Doubles, ask: Doubles) -> bytes:
    """Return a table of quotes as an Arrow IPC stream."""
    return _ipc({"symbol": symbol, "timestamp": pa.array(times).cast(TIME), "bid": pa.array(bid), "ask": pa.array(ask)})


def signals(times: Whole, **columns: pa.Array | Doubles | Whole) -> bytes:
    """Return a table of signals as an Arrow IPC stream; levels that are not given are NaN, `order_type` market."""
    count = len(times)
    absent = np.full(count, np.nan)
    given = {"entry": absent, "sl": absent, "tp": absent, "size": absent, "order_type": same_word(count, "market"), **columns}
    return _ipc({"timestamp": pa.array(times).cast(TIME), **{name: pa.array(column) for name, column in given.items()}})


def signals_of_rows(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Return signals given one by one, times in microseconds; what a row does not name is absent."""
    numbers = {name: np.array([_or_nan(row.get(name)) for row in rows], dtype=np.float64) for name in LEVELS}
    texts = {name: pa.array([row.get(name) for row in rows], pa.utf8()) for name in TEXTS}
    times = np.array([row["timestamp"] for row in rows], dtype=np.int64)
    return signals(times, **numbers, **texts)


def _or_nan(number: float | None) -> float:
    return float("nan") if number is None else number


def _ipc(columns: Mapping[str, pa.Array]) -> bytes:
    return to_ipc(pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns)))


def rows_of(data: bytes) -> list[dict[str, Any]]:
    """Return the rows of an Arrow IPC stream for people and tests to read, times as microseconds."""
    table = pa.ipc.open_stream(data).read_all()
    columns = [column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column for column in table.columns]
    rows: list[dict[str, Any]] = pa.Table.from_arrays(columns, names=table.column_names).to_pylist()
    return rows
