"""The optimizer's real objective: a moving-average strategy on the S&P 500, simulated with stops and costs, scored by its final rating.

A trial's averages decide when to trade (`strategy_grid`), its stop and target become orders, the execution simulator fills them, and the
rating module judges what is left after fees.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyarrow as pa

from reference_py.execution import run_backtest
from reference_py.market.backtest import days_covered, metrics, net_results
from reference_py.market.execution_cases import SPX
from reference_py.market.execution_series import SPREAD, SYMBOL, daily_bars
from reference_py.market.execution_tables import rows_of, signals_of_rows
from reference_py.market.sp500 import load
from reference_py.market.strategy_grid import Exit, TradeList, moving_average, trade
from reference_py.optimizer import Trial, TrialPruned
from reference_py.rating import calculate_ratings_batch
from reference_py.rating.schema import RATING_COLUMNS, table_of_rows, to_ipc

SPACE: Mapping[str, Mapping[str, Any]] = {
    "fast_days": {"type": "int", "low": 2, "high": 40},
    "gap_days": {"type": "int", "low": 5, "high": 160, "step": 5},
    "exit": {"type": "categorical", "choices": tuple(str(leave) for leave in Exit)},
    "stop": {"type": "float", "low": 0.01, "high": 0.08, "step": 0.005},
    "target": {"type": "float", "low": 0.02, "high": 0.2, "step": 0.01},
}
CONFIG: Mapping[str, Any] = {
    "specs": {SYMBOL: SPX},
    "slippage": {"fixed": 0.1},
    "commission": {"defaults": {"pct": 0.0001, "schema": "percent_of_notional"}},
}
FEWEST_TRADES = 20

Params = Mapping[str, Any]
Simulate = Callable[[bytes, bytes, Mapping[str, Any]], dict[str, bytes]]
Rate = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Assessment:
    """What parameters come to: scores as `final_rating` takes them, the rating itself, the result of each trade after fees."""

    scores: Mapping[str, float]
    rating: float
    net_results: list[float]


class Strategy:
    """The objective with its two heavy tools, so that a port can stand in for either.

    Called with a trial it returns the rating; a strategy with fewer than twenty trades is pruned.
    """

    def __init__(self, simulate: Simulate = run_backtest, rate: Rate = calculate_ratings_batch) -> None:
        """Take the simulator and the rating."""
        self._simulate, self._rate = simulate, rate

    def __call__(self, trial: Trial) -> float:
        """Return the final rating of a trial's parameters."""
        found = self.assess(trial.params)
        if found is None:
            raise TrialPruned
        trial.set_user_attr("trades", str(len(found.net_results)))
        return found.rating

    def assess(self, params: Params) -> Assessment | None:
        """Simulate and rate parameters; None when there are too few trades to judge."""
        answer = self._simulate(daily_bars(), signals(params), CONFIG)
        trades = _trade_list(answer["trades"])
        if len(trades) < FEWEST_TRADES:
            return None
        row = metrics(trades, days_covered())
        rated = pa.ipc.open_stream(self._rate(to_ipc(table_of_rows([row])))).read_all().to_pylist()[0]
        scores = {name.removesuffix("_score"): rated[f"{name}_score"] for name in ("robustness", "stability", "cost_shock")}
        scores |= {"dropout": rated["trade_dropout_score"], "stress_penalty": rated["stress_penalty"], "profit_factor": row.profit_factor}
        return Assessment(scores, rated[RATING_COLUMNS[-1]], net_results(trades))


def ported() -> Strategy:
    """Return the objective on the facades, which take the ports where they are there; the values are the same to the bit."""
    simulate: Simulate = importlib.import_module("omega.execution").run_backtest
    rate: Rate = importlib.import_module("omega.rating").calculate_ratings_batch
    return Strategy(simulate, rate)


def signals(params: Params) -> bytes:
    """Return the orders of a strategy: enter with stop and target, leave as its averages say."""
    bars, fast, slow = load(), int(params["fast_days"]), int(params["fast_days"]) + int(params["gap_days"])
    trades = trade(bars, _average(fast), _average(slow), Exit(params["exit"]))
    opens = dict(zip(bars.times_us, bars.opens, strict=True))
    rows: list[dict[str, Any]] = []
    for entered, left in zip(trades.entry_time, trades.exit_time, strict=True):
        price = opens[entered] + SPREAD
        levels = {"entry": price, "sl": price * (1.0 - params["stop"]), "tp": price * (1.0 + params["target"])}
        common = {"symbol": SYMBOL, "direction": "long"}
        rows.append(common | {"timestamp": entered, "order_type": "market", **levels})
        rows.append(common | {"timestamp": left, "signal_type": "exit", "entry": opens[left]})
    return signals_of_rows(sorted(rows, key=lambda row: int(row["timestamp"])))


def _trade_list(trades_ipc: bytes) -> TradeList:
    trades = TradeList()
    for row in rows_of(trades_ipc):
        if row["book"] == "closed":
            for name in ("entry_time", "exit_time", "result", "entry_fee", "exit_fee", "r_multiple"):
                getattr(trades, name).append(row[name])
    return trades


@lru_cache(maxsize=256)
def _average(days: int) -> list[float | None]:
    return moving_average(load().closes, days)
