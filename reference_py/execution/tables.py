"""From tables to signals, bars and updates, and from the simulator's records to tables."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import pyarrow as pa

from reference_py.execution.arrow import Columns, batch, batch_of_rows, columns_of
from reference_py.execution.candle import Bar, Candle
from reference_py.execution.errors import ErrorCode, ExecutionError
from reference_py.execution.portfolio import Portfolio
from reference_py.execution.position import Position
from reference_py.execution.rounding import rounded
from reference_py.execution.schema import (
    ASK,
    BARS,
    BID,
    CURVE_SCHEMA,
    EXIT_SCHEMA,
    FEE_SCHEMA,
    OUTCOME_SCHEMA,
    POSITION_SCHEMA,
    SIGNALS,
    TICKS,
    TRADE_CURVE_SCHEMA,
    TRADE_SCHEMA,
    UPDATES,
    summary_schema,
)
from reference_py.execution.signal import SignalRow
from reference_py.execution.summary import Figures
from reference_py.execution.ticks import Tick

PRICE_COLUMNS = ("entry_price", "exit_price", "initial_sl", "current_sl", "tp", "initial_tp")


class Outcome(NamedTuple):
    """What became of a signal; error 0 is none."""

    outcome: str
    position_id: str | None = None
    error_code: int = 0
    price: float | None = None
    size: float | None = None


class ExitReport(NamedTuple):
    """A position that left the market; `pnl` is its result before fees."""

    position_id: str
    kind: str
    price: float
    pnl: float
    exit_time: int


class UpdateRow(NamedTuple):
    """A row of the update table; None leaves a thing as it is."""

    position_id: str | None
    stop_loss: float | None
    take_profit: float | None
    status: str | None
    exit_price: float | None
    exit_time: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class BarTable:
    """The rows of a table of bars, None for those to pass over, and how many symbols it names."""

    times: list[int]
    candles: list[Candle | None]
    symbols: int


def signal_rows(data: Any) -> list[SignalRow]:
    """Read the rows of a signal table; raises ExecutionError 3004, 1005."""
    columns = columns_of(data, SIGNALS)
    return [SignalRow(*cells) for cells in zip(*map(columns.column, SignalRow._fields), strict=True)]


def update_rows(data: Any) -> list[UpdateRow]:
    """Read the rows of an update table; raises ExecutionError 3004, 1005."""
    columns = columns_of(data, UPDATES)
    return [UpdateRow(*cells) for cells in zip(*map(columns.column, UpdateRow._fields), strict=True)]


def bar_table(data: Any) -> BarTable:
    """Read a table of bars; raises ExecutionError 3004, 1005, 1010, 1002, 1006."""
    columns = columns_of(data, BARS)
    if len({name in columns.cells for name in ASK}) > 1:
        raise ExecutionError(ErrorCode.SCHEMA, "the ask has some of its columns, but not all")
    symbols, times, valid = columns.column("symbol"), columns.column("timestamp"), columns.column("valid", absent=True)
    _check_bars(symbols, times, valid)
    candles = [
        Candle(symbol, time_us, bid, ask) if bid is not None and usable else None
        for symbol, time_us, bid, ask, usable in zip(symbols, times, _side(columns, BID), _side(columns, ASK), valid, strict=True)
    ]
    return BarTable(times, candles, len(set(symbols)))


def ticks(data: Any) -> list[Tick]:
    """Read a table of ticks; raises ExecutionError 3004, 1005, 1010, 1002, 1006."""
    columns = columns_of(data, TICKS)
    if columns.rows == 0:
        raise ExecutionError(ErrorCode.EMPTY_INPUT, "there are no ticks")
    rows = list(zip(*map(columns.column, TICKS.required), strict=True))
    for row, cells in enumerate(rows):
        _not_null(row, *cells)
        _not_earlier(row, columns.column("timestamp"))
    return [Tick(*cells) for cells in rows]


def outcome_table(outcomes: Iterable[Outcome]) -> pa.RecordBatch:
    """Return what became of the signals, one row each."""
    return batch_of_rows(OUTCOME_SCHEMA, [(row, *outcome) for row, outcome in enumerate(outcomes)])


def exit_table(exits: Iterable[ExitReport]) -> pa.RecordBatch:
    """Return the positions that left the market."""
    return batch_of_rows(EXIT_SCHEMA, exits)


def position_table(positions: Iterable[Position]) -> pa.RecordBatch:
    """Return every field of the positions."""
    return batch_of_rows(POSITION_SCHEMA, [position_cells(position) for position in positions])


def trade_table(portfolio: Portfolio, *, as_rounded: bool) -> pa.RecordBatch:
    """Return the positions that ended with their list, as they are or rounded for people."""
    rows = [(*position_cells(ended.position), ended.book.value) for ended in portfolio.ended]
    columns = {name: [row[place] for row in rows] for place, name in enumerate(TRADE_SCHEMA.names)}
    if as_rounded:
        columns |= {name: _rounded(columns[name], 5) for name in PRICE_COLUMNS} | {"result": _rounded(columns["result"], 2)}
    return batch(TRADE_SCHEMA, columns.values())


def fee_table(portfolio: Portfolio) -> pa.RecordBatch:
    """Return the fee log."""
    return batch_of_rows(FEE_SCHEMA, portfolio.fee_log)


def curve_table(portfolio: Portfolio) -> pa.RecordBatch:
    """Return the equity curve with its placeholder."""
    rows = [(point.time_us, point.equity, point.equity, point.high_water - point.equity, point.high_water) for point in portfolio.curve]
    return batch_of_rows(CURVE_SCHEMA, rows)


def trade_curve_table(portfolio: Portfolio) -> pa.RecordBatch:
    """Return the equity after each trade."""
    return batch_of_rows(TRADE_CURVE_SCHEMA, portfolio.trade_curve())


def summary_table(figures: Figures) -> pa.RecordBatch:
    """Return a summary as a table of one row."""
    return batch_of_rows(summary_schema(list(figures)), [list(figures.values())])


def position_cells(position: Position) -> tuple[Any, ...]:
    """Return the cells of a position in the order of `POSITION_SCHEMA`."""
    trailing = position.trailing
    trail = (None,) * 4 if trailing is None else (trailing.trail.distance, trailing.trail.step, trailing.trail.activation, trailing.best)
    return (
        position.entry_time,
        position.exit_time,
        position.direction.value,
        position.symbol,
        position.entry_price,
        position.exit_price,
        _or_nan(position.initial_stop_loss),
        _or_nan(position.stop_loss),
        _or_nan(position.take_profit),
        position.size,
        position.result,
        position.r_multiple,
        position.status.value,
        position.position_id,
        position.order_type.value,
        position.risk_per_trade,
        position.trigger_time,
        _or_nan(position.initial_take_profit),
        position.entry_fee,
        position.exit_fee,
        position.reason,
        position.magic_number,
        _or_nan(position.requested_size),
        position.is_closed,
        *trail,
        position.stop_by_trailing,
        position.signal_reason,
        position.scenario,
        position.tags,
    )


def _check_bars(symbols: list[str], times: list[int], valid: list[bool]) -> None:
    """Raise ExecutionError 1010 without rows; then, row by row, 1002 for nulls, 1006 for times that fall and for doubled bars."""
    if not times:
        raise ExecutionError(ErrorCode.EMPTY_INPUT, "there are no bars")
    seen: set[str] = set()
    for row, symbol in enumerate(symbols):
        _not_null(row, symbol, times[row], valid[row])
        _not_earlier(row, times)
        if row > 0 and times[row] != times[row - 1]:
            seen.clear()
        if symbol in seen:
            raise ExecutionError(ErrorCode.CONSTRAINT, f"row {row}: a second bar of {symbol!r} at the same time")
        seen.add(symbol)


def _side(columns: Columns, names: tuple[str, ...]) -> list[Bar | None]:
    """Return one side of every row, None where one of its prices is null."""
    prices = zip(*map(columns.column, names), strict=True)
    return [None if None in cells else Bar(*cells) for cells in prices]


def _not_null(row: int, *cells: Any) -> None:
    if None in cells:
        raise ExecutionError(ErrorCode.NULL, f"row {row} holds a null")


def _not_earlier(row: int, times: list[int]) -> None:
    if row > 0 and times[row] < times[row - 1]:
        raise ExecutionError(ErrorCode.CONSTRAINT, f"row {row} is earlier than the row before")


def _or_nan(level: float | None) -> float:
    return math.nan if level is None else level


def _rounded(cells: list[float | None], decimals: int) -> list[float | None]:
    return [None if cell is None else rounded(cell, decimals) for cell in cells]
