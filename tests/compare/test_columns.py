"""Tests the comparison of Arrow data: schema, nulls and values, located by column and row."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.compare import differences, error_sizes
from harness.contract.policy import Policy, arrow, close, exact
from harness.errors import HarnessError

NAN = math.nan
FLOATS = pa.float64()
TYPES: list[tuple[Any, st.SearchStrategy[Any]]] = [
    (pa.float64(), st.floats()),
    (pa.float32(), st.floats(width=32)),
    (pa.int64(), st.integers(-(2**63), 2**63 - 1)),
    (pa.uint64(), st.integers(0, 2**64 - 1)),
    (pa.int8(), st.integers(-128, 127)),
    (pa.bool_(), st.booleans()),
    (pa.string(), st.text(max_size=4)),
    (pa.large_binary(), st.binary(max_size=4)),
    (pa.timestamp("us"), st.integers(0, 2**40)),
    (pa.timestamp("ns", "UTC"), st.integers(0, 2**60)),
    (pa.date32(), st.integers(0, 30000)),
    (pa.time32("ms"), st.integers(0, 80000)),
    (pa.duration("s"), st.integers(-1000, 1000)),
    (pa.decimal128(9, 2), st.decimals(-999, 999, places=2)),
    (pa.list_(pa.float64()), st.lists(st.one_of(st.none(), st.floats()), max_size=3)),
    (pa.large_list(pa.string()), st.lists(st.text(max_size=2), max_size=3)),
    (pa.list_(pa.float32(), 2), st.lists(st.floats(width=32), min_size=2, max_size=2)),
    (pa.struct([("a", pa.float64()), ("b", pa.int32())]), st.fixed_dictionaries({"a": st.floats(), "b": st.integers(0, 9)})),
    (pa.map_(pa.string(), pa.float64()), st.dictionaries(st.text(max_size=2), st.floats(), max_size=2).map(lambda d: list(d.items()))),
    (pa.dictionary(pa.int32(), pa.string()), st.sampled_from(["a", "b"])),
    (pa.null(), st.none()),
]


@st.composite
def columns(draw: st.DrawFn) -> tuple[Any, list[Any]]:
    """Draw a type and values of it, with nulls."""
    kind, values = draw(st.sampled_from(TYPES))
    return kind, draw(st.lists(st.one_of(st.none(), values), min_size=1, max_size=8))


def table(kind: Any, values: list[Any], *, chunks: bool = False) -> Any:
    """Return a table of one column, in two chunks if asked."""
    cut = len(values) // 2
    parts = [pa.array(values[:cut], kind), pa.array(values[cut:], kind)] if chunks else [pa.array(values, kind)]
    return pa.table({"x": pa.chunked_array(parts, kind)})


def ipc(data: Any) -> bytes:
    """Return a table as IPC stream bytes."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, data.schema) as writer:
        writer.write_table(data)
    return bytes(sink.getvalue().to_pybytes())


def found(reference: Any, candidate: Any, policy: Policy = exact) -> list[tuple[str, str]]:
    """Return path and kind of each difference."""
    return [(item.path, item.kind) for item in differences(reference, candidate, policy)]


@settings(deadline=None)
@given(columns(), st.booleans())
def test_a_table_equals_its_copy(column: tuple[Any, list[Any]], chunks: bool) -> None:  # noqa: FBT001 - drawn
    """No table differs from one with the same rows in other chunks, with nulls, NaN and zeros of any type."""
    kind, values = column
    reference, candidate = table(kind, values), table(kind, values, chunks=chunks)
    assert found(reference, candidate) == []
    assert found(reference.combine_chunks().to_batches()[0], candidate) == []
    assert found(ipc(reference), ipc(candidate), arrow()) == []
    assert found(reference.column("x"), candidate.column("x")) == []


@settings(deadline=None)
@given(columns(), st.data())
def test_a_null_in_place_of_a_value_is_found(column: tuple[Any, list[Any]], data: st.DataObject) -> None:
    """A value that is null on one side is located by column and row, whatever its type."""
    kind, values = column
    row = data.draw(st.integers(0, len(values) - 1))
    planted = [None if index == row else value for index, value in enumerate(values)]
    expected = [] if values[row] is None else [(f'value.column["x"][{row}]', "null")]
    assert found(table(kind, values), table(kind, planted)) == expected
    assert found(table(kind, planted), table(kind, values)) == expected


def plain(kind: pa.DataType, value: Any) -> Any:
    """Return a value as Arrow would give it back, a time as its number, since Python's times are too coarse for nanoseconds."""
    array = pa.array([value], kind)
    whole = {32: pa.int32(), 64: pa.int64()}
    return (array.view(whole[kind.bit_width]) if pa.types.is_temporal(kind) else array).to_pylist()


@settings(deadline=None)
@given(columns(), st.data())
def test_another_value_is_found(column: tuple[Any, list[Any]], data: st.DataObject) -> None:
    """A value that is replaced by another one is located by column and row, whatever its type."""
    kind, values = column
    strategy = next(values for known, values in TYPES if known == kind)
    row = data.draw(st.integers(0, len(values) - 1))
    new = data.draw(strategy)
    planted = [new if index == row else value for index, value in enumerate(values)]
    same = not differences(plain(kind, values[row]), plain(kind, new), exact)
    paths = {path for path, _ in found(table(kind, values), table(kind, planted))}
    assert (not paths) is same
    assert all(path.startswith(f'value.column["x"][{row}]') for path in paths)


class TestSchemas:
    """Names, types and nullability."""

    def test_names(self) -> None:
        """Missing, extra and reordered columns are a difference of schema, and the common ones are still compared."""
        reference = pa.table({"a": [1.0], "b": [1.0]})
        assert found(reference, pa.table({"a": [2.0]})) == [("value", "schema"), ('value.column["a"][0]', "value")]
        assert found(reference, pa.table({"b": [1.0], "a": [1.0]})) == [("value", "schema")]

    def test_types(self) -> None:
        """Another type is a difference of its own; where types play no part, the values decide."""
        reference, candidate = pa.table({"a": pa.array([1, 2])}), pa.table({"a": pa.array([1.0, 3.0])})
        assert found(reference, candidate) == [('value.column["a"]', "type")]
        assert found(reference, candidate, replace(exact, types=False)) == [('value.column["a"][1]', "value")]

    def test_nullability(self) -> None:
        """A column that may be null differs from one that may not."""
        may, may_not = (pa.schema([pa.field("a", FLOATS, nullable=nullable)]) for nullable in (True, False))
        assert found(pa.table({"a": [1.0]}, may), pa.table({"a": [1.0]}, may_not)) == [('value.column["a"]', "nullability")]

    def test_metadata_plays_no_part(self) -> None:
        """Metadata of a schema says nothing about the data."""
        plain = pa.table({"a": [1.0]})
        assert found(plain, plain.replace_schema_metadata({"writer": "x"})) == []

    def test_columns_of_one_name(self) -> None:
        """The second column of a name is compared with the second."""
        reference = pa.table([pa.array([1]), pa.array([2])], names=["a", "a"])
        assert found(reference, reference) == []
        assert len(found(reference, pa.table([pa.array([1]), pa.array([3])], names=["a", "a"]))) == 1

    def test_ignored_columns(self) -> None:
        """A column to be ignored may differ, be of another type, or be missing."""
        policy = replace(exact, ignore={'*["t"]': "a clock"})
        reference = pa.table({"a": [1.0], "t": [1]})
        for candidate in (pa.table({"a": [1.0], "t": [5]}), pa.table({"a": [1.0], "t": ["x"]}), pa.table({"a": [1.0]})):
            assert found(reference, candidate, policy) == []
        assert found(reference, pa.table({"a": [2.0], "t": [1]}), policy)


class TestValues:
    """Rows that differ."""

    def test_rows_are_located_worst_first(self) -> None:
        """Differing rows carry their number, the worst first, and no more of them than asked for."""
        reference = np.ones(1000)
        candidate = reference.copy()
        candidate[[17, 400, 999]] = [1.1, 3.0, 1.5]
        where = differences(pa.table({"score": reference}), pa.table({"score": candidate}), exact, limit=20)
        assert [item.path for item in where] == [f'value.column["score"][{row}]' for row in (400, 999, 17)]
        assert (where[0].abs_error, where[0].rel_error, where[0].ulps) == (2.0, 2.0, 3 * 2**51)
        assert len(differences(pa.table({"score": reference}), pa.table({"score": reference + 1}), exact, limit=4)) == 4

    def test_the_worst_by_each_measure_is_kept(self) -> None:
        """Among more differences than are shown, the largest relative error is not lost behind large absolute ones."""
        reference = np.concatenate([np.full(500, 1e6), [1e-9]])
        where = differences(pa.table({"x": reference}), pa.table({"x": np.concatenate([np.full(500, 1e6 + 1), [5e-9]])}), exact, limit=3)
        assert error_sizes(where).max_rel == pytest.approx(4.0)

    def test_null_is_not_nan(self) -> None:
        """A value that is absent differs from one that is undefined."""
        assert found(pa.table({"x": pa.array([None], FLOATS)}), pa.table({"x": [NAN]})) == [('value.column["x"][0]', "null")]

    def test_values_under_a_null_play_no_part(self) -> None:
        """What lies in the buffer below a null is not compared."""
        hidden = [pa.Array.from_buffers(FLOATS, 1, [pa.py_buffer(b"\x00"), pa.py_buffer(np.array([x]))]) for x in (1.0, 2.0)]
        assert found(pa.table({"x": hidden[0]}), pa.table({"x": hidden[1]})) == []

    def test_tolerances_per_column(self) -> None:
        """A column takes the policy of its pattern."""
        reference, candidate = pa.table({"a": [1.0], "b": [1.0]}), pa.table({"a": [1.05], "b": [1.05]})
        assert found(reference, candidate, replace(exact, fields={'value.column["a"]': close(abs=0.1)})) == [
            ('value.column["b"][0]', "value")
        ]
        assert found(reference, candidate, close(rel=0.1)) == []

    def test_times_take_seconds(self) -> None:
        """A tolerance on a column of times is in seconds, whatever its unit."""
        for unit, step in (("s", 2), ("ms", 2000), ("us", 2_000_000), ("ns", 2_000_000_000)):
            reference, candidate = (pa.table({"t": pa.array([value], pa.timestamp(unit))}) for value in (0, step))
            assert found(reference, candidate, close(abs=2.0)) == []
            assert found(reference, candidate, close(rel=9.0, abs=1.5)) == [('value.column["t"][0]', "value")]
            assert differences(reference, candidate, exact)[0].abs_error == pytest.approx(2.0)

    def test_items_of_lists_are_located(self) -> None:
        """An item of a list is located by row and place, behind nulls, empty lists and lists of another length."""
        reference = pa.table({"x": pa.array([[1.0], None, [], [1.0, 2.0], [5.0, 6.0]], pa.list_(FLOATS))})
        candidate = pa.table({"x": pa.array([[1.0], None, [], [1.0], [5.0, 7.0]], pa.list_(FLOATS))})
        assert found(reference, candidate) == [('value.column["x"][3]', "length"), ('value.column["x"][4][1]', "value")]

    def test_fields_of_structs_are_located(self) -> None:
        """A field of a struct is located by row and name, and takes the policy of its pattern."""
        reference = pa.table({"s": [{"a": 1.0, "b": [1.0]}, {"a": 2.0, "b": [2.0, 3.0]}]})
        candidate = pa.table({"s": [{"a": 1.0, "b": [1.0]}, {"a": 2.5, "b": [2.0, 4.0]}]})
        assert found(reference, candidate) == [('value.column["s"][1]["a"]', "value"), ('value.column["s"][1]["b"][1]', "value")]
        assert found(reference, candidate, replace(exact, ignore={'*["b"]': "noise"})) == [('value.column["s"][1]["a"]', "value")]

    def test_lengths(self) -> None:
        """A row too few is a difference, and the others are compared."""
        assert found(pa.table({"x": [1, 2]}), pa.table({"x": [5]})) == [("value", "length"), ('value.column["x"][0]', "value")]
        assert found(pa.array([1, 2]), pa.array([1])) == [("value", "length")]

    def test_columns_by_themselves(self) -> None:
        """An Arrow array outside a table is compared like a column, located by row; another type is a difference."""
        assert found(pa.array([1.0, 2.0]), pa.chunked_array([[1.0], [3.0]])) == [("value[1]", "value")]
        assert found(pa.array([1.0]), pa.array([1])) == [("value", "type")]
        assert found(pa.array([1.0]), pa.array([1]), replace(exact, types=False)) == []

    def test_no_rows_and_no_columns(self) -> None:
        """Tables without rows or columns equal their like, and differ from those with some."""
        assert found(pa.table({}), pa.table({})) == []
        assert found(table(FLOATS, []), pa.table({"x": pa.chunked_array([], FLOATS)})) == []
        assert found(table(FLOATS, []), table(FLOATS, [1.0])) == [("value", "length")]

    def test_what_only_looks_like_a_table(self) -> None:
        """An exporter that fails to export is compared as the object that it is."""

        class Broken:
            def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
                raise ValueError(requested_schema)

        assert found(Broken(), Broken()) == [("value", "value")]

    def test_times_finer_than_pythons(self) -> None:
        """Nanoseconds that Python's times cannot hold still differ and are shown."""
        where = differences(*(pa.table({"t": pa.array([value], pa.timestamp("ns"))}) for value in (1, 2)), exact)
        assert [item.path for item in where] == ['value.column["t"][0]']
        assert where[0].reference != where[0].candidate

    def test_rows_by_key(self) -> None:
        """Rows matched by key may come in any order, and are located where the reference has them."""
        policy = replace(exact, key=("id",))
        reference = pa.table({"id": ["a", "b", "c"], "v": [1.0, 2.0, 3.0]})
        candidate = pa.table({"id": ["c", "a", "d"], "v": [3.5, 1.0, 9.0]})
        assert found(reference, reference.take([2, 0, 1]), policy) == []
        assert found(reference, candidate, policy) == [
            ("value[1]", "missing"),
            ("value[2]", "extra"),
            ('value.column["v"][2]', "value"),
        ]

    def test_unsigned_and_extreme_integers(self) -> None:
        """The distance of the smallest and the largest integer does not overflow."""
        where = differences(pa.table({"x": [-(2**63)]}), pa.table({"x": [2**63 - 1]}), exact)
        assert where[0].abs_error == float(2**64 - 1)

    def test_infinity_and_huge_floats_do_not_warn(self) -> None:
        """Arithmetic on infinities and the largest floats raises no warning and is within no tolerance."""
        reference, candidate = pa.table({"x": [1e308, math.inf, 0.0]}), pa.table({"x": [-1e308, 1.0, -0.0]})
        assert len(found(reference, candidate, close(rel=1e-9, abs=1e-9, ulps=4))) == 2


END_MARK_BYTES = 8


class TestStreams:
    """IPC bytes are not trusted."""

    @settings(deadline=None)
    @given(st.binary(max_size=200))
    def test_random_bytes_are_compared_as_bytes(self, noise: bytes) -> None:
        """Bytes that are no Arrow data equal themselves, differ from others, and never raise."""
        assert found(noise, noise + b"", arrow()) == []
        assert found(noise, noise + b"x", arrow()) == [("value", "bytes")]

    @settings(deadline=None)
    @given(st.data())
    def test_damaged_streams_never_raise(self, data: st.DataObject) -> None:
        """A stream with a damaged byte or a lost tail is equal or different, but never an exception."""
        good = ipc(pa.table({"x": [1.0, NAN, None], "y": ["a", "b", None], "z": [[1.0], [], None]}))
        place = data.draw(st.integers(0, len(good) - 1))
        damaged = good[:place] + bytes([data.draw(st.integers(0, 255))]) + good[place + 1 :]
        differences(good, damaged, arrow())
        only_the_end_mark_is_lost = place >= len(good) - END_MARK_BYTES
        assert differences(good, good[:place], arrow()) or only_the_end_mark_is_lost

    def test_one_side_that_does_not_decode(self) -> None:
        """A stream beside bytes that are none is a difference that says which side it is."""
        where = differences(ipc(pa.table({"x": [1.0]})), b"nonsense", arrow())
        assert [(item.kind, item.reference, item.candidate) for item in where] == [("undecodable", "1 rows", "no Arrow data")]

    def test_bytes_are_read_only_when_told(self) -> None:
        """Without `arrow`, streams are bytes: the same rows in other batches differ."""
        reference, candidate = table(FLOATS, [1.0, 2.0]), table(FLOATS, [1.0, 2.0], chunks=True)
        assert found(ipc(reference), ipc(candidate), arrow()) == []
        assert found(ipc(reference), ipc(candidate)) == [("value", "bytes")]

    def test_a_table_beside_its_stream(self) -> None:
        """With `arrow`, a stream, a table, a batch and an exporter of a stream with the same rows are equal."""

        class Exporter:
            def __init__(self, data: Any) -> None:
                self.data = data

            def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
                return self.data.__arrow_c_stream__(requested_schema)

        data = pa.table({"x": [1.0, NAN]})

        class BatchExporter:
            def __init__(self, batch: Any) -> None:
                self.batch = batch

            def __arrow_c_array__(self, requested_schema: Any = None) -> Any:
                return self.batch.__arrow_c_array__(requested_schema)

        for other in (data, data.to_batches()[0], Exporter(data), BatchExporter(data.to_batches()[0]), ipc(data)):
            assert found(ipc(data), other, arrow()) == []
            assert found(ipc(pa.table({"x": [2.0, NAN]})), other, arrow()) == [('value.column["x"][0]', "value")]

    def test_streams_inside_other_values(self) -> None:
        """A stream within a list is read as well, and its rows are located."""
        one, other = ipc(pa.table({"x": [1.0]})), ipc(pa.table({"x": [2.0]}))
        assert found([one], [other], arrow()) == [('value[0].column["x"][0]', "value")]

    def test_nan_may_differ_in_equal_bytes(self) -> None:
        """The same bytes differ where NaN is to equal nothing."""
        data = ipc(pa.table({"x": [NAN]}))
        assert found(data, data, arrow(replace(exact, nan_equal=False))) == [('value.column["x"][0]', "nan")]

    def test_without_pyarrow(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where pyarrow is missing, the failure names the extra, instead of comparing bytes."""
        monkeypatch.setitem(sys.modules, "pyarrow", None)
        with pytest.raises(HarnessError, match="arrow"):
            differences(b"a", b"b", arrow())
        assert found(b"a", b"b") == [("value", "bytes")]


class TestArrays:
    """Numpy arrays."""

    @pytest.mark.parametrize(
        "make",
        [
            lambda: np.array([[1.0, NAN], [-0.0, math.inf]]),
            lambda: np.array([1, 2], dtype=np.int8),
            lambda: np.array([1j, NAN]),
            lambda: np.array(["a", "b"]),
            lambda: np.array([{"a": NAN}, None], dtype=object),
            lambda: np.array([(1.0, 2)], dtype=[("a", "f8"), ("b", "i4")]),
            lambda: np.array(["2020", "NaT"], dtype="M8[D]"),
            lambda: np.ma.masked_array([1.0, 2.0], mask=[False, True]),
            lambda: np.array(5.0),
            lambda: np.array([]),
            lambda: np.array([1.5], dtype=np.longdouble),
            lambda: np.array([1.5, NAN], dtype=np.float16),
            lambda: np.arange(6.0).reshape(2, 3)[:, ::2],
        ],
    )
    def test_an_array_equals_its_copy(self, make: Callable[[], Any]) -> None:
        """No array differs from its copy, of whatever type, strides and shape."""
        assert found(make(), make().copy()) == []

    @pytest.mark.parametrize(
        ("reference", "candidate", "path", "kind"),
        [
            (np.zeros((2, 3)), np.eye(2, 3), "value[0, 0]", "value"),
            (np.zeros(3), np.zeros(4), "value", "shape"),
            (np.zeros(3), np.zeros((3, 1)), "value", "shape"),
            (np.zeros(3), np.zeros(3, dtype=np.float32), "value", "type"),
            (np.zeros(3, dtype=np.int64), np.zeros(3, dtype=np.int32), "value", "type"),
            (np.array(1.0), np.array(2.0), "value", "value"),
            (np.array([None, {"a": 1}]), np.array([None, {"a": 2}]), 'value[1]["a"]', "value"),
            (np.array(["a", "b"]), np.array(["a", "c"]), "value[1]", "text"),
            (np.array([(1.0, 2)], dtype="f8,i4"), np.array([(1.0, 3)], dtype="f8,i4"), "value[0][1]", "value"),
            (np.array(["2020"], dtype="M8[D]"), np.array(["2021"], dtype="M8[D]"), "value[0]", "value"),
            (np.ma.masked_array([1.0, 2.0], mask=[0, 1]), np.ma.masked_array([1.0, 2.0], mask=[0, 0]), "value.mask[1]", "value"),
            (np.ma.masked_array([1.0, 2.0], mask=[0, 1]), np.ma.masked_array([3.0, 2.0], mask=[0, 1]), "value[0]", "value"),
        ],
    )
    def test_differences_are_located(self, reference: Any, candidate: Any, path: str, kind: str) -> None:
        """A differing item is located by its place in all dimensions; type and shape are told first."""
        assert (path, kind) in found(reference, candidate)

    def test_hidden_values_under_a_mask_play_no_part(self) -> None:
        """What lies below a mask is not compared."""
        left, right = (np.ma.masked_array([1.0, hidden], mask=[0, 1]) for hidden in (2.0, 3.0))
        assert found(left, right) == []

    def test_long_doubles_are_not_rounded(self) -> None:
        """Long doubles that differ below the precision of a double still differ."""
        one = np.longdouble(1)
        next_one = np.nextafter(one, np.longdouble(2))
        assert bool(found(one, next_one))
        assert bool(found(np.array([one]), np.array([next_one])))
