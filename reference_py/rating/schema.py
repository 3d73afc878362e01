"""The rating module's Arrow tables (spec 8.7): what comes in, checked column by column, and what goes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import pyarrow as pa

from reference_py.rating.errors import ErrorCode, RatingError

METRICS_SCHEMA = pa.schema(
    [
        pa.field("total_trades", pa.int64(), nullable=False),
        pa.field("win_rate", pa.float64(), nullable=False),
        pa.field("profit_factor", pa.float64(), nullable=False),
        pa.field("sharpe_ratio", pa.float64(), nullable=False),
        pa.field("max_drawdown", pa.float64(), nullable=False),
        pa.field("avg_trade_duration", pa.float64(), nullable=False),
        pa.field("cost_per_trade", pa.float64(), nullable=False),
        pa.field("yearly_profits", pa.list_(pa.float64()), nullable=False),
        pa.field("net_profit", pa.float64()),
        pa.field("avg_r", pa.float64()),
        pa.field("first_year", pa.int32()),
        pa.field("year_durations", pa.list_(pa.float64())),
        pa.field("trade_results", pa.list_(pa.float64())),
        pa.field("trade_r", pa.list_(pa.float64())),
    ]
)
RATING_COLUMNS = ("robustness_score", "stability_score", "cost_shock_score", "trade_dropout_score", "stress_penalty", "final_rating")
RATING_SCHEMA = pa.schema([pa.field(name, pa.float64(), nullable=False) for name in RATING_COLUMNS])
COST_SHOCK_SCHEMA = pa.schema(
    [
        pa.field("row", pa.int64(), nullable=False),
        pa.field("multiplier", pa.float64(), nullable=False),
        pa.field("score", pa.float64(), nullable=False),
    ]
)


@dataclass(frozen=True, slots=True)
class MetricsInput:
    """One row of the input, one backtest: money in the account's currency, win rate as a fraction, durations of years in days."""

    total_trades: int
    win_rate: float
    profit_factor: float
    sharpe_ratio: float
    max_drawdown: float
    avg_trade_duration: float
    cost_per_trade: float
    yearly_profits: list[float]
    net_profit: float | None = None
    avg_r: float | None = None
    first_year: int | None = None
    year_durations: list[float] | None = None
    trade_results: list[float] | None = None
    trade_r: list[float] | None = None


def stream_bytes(value: Any) -> bytes | bytearray:
    """Return `value` if it is bytes; raises TypeError otherwise."""
    if not isinstance(value, bytes | bytearray):
        raise TypeError(f"metrics_ipc must be bytes, not {type(value).__name__}")
    return value


def arrow_data(value: Any) -> Any:
    """Return `value` if it speaks the Arrow PyCapsule interface; raises TypeError otherwise."""
    if not (hasattr(value, "__arrow_c_array__") or hasattr(value, "__arrow_c_stream__")):
        raise TypeError(f"metrics must offer __arrow_c_array__ or __arrow_c_stream__, which {type(value).__name__} does not")
    return value


def rows_of_stream(data: bytes | bytearray) -> list[MetricsInput]:
    """Read the rows of all batches of an Arrow IPC stream.

    Raises:
        RatingError: 3004 when the bytes are no valid stream; else as `_rows`.
    """
    try:
        table = pa.ipc.open_stream(pa.py_buffer(data)).read_all()
        table.validate(full=True)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise RatingError(ErrorCode.DESERIALISE, f"these bytes are no Arrow stream: {error}") from error
    return _rows(table)


def rows_of_arrow(data: Any) -> list[MetricsInput]:
    """Read the rows of anything that speaks the PyCapsule interface; raises RatingError 1005 when it holds no table, else as `_rows`."""
    try:
        if hasattr(data, "__arrow_c_array__"):
            table = pa.Table.from_batches([_visible_rows(pa.array(data))])
        else:
            table = pa.RecordBatchReader.from_stream(data).read_all()
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise RatingError(ErrorCode.SCHEMA, f"the data is no table: {error}") from error
    return _rows(table)


def _visible_rows(rows: pa.Array) -> pa.RecordBatch:
    """Return an array of structs as a batch: its slice and no more; raises ValueError when a row is null, TypeError for other arrays."""
    if not isinstance(rows, pa.StructArray):
        raise TypeError(f"an array of {rows.type}")
    if rows.null_count:
        raise ValueError("a row of the table is null")
    return pa.RecordBatch.from_struct_array(rows)


def table_of_rows(rows: Sequence[MetricsInput]) -> pa.RecordBatch:
    """Return all columns of the rows, in the order of the schema."""
    columns = [[getattr(row, field.name) for row in rows] for field in fields(MetricsInput)]
    return _table(METRICS_SCHEMA, columns)


def table_of_columns(schema: pa.Schema, columns: Sequence[Sequence[Any]]) -> pa.RecordBatch:
    """Return one record batch with these columns."""
    return _table(schema, columns)


def to_ipc(batch: pa.RecordBatch) -> bytes:
    """Return the batch as an Arrow IPC stream of exactly one batch."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def _table(schema: pa.Schema, columns: Sequence[Sequence[Any]]) -> pa.RecordBatch:
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _rows(table: pa.Table) -> list[MetricsInput]:
    """Return the checked rows.

    Raises:
        RatingError: 1005 for a schema that is not ours, 1002 for a null where none may be, 1011 for lists whose lengths disagree; in
            this order.
    """
    _check_schema(table.schema)
    columns = {name: table.column(name).to_pylist() for name in table.column_names}
    for name, cells in columns.items():
        _check_nulls(METRICS_SCHEMA.field(name), cells)
    rows = [MetricsInput(**dict(zip(columns, cells, strict=True))) for cells in zip(*columns.values(), strict=True)]
    for number, row in enumerate(rows):
        _check_lengths(number, row)
    return rows


def _check_schema(schema: pa.Schema) -> None:
    """Raise RatingError 1005 unless every column is known, appears once and has its type, and none is missing that must be there."""
    names = list(schema.names)
    unknown = sorted(set(names) - set(METRICS_SCHEMA.names))
    missing = [field.name for field in METRICS_SCHEMA if not field.nullable and field.name not in names]
    if unknown or missing or len(set(names)) != len(names):
        raise RatingError(ErrorCode.SCHEMA, f"unknown columns {unknown}, missing columns {missing}, given {names}")
    for field in schema:
        if not _same_type(field.type, METRICS_SCHEMA.field(field.name).type):
            raise RatingError(ErrorCode.SCHEMA, f"column {field.name} is {field.type}, not {METRICS_SCHEMA.field(field.name).type}")


def _same_type(given: pa.DataType, wanted: pa.DataType) -> bool:
    """Compare types; how a list calls its element, and whether that is said to be nullable, does not matter."""
    if pa.types.is_list(wanted):
        return bool(pa.types.is_list(given) and given.value_type == wanted.value_type)
    return bool(given == wanted)


def _check_nulls(field: pa.Field, cells: list[Any]) -> None:
    if not field.nullable and any(cell is None for cell in cells):
        raise RatingError(ErrorCode.NULL, f"column {field.name} holds a null")
    if pa.types.is_list(field.type) and any(None in cell for cell in cells if cell is not None):
        raise RatingError(ErrorCode.NULL, f"a list in column {field.name} holds a null")


def _check_lengths(number: int, row: MetricsInput) -> None:
    if row.year_durations is not None and len(row.year_durations) != len(row.yearly_profits):
        raise RatingError(ErrorCode.SIZE_MISMATCH, f"row {number}: year_durations and yearly_profits differ in length")
    if row.trade_r is not None and (row.trade_results is None or len(row.trade_r) != len(row.trade_results)):
        raise RatingError(ErrorCode.SIZE_MISMATCH, f"row {number}: trade_r and trade_results differ in length")
