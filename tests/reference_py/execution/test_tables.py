"""Tables that go out have the columns of the interface document, in its order."""

from __future__ import annotations

import hashlib
import json

import pyarrow as pa
import pytest

from reference_py.execution import ExecutionSimulator, run_backtest
from reference_py.execution.schema import (
    CURVE_SCHEMA,
    EXIT_SCHEMA,
    FEE_SCHEMA,
    OUTCOME_SCHEMA,
    POSITION_SCHEMA,
    TRADE_CURVE_SCHEMA,
    TRADE_SCHEMA,
)
from reference_py.market.execution_worlds import World, backtest


def fingerprint(schema: pa.Schema) -> str:
    """Return the fingerprint by which the registry knows a schema: SHA-256 of its fields as JSON, the first twelve digits."""
    described = [{"name": field.name, "nullable": field.nullable, "type": str(field.type)} for field in schema]
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()[:12]


def test_a_position_begins_with_the_columns_of_the_registry() -> None:
    """The first 13 have the fingerprint that was recorded for them."""
    assert fingerprint(pa.schema(list(POSITION_SCHEMA)[:13])) == "33f408bdc727"


def test_the_equity_curve_is_that_of_the_registry() -> None:
    """It has the fingerprint that was recorded for it."""
    assert fingerprint(CURVE_SCHEMA) == "8e6aed1cc471"


def test_a_trade_is_a_position_with_its_book() -> None:
    """One more column."""
    assert TRADE_SCHEMA.names == [*POSITION_SCHEMA.names, "book"]


@pytest.mark.parametrize(
    ("name", "schema"), [("trades", TRADE_SCHEMA), ("fees", FEE_SCHEMA), ("curve", CURVE_SCHEMA), ("outcomes", OUTCOME_SCHEMA)]
)
def test_a_backtest_answers_in_these_schemas(name: str, schema: pa.Schema) -> None:
    """Types and nullability included."""
    answer = run_backtest(*backtest(World(bars=60), 1))
    assert pa.ipc.open_stream(answer[name]).schema.equals(schema)


def test_a_summary_has_one_row() -> None:
    """Counts are whole numbers, the names are those of the figures."""
    table = pa.ipc.open_stream(run_backtest(*backtest(World(bars=60), 1))["summary"]).read_all()
    assert (table.num_rows, table.column_names) == (1, list(ExecutionSimulator().summary()))
    assert [field.name for field in table.schema if field.type == pa.int64()] == [
        "Total Trades", "Expired Orders", "Partial Closed Orders", "Orders closed at Break Even", "Wins", "Losses",
    ]  # fmt: skip


def test_exits_and_the_trade_curve_have_no_nulls() -> None:
    """Everything in them is known."""
    assert not any(field.nullable for schema in (EXIT_SCHEMA, TRADE_CURVE_SCHEMA, FEE_SCHEMA) for field in schema)


def test_dictionaries_hold_their_words_in_order_of_appearance() -> None:
    """So that two languages write the same bytes of meaning."""
    bars_ipc, signals_ipc, config = backtest(World(symbols=("B", "A"), bars=60, entries_per_bar=0.5), 1)
    column = pa.ipc.open_stream(run_backtest(bars_ipc, signals_ipc, config)["trades"]).read_next_batch().column("symbol")
    assert column.dictionary.to_pylist() == list(dict.fromkeys(column.to_pylist()))
