"""Tables come as Arrow with the declared columns, consistent where the contract says how."""

from __future__ import annotations

import sys
import time
from types import ModuleType
from typing import Any

import pyarrow as pa
import pytest

from harness.cases.numbers import generator
from harness.cases.tables import arrow, draw_tables, edge_tables, read_stream, stream_bytes
from harness.contract import Table, batch, ipc
from harness.errors import Code, HarnessError

COLUMNS: dict[str, Any] = {"a": "float64", "b": "float64?", "c": "list<float64>", "d": "int32[1900..2100]?", "e": "string", "f": "bool"}


@pytest.fixture
def adjusters(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module `adjusters` with callables for `adjust`."""
    module = ModuleType("adjusters")

    def double(row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "b": 2 * row["a"]}

    def in_place(row: dict[str, Any]) -> None:
        row["b"] = 7.0

    def broken(row: dict[str, Any]) -> None:
        raise KeyError(row["a"])

    def absent(row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "a": None}

    for function in (double, in_place, broken, absent):
        setattr(module, function.__name__, function)
    monkeypatch.setitem(sys.modules, "adjusters", module)
    return module


def read(data: bytes) -> pa.Table:
    """Read stream bytes with pyarrow itself."""
    return pa.ipc.open_stream(data).read_all()


def test_streams_have_the_declared_columns_and_sizes() -> None:
    """Columns are nullable exactly when optional, and row counts are those of the table's sizes."""
    tables = [read(data) for data in draw_tables(ipc(sizes=(0, 3, 8), **COLUMNS), generator(1), 60)]
    assert {table.num_rows for table in tables} == {0, 3, 8}
    assert tables[0].schema.names == list(COLUMNS)
    assert [field.nullable for field in tables[0].schema] == [False, True, False, True, False, False]
    assert [str(field.type) for field in tables[0].schema] == ["double", "double", "list<item: double>", "int32", "string", "bool"]
    assert all(table.column("a").null_count == 0 for table in tables)
    assert any(table.column("b").null_count for table in tables)


def test_batches_come_as_record_batches() -> None:
    """The encoding "batch" gives RecordBatches that pass a full validation."""
    batches = draw_tables(batch(**COLUMNS), generator(2), 10)
    for made in batches:
        made.validate(full=True)
    assert all(isinstance(made, pa.RecordBatch) for made in batches)


def test_nested_columns_are_drawn() -> None:
    """Lists of lists, maps and records become Arrow columns."""
    kinds = {"a": "list<list<int64>>", "b": "map<string, float64>", "c": "{x: float64, y: string}"}
    made = draw_tables(batch(sizes=(5,), **kinds), generator(3), 2)
    assert [str(kind) for kind in made[0].schema.types] == [
        "list<item: list<item: int64>>", "map<string, double>", "struct<x: double, y: string>",
    ]  # fmt: skip


def test_edge_tables_hold_no_row_and_every_edge_of_every_column() -> None:
    """The first edge table has no row, the second a typical one, and each column has a table with NaN or its ends."""
    made = [read(data).to_pydict() for data in edge_tables(ipc(**COLUMNS))]
    assert [len(made[0]["a"]), len(made[1]["a"])] == [0, 1]
    assert any(value != value for value in made[3]["a"])  # noqa: PLR0124 - only NaN
    assert {1900, 2100, None} <= set(made[6]["d"])


@pytest.mark.usefixtures("adjusters")
def test_adjust_makes_rows_consistent() -> None:
    """A row passes through `adjust`, which returns it or changes it in place; edge rows too."""
    returned = read(draw_tables(ipc(sizes=(9,), adjust="adjusters:double", a="float64[0..1]", b="float64"), generator(4), 1)[0])
    changed = [read(data) for data in edge_tables(ipc(adjust="adjusters:in_place", a="float64", b="float64"))]
    assert returned.column("b").to_pylist() == [2 * value for value in returned.column("a").to_pylist()]
    assert {value for table in changed for value in table.column("b").to_pylist()} == {7.0}


@pytest.mark.usefixtures("adjusters")
@pytest.mark.parametrize(("name", "code"), [
    ("broken", Code.CONTRACT_BROKEN), ("absent", Code.CONTRACT_BROKEN), ("no_such", Code.CALLABLE_MISSING),
])  # fmt: skip
def test_a_bad_adjust_is_located(name: str, code: Code) -> None:
    """An `adjust` that fails, gives None for a column that is not optional, or is not there is named in the error."""
    with pytest.raises(HarnessError) as caught:
        draw_tables(ipc(sizes=(2,), adjust=f"adjusters:{name}", a="float64", b="float64?"), generator(5), 1)
    assert (caught.value.code, caught.value.where) == (code, f"adjusters:{name}")


def test_without_pyarrow_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing a table without pyarrow says which extra to install."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(HarnessError, match="extra `arrow`") as caught:
        arrow()
    assert caught.value.code is Code.EXTRA_MISSING


def test_reading_a_stream_tells_arrow_from_other_bytes() -> None:
    """Streams are read back batch by batch; other bytes, cut ones and a missing batch do not raise."""
    made = pa.RecordBatch.from_pydict({"a": [1.0, 2.0]})
    data = stream_bytes(made.schema, [made, made])
    assert [part.to_pydict() for part in read_stream(data) or []] == [{"a": [1.0, 2.0]}] * 2
    assert [part.num_rows for part in read_stream(stream_bytes(made.schema, [])) or []] == [0]
    assert read_stream(b"abc") is None
    assert read_stream(data[:100]) is None
    assert read_stream(b"\xff\xff\xff\xff" + bytes(40)) is None


@pytest.mark.slow
def test_a_table_of_ten_thousand_rows_costs_less_than_a_hundred_small_ones_each_drawn_alone() -> None:
    """Drawing is by column: ten thousand rows of thirteen columns take less than 500 tables of one row drawn one by one."""
    kinds = {f"c{place}": kind for place, kind in enumerate(("float64",) * 7 + ("list<float64>",) * 2 + ("float64?",) * 3 + ("int64",))}
    large, small = ipc(sizes=(10_000,), **kinds), ipc(sizes=(1,), **kinds)
    start = time.perf_counter()
    (drawn,) = draw_tables(large, generator(6), 1)
    middle = time.perf_counter()
    for seed in range(500):
        draw_tables(small, generator(seed), 1)
    assert middle - start < time.perf_counter() - middle
    assert read(drawn).shape == (10_000, 13)


def test_a_table_that_is_no_column_type_is_refused() -> None:
    """A table as a column is a broken contract."""
    with pytest.raises(HarnessError) as caught:
        draw_tables(Table({"a": Table({})}, sizes=(1,)), generator(7), 1)
    assert caught.value.code is Code.CONTRACT_BROKEN
