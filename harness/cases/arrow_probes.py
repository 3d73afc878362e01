"""Arrow data that bindings mistreat: slices, empty streams, foreign schemas, nulls, broken bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from harness.cases.probes import Probe, foreign
from harness.cases.tables import arrow, stream_bytes

_MESSAGE_START_BYTES = 8
_EXTRA = "no_such_column"


def stream_probes(batch: Any, rng: np.random.Generator) -> Iterator[Probe]:
    """Yield probes for an argument of IPC stream bytes, made from a good batch."""
    good = stream_bytes(batch.schema, [batch])
    yield from foreign()
    yield from _framing_probes(batch)
    for what, changed in batch_variants(batch):
        yield what, stream_bytes(changed.schema, [changed])
    yield from _broken_bytes(good, rng)
    yield "bytearray for bytes", bytearray(good)
    yield "array of uint8 for bytes", np.frombuffer(good, np.uint8)
    yield "text for bytes", good.decode("latin-1")
    yield "batch for bytes", batch
    yield "file format for stream format", _file_bytes(batch)


def batch_probes(batch: Any) -> Iterator[Probe]:
    """Yield probes for an argument that is a RecordBatch, made from a good one."""
    pa = arrow()
    yield from foreign()
    yield from batch_variants(batch)
    yield "table of one chunk", pa.Table.from_batches([batch])
    yield "table of two chunks", pa.Table.from_batches([batch, batch.slice(1)])
    yield "table of no chunk", pa.Table.from_batches([], batch.schema)
    yield "column for batch", batch.column(0) if batch.num_columns else pa.array([1.0])
    yield "stream bytes for batch", stream_bytes(batch.schema, [batch])


def batch_variants(batch: Any) -> Iterator[Probe]:
    """Yield a good batch sliced, emptied, and with a schema or nulls that are not its own."""
    longer = _repeated(batch, 12)
    yield from ((f"slice from row {start}", longer.slice(start, 3)) for start in (1, 7, 8, 9))
    yield "no rows", batch.slice(0, 0)
    yield "no rows, from a slice", longer.slice(5, 0)
    yield from _schema_variants(batch)
    for place, field in enumerate(batch.schema):
        yield f"{field.name} missing", _without(batch, place)
        yield from _column_variants(batch, place)


def _framing_probes(batch: Any) -> Iterator[Probe]:
    empty = batch.slice(0, 0)
    yield "stream of no batch", stream_bytes(batch.schema, [])
    yield "stream of two batches", stream_bytes(batch.schema, [batch, batch.slice(1)])
    yield "stream with an empty batch between", stream_bytes(batch.schema, [batch, empty, batch])
    yield "stream of empty batches", stream_bytes(batch.schema, [empty, empty])


def _schema_variants(batch: Any) -> Iterator[Probe]:
    pa = arrow()
    schema, columns = batch.schema, batch.columns
    backwards = list(reversed(range(batch.num_columns)))
    extra = pa.array([1.0] * batch.num_rows, pa.float64())
    yield "columns reversed", batch.select(backwards)
    yield "no columns", batch.select([])
    yield "extra column", pa.RecordBatch.from_arrays([*columns, extra], schema=schema.append(pa.field(_EXTRA, pa.float64())))
    yield "schema with metadata", batch.replace_schema_metadata({"origin": "probe"})
    nullable = pa.schema([field.with_nullable(nullable=True) for field in schema])
    yield "all columns flagged nullable", pa.RecordBatch.from_arrays(columns, schema=nullable)
    if batch.num_columns:
        names = [*schema.names, schema.names[0]]
        yield "column twice", pa.RecordBatch.from_arrays([*columns, columns[0]], names=names)
        capital = [name.upper() for name in schema.names]
        yield "names in capitals", pa.RecordBatch.from_arrays(columns, names=capital)


def _column_variants(batch: Any, place: int) -> Iterator[Probe]:
    pa = arrow()
    field, column = batch.schema.field(place), batch.column(place)
    for kind in _other_types(field.type):
        try:
            yield f"{field.name} as {kind}", _with_column(batch, place, column.cast(kind, safe=False))
        except pa.ArrowException:
            yield f"{field.name} as {kind}, of nulls", _with_column(batch, place, pa.nulls(batch.num_rows, kind))
    yield f"{field.name} of nulls", _with_column(batch, place, pa.nulls(batch.num_rows, field.type))
    values = column.to_pylist()
    if values:
        yield f"{field.name} with a null", _with_column(batch, place, pa.array([*values[:-1], None], field.type))
    if pa.types.is_list(field.type) and values:
        yield f"{field.name} with a null element", _with_column(batch, place, pa.array([*values[:-1], [None]], field.type))
        yield f"{field.name} with an empty list", _with_column(batch, place, pa.array([*values[:-1], []], field.type))
    yield f"{field.name} of the null type", _with_column(batch, place, pa.nulls(batch.num_rows))


def _other_types(kind: Any) -> list[Any]:
    """List types that a careless reader takes for the given one."""
    pa = arrow()
    if pa.types.is_list(kind):
        item = kind.value_type
        strict = pa.list_(pa.field("item", item, nullable=False))
        return [pa.large_list(item), pa.list_(pa.float32()), strict, item, pa.list_(pa.field("element", item))]
    if pa.types.is_dictionary(kind):
        return [kind.value_type, pa.dictionary(pa.int8(), kind.value_type)]
    others = [pa.float64(), pa.float32(), pa.int64(), pa.int32(), pa.uint64(), pa.string(), pa.large_string(), pa.bool_()]
    return [*(other for other in others if other != kind), pa.dictionary(pa.int32(), kind)]


def _broken_bytes(good: bytes, rng: np.random.Generator) -> Iterator[Probe]:
    yield "no bytes", b""
    for share in (1, 2, 3, 5, 7):
        cut = len(good) * share // 8
        yield f"cut at byte {cut}", good[:cut]
    for short in (1, 4, 8, 9):
        yield f"{short} bytes short", good[:-short]
    yield "trailing bytes", good + b"\x01\x02\x03"
    yield "twice", good + good
    yield "zeros", bytes(64)
    yield "random bytes", rng.bytes(256)
    yield "random bytes after a good start", good[:_MESSAGE_START_BYTES] + rng.bytes(256)
    # Only the marker and the length: Arrow libraries rightly differ in which damage they notice inside a message.
    for bit in range(8 * _MESSAGE_START_BYTES):
        yield f"bit {bit} of the header flipped", _flipped(good, bit)


def _flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << (bit % 8)
    return bytes(changed)


def _file_bytes(batch: Any) -> bytes:
    pa = arrow()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, batch.schema) as writer:
        writer.write_batch(batch)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def _repeated(batch: Any, rows: int) -> Any:
    pa = arrow()
    places = [place % batch.num_rows for place in range(rows)] if batch.num_rows else []
    return batch.take(pa.array(places, pa.int64()))


def _without(batch: Any, place: int) -> Any:
    return batch.select([other for other in range(batch.num_columns) if other != place])


def _with_column(batch: Any, place: int, column: Any) -> Any:
    """Replace a column; its field keeps name and flag, so that nulls may stand where the schema forbids them."""
    pa = arrow()
    columns = [*batch.columns[:place], column, *batch.columns[place + 1 :]]
    fields = list(batch.schema)
    fields[place] = fields[place].with_type(column.type)
    return pa.RecordBatch.from_arrays(columns, schema=pa.schema(fields))
