"""Streams of `optimization_result` for tests and workloads: real rows in any number, and every way in which a stream can be wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from reference_py.market.execution_tables import random_numbers
from reference_py.optimizer.result import TrialRow
from reference_py.optimizer.schema import SCHEMA, to_ipc

STREAM = 8  # 1 to 5 belong to the specification
STATES = ("COMPLETE", "COMPLETE", "COMPLETE", "PRUNED", "FAIL")
CHOICES = ("cross", "trail", "target")
COLUMNS = tuple(SCHEMA.names)


def trial_rows(count: int, seed: int, *, first: int = 0) -> list[TrialRow]:
    """Return rows as an optimization leaves them, the same for the same arguments; every fifth state is a failure of its own kind."""
    random = random_numbers(seed, STREAM)
    return [_row(first + number, random.random(4).tolist()) for number in range(count)]


def trial_streams(count: int, parts: int, seed: int) -> list[bytes]:
    """Return so many trials dealt out to streams, as workers would have finished them."""
    rows = trial_rows(count, seed)
    return [to_ipc(rows[part::parts]) for part in range(parts)]


def plain_row(**changes: Any) -> dict[str, Any]:
    """Return one valid row by column, changed as told."""
    row = {"trial_id": 3, "params": [("x", 0.5)], "value": 1.25, "state": "COMPLETE", "duration_seconds": 0.5, "user_attrs": None}
    return row | changes


def raw_stream(rows: Sequence[Mapping[str, Any]], schema: pa.Schema = SCHEMA, *, batch_rows: int | None = None) -> bytes:
    """Return rows as they are, unsorted and unchecked, in as many batches as wanted."""
    loose = pa.schema([field.with_nullable(nullable=True) for field in schema], metadata=schema.metadata)
    table = pa.Table.from_arrays([pa.array([row.get(name) for row in rows], loose.field(name).type) for name in loose.names], schema=loose)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, loose) as writer:
        writer.write_table(table, max_chunksize=batch_rows)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def other_schemas() -> dict[str, pa.Schema]:
    """Return schemas that are almost right."""
    fields = list(SCHEMA)
    metadata = SCHEMA.metadata
    return {
        "missing_column": pa.schema(fields[:-1], metadata=metadata),
        "extra_column": pa.schema([*fields, pa.field("more", pa.float64())], metadata=metadata),
        "other_order": pa.schema([fields[1], fields[0], *fields[2:]], metadata=metadata),
        "wide_id": pa.schema([pa.field("trial_id", pa.int64()), *fields[1:]], metadata=metadata),
        "single_value": pa.schema([*fields[:2], pa.field("value", pa.float32()), *fields[3:]], metadata=metadata),
        "large_text": pa.schema([*fields[:3], pa.field("state", pa.large_utf8()), *fields[4:]], metadata=metadata),
        "text_params": pa.schema([fields[0], pa.field("params", pa.map_(pa.utf8(), pa.utf8())), *fields[2:]], metadata=metadata),
        "no_metadata": pa.schema(fields),
        "other_version": pa.schema(fields, metadata={**metadata, b"schema_version": b"2.0.0"}),
        "other_name": pa.schema(fields, metadata={**metadata, b"schema_name": b"walkforward_result"}),
    }


def faulty_rows() -> dict[str, dict[str, Any]]:
    """Return rows that contradict the schema's meaning, each in one way."""
    return {
        "null_id": plain_row(trial_id=None),
        "negative_id": plain_row(trial_id=-1),
        "null_params": plain_row(params=None),
        "null_param": plain_row(params=[("x", None)]),
        "param_twice": plain_row(params=[("x", 1.0), ("x", 1.0)]),
        "null_value": plain_row(value=None),
        "null_state": plain_row(state=None),
        "unknown_state": plain_row(state="RUNNING"),
        "complete_without_value": plain_row(value=math.nan),
        "failed_with_value": plain_row(state="FAIL"),
        "pruned_with_infinity": plain_row(state="PRUNED", value=math.inf),
        "null_duration": plain_row(duration_seconds=None),
        "negative_duration": plain_row(duration_seconds=-0.5),
        "endless_duration": plain_row(duration_seconds=math.inf),
        "undefined_duration": plain_row(duration_seconds=math.nan),
        "null_attribute": plain_row(user_attrs=[("k", None)]),
        "attribute_twice": plain_row(user_attrs=[("k", "a"), ("k", "b")]),
        "several_faults": plain_row(trial_id=-1, params=None, state="?"),
        "state_before_duration": plain_row(state="?", duration_seconds=None),
    }


def _row(number: int, drawn: list[float]) -> TrialRow:
    state = STATES[number % len(STATES)]
    leave = int(drawn[1] * len(CHOICES))
    attributes = {"param:exit": CHOICES[leave], "trades": str(int(drawn[2] * 300.0))}
    if state == "FAIL":
        attributes |= {"error_type": "ValueError", "error_message": f"the objective gave nan für {number}"}
    value = drawn[0] - 0.5 if state == "COMPLETE" else math.nan
    params = {"exit": float(leave), "fast_days": float(int(2 + drawn[3] * 38)), "stop": 0.01 + 0.005 * int(drawn[2] * 15)}
    return TrialRow(number, params, value, state, 0.05 + drawn[3] / 10.0, attributes)
