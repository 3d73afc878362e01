"""The execution simulator's reference: signals, bars and quotes become positions, results, fees and an equity curve.

Start reading at `simulator`; each rule has its own file, named as the thing it is about. `backtest` is the loop over a whole run.
"""

from reference_py.execution.backtest import backtest_boundary, run_backtest, run_backtest_tables, run_backtests, signals_boundary
from reference_py.execution.errors import ErrorCode, ExecutionError
from reference_py.execution.simulator import ExecutionSimulator

__all__ = [
    "ErrorCode",
    "ExecutionError",
    "ExecutionSimulator",
    "backtest_boundary",
    "run_backtest",
    "run_backtest_tables",
    "run_backtests",
    "signals_boundary",
]
