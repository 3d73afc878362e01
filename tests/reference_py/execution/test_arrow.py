"""Tables that come in: which are refused, with which code (interface document, 3)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference_py.execution import ExecutionError
from reference_py.execution.arrow import Kind, Layout, columns_of_arrow, columns_of_stream, to_ipc
from reference_py.execution.schema import BARS, SIGNALS, TICKS
from reference_py.execution.tables import bar_table, signal_rows, ticks
from reference_py.market.execution_worlds import World, backtest, tick_backtest

LAYOUT = Layout({"time": Kind.TIME, "word": Kind.TEXT}, {"level": Kind.LEVEL, "number": Kind.NUMBER})
TIMES = pa.array([1, 2], pa.timestamp("us", "UTC"))
WORDS = pa.array(["a", None])


def code_of(read: Callable[[], Any]) -> int:
    """Return the code with which something is refused."""
    with pytest.raises(ExecutionError) as caught:
        read()
    return caught.value.code


def stream(table: pa.Table) -> bytes:
    """Return a table as an IPC stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def read_or_refused(data: bytes) -> int:
    """Return 0 for bytes that can be read, else the code with which they are refused."""
    try:
        columns_of_stream(data, LAYOUT)
    except ExecutionError as error:
        return error.code
    return 0


def bars(**changes: Any) -> pa.Table:
    """Return two bars of X, columns changed or, with None, left out."""
    prices = {f"{side}_{name}": [1.0, 2.0] for side in ("bid", "ask") for name in ("open", "high", "low", "close")}
    columns = {"symbol": ["X", "X"], "timestamp": TIMES, **prices, **changes}
    return pa.table({name: column for name, column in columns.items() if column is not None})


@pytest.mark.parametrize("times", [TIMES, pa.array([1, 2], pa.timestamp("us")), pa.array([1, 2], pa.int64())])
def test_times_come_in_three_ways(times: pa.Array) -> None:
    """With zone UTC, without zone, or as microseconds."""
    assert columns_of_arrow(pa.table({"time": times, "word": WORDS}), LAYOUT).column("time") == [1, 2]


@pytest.mark.parametrize("index", [pa.int8(), pa.int16(), pa.int32(), pa.int64()])
def test_texts_may_come_as_dictionaries(index: pa.DataType) -> None:
    """With any signed index."""
    words = WORDS.dictionary_encode().cast(pa.dictionary(index, pa.utf8()))
    assert columns_of_arrow(pa.table({"time": TIMES, "word": words}), LAYOUT).column("word") == ["a", None]


@pytest.mark.parametrize(
    "table",
    [
        pa.table({"time": TIMES}),
        pa.table({"time": TIMES, "word": WORDS, "more": WORDS}),
        pa.Table.from_arrays([TIMES, WORDS, WORDS], names=["time", "word", "word"]),
        pa.table({"time": pa.array([1, 2], pa.timestamp("ms")), "word": WORDS}),
        pa.table({"time": pa.array([1, 2], pa.timestamp("us", "Europe/Berlin")), "word": WORDS}),
        pa.table({"time": TIMES, "word": pa.array([1, 2])}),
        pa.table({"time": TIMES, "word": WORDS.cast(pa.large_string())}),
        pa.table({"time": TIMES, "word": WORDS.dictionary_encode().cast(pa.dictionary(pa.uint8(), pa.utf8()))}),
        pa.table({"time": TIMES, "word": WORDS, "level": pa.array([1.0, 2.0], pa.float32())}),
    ],
)
def test_another_schema_is_refused(table: pa.Table) -> None:
    """Missing, unknown, doubled or retyped columns, over both ways in."""
    assert [code_of(lambda: columns_of_stream(stream(table), LAYOUT)), code_of(lambda: columns_of_arrow(table, LAYOUT))] == [1005, 1005]


def test_levels_are_absent_where_they_are_null_or_nan() -> None:
    """Other numbers keep their NaN."""
    table = pa.table({"time": TIMES, "word": WORDS, "level": [math.nan, None], "number": [math.nan, None]})
    columns = columns_of_arrow(table, LAYOUT)
    assert (columns.column("level"), str(columns.column("number"))) == ([None, None], "[nan, None]")


def test_missing_columns_are_filled() -> None:
    """With what the reader says."""
    columns = columns_of_arrow(pa.table({"time": TIMES, "word": WORDS}), LAYOUT)
    assert (columns.column("level"), columns.column("number", absent=0.0)) == ([None, None], [0.0, 0.0])


def test_several_batches_are_one_table() -> None:
    """In their order."""
    table = pa.concat_tables([pa.table({"time": TIMES, "word": WORDS})] * 2)
    assert columns_of_stream(stream(table), LAYOUT).rows == 4


def test_what_offers_arrow_but_is_no_table_is_refused() -> None:
    """A stream of plain numbers has no columns."""
    assert code_of(lambda: columns_of_arrow(pa.chunked_array([[1, 2]]), LAYOUT)) == 1005
    assert code_of(lambda: columns_of_arrow(pa.array([1, 2]), LAYOUT)) == 1005


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_bytes_that_are_no_stream_are_refused(data: bytes) -> None:
    """Whatever they hold."""
    assert code_of(lambda: columns_of_stream(data, LAYOUT)) in {3004, 1005}


@settings(deadline=None)
@given(st.data())
def test_a_damaged_stream_is_read_or_refused(data: st.DataObject) -> None:
    """One byte changed: a table, or a number, never another failure."""
    original = bytearray(stream(pa.table({"time": TIMES, "word": WORDS})))
    place = data.draw(st.integers(0, len(original) - 1))
    original[place] ^= data.draw(st.integers(1, 255))
    assert read_or_refused(bytes(original)) in {0, 3004, 1005}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"symbol": ["X", None]}, 1002),
        ({"timestamp": pa.array([1, None], pa.int64())}, 1002),
        ({"valid": [True, None]}, 1002),
        ({"timestamp": pa.array([2, 1], pa.int64())}, 1006),
        ({"timestamp": pa.array([1, 1], pa.int64())}, 1006),
        ({"ask_low": None}, 1005),
        ({"bid_low": None}, 1005),
        ({"valid": [1, 1]}, 1005),
    ],
)
def test_bars_are_refused(changes: dict[str, Any], code: int) -> None:
    """Nulls, times that fall, a symbol twice at a time, half an ask."""
    assert code_of(lambda: bar_table(bars(**changes))) == code


def test_no_bars_are_refused() -> None:
    """There is nothing to run over."""
    assert [code_of(lambda: bar_table(bars().slice(0, 0))), code_of(lambda: ticks(pa.table(_ticks()).slice(0, 0)))] == [1010, 1010]


def test_faults_of_bars_are_found_row_by_row() -> None:
    """An earlier row's comes first, whatever it is."""
    table = pa.concat_tables([bars(), bars(symbol=["X", None])])
    assert code_of(lambda: bar_table(table)) == 1006


def test_the_same_symbol_may_come_again_later() -> None:
    """Only at the same time it is one bar too many."""
    table = bar_table(bars(symbol=["X", "Y"], timestamp=pa.array([1, 1], pa.int64())))
    assert (table.symbols, [one.symbol for one in table.candles if one is not None]) == (2, ["X", "Y"])


def test_a_side_with_a_null_is_missing() -> None:
    """Without ask a bar is still a bar, without bid it is none."""
    table = bar_table(bars(ask_high=[None, 1.0], bid_low=[1.0, None]))
    first, second = table.candles
    assert first is not None
    assert (first.ask, second) == (None, None)


def test_bars_need_no_ask() -> None:
    """All four columns may be left out."""
    table = bar_table(bars(**dict.fromkeys(("ask_open", "ask_high", "ask_low", "ask_close"))))
    assert [one.ask for one in table.candles if one is not None] == [None, None]


def test_bars_may_have_volumes() -> None:
    """Nobody reads them."""
    assert bar_table(bars(bid_volume=[1.0, 2.0], ask_volume=[None, math.nan])).times == [1, 2]


def test_bars_that_are_not_valid_are_passed_over() -> None:
    """They keep their place."""
    first, second = bar_table(bars(valid=[False, True])).candles
    assert first is None
    assert second is not None


def _ticks() -> dict[str, Any]:
    return {"symbol": ["X", "X"], "timestamp": TIMES, "bid": [1.0, 2.0], "ask": [1.0, 2.0]}


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"bid": [1.0, None]}, 1002), ({"timestamp": pa.array([2, 1], pa.int64())}, 1006), ({"ask": [1, 2]}, 1005)],
)
def test_ticks_are_refused(changes: dict[str, Any], code: int) -> None:
    """Nulls, times that fall, other types."""
    assert code_of(lambda: ticks(pa.table(_ticks() | changes))) == code


def test_ticks_may_share_a_time() -> None:
    """Quotes come faster than clocks tell."""
    assert len(ticks(pa.table(_ticks() | {"timestamp": pa.array([1, 1], pa.int64())}))) == 2


def test_the_layouts_accept_what_is_generated() -> None:
    """Bars, ticks and signals of a world have the columns of the layouts."""
    bars_ipc, signals_ipc, _ = backtest(World(bars=5, entries_per_bar=1.0), 1)
    ticks_ipc, _, _ = tick_backtest(World(bars=5, entries_per_bar=1.0), 1)
    assert [len(bar_table(bars_ipc).times), len(ticks(ticks_ipc)), len(signal_rows(signals_ipc)) > 0] == [5, 5, True]
    assert all(layout.required for layout in (BARS, SIGNALS, TICKS))


def test_a_stream_goes_out_as_one_batch() -> None:
    """Even without rows."""
    empty = pa.RecordBatch.from_arrays([pa.array([], pa.int64())], names=["row"])
    assert len(list(pa.ipc.open_stream(to_ipc(empty)))) == 1
