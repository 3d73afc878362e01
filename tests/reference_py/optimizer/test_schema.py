"""The table `optimization_result`: one spelling going out, and every fault coming in."""

from __future__ import annotations

import math
import struct
from contextlib import suppress
from typing import Any

import pyarrow as pa
import pytest

from reference_py.market.optimizer_tables import faulty_rows, other_schemas, plain_row, raw_stream, trial_rows
from reference_py.optimizer import OptimizerError, TrialRow
from reference_py.optimizer.schema import SCHEMA, from_ipc, to_ipc

CODES = {
    "null_id": 1002,
    "negative_id": 1003,
    "null_params": 1002,
    "null_param": 1002,
    "param_twice": 1006,
    "null_value": 1002,
    "null_state": 1002,
    "unknown_state": 1006,
    "complete_without_value": 1006,
    "failed_with_value": 1006,
    "pruned_with_infinity": 1006,
    "null_duration": 1002,
    "negative_duration": 1006,
    "endless_duration": 1006,
    "undefined_duration": 1006,
    "null_attribute": 1002,
    "attribute_twice": 1006,
    "several_faults": 1003,
    "state_before_duration": 1006,
}


def read(data: bytes) -> pa.Table:
    """Read a stream."""
    return pa.ipc.open_stream(data).read_all()


def code_of(data: bytes) -> int:
    """Return the number with which a stream is refused."""
    with pytest.raises(OptimizerError) as caught:
        from_ipc(data)
    return caught.value.code


def test_the_schema_is_the_documented_one() -> None:
    """Names, types, nullability and metadata."""
    table = read(to_ipc([]))
    assert table.schema.equals(SCHEMA, check_metadata=True)
    assert table.schema.metadata == {b"schema_version": b"1.0.0", b"schema_name": b"optimization_result"}
    assert [(field.name, str(field.type), field.nullable) for field in table.schema] == [
        ("trial_id", "int32", False),
        ("params", "map<string, double>", False),
        ("value", "double", False),
        ("state", "string", False),
        ("duration_seconds", "double", False),
        ("user_attrs", "map<string, string>", True),
    ]


def test_rows_go_out_sorted_in_one_batch() -> None:
    """By trial_id, keys by name, null for no attributes."""
    rows = [
        TrialRow(5, {"b": 1.0, "a": 2.0}, 0.5, "COMPLETE", 0.1, {"z": "1", "ä": "2", "B": "3"}),
        TrialRow(2, {}, math.nan, "FAIL", 0.0, {}),
    ]
    data = to_ipc(rows)
    assert read(data).to_pylist()[1]["params"] == [("a", 2.0), ("b", 1.0)]
    assert [key for key, _ in read(data).to_pylist()[1]["user_attrs"]] == ["B", "z", "ä"]
    assert read(data).column("trial_id").to_pylist() == [2, 5]
    assert read(data).to_pylist()[0]["user_attrs"] is None
    assert len(list(pa.ipc.open_stream(data))) == 1


def test_an_undefined_value_has_one_spelling() -> None:
    """Whatever NaN comes, the quiet one of plain bits goes."""
    odd = struct.unpack("<d", struct.pack("<Q", 0xFFF8000000000123))[0]
    value = read(to_ipc([TrialRow(0, {}, odd, "FAIL", 0.0, {})])).column("value").chunk(0)
    assert value.buffers()[1].to_pybytes()[:8] == struct.pack("<Q", 0x7FF8000000000000)


def test_rows_survive_the_way_out_and_in() -> None:
    """All columns of many rows."""
    rows = trial_rows(40, seed=1)
    assert [repr(row) for row in from_ipc(to_ipc(rows[::-1]))] == [
        repr(row._replace(params=dict(sorted(row.params.items())), user_attrs=dict(sorted(row.user_attrs.items())))) for row in rows
    ]


def test_every_batch_of_a_stream_is_read() -> None:
    """Empty ones as well."""
    assert [row.trial_id for row in from_ipc(raw_stream([plain_row(trial_id=k) for k in range(5)], batch_rows=2))] == list(range(5))
    assert from_ipc(raw_stream([])) == []


@pytest.mark.parametrize(("name", "row"), faulty_rows().items())
def test_a_row_that_contradicts_itself_is_refused(name: str, row: dict[str, Any]) -> None:
    """Each fault with its number, the first column's first."""
    assert code_of(raw_stream([plain_row(trial_id=1), row])) == CODES[name]


@pytest.mark.parametrize("name", sorted(other_schemas()))
def test_another_schema_is_refused(name: str) -> None:
    """Columns, order, types, name and version."""
    assert code_of(raw_stream([], other_schemas()[name])) == 5004


def test_infinite_values_may_be_complete() -> None:
    """Where `inf_is_worst` let them through."""
    assert from_ipc(raw_stream([plain_row(value=-math.inf)]))[0].value == -math.inf


@pytest.mark.parametrize("data", [b"", b"text", b"ARROW1\0\0", to_ipc(trial_rows(3, 1))[:100], to_ipc(trial_rows(3, 1))[:-200]])
def test_bytes_that_are_no_stream_are_refused(data: bytes) -> None:
    """With 3004."""
    assert code_of(data) == 3004


def test_a_changed_byte_never_ends_in_another_error() -> None:
    """Whatever a flipped byte does, rows or a number come out."""
    good = bytearray(to_ipc(trial_rows(3, seed=2)))
    for place in range(0, len(good), 3):
        changed = bytearray(good)
        changed[place] ^= 0xFF
        with suppress(OptimizerError):
            from_ipc(bytes(changed))
