"""Made-up metrics in any number, reproducible and plausible: workloads to time, and the tidying of randomly drawn rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from reference_py.rating.schema import METRICS_SCHEMA, to_ipc

STREAM = 6  # 1 to 5 belong to the specification
MOST_YEARS = 20
ROWS_PER_TRADE_LIST = 64
MOST_TRADES_LISTED = 40

Doubles = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def metrics_rows(n: int, seed: int) -> bytes:
    """Return n rows of metrics as an Arrow IPC stream, the same for the same n and seed.

    0 to 20 years each; half of the rows give net profit and average R, three quarters a first year, one in eight the days of each year,
    one in 64 a list of 1 to 40 trades, so that a row costs on average what a typical one costs.
    """
    random = np.random.Generator(np.random.Philox(key=np.array([seed, STREAM], dtype=np.uint64), counter=0))
    columns = _scalars(random, n) | _years(random, n) | _trades(random, n)
    arrays = [columns[field.name].cast(field.type) for field in METRICS_SCHEMA]
    return to_ipc(pa.RecordBatch.from_arrays(arrays, schema=METRICS_SCHEMA))


def adjust_metrics(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of a row whose lists agree in length: one duration per year, one R-multiple per trade.

    A list that is too long is cut, one that is too short is filled with 365 days or an R-multiple of 0. R-multiples without results go.
    """
    tidy = dict(row)
    if tidy.get("year_durations") is not None:
        tidy["year_durations"] = _fitted(tidy["year_durations"], len(tidy["yearly_profits"]), 365.0)
    if tidy.get("trade_r") is not None:
        results = tidy.get("trade_results")
        tidy["trade_r"] = None if results is None else _fitted(tidy["trade_r"], len(results), 0.0)
    return tidy


def _scalars(random: np.random.Generator, n: int) -> dict[str, pa.Array]:
    half = random.random(n) < 0.5
    return {
        "total_trades": pa.array(_whole(random, n, 1, 2000)),
        "win_rate": pa.array(_between(random, n, 0.2, 0.8)),
        "profit_factor": pa.array(_between(random, n, 0.3, 3.0)),
        "sharpe_ratio": pa.array(_between(random, n, -1.0, 3.0)),
        "max_drawdown": pa.array(_between(random, n, 100.0, 20_000.0)),
        "avg_trade_duration": pa.array(_between(random, n, 0.5, 30.0)),
        "cost_per_trade": pa.array(_between(random, n, 0.0, 10.0)),
        "net_profit": pa.array(_between(random, n, -10_000.0, 60_000.0), mask=half),
        "avg_r": pa.array(_between(random, n, -0.5, 2.0), mask=half),
    }


def _years(random: np.random.Generator, n: int) -> dict[str, pa.Array]:
    lengths = _whole(random, n, 0, MOST_YEARS)
    total = int(lengths.sum())
    return {
        "yearly_profits": _lists(lengths, _between(random, total, -3_000.0, 9_000.0), np.zeros(n, dtype=np.bool_)),
        "first_year": pa.array(_whole(random, n, 1990, 2010), mask=random.random(n) < 0.25),
        "year_durations": _lists(lengths, np.floor(_between(random, total, 200.0, 367.0)), random.random(n) >= 0.125),
    }


def _trades(random: np.random.Generator, n: int) -> dict[str, pa.Array]:
    listed = random.random(n) < 1.0 / ROWS_PER_TRADE_LIST
    lengths = np.where(listed, _whole(random, n, 1, MOST_TRADES_LISTED), 0)
    total = int(lengths.sum())
    results = _between(random, total, -300.0, 500.0)
    return {"trade_results": _lists(lengths, results, ~listed), "trade_r": _lists(lengths, results / 200.0, ~listed)}


def _between(random: np.random.Generator, n: int, low: float, high: float) -> Doubles:
    return low + (high - low) * random.random(n)


def _whole(random: np.random.Generator, n: int, low: int, high: int) -> npt.NDArray[np.int64]:
    """Return integers of [low, high]."""
    return low + np.floor(random.random(n) * (high - low + 1)).astype(np.int64)


def _lists(lengths: npt.NDArray[np.int64], values: Doubles, missing: Flags) -> pa.Array:
    """Cut values into lists of these lengths; a missing list keeps its values unseen behind the null."""
    offsets = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(values), mask=pa.array(missing))


def _fitted(values: list[float], length: int, filler: float) -> list[float]:
    return list(values[:length]) + [filler] * (length - len(values))
