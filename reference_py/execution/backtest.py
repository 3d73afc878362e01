"""A whole run in one call: bars or quotes in order, signals when their time has come, exits, time-outs, the equity (spec 10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import pyarrow as pa

from reference_py.execution import arrow, tables
from reference_py.execution.candle import Candle
from reference_py.execution.config import Config, read_config
from reference_py.execution.errors import ErrorCode, ExecutionError
from reference_py.execution.signal import SignalRow
from reference_py.execution.simulator import IGNORED, ExecutionSimulator
from reference_py.execution.tables import BarTable, Outcome
from reference_py.execution.ticks import Tick

Settings = Mapping[str, Any] | None
Answer = dict[str, pa.RecordBatch]


def run_backtest(bars_ipc: bytes, signals_ipc: bytes, config: Settings = None) -> dict[str, bytes]:
    """Run signals over the bars, or in tick mode the quotes, of Arrow IPC streams.

    Returns streams under the names trades, fees, curve, summary and outcomes.

    Raises:
        TypeError: for arguments of another kind.
        ExecutionError: for the configuration as `ExecutionSimulator`; then 3004, 1005, 1010, 1002, 1006 for the bars, 3004, 1005 for the
            signals, 2008 for a start after the last bar; and what an exit pass raises.
    """
    data = arrow.stream_bytes(bars_ipc, "bars_ipc"), arrow.stream_bytes(signals_ipc, "signals_ipc")
    return _streams(_Run(*data, config).run())


def run_backtest_tables(bars: Any, signals: Any, config: Settings = None) -> Answer:
    """Do as `run_backtest` with tables given over the PyCapsule interface, and return record batches."""
    return _Run(arrow.arrow_data(bars, "bars"), arrow.arrow_data(signals, "signals"), config).run()


def run_backtests(jobs: Sequence[tuple[bytes, bytes, Settings]]) -> list[dict[str, bytes]]:
    """Run `run_backtest` for each (bars, signals, configuration); the first fault in their order is raised."""
    if not isinstance(jobs, list | tuple) or not all(isinstance(job, list | tuple) and len(job) == 3 for job in jobs):
        raise TypeError("jobs must be a list of (bars_ipc, signals_ipc, config)")
    return [run_backtest(*job) for job in jobs]


def backtest_boundary(bars_ipc: bytes, signals_ipc: bytes, config: Settings = None) -> dict[str, bytes]:
    """Do everything that `run_backtest` does but the run: decode, check, and encode the answers of a simulator that did nothing."""
    data = arrow.stream_bytes(bars_ipc, "bars_ipc"), arrow.stream_bytes(signals_ipc, "signals_ipc")
    return _streams(_Run(*data, config).answer())


def signals_boundary(signals_ipc: bytes) -> bytes:
    """Decode and check signals and answer that all are ignored: the crossing both ways, and nothing done."""
    rows = tables.signal_rows(arrow.stream_bytes(signals_ipc, "signals_ipc"))
    return arrow.to_ipc(tables.outcome_table([IGNORED for _ in rows]))


class _Run:
    """One backtest: checked arguments, and the loop over their steps."""

    def __init__(self, bars: Any, signals: Any, config: Settings) -> None:
        """Check everything before anything runs."""
        self._config = read_config(config)
        self._simulator = ExecutionSimulator(config)
        market = tables.ticks(bars) if self._config.tick_mode else tables.bar_table(bars)
        self._market = market
        self._signals = tables.signal_rows(signals)
        self._outcomes: list[Outcome] = []
        _check_start(self._config, market.times[-1] if isinstance(market, BarTable) else market[-1].time_us)

    def run(self) -> Answer:
        """Go through all steps and return the tables."""
        if isinstance(self._market, BarTable):
            self._run_candles(self._market)
        else:
            self._run_ticks(self._market)
        return self.answer()

    def answer(self) -> Answer:
        """Return the tables as they stand; signals whose time has not come are ignored."""
        waiting = len(self._signals) - len(self._outcomes)
        simulator = self._simulator
        return {
            "trades": simulator.trades_table(),
            "fees": simulator.fees_table(),
            "curve": simulator.curve_table(),
            "summary": tables.summary_table(simulator.summary()),
            "outcomes": tables.outcome_table(self._outcomes + [IGNORED] * waiting),
        }

    def _run_candles(self, bars: BarTable) -> None:
        simulator = self._simulator
        for time_us, candles in _steps(bars):
            if not self._started(time_us):
                continue
            self._process_signals(time_us)
            tested = candles if bars.symbols == 1 else [candle for candle in candles if candle.ask is not None]
            if simulator.active:
                for candle in tested:
                    simulator.pass_candle(candle)
            if simulator.active:
                for candle in tested:
                    simulator.time_out_candle(candle)
            simulator.update(time_us)

    def _run_ticks(self, ticks: list[Tick]) -> None:
        simulator = self._simulator
        for tick in ticks:
            if not self._started(tick.time_us):
                continue
            simulator.observe(tick)
            self._process_signals(tick.time_us)
            if simulator.active:
                simulator.pass_tick(tick)
            if simulator.active:
                simulator.time_out_tick(tick)
            simulator.update(tick.time_us)

    def _started(self, time_us: int) -> bool:
        return self._config.start is None or time_us >= self._config.start

    def _process_signals(self, time_us: int) -> None:
        """Process the next signals in the order of their rows, as long as their time has come."""
        while len(self._outcomes) < len(self._signals):
            signal = self._signals[len(self._outcomes)]
            if signal.timestamp is not None and signal.timestamp > time_us:
                return
            self._outcomes.append(IGNORED if self._too_early(signal) else self._simulator.process_signal(signal))

    def _too_early(self, signal: SignalRow) -> bool:
        return signal.timestamp is not None and not self._started(signal.timestamp)


def _steps(bars: BarTable) -> Iterator[tuple[int, list[Candle]]]:
    """Yield each time with its usable bars, in the order of the rows; times without any are passed over."""
    usable = (candle for candle in bars.candles if candle is not None)
    for time_us, candles in groupby(usable, key=lambda candle: candle.time_us):
        yield time_us, list(candles)


def _check_start(config: Config, last_time_us: int) -> None:
    if config.start is not None and last_time_us < config.start:
        raise ExecutionError(ErrorCode.INSUFFICIENT_DATA, f"no bar is at or after the start {config.start}")


def _streams(answer: Answer) -> dict[str, bytes]:
    return {name: arrow.to_ipc(table) for name, table in answer.items()}
