"""Recognises Arrow data and reads it as a table; the only place where bytes from outside become one."""

from __future__ import annotations

from typing import Any

from harness.errors import Code, HarnessError


def pyarrow() -> Any:
    """Import pyarrow when it is needed; raises HarnessError EXTRA_MISSING where it is not installed."""
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra that most comparisons never need
    except ImportError as error:
        raise HarnessError(Code.EXTRA_MISSING, "comparing Arrow data needs pyarrow: the extra `arrow`", cause=str(error)) from error
    return pa


def is_table(value: Any) -> bool:
    """Tell whether a value is an Arrow table or batch, or exports itself as one, without importing pyarrow."""
    return hasattr(value, "__arrow_c_stream__") or hasattr(value, "__arrow_c_array__")


def is_column(value: Any) -> bool:
    """Tell whether a value is an Arrow array, in chunks or not, without importing pyarrow."""
    return _of_pyarrow(value) and hasattr(value, "null_count")


def as_table(value: Any) -> Any:
    """Return a table for Arrow IPC stream bytes, a table, a batch, or whatever exports an Arrow stream or array; None for anything else.

    Bytes are not trusted: what does not decode and validate in full is no table.
    """
    pa = pyarrow()
    if isinstance(value, pa.Table):
        return value
    if isinstance(value, pa.RecordBatch):
        return pa.Table.from_batches([value])
    try:
        table = _read(pa, value)
    except (pa.ArrowException, OSError, ValueError, TypeError, OverflowError, MemoryError):
        return None
    return table


def _read(pa: Any, value: Any) -> Any:
    if isinstance(value, bytes):
        table = pa.ipc.open_stream(value).read_all()
        table.validate(full=True)
        return table
    if hasattr(value, "__arrow_c_stream__"):
        return pa.RecordBatchReader.from_stream(value).read_all()
    return pa.Table.from_batches([pa.record_batch(value)])


def _of_pyarrow(value: Any) -> bool:
    return type(value).__module__.partition(".")[0] == "pyarrow"
