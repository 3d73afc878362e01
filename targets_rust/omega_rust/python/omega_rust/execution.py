"""The execution simulator in Rust: the same methods, functions, results and errors as the Python reference."""

from omega_rust._native import (
    ExecutionSimulatorRust,
    backtest_boundary,
    run_backtest,
    run_backtest_tables,
    run_backtests,
    signals_boundary,
)
from omega_rust.errors import ExecutionError

ExecutionSimulator = ExecutionSimulatorRust  # the name by which the facade asks either side

__all__ = [
    "ExecutionError",
    "ExecutionSimulator",
    "ExecutionSimulatorRust",
    "backtest_boundary",
    "run_backtest",
    "run_backtest_tables",
    "run_backtests",
    "signals_boundary",
]
