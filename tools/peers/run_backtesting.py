"""Runs the orders with backtesting.py; what is timed is `Backtest.run`."""
# ruff: noqa: INP001 - a script, run in an environment of its own

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from backtesting import Backtest, Strategy
from market import DISTANCE, Market, Trades, on_market
from serve import serve


def prepare(market: Market) -> tuple[Any, Any]:
    """Put the bars into a frame, and the orders into a strategy that places them when their bar has closed."""
    index = pd.date_range("2024-01-01", periods=len(market.close), freq="min")
    bars = pd.DataFrame({"Open": market.open, "High": market.high, "Low": market.low, "Close": market.close}, index=index)
    wanted = frozenset(market.entries.tolist())

    class Orders(Strategy):  # type: ignore[misc]  # the tool has no types
        def init(self) -> None:
            pass

        def next(self) -> None:
            bar = len(self.data) - 1
            if bar in wanted:
                price = self.data.Close[-1]
                self.buy(size=1, sl=price * (1.0 - DISTANCE), tp=price * (1.0 + DISTANCE))

    backtest = Backtest(bars, Orders, cash=1e9, commission=0.0, trade_on_close=True)
    return backtest.run, _trades


def _trades(stats: Any) -> Trades:
    trades = stats["_trades"].sort_values("EntryBar")
    columns = [trades[name].to_numpy() for name in ("EntryBar", "ExitBar", "EntryPrice", "ExitPrice")]
    return Trades(*(column.astype(kind) for column, kind in zip(columns, (np.int64, np.int64, float, float), strict=True)))


if __name__ == "__main__":
    serve(on_market(prepare))
