"""Tables as Arrow: IPC stream bytes or a RecordBatch, drawn for many cases at once and cut without a copy."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, pairwise
from types import ModuleType
from typing import Any

import numpy as np

from harness.cases.build import draw
from harness.cases.edges import absent, edges, typical
from harness.cases.imports import describe, load_callable
from harness.contract.types import ListOf, MapOf, OneOf, Record, Scalar, Table, Type
from harness.errors import Code, HarnessError

_SCALARS = {"float64": "float64", "int64": "int64", "int32": "int32", "bool": "bool_", "string": "string", "bytes": "binary"}
_CONTINUATION = b"\xff\xff\xff\xff"


def arrow() -> ModuleType:
    """Import pyarrow; raises HarnessError EXTRA_MISSING when it is not installed."""
    try:
        import pyarrow as pa  # noqa: PLC0415 - an optional extra, needed only for tables
        import pyarrow.ipc  # noqa: PLC0415 - as above
    except ImportError as error:
        hint = "install the extra `arrow`: pip install 'migration-harness[arrow]'"
        raise HarnessError(Code.EXTRA_MISSING, "tables need pyarrow, the extra `arrow`", cause=str(error), hint=hint) from error
    module: ModuleType = pa
    return module


def draw_tables(table: Table, rng: np.random.Generator, count: int) -> list[Any]:
    """Draw `count` tables in their encoding, their row counts taken from the table's sizes."""
    sizes = [table.sizes[place] for place in rng.integers(0, len(table.sizes), count).tolist()]
    columns = {name: draw(kind, rng, sum(sizes)) for name, kind in table.fields.items()}
    whole = record_batch(table, columns, sum(sizes))
    ends = accumulate(sizes, initial=0)
    return [encode(table, whole.slice(start, end - start)) for start, end in pairwise(ends)]


def edge_tables(table: Table) -> list[Any]:
    """Make tables of no row, a typical row, a row of absent values, and one per column with a row for each of its edge values."""
    usual = {name: typical(kind) for name, kind in table.fields.items()}
    groups: list[list[dict[str, Any]]] = [[], [usual], [{name: absent(kind) for name, kind in table.fields.items()}]]
    groups += [[usual | {name: value} for value in edges(kind)] for name, kind in table.fields.items()]
    return [encode(table, from_rows(table, rows)) for rows in groups]


def from_rows(table: Table, rows: Sequence[dict[str, Any]]) -> Any:
    """Make a RecordBatch of row dicts."""
    return record_batch(table, {name: [row[name] for row in rows] for name in table.fields}, len(rows))


def record_batch(table: Table, columns: dict[str, list[Any]], count: int) -> Any:
    """Make a RecordBatch of columns, after the table's `adjust` made each row consistent.

    Raises HarnessError CONTRACT_BROKEN when the adjusted values do not fit the columns.
    """
    pa = arrow()
    if table.adjust:
        columns = _adjusted(load_callable(table.adjust), table, columns, count)
    fields = [pa.field(name, arrow_type(kind), nullable=kind.optional) for name, kind in table.fields.items()]
    try:
        arrays = [pa.array(columns[field.name], type=field.type) for field in fields]
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        raise HarnessError(Code.CONTRACT_BROKEN, "a row does not fit its columns", where=table.adjust, cause=describe(error)) from error
    for field, array in zip(fields, arrays, strict=True):
        if array.null_count and not field.nullable:
            raise HarnessError(Code.CONTRACT_BROKEN, f"column {field.name!r} is not optional, but a row has None", where=table.adjust)
    return pa.RecordBatch.from_arrays(arrays, schema=pa.schema(fields))


def encode(table: Table, batch: Any) -> Any:
    """Return a batch in the encoding of the table: the batch itself, or IPC stream bytes."""
    return batch if table.encoding == "batch" else stream_bytes(batch.schema, [batch])


def stream_bytes(schema: Any, batches: Iterable[Any]) -> bytes:
    """Write batches as one Arrow IPC stream."""
    pa = arrow()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def read_stream(data: bytes) -> list[Any] | None:
    """Return the batches of an Arrow IPC stream, or None when the bytes are none or pyarrow is not there to tell."""
    if not data.startswith(_CONTINUATION) or importlib.util.find_spec("pyarrow") is None:
        return None
    pa = arrow()
    try:
        with pa.ipc.open_stream(data) as reader:
            batches = list(reader)
            for batch in batches:
                batch.validate(full=True)
            return batches or [pa.RecordBatch.from_pylist([], schema=reader.schema)]
    except (pa.ArrowException, ValueError, OSError):
        return None


def is_batch(value: Any) -> bool:
    """Tell a pyarrow RecordBatch, without importing pyarrow for it."""
    module = sys.modules.get("pyarrow")
    return module is not None and isinstance(value, module.RecordBatch)


def arrow_type(kind: Type) -> Any:
    """Return the Arrow type of a contract's type; items of lists keep Arrow's usual nullable flag."""
    pa = arrow()
    match kind:
        case Scalar():
            return getattr(pa, _SCALARS[kind.name])()
        case ListOf():
            return pa.list_(arrow_type(kind.item))
        case MapOf():
            return pa.map_(arrow_type(kind.key), arrow_type(kind.value))
        case Record():
            return pa.struct([pa.field(name, arrow_type(field)) for name, field in kind.fields.items()])
        case OneOf():
            return pa.array([value for value in kind.values if value is not None]).type
        case Table():
            raise HarnessError(Code.CONTRACT_BROKEN, "a table cannot be a column", where=str(kind))


def _adjusted(adjust: Callable[..., Any], table: Table, columns: dict[str, list[Any]], count: int) -> dict[str, list[Any]]:
    """Pass every row through `adjust`, which returns the row to use, or None when it changed the one it was given."""
    names = list(table.fields)
    rows = [{name: columns[name][place] for name in names} for place in range(count)]
    try:
        results = [row if (changed := adjust(row)) is None else changed for row in rows]
        return {name: [row[name] for row in results] for name in names}
    except Exception as error:
        raise HarnessError(Code.CONTRACT_BROKEN, "the table's `adjust` failed", where=table.adjust, cause=describe(error)) from error
