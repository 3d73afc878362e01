"""Simpler Arrow data: fewer batches, fewer rows, then plainer cells, always with the same schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

from harness.cases import tables

SimplerCells: TypeAlias = Callable[[str, Any], Iterator[Any]]

_CELL_ROWS = 16
_CONTINUATION = b"\xff\xff\xff\xff"
_NO_PLAIN_FORM = (ValueError, OverflowError, ImportError)


def read(data: bytes) -> list[Any] | None:
    """Return the batches of IPC stream bytes that can be read, or None."""
    return tables.read_stream(data)


def is_batch(value: Any) -> bool:
    """Tell a pyarrow RecordBatch."""
    return tables.is_batch(value)


def rows_of(value: Any) -> list[Any] | None:
    """Return the rows of Arrow data as dicts, with one more empty row for every batch beyond the first; None for anything else."""
    batches = [value] if is_batch(value) else read(value) if isinstance(value, bytes) else None
    if batches is None:
        return None
    return [row for batch in batches for row in _pylist(batch)] + [{} for _ in batches[1:]]


def simpler_streams(batches: Sequence[Any], cells: SimplerCells) -> Iterator[bytes]:
    """Yield streams of a single batch, of fewer batches, then of fewer rows and plainer cells in each batch."""
    yield from _fewer_batches(batches)
    yield from _with_each(batches, lambda batch: simpler_batches(batch, cells))


def fewer_rows_of_streams(batches: Sequence[Any]) -> Iterator[bytes]:
    """Yield streams of fewer batches, then of fewer rows in each batch."""
    yield from _fewer_batches(batches)
    yield from _with_each(batches, fewer_rows)


def _fewer_batches(batches: Sequence[Any]) -> Iterator[bytes]:
    if len(batches) > 1:
        schema = batches[0].schema
        joined = tables.arrow().Table.from_batches(batches).combine_chunks().to_batches()
        yield tables.stream_bytes(schema, joined or batches[:1])
        for place in range(len(batches)):
            yield tables.stream_bytes(schema, [*batches[:place], *batches[place + 1 :]])


def _with_each(batches: Sequence[Any], change: Callable[[Any], Iterator[Any]]) -> Iterator[bytes]:
    for place, batch in enumerate(batches):
        for plainer in change(batch):
            yield tables.stream_bytes(batches[0].schema, [*batches[:place], plainer, *batches[place + 1 :]])


def simpler_batches(batch: Any, cells: SimplerCells) -> Iterator[Any]:
    """Yield batches of fewer rows; small ones with one cell plainer."""
    yield from fewer_rows(batch)
    if batch.num_rows <= _CELL_ROWS:
        yield from _plain_columns(batch, cells)
        for place in range(batch.num_columns):
            yield from _simpler_columns(batch, place, cells)


def fewer_rows(batch: Any) -> Iterator[Any]:
    """Yield batches of fewer rows, of a slice also as slices, for the fault may be in the offset."""
    pa = tables.arrow()
    sliced = any(column.offset for column in batch.columns)
    for start, stop in _removals(batch.num_rows):
        kept = [*range(start), *range(stop, batch.num_rows)]
        yield batch.take(pa.array(kept, pa.int64()))
        if sliced and start == 0:
            yield batch.slice(stop)


def _plain_columns(batch: Any, cells: SimplerCells) -> Iterator[Any]:
    """Make all columns plain at once, then all but one, since a fault mostly needs a single column."""
    pa = tables.arrow()
    plain = [_plain_column(batch, place, cells) for place in range(batch.num_columns)]
    changed = [place for place, column in enumerate(plain) if column is not None]
    for spared in (None, *changed) if len(changed) > 1 else ():
        columns = [new if new is not None and place != spared else batch.column(place) for place, new in enumerate(plain)]
        yield pa.RecordBatch.from_arrays(columns, schema=batch.schema)


def _plain_column(batch: Any, place: int, cells: SimplerCells) -> Any | None:
    """Return a column of the boldest candidate of each cell, or None when none of them can be simpler."""
    pa = tables.arrow()
    field = batch.schema.field(place)
    values = _column_values(pa, batch.column(place))
    plain = [None if field.nullable else next(cells(field.name, value), value) for value in values]
    return None if all(new is old for new, old in zip(plain, values, strict=True)) else _column(pa, plain, field.type)


def _simpler_columns(batch: Any, place: int, cells: SimplerCells) -> Iterator[Any]:
    pa = tables.arrow()
    field = batch.schema.field(place)
    values = _column_values(pa, batch.column(place))
    for row, value in enumerate(values):
        nothing = [None] if field.nullable and value is not None else []
        for plainer in (*nothing, *(() if value is None else cells(field.name, value))):
            changed = _column(pa, [*values[:row], plainer, *values[row + 1 :]], field.type)
            if changed is not None and (field.nullable or plainer is not None):
                yield pa.RecordBatch.from_arrays([*batch.columns[:place], changed, *batch.columns[place + 1 :]], schema=batch.schema)


def _column_values(pa: Any, column: Any) -> list[Any]:
    """Return the cells as Python values; none for a type that has no plain Python form, so that it stays as it is."""
    try:
        values: list[Any] = column.to_pylist()
    except (pa.ArrowException, *_NO_PLAIN_FORM):
        return []
    return values


def _column(pa: Any, values: list[Any], kind: Any) -> Any | None:
    try:
        return pa.array(values, type=kind)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return None


def _pylist(batch: Any) -> list[Any]:
    pa = tables.arrow()
    try:
        rows: list[Any] = batch.to_pylist()
    except (pa.ArrowException, *_NO_PLAIN_FORM):
        return [{"row": str(place)} for place in range(batch.num_rows)]
    return rows


def _removals(length: int) -> Iterator[tuple[int, int]]:
    chunk = length
    while chunk:
        yield from ((start, min(start + chunk, length)) for start in range(0, length, chunk))
        chunk //= 2
