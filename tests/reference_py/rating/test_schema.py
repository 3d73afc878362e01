"""Arrow in and out: which tables are refused, with which code, and in which order (spec 8.7)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_py.market.rating_cases import metrics_rows
from reference_py.rating import RatingError
from reference_py.rating.schema import (
    METRICS_SCHEMA,
    MetricsInput,
    arrow_data,
    rows_of_arrow,
    rows_of_stream,
    stream_bytes,
    table_of_rows,
    to_ipc,
)

ROW = MetricsInput(10, 0.5, 1.5, 1.0, 100.0, 3.0, 2.0, [1.0, -2.0], 30.0, 0.25, 2019, [360.0, 366.0], [5.0, 25.0], [0.1, 0.4])
BARE = MetricsInput(10, 0.5, 1.5, 1.0, 100.0, 3.0, 2.0, [1.0, -2.0])
REQUIRED = [field.name for field in METRICS_SCHEMA if not field.nullable]
OPTIONAL = [field.name for field in METRICS_SCHEMA if field.nullable]
LISTS = [field.name for field in METRICS_SCHEMA if pa.types.is_list(field.type)]


def table() -> pa.Table:
    """Return a table of one full row and one bare one."""
    return pa.Table.from_batches([table_of_rows([ROW, BARE])])


def with_column(name: str, values: pa.Array) -> pa.Table:
    """Return the table with a column replaced, nullable."""
    given_table = table()
    return given_table.set_column(given_table.column_names.index(name), pa.field(name, values.type), values)


def stream(given_table: pa.Table) -> bytes:
    """Return a table as an IPC stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, given_table.schema) as writer:
        writer.write_table(given_table)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def codes_of(given_table: pa.Table) -> set[int]:
    """Return the codes with which a table is refused over both ways in."""
    return {code_of(rows_of_stream, stream(given_table)), code_of(rows_of_arrow, given_table)}


def code_of(read: Callable[[Any], Any], data: Any) -> int:
    """Return the code with which data is refused."""
    with pytest.raises(RatingError) as caught:
        read(data)
    return caught.value.code


def test_rows_survive_the_way_through_a_stream() -> None:
    """Rows written and read again are the same."""
    assert rows_of_stream(to_ipc(table_of_rows([ROW, BARE]))) == [ROW, BARE]


def test_the_schema_has_its_columns() -> None:
    """Eight columns must be there, six may."""
    assert (len(REQUIRED), OPTIONAL) == (8, ["net_profit", "avg_r", "first_year", "year_durations", "trade_results", "trade_r"])


def test_no_rows_are_no_rows() -> None:
    """A table without rows is valid."""
    assert rows_of_stream(to_ipc(table_of_rows([]))) == []


def test_a_stream_without_batches_has_no_rows() -> None:
    """A schema alone is a valid stream."""
    assert rows_of_stream(stream(METRICS_SCHEMA.empty_table())) == []


def test_all_batches_are_read() -> None:
    """A stream of several batches gives the rows of all of them."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, METRICS_SCHEMA) as writer:
        for batch in ([ROW], [], [BARE, ROW]):
            writer.write_batch(table_of_rows(batch))
    assert rows_of_stream(sink.getvalue().to_pybytes()) == [ROW, BARE, ROW]


@pytest.mark.parametrize("name", OPTIONAL)
def test_an_optional_column_may_be_absent(name: str) -> None:
    """A column that may be null may be missing as well."""
    rows = rows_of_stream(stream(pa.Table.from_batches([table_of_rows([BARE])]).drop_columns([name])))
    assert rows == [BARE]


@pytest.mark.parametrize("name", REQUIRED)
def test_a_required_column_must_be_there(name: str) -> None:
    """A missing column is error 1005."""
    assert codes_of(table().drop_columns([name])) == {1005}


def test_an_unknown_column_is_refused() -> None:
    """A column that is not in the schema is error 1005."""
    assert codes_of(table().append_column("extra", pa.array([1.0, 2.0]))) == {1005}


def test_a_repeated_column_is_refused() -> None:
    """The same name twice is error 1005."""
    given_table = table()
    assert codes_of(given_table.append_column(given_table.schema.field("avg_r"), given_table.column("avg_r"))) == {1005}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("total_trades", pa.int32()),
        ("total_trades", pa.float64()),
        ("win_rate", pa.float32()),
        ("win_rate", pa.int64()),
        ("first_year", pa.int64()),
        ("net_profit", pa.null()),
        ("yearly_profits", pa.list_(pa.float32())),
        ("yearly_profits", pa.large_list(pa.float64())),
        ("yearly_profits", pa.list_(pa.float64(), 2)),
        ("trade_r", pa.string()),
    ],
)
def test_a_column_of_another_type_is_refused(name: str, kind: pa.DataType) -> None:
    """A column of another type is error 1005, even where a conversion would be possible."""
    filler: Any = {"list": [[1.0, 2.0]] * 2, "fixed_size_list": [[1.0, 2.0]] * 2, "large_list": [[1.0, 2.0]] * 2, "string": ["x"] * 2}
    values = [None] * 2 if pa.types.is_null(kind) else filler.get(str(kind).split("<")[0], [1] * 2)
    assert codes_of(with_column(name, pa.array(values, kind))) == {1005}


def test_the_order_of_columns_does_not_matter() -> None:
    """Columns are found by name."""
    names = METRICS_SCHEMA.names[::-1]
    assert rows_of_stream(stream(table().select(names))) == [ROW, BARE]


def test_nullability_of_the_given_schema_does_not_matter() -> None:
    """What the sender says about nulls is not looked at, only whether there are any."""
    loose = pa.schema([pa.field(field.name, field.type, nullable=True) for field in METRICS_SCHEMA])
    assert rows_of_stream(stream(pa.table(table().columns, schema=loose))) == [ROW, BARE]


def test_the_name_of_list_elements_does_not_matter() -> None:
    """Lists whose element has another name, or is said not to be null, are lists all the same."""
    kind = pa.list_(pa.field("element", pa.float64(), nullable=False))
    values = pa.ListArray.from_arrays(pa.array([0, 2, 4], pa.int32()), pa.array([1.0, -2.0, 1.0, -2.0]), type=kind)
    assert rows_of_stream(stream(with_column("yearly_profits", values))) == [ROW, BARE]


@pytest.mark.parametrize("name", REQUIRED)
def test_a_null_in_a_required_column(name: str) -> None:
    """A null where none may be is error 1002."""
    values = [*table().column(name).to_pylist()[:1], None]
    assert codes_of(with_column(name, pa.array(values, METRICS_SCHEMA.field(name).type))) == {1002}


@pytest.mark.parametrize("name", LISTS)
def test_a_null_inside_a_list(name: str) -> None:
    """A null element is error 1002 in every list."""
    assert codes_of(with_column(name, pa.array([[1.0, None], [1.0, 2.0]]))) == {1002}


def test_values_behind_a_null_list_are_not_seen() -> None:
    """A list that is null may hide anything, nulls too."""
    hidden = pa.ListArray.from_arrays(pa.array([0, 2, 4], pa.int32()), pa.array([5.0, 25.0, None, 1.0]), mask=pa.array([False, True]))
    assert rows_of_stream(stream(with_column("trade_results", hidden))) == [ROW, BARE]


def test_nan_and_infinity_are_not_null() -> None:
    """Numbers that are not finite pass."""
    row = rows_of_stream(stream(with_column("profit_factor", pa.array([math.nan, math.inf]))))
    assert row[1].profit_factor == math.inf


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("year_durations", [[1.0], None]),
        ("year_durations", [[], None]),
        ("year_durations", [None, [1.0, 2.0, 3.0]]),
        ("trade_r", [[0.1], None]),
        ("trade_r", [[0.1, 0.4], [0.1]]),
        ("trade_r", [[0.1, 0.4], []]),
    ],
)
def test_lists_that_disagree_in_length(name: str, values: list[Any]) -> None:
    """One duration per year, one R-multiple per trade, and none without trades: anything else is error 1011."""
    assert codes_of(with_column(name, pa.array(values, pa.list_(pa.float64())))) == {1011}


def test_r_multiples_without_the_column_of_results() -> None:
    """R-multiples are error 1011 when the column of results is absent."""
    assert codes_of(table().drop_columns(["trade_results"])) == {1011}


def test_the_schema_is_reported_before_nulls() -> None:
    """A missing column comes before a null."""
    given_table = with_column("win_rate", pa.array([None, 0.5], pa.float64())).drop_columns(["cost_per_trade"])
    assert codes_of(given_table) == {1005}


def test_nulls_are_reported_before_lengths() -> None:
    """A null in a late row comes before lists that disagree in an early one."""
    given_table = with_column("trade_r", pa.array([[0.1], None], pa.list_(pa.float64())))
    values = pa.array([0.5, None], pa.float64())
    assert codes_of(given_table.set_column(1, pa.field("win_rate", pa.float64()), values)) == {1002}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"",
        lambda _: b"not arrow at all",
        lambda _: b"ARROW1\0\0",
        lambda _: b"\xff\xff\xff\xff\xff\xff\xff\x7f",
        lambda data: data[:20],
        lambda data: data[: len(data) // 2],
    ],
)
def test_bytes_that_are_no_stream(spoil: Callable[[bytes], bytes]) -> None:
    """Bytes that are no Arrow stream, or end too early, are error 3004."""
    with pytest.raises(RatingError, match=r"^\[3004\]"):
        rows_of_stream(spoil(stream(table())))


def test_an_arrow_file_is_no_stream() -> None:
    """The file format is error 3004."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, METRICS_SCHEMA) as writer:
        writer.write_table(table())
    with pytest.raises(RatingError, match=r"^\[3004\]"):
        rows_of_stream(sink.getvalue().to_pybytes())


def test_offsets_that_point_outside_are_no_stream() -> None:
    """A list whose offsets leave its values is error 3004 and never read."""
    data = stream(table())
    offsets, outside = (np.array(numbers, dtype=np.int32).tobytes() for numbers in ([0, 2, 4], [0, 2, 900]))
    assert data.count(offsets) == 1
    with pytest.raises(RatingError, match=r"^\[3004\]"):
        rows_of_stream(data.replace(offsets, outside))


@given(st.binary(max_size=400))
def test_random_bytes_are_no_stream(data: bytes) -> None:
    """Random bytes are refused with error 3004 and nothing else."""
    with pytest.raises(RatingError, match=r"^\[3004\]"):
        rows_of_stream(data)


@pytest.mark.parametrize("value", [None, "text", 5, [1, 2], memoryview(b"x")])
def test_a_stream_must_be_bytes(value: Any) -> None:
    """Anything but bytes raises a TypeError."""
    with pytest.raises(TypeError):
        stream_bytes(value)


def test_a_bytearray_is_bytes() -> None:
    """A bytearray is read like bytes."""
    assert rows_of_stream(stream_bytes(bytearray(stream(table())))) == [ROW, BARE]


@pytest.mark.parametrize(
    "wrap",
    [
        lambda t: t,
        lambda t: t.to_batches()[0],
        lambda t: pa.RecordBatchReader.from_batches(t.schema, t.to_batches()),
        lambda t: pa.StructArray.from_arrays(t.to_batches()[0].columns, fields=list(t.schema)),
        lambda t: pa.concat_tables([t, t]).slice(1, 2).take([1, 0]),
        lambda t: pa.concat_tables([t, t]).slice(2, 2),
    ],
)
def test_everything_that_speaks_arrow_is_read(wrap: Callable[[pa.Table], Any]) -> None:
    """Tables, batches, readers, struct arrays and slices are read."""
    assert rows_of_arrow(arrow_data(wrap(table()))) == [ROW, BARE]


@pytest.mark.parametrize("value", [pa.array([1.0]), pa.chunked_array([[1.0]]), pa.array([{"a": 1}])])
def test_arrow_data_that_is_no_table(value: Any) -> None:
    """Arrow data of another shape is error 1005."""
    with pytest.raises(RatingError, match=r"^\[1005\]"):
        rows_of_arrow(value)


@pytest.mark.parametrize("value", [None, b"bytes", {"total_trades": [1]}, 5])
def test_what_does_not_speak_arrow(value: Any) -> None:
    """Anything without the PyCapsule interface raises a TypeError."""
    with pytest.raises(TypeError):
        arrow_data(value)


def test_a_slice_of_structs_is_read_as_far_as_it_is_visible() -> None:
    """Rows outside the slice of a struct array are not there, whatever its children still hold."""
    batch = pa.ipc.open_stream(metrics_rows(3, seed=1)).read_all().to_batches()[0]
    structs = batch.to_struct_array()
    whole = rows_of_arrow(batch)
    assert [rows_of_arrow(structs.slice(0, 1)), rows_of_arrow(structs.slice(1))] == [whole[:1], whole[1:]]
