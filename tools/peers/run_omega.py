"""Runs the orders with the port; what is timed is `run_backtest` with everything from Arrow bytes to Arrow bytes."""
# ruff: noqa: INP001 - a script, run in the project's environment

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from market import DISTANCE, Market, Trades, on_market
from omega_rust.execution import run_backtest
from serve import serve

from reference_py.market.execution_tables import Side, bars, same_word, signals

MINUTE_US = 60_000_000
CONFIG = {"pip_buffer_factor": 0.0}


def prepare(market: Market) -> tuple[Any, Any]:
    """Put bars and orders into Arrow streams; bid and ask are the same."""
    times = np.arange(len(market.close), dtype=np.int64) * MINUTE_US
    side = Side(market.open, market.high, market.low, market.close)
    count, price = len(market.entries), market.close[market.entries]
    table = bars(same_word(len(times), "X"), times, side, side)
    orders = signals(
        times[market.entries],
        direction=same_word(count, "long"),
        symbol=same_word(count, "X"),
        entry=price,
        sl=price * (1.0 - DISTANCE),
        tp=price * (1.0 + DISTANCE),
    )
    return (lambda: run_backtest(table, orders, CONFIG)), _trades


def _trades(answer: Any) -> Trades:
    found = pa.ipc.open_stream(answer["trades"]).read_all()
    whole = [found.column(name).cast(pa.int64()).to_numpy() // MINUTE_US for name in ("entry_time", "exit_time")]
    return Trades(*whole, *(found.column(name).to_numpy() for name in ("entry_price", "exit_price")))


if __name__ == "__main__":
    serve(on_market(prepare))
