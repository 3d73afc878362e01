"""Generated metrics: reproducible, varied as announced, and valid input."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from reference_py.market.generated_rows import adjust_metrics, metrics_rows
from reference_py.rating import calculate_ratings_batch
from reference_py.rating.schema import METRICS_SCHEMA


def table(n: int, seed: int = 1) -> pa.Table:
    """Return generated rows as a table."""
    return pa.ipc.open_stream(metrics_rows(n, seed)).read_all()


@pytest.mark.parametrize("n", [0, 1, 2, 100])
def test_any_number_of_rows_is_valid_input(n: int) -> None:
    """Generated rows have the schema and can be rated."""
    assert table(n).schema.equals(METRICS_SCHEMA)
    assert pa.ipc.open_stream(calculate_ratings_batch(metrics_rows(n, 1))).read_all().num_rows == n


def test_the_same_seed_gives_the_same_bytes() -> None:
    """Rows are reproducible to the byte."""
    assert metrics_rows(100, 5) == metrics_rows(100, 5)


def test_another_seed_gives_other_rows() -> None:
    """The seed decides."""
    assert metrics_rows(100, 5) != metrics_rows(100, 6)


def test_the_mixture_is_as_announced() -> None:
    """0 to 20 years, half with net profit, three quarters with a first year, an eighth with durations, one in 64 with trades."""
    rows = table(20_000)
    years = {len(profits) for profits in rows.column("yearly_profits").to_pylist()}
    shares = {name: 1.0 - rows.column(name).null_count / 20_000 for name in ("net_profit", "first_year", "year_durations", "trade_results")}
    assert years == set(range(21))
    assert shares == pytest.approx({"net_profit": 0.5, "first_year": 0.75, "year_durations": 0.125, "trade_results": 1 / 64}, abs=0.02)


@pytest.mark.parametrize(
    ("row", "tidy"),
    [
        ({"year_durations": [1.0, 2.0]}, {"year_durations": [1.0, 2.0]}),
        ({"year_durations": [1.0]}, {"year_durations": [1.0, 365.0]}),
        ({"year_durations": [1.0, 2.0, 3.0]}, {"year_durations": [1.0, 2.0]}),
        ({"year_durations": None}, {"year_durations": None}),
        ({"trade_results": [1.0], "trade_r": [0.1, 0.2]}, {"trade_results": [1.0], "trade_r": [0.1]}),
        ({"trade_results": [1.0, 2.0], "trade_r": []}, {"trade_results": [1.0, 2.0], "trade_r": [0.0, 0.0]}),
        ({"trade_results": None, "trade_r": [0.1]}, {"trade_results": None, "trade_r": None}),
        ({"trade_r": [0.1]}, {"trade_r": None}),
        ({"trade_results": [1.0], "trade_r": None}, {"trade_results": [1.0], "trade_r": None}),
        ({}, {}),
    ],
)
def test_lists_are_made_to_agree(row: dict[str, Any], tidy: dict[str, Any]) -> None:
    """Lists are cut or filled to the length of what they belong to."""
    years = {"yearly_profits": [10.0, 20.0]}
    assert adjust_metrics(years | row) == years | tidy


def test_the_given_row_stays_as_it_is() -> None:
    """The row is copied, its lists too where they change."""
    row = {"yearly_profits": [1.0, 2.0], "year_durations": [3.0]}
    adjust_metrics(row)
    assert row == {"yearly_profits": [1.0, 2.0], "year_durations": [3.0]}
