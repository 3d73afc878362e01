"""From Arrow to checked columns and back; what the columns mean is told in `schema`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import pyarrow as pa

from reference_py.execution.errors import ErrorCode, ExecutionError


class Kind(Enum):
    """What a column that comes in may hold; `LEVEL` is a number that NaN and null leave out."""

    TEXT = auto()
    TIME = auto()
    NUMBER = auto()
    LEVEL = auto()
    INTEGER = auto()
    FLAG = auto()
    BYTES = auto()


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a table that comes in."""

    required: Mapping[str, Kind]
    optional: Mapping[str, Kind]

    @property
    def kinds(self) -> dict[str, Kind]:
        """Return all columns."""
        return {**self.required, **self.optional}


@dataclass(frozen=True, slots=True)
class Columns:
    """The cells of a table by column; optional columns may be missing."""

    rows: int
    cells: Mapping[str, list[Any]]

    def column(self, name: str, absent: Any = None) -> list[Any]:
        """Return the cells of a column, as many `absent` if it is missing."""
        return self.cells[name] if name in self.cells else [absent] * self.rows


def stream_bytes(value: Any, name: str) -> bytes | bytearray:
    """Return `value` if it is bytes; raises TypeError otherwise."""
    if not isinstance(value, bytes | bytearray):
        raise TypeError(f"{name} must be bytes, not {type(value).__name__}")
    return value


def arrow_data(value: Any, name: str) -> Any:
    """Return `value` if it speaks the Arrow PyCapsule interface; raises TypeError otherwise."""
    if not (hasattr(value, "__arrow_c_array__") or hasattr(value, "__arrow_c_stream__")):
        raise TypeError(f"{name} must offer __arrow_c_array__ or __arrow_c_stream__, which {type(value).__name__} does not")
    return value


def columns_of_stream(data: bytes | bytearray, layout: Layout) -> Columns:
    """Read the columns of all batches of an Arrow IPC stream; raises ExecutionError 3004 for bytes that are none, 1005 as `_columns`."""
    try:
        table = pa.ipc.open_stream(pa.py_buffer(data)).read_all()
        table.validate(full=True)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise ExecutionError(ErrorCode.DESERIALISE, f"these bytes are no Arrow stream: {error}") from error
    return _columns(table, layout)


def columns_of_arrow(data: Any, layout: Layout) -> Columns:
    """Read the columns of anything that speaks the PyCapsule interface; raises ExecutionError 1005 when it holds no such table."""
    try:
        if hasattr(data, "__arrow_c_array__"):
            table = pa.Table.from_batches([pa.record_batch(data)])
        else:
            table = pa.RecordBatchReader.from_stream(data).read_all()
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise ExecutionError(ErrorCode.SCHEMA, f"the data is no table: {error}") from error
    return _columns(table, layout)


def columns_of(data: Any, layout: Layout) -> Columns:
    """Read the columns of stream bytes or of a PyCapsule object."""
    return columns_of_stream(data, layout) if isinstance(data, bytes | bytearray) else columns_of_arrow(data, layout)


def batch(schema: pa.Schema, columns: Iterable[Sequence[Any]]) -> pa.RecordBatch:
    """Return one record batch with these columns; texts are put into dictionaries where the schema says so."""
    arrays = [_array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def batch_of_rows(schema: pa.Schema, rows: Iterable[Sequence[Any]]) -> pa.RecordBatch:
    """Return one record batch with these rows."""
    listed = list(rows)
    return batch(schema, [[row[place] for row in listed] for place in range(len(schema))])


def to_ipc(data: pa.RecordBatch) -> bytes:
    """Return the batch as an Arrow IPC stream of exactly one batch."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, data.schema) as writer:
        writer.write_batch(data)
    written: bytes = sink.getvalue().to_pybytes()
    return written


def _array(column: Sequence[Any], data_type: pa.DataType) -> pa.Array:
    if pa.types.is_dictionary(data_type):
        return pa.array(column, data_type.value_type).dictionary_encode()
    return pa.array(column, data_type)


def _columns(table: pa.Table, layout: Layout) -> Columns:
    """Return the cells of the columns that are there.

    Raises:
        ExecutionError: 1005 unless every column is known, comes once and has its type, and none is missing that must be there.
    """
    kinds, names = layout.kinds, list(table.schema.names)
    unknown = sorted(set(names) - set(kinds))
    missing = [name for name in layout.required if name not in names]
    if unknown or missing or len(set(names)) != len(names):
        raise ExecutionError(ErrorCode.SCHEMA, f"unknown columns {unknown}, missing columns {missing}, given {names}")
    for field in table.schema:
        if not _fits(field.type, kinds[field.name]):
            raise ExecutionError(ErrorCode.SCHEMA, f"column {field.name} is {field.type}, not {kinds[field.name].name.lower()}")
    return Columns(table.num_rows, {name: _cells(table.column(name), kinds[name]) for name in names})


def _fits(given: pa.DataType, kind: Kind) -> bool:
    return bool(_FITS[kind](given))


def _is_text(given: pa.DataType) -> bool:
    if pa.types.is_dictionary(given):
        return bool(pa.types.is_signed_integer(given.index_type) and pa.types.is_string(given.value_type))
    return bool(pa.types.is_string(given))


def _is_time(given: pa.DataType) -> bool:
    return given in {pa.timestamp("us", "UTC"), pa.timestamp("us"), pa.int64()}


_FITS = {
    Kind.TEXT: _is_text,
    Kind.TIME: _is_time,
    Kind.NUMBER: pa.types.is_float64,
    Kind.LEVEL: pa.types.is_float64,
    Kind.INTEGER: pa.types.is_int64,
    Kind.FLAG: pa.types.is_boolean,
    Kind.BYTES: pa.types.is_binary,
}


def _cells(column: pa.ChunkedArray, kind: Kind) -> list[Any]:
    if kind is Kind.TIME:
        column = column.cast(pa.int64())
    cells: list[Any] = column.to_pylist()
    if kind is Kind.LEVEL:
        return [None if cell is None or math.isnan(cell) else cell for cell in cells]
    return cells
