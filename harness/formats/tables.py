"""Carries Arrow data as IPC stream bytes, with the offset of a slice, since ports forget offsets."""

from __future__ import annotations

import importlib
import sys
from typing import Any

from harness.errors import Code, HarnessError
from harness.formats.opaque import Opaque

_OFFSET_LIMIT = 4096
_PARTS = 3


def is_table(value: Any) -> bool:
    """Tell a pyarrow record batch, table or array, without importing pyarrow for it."""
    arrow = sys.modules.get("pyarrow")
    return arrow is not None and isinstance(value, arrow.RecordBatch | arrow.Table | arrow.Array)


def encode(value: Any) -> list[Any]:
    """Return [kind, offset, IPC bytes]; a table's slices are kept as its batches only.

    Data that breaks Arrow's own rules would crash whoever reads it, so that only the reason is carried.
    """
    arrow = _pyarrow()
    try:
        value.validate(full=True)
    except arrow.ArrowException as error:
        return ["invalid", 0, f"{type(value).__name__}: {error}".encode()]
    if isinstance(value, arrow.Table):
        return ["table", 0, _write(value.schema, value.to_batches(), arrow)]
    if isinstance(value, arrow.RecordBatch):
        return ["batch", _offset(value.columns, value.num_rows), _write(value.schema, [value], arrow)]
    batch = arrow.RecordBatch.from_arrays([value], names=[""])
    return ["array", _offset([value], len(value)), _write(batch.schema, [batch], arrow)]


def decode(payload: Any) -> Any:
    """Rebuild the data and check it in full, so that hostile offsets cannot reach native code."""
    arrow = _pyarrow()
    if type(payload) is not list or len(payload) != _PARTS:
        raise TypeError("expected the three parts of Arrow data")
    kind, offset, data = payload
    if type(data) is not bytes or type(offset) is not int or not 0 <= offset <= _OFFSET_LIMIT:
        raise ValueError("expected bytes and a small offset")
    if kind == "invalid":
        return Opaque("pyarrow.invalid", data.decode())
    with arrow.ipc.open_stream(data) as reader:
        table = arrow.Table.from_batches(list(reader), reader.schema)
    table.validate(full=True)
    if kind == "table":
        return table
    if kind not in {"batch", "array"}:
        raise ValueError("unknown kind of Arrow data")
    batch = _shift(_single(table, arrow), offset, arrow)
    return batch if kind == "batch" else batch.column(0)


def _pyarrow() -> Any:
    try:
        return importlib.import_module("pyarrow")
    except ImportError as error:
        raise HarnessError(
            Code.EXTRA_MISSING, "the data holds Arrow tables and pyarrow is not installed", hint="install the extra `arrow`"
        ) from error


def _offset(columns: list[Any], rows: int) -> int:
    """Return the offset to rebuild; what matters to bitmaps is the rest modulo 8, so that large ones may shrink."""
    offset = max((column.offset for column in columns), default=0) if rows else 0
    return int(offset if offset <= _OFFSET_LIMIT else 8 + offset % 8)


def _write(schema: Any, batches: list[Any], arrow: Any) -> bytes:
    sink = arrow.BufferOutputStream()
    with arrow.ipc.new_stream(sink, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    return bytes(sink.getvalue())


def _single(table: Any, arrow: Any) -> Any:
    batches = table.to_batches()
    if len(batches) > 1:
        raise ValueError("expected a single batch")
    return batches[0] if batches else arrow.RecordBatch.from_pylist([], schema=table.schema)


def _shift(batch: Any, offset: int, arrow: Any) -> Any:
    """Put `offset` copies of the first row in front and slice them off again."""
    if not offset or not batch.num_rows:
        return batch
    rows = arrow.array([0] * offset + list(range(batch.num_rows)))
    return batch.take(rows).slice(offset)
