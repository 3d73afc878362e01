"""Runs the orders with vectorbt; what is timed is `Portfolio.from_signals`, after a first call that compiles.

The second argument names the engine: numba, or rust where the package of its own is installed.
"""
# ruff: noqa: INP001 - a script, run in an environment of its own

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pandas as pd
import vectorbt as vbt
from market import DISTANCE, Market, Trades, on_market
from serve import serve


def prepare(market: Market) -> tuple[Any, Any]:
    """Put the bars into series, and the orders into a column of flags."""
    index = pd.date_range("2024-01-01", periods=len(market.close), freq="min")
    opens, high, low, close = (pd.Series(getattr(market, name), index=index) for name in ("open", "high", "low", "close"))
    flags = np.zeros(len(close), dtype=np.bool_)
    flags[market.entries] = True
    entries = pd.Series(flags, index=index)
    never = pd.Series(np.zeros(len(close), dtype=np.bool_), index=index)

    def run() -> Any:
        return vbt.Portfolio.from_signals(
            close, entries, never, open=opens, high=high, low=low, sl_stop=DISTANCE, tp_stop=DISTANCE,
            size=1.0, init_cash=1e9, freq="1min", engine=sys.argv[2],
        )  # fmt: skip

    return run, _trades


def _trades(portfolio: Any) -> Trades:
    found = portfolio.exit_trades.records
    return Trades(*(found[name].to_numpy() for name in ("entry_idx", "exit_idx", "entry_price", "exit_price")))


if __name__ == "__main__":
    serve(on_market(prepare))
