"""Compares the port's exit evaluation with a brute-force loop in C: the same positions, the same bars, the same exits."""
# ruff: noqa: INP001, S603 - a script's neighbour, not a package; starting the compiler is what it is for

from __future__ import annotations

import ctypes
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from reference_py.market.execution_held import held_backtest

POSITIONS, BARS, SEED = 1000, 20_000, 1
HALF_A_PIP = 0.00005
DOUBLES = ctypes.POINTER(ctypes.c_double)
LONGS = ctypes.POINTER(ctypes.c_long)
Exits = dict[int, tuple[int, bool]]


class Book(ctypes.Structure):
    """Held positions of one direction."""

    _fields_ = (("count", ctypes.c_size_t), ("stop", DOUBLES), ("target", DOUBLES), ("id", LONGS))


class Found(ctypes.Structure):
    """Exits in the order in which they were found."""

    _fields_ = (("count", ctypes.c_size_t), ("id", LONGS), ("bar", LONGS), ("stopped", ctypes.c_char_p))


@dataclass(frozen=True)
class Held:
    """The positions and bars of the comparison as columns, and as the port takes them."""

    arguments: tuple[Any, ...]
    bars: Mapping[str, Any]
    orders: Mapping[str, Any]


def held() -> Held:
    """Make them."""
    arguments = held_backtest(POSITIONS, BARS, SEED)
    bars, orders = (_columns(pa.ipc.open_stream(data).read_all()) for data in arguments[:2])
    return Held(arguments, bars, orders)


def compiled(folder: Path) -> Any:
    """Compile the loop for this very processor; raises CalledProcessError, or OSError where there is no compiler."""
    library = folder / "brute.so"
    source = Path(__file__).parent / "brute.c"
    subprocess.run(["cc", "-O3", "-march=native", "-shared", "-fPIC", "-o", str(library), str(source)], check=True)  # noqa: S607 - whichever compiler there is
    function = ctypes.CDLL(str(library)).brute
    function.restype = ctypes.c_size_t
    return function


class Loop:
    """The loop with its columns ready; a run changes the books, so each begins with fresh ones."""

    def __init__(self, function: Any, market: Held) -> None:
        """Widen the levels by the buffer once, which the loop in C is spared."""
        self._function = function
        self._prices = [np.ascontiguousarray(market.bars[name]) for name in ("bid_low", "bid_high", "ask_low", "ask_high")]
        long = market.orders["direction"] == "long"
        sign = np.where(long, 1.0, -1.0)
        self._stop, self._target = market.orders["sl"] + sign * HALF_A_PIP, market.orders["tp"] - sign * HALF_A_PIP
        self._sides = [np.flatnonzero(long), np.flatnonzero(~long)]
        self._id, self._bar = np.zeros(POSITIONS, np.int64), np.zeros(POSITIONS, np.int64)
        self._stopped = ctypes.create_string_buffer(POSITIONS)

    def run(self) -> tuple[int, int, Exits]:
        """Return the nanoseconds of a run, how many tests it made, and the exits by position."""
        kept = [[np.ascontiguousarray(column[side]) for column in (self._stop, self._target)] + [side.copy()] for side in self._sides]
        books = [Book(len(ids), *(_pointer(levels) for levels in (stop, target)), _pointer(ids)) for stop, target, ids in kept]
        found = Found(0, _pointer(self._id), _pointer(self._bar), ctypes.cast(self._stopped, ctypes.c_char_p))
        prices = [_pointer(column) for column in self._prices]
        started_ns = time.perf_counter_ns()
        tests = self._function(ctypes.c_size_t(BARS), *prices, *map(ctypes.byref, books), ctypes.byref(found))
        ended_ns = time.perf_counter_ns()
        exits = {int(self._id[place]): (int(self._bar[place]), self._stopped.raw[place] != 0) for place in range(found.count)}
        return ended_ns - started_ns, tests, exits


def exits_of(answer: Mapping[str, bytes], market: Held) -> Exits:
    """Return the exits of a backtest by position."""
    trades = pa.ipc.open_stream(answer["trades"]).read_all()
    bar_of = {time_us: bar for bar, time_us in enumerate(market.bars["timestamp"].tolist())}
    times = trades.column("exit_time").cast(pa.int64()).to_pylist()
    rows = zip(trades.column("position_id").to_pylist(), times, trades.column("reason").to_pylist(), strict=True)
    return {int(name.partition("#")[2]) - 1: (bar_of[time_us], reason == "stop_loss") for name, time_us, reason in rows}


def _columns(table: pa.Table) -> dict[str, Any]:
    return {name: _column(table.column(name)) for name in table.schema.names}


def _column(column: Any) -> Any:
    kind = column.type
    plain = column.cast(pa.int64()) if pa.types.is_timestamp(kind) else column.cast(pa.utf8()) if pa.types.is_dictionary(kind) else column
    return plain.to_numpy(zero_copy_only=False)


def _pointer(column: Any) -> Any:
    return column.ctypes.data_as(DOUBLES if column.dtype == np.float64 else LONGS)
