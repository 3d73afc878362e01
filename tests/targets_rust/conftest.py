"""The tables that tests of the Rust port hand over."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

FLOATS = pa.list_(pa.float64())


def metrics(rows: int) -> pa.RecordBatch:
    """Return a table of metrics whose rows differ, with optional columns that have nulls."""
    numbers = [float(i) for i in range(rows)]
    columns: dict[str, Any] = {
        "total_trades": pa.array([10 * i for i in range(rows)], pa.int64()),
        "win_rate": pa.array([0.5 + 0.001 * x for x in numbers], pa.float64()),
        "profit_factor": pa.array([1.0 + 0.01 * x for x in numbers], pa.float64()),
        "sharpe_ratio": pa.array([0.5 + 0.1 * x for x in numbers], pa.float64()),
        "max_drawdown": pa.array([100.0 + x for x in numbers], pa.float64()),
        "avg_trade_duration": pa.array(numbers, pa.float64()),
        "cost_per_trade": pa.array([0.25 for _ in numbers], pa.float64()),
        "yearly_profits": pa.array([[100.0 + x, -10.0, 3.0 * x] for x in numbers], FLOATS),
        "first_year": pa.array([2019 + i % 3 if i % 2 else None for i in range(rows)], pa.int32()),
        "trade_results": pa.array([[5.0 - x, 1.0, x] if x % 3.0 == 0.0 else None for x in numbers], FLOATS),
    }
    return pa.RecordBatch.from_pydict(columns)


@pytest.fixture
def table() -> pa.RecordBatch:
    """Return ten rows of metrics."""
    return metrics(10)
