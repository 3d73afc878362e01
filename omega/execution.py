"""The execution simulator as production code calls it: OMEGA_USE_RUST_EXECUTION decides at each call whether Rust or Python answers.

Everything means what it means under the same name in `reference_py.execution`, to the bit and to the error code. A simulator that
exists when the flag changes takes its state along; one whose port fails goes on in the reference from the state before the call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypedDict

import pyarrow as pa

from harness.runtime import Answered, Dispatcher, Path, Stateful
from omega import config as flags
from reference_py.execution import ExecutionError

__all__ = [
    "ArrowData",
    "Bar",
    "Candle",
    "ExecutionError",
    "ExecutionSimulator",
    "Job",
    "Tick",
    "ask",
    "backtest_boundary",
    "run_backtest",
    "run_backtest_tables",
    "run_backtests",
    "signals_boundary",
]

Config = Mapping[str, Any]
Job = tuple[bytes, bytes, Config | None]

_NAMES = ("ExecutionSimulator", "backtest_boundary", "run_backtest", "run_backtest_tables", "run_backtests", "signals_boundary")
_READS = (
    "curve_arrow",
    "curve_table",
    "evaluate_exits",
    "fees_arrow",
    "fees_table",
    "get_positions_arrow",
    "positions_table",
    "save_state",
    "summary",
    "trade_curve_arrow",
    "trade_curve_table",
    "trades_arrow",
    "trades_table",
)


class _Prices(TypedDict):
    open: float
    high: float
    low: float
    close: float


class Bar(_Prices, total=False):
    """One side of a bar; the volume is not read."""

    volume: float


class _Place(TypedDict):
    symbol: str
    time: int


class Candle(_Place, total=False):
    """A bar of a symbol, its open time in microseconds since 1970; without a bid, or not `valid`, it is passed over."""

    bid: Bar | None
    ask: Bar | None
    valid: bool


class Tick(_Place):
    """A quote of a symbol, its time in microseconds since 1970."""

    bid: float
    ask: float


class ArrowStream(Protocol):
    """A table over the Arrow PyCapsule interface."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Hand the stream over as a capsule."""


class ArrowBatch(Protocol):
    """A record batch over the Arrow PyCapsule interface."""

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        """Hand schema and array over as two capsules."""


ArrowData = ArrowStream | ArrowBatch


def _as_reference_error(error: Exception) -> Exception:
    """Give callers one class to catch: the port has its own ExecutionError of the same form."""
    code = getattr(error, "code", None)
    if type(error).__name__ != ExecutionError.__name__ or not isinstance(code, int):
        return error
    return ExecutionError(code, str(error).removeprefix(f"[{code}] "))


_execution = Dispatcher(
    flags.EXECUTION,
    reference="reference_py.execution",
    port="omega_rust.execution",
    names=_NAMES,
    version="0.1",
    translate=_as_reference_error,
)


def ask(operation: str, *arguments: Any) -> Answered:
    """Return a function's value together with who gave it and why; `harness.runtime.trace` does the same for a whole context."""
    return _execution.ask(operation, *arguments)


def run_backtest(bars_ipc: bytes, signals_ipc: bytes, config: Config | None = None) -> dict[str, bytes]:
    """Run signals over bars or quotes; returns Arrow IPC streams under the names trades, fees, curve, summary and outcomes."""
    result: dict[str, bytes] = _execution.call("run_backtest", bars_ipc, signals_ipc, config)
    return result


def run_backtest_tables(bars: ArrowData, signals: ArrowData, config: Config | None = None) -> dict[str, pa.RecordBatch]:
    """Run signals over bars or quotes that are in memory; returns record batches under the names of `run_backtest`."""
    result: dict[str, pa.RecordBatch] = _execution.call("run_backtest_tables", bars, signals, config)
    return result


def run_backtests(jobs: Sequence[Job]) -> list[dict[str, bytes]]:
    """Run `run_backtest` for each (bars, signals, configuration), in Rust on all cores; the first fault in their order is raised."""
    result: list[dict[str, bytes]] = _execution.call("run_backtests", jobs)
    return result


def backtest_boundary(bars_ipc: bytes, signals_ipc: bytes, config: Config | None = None) -> dict[str, bytes]:
    """Do everything that `run_backtest` does but the run."""
    result: dict[str, bytes] = _execution.call("backtest_boundary", bars_ipc, signals_ipc, config)
    return result


def signals_boundary(signals_ipc: bytes) -> bytes:
    """Decode and check signals, and answer that all are ignored."""
    result: bytes = _execution.call("signals_boundary", signals_ipc)
    return result


class ExecutionSimulator:
    """One account that trades, in Rust or in Python as the flag says at each call; threads may not share one."""

    def __init__(self, config: Config | None = None) -> None:
        """Begin with an empty book; raises ExecutionError 1001, 1004, 1006, 1008 for the configuration."""
        self._held = Stateful(_execution, "ExecutionSimulator", config, reads=_READS)

    @property
    def path(self) -> Path:
        """Tell who answered last."""
        return self._held.path

    def process_signals_batch(self, signals_ipc: bytes) -> bytes:
        """Process the signals of an Arrow IPC stream one after the other; faults of a row stand in its row of the answer."""
        return self._bytes("process_signals_batch", signals_ipc)

    def process_signals_table(self, signals: ArrowData) -> pa.RecordBatch:
        """Process the signals of a table in memory."""
        return self._held.call("process_signals_table", signals)

    def evaluate_exits(self, candle: Candle) -> bytes:
        """Report what `evaluate_and_close` would do, and do nothing."""
        return self._bytes("evaluate_exits", candle)

    def evaluate_and_close(self, candle: Candle) -> bytes:
        """Fill pending orders that a bar reaches, and close positions whose stop or target it reaches."""
        return self._bytes("evaluate_and_close", candle)

    def manage(self, candle: Candle) -> bytes:
        """Close what has been open for too long, at the close of the bar."""
        return self._bytes("manage", candle)

    def observe_tick(self, tick: Tick) -> None:
        """Remember the quote of a symbol."""
        self._held.call("observe_tick", tick)

    def process_tick(self, tick: Tick) -> bytes:
        """Remember the quote, fill pending orders that it reaches, and close positions whose stop or target it reaches."""
        return self._bytes("process_tick", tick)

    def apply_updates(self, updates_ipc: bytes) -> None:
        """Set levels and close positions by hand; the first fault raises, the rows before it stay applied."""
        self._held.call("apply_updates", updates_ipc)

    def apply_updates_table(self, updates: ArrowData) -> None:
        """Do as `apply_updates` with a table in memory."""
        self._held.call("apply_updates_table", updates)

    def update(self, time_us: int) -> None:
        """Note the account's equity at a time in microseconds."""
        self._held.call("update", time_us)

    def summary(self) -> dict[str, float | int]:
        """Return the figures of the run so far."""
        result: dict[str, float | int] = self._held.call("summary")
        return result

    def get_positions_arrow(self) -> bytes:
        """Return the active positions as an Arrow IPC stream."""
        return self._bytes("get_positions_arrow")

    def positions_table(self) -> pa.RecordBatch:
        """Return the active positions in insertion order."""
        return self._held.call("positions_table")

    def trades_arrow(self, rounded: bool = False) -> bytes:  # noqa: FBT001, FBT002 - the interface has it by position
        """Return the positions that ended as an Arrow IPC stream."""
        return self._bytes("trades_arrow", rounded)

    def trades_table(self, rounded: bool = False) -> pa.RecordBatch:  # noqa: FBT001, FBT002 - the interface has it by position
        """Return the positions that ended, in the order in which they did."""
        return self._held.call("trades_table", rounded)

    def fees_arrow(self) -> bytes:
        """Return the fee log as an Arrow IPC stream."""
        return self._bytes("fees_arrow")

    def fees_table(self) -> pa.RecordBatch:
        """Return the fee log."""
        return self._held.call("fees_table")

    def curve_arrow(self) -> bytes:
        """Return the equity curve as an Arrow IPC stream."""
        return self._bytes("curve_arrow")

    def curve_table(self) -> pa.RecordBatch:
        """Return the equity curve."""
        return self._held.call("curve_table")

    def trade_curve_arrow(self) -> bytes:
        """Return the equity after each trade as an Arrow IPC stream."""
        return self._bytes("trade_curve_arrow")

    def trade_curve_table(self) -> pa.RecordBatch:
        """Return the equity after each trade."""
        return self._held.call("trade_curve_table")

    def save_state(self) -> bytes:
        """Return everything that the simulator is, as an Arrow IPC stream that both languages read."""
        return self._bytes("save_state")

    @classmethod
    def load_state(cls, state: bytes) -> ExecutionSimulator:
        """Return a simulator equal to the one that was saved."""
        loaded = cls()
        loaded._held.call("load_state", state)
        return loaded

    def _bytes(self, method: str, *arguments: Any) -> bytes:
        result: bytes = self._held.call(method, *arguments)
        return result
