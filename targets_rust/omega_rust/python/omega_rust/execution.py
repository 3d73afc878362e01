"""The execution simulator in Rust: the same methods, functions, results and errors as the Python reference."""

from omega_rust._native import _execution
from omega_rust.errors import ExecutionError

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

ExecutionSimulatorRust = _execution.ExecutionSimulatorRust
ExecutionSimulator = ExecutionSimulatorRust  # the name by which the facade asks either side
backtest_boundary = _execution.backtest_boundary
run_backtest = _execution.run_backtest
run_backtest_tables = _execution.run_backtest_tables
run_backtests = _execution.run_backtests
signals_boundary = _execution.signals_boundary
