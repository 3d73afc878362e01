"""The table `optimization_result` in Arrow: written in one spelling, and read with suspicion."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from reference_py.optimizer.errors import ErrorCode, OptimizerError
from reference_py.optimizer.result import TrialRow
from reference_py.optimizer.trial import COMPLETE, STATES

METADATA = {"schema_version": "1.0.0", "schema_name": "optimization_result"}
SCHEMA = pa.schema(
    [
        pa.field("trial_id", pa.int32(), nullable=False),
        pa.field("params", pa.map_(pa.utf8(), pa.float64()), nullable=False),
        pa.field("value", pa.float64(), nullable=False),
        pa.field("state", pa.utf8(), nullable=False),
        pa.field("duration_seconds", pa.float64(), nullable=False),
        pa.field("user_attrs", pa.map_(pa.utf8(), pa.utf8()), nullable=True),
    ],
    metadata=METADATA,
)


def to_ipc(rows: Iterable[TrialRow]) -> bytes:
    """Return rows as an Arrow IPC stream of one batch: by trial_id, map keys sorted, null for no attributes."""
    ordered = sorted(rows, key=lambda row: row.trial_id)
    columns = [
        [row.trial_id for row in ordered],
        [sorted(row.params.items()) for row in ordered],
        [math.nan if math.isnan(row.value) else row.value for row in ordered],
        [row.state for row in ordered],
        [row.duration_seconds + 0.0 for row in ordered],
        [sorted(row.user_attrs.items()) if row.user_attrs else None for row in ordered],
    ]
    batch = pa.RecordBatch.from_arrays([pa.array(c, field.type) for c, field in zip(columns, SCHEMA, strict=True)], schema=SCHEMA)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, SCHEMA) as writer:
        writer.write_batch(batch)
    written: bytes = sink.getvalue().to_pybytes()
    return written


def from_ipc(data: bytes | bytearray) -> list[TrialRow]:
    """Return the rows of all batches of a stream.

    Raises:
        OptimizerError: 3004 for bytes that are no Arrow stream, 5004 for another schema, 1002 for a null where none may be, 1003 for a
            negative trial_id, 1006 for a row that contradicts itself.
    """
    try:
        table = pa.ipc.open_stream(pa.py_buffer(data)).read_all()
        table.validate(full=True)
        found, metadata = _spelled(table.schema)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise OptimizerError(ErrorCode.DESERIALISE, f"these bytes are no Arrow stream: {error}") from error
    _check_schema(found, metadata)
    return [_row(number, *cells) for number, cells in enumerate(zip(*(column.to_pylist() for column in table.columns), strict=True))]


def _spelled(schema: pa.Schema) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """Return names with types, and the metadata; raises ValueError for texts that are none."""
    metadata = {key.decode(): value.decode() for key, value in (schema.metadata or {}).items()}
    return [(field.name, _spelling(field.type)) for field in schema], metadata


def _check_schema(found: list[tuple[str, str]], metadata: dict[str, str]) -> None:
    """Compare names, order and types; declared nullability and the names inside maps may differ."""
    wanted, _ = _spelled(SCHEMA)
    if found != wanted or any(metadata.get(key) != value for key, value in METADATA.items()):
        raise OptimizerError(ErrorCode.SCHEMA_MISMATCH, f"the stream holds {found} {metadata}, not optimization_result 1.0.0")


def _spelling(kind: pa.DataType) -> str:
    return f"map<{kind.key_type}, {kind.item_type}>" if pa.types.is_map(kind) else str(kind)


def _row(number: int, trial_id: Any, params: Any, value: Any, state: Any, seconds: Any, attributes: Any) -> TrialRow:
    _require(trial_id is not None, ErrorCode.NULL, number, "trial_id is null")
    _require(trial_id >= 0, ErrorCode.OUT_OF_BOUNDS, number, f"trial_id is {trial_id}")
    _require(params is not None, ErrorCode.NULL, number, "params is null")
    moved = _pairs(params, number, "params")
    _require(value is not None, ErrorCode.NULL, number, "value is null")
    _require(state is not None, ErrorCode.NULL, number, "state is null")
    _require(state in STATES, ErrorCode.CONSTRAINT, number, f"state is {state!r}")
    _require((state == COMPLETE) != math.isnan(value), ErrorCode.CONSTRAINT, number, f"{state} with the value {value}")
    _require(seconds is not None, ErrorCode.NULL, number, "duration_seconds is null")
    _require(math.isfinite(seconds) and seconds >= 0.0, ErrorCode.CONSTRAINT, number, f"duration_seconds is {seconds}")
    return TrialRow(trial_id, moved, value, state, seconds, _pairs(attributes or [], number, "user_attrs"))


def _pairs(pairs: list[tuple[str, Any]], number: int, column: str) -> dict[str, Any]:
    _require(all(value is not None for _, value in pairs), ErrorCode.NULL, number, f"{column} holds a null")
    _require(len({key for key, _ in pairs}) == len(pairs), ErrorCode.CONSTRAINT, number, f"{column} holds a key twice")
    return dict(sorted(pairs))


def _require(condition: bool, code: ErrorCode, number: int, message: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not condition:
        raise OptimizerError(code, f"row {number}: {message}")
