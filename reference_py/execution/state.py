"""Writes a simulator to Arrow and reads it back, so that a run can go on elsewhere as if it had not been interrupted."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any, TypeVar

import pyarrow as pa

from reference_py.execution import tables
from reference_py.execution.arrow import Columns, Kind, Layout, batch_of_rows, columns_of_stream, to_ipc
from reference_py.execution.config import config_json
from reference_py.execution.errors import ErrorCode, ExecutionError
from reference_py.execution.portfolio import Book, CurvePoint, Ended, FeeEntry
from reference_py.execution.position import Position, Status
from reference_py.execution.schema import CURVE_SCHEMA, FEE_SCHEMA, POSITION_SCHEMA, TIME, WORD, required
from reference_py.execution.signal import Direction, OrderType, Trail
from reference_py.execution.simulator import ExecutionSimulator
from reference_py.execution.ticks import Tick
from reference_py.execution.trailing import TrailingStop

W = TypeVar("W")

STATE_SCHEMA = pa.schema([required("name", pa.utf8()), required("data", pa.binary())])
LEDGER_NUMBERS = ("cash", "equity", "total_fees", "max_equity", "max_drawdown", "drawdown_initial")
LEDGER_SCHEMA = pa.schema(
    [
        *(required(name, pa.float64()) for name in LEDGER_NUMBERS),
        pa.field("start_time", TIME),
        required("draws", pa.int64()),
        required("positions", pa.int64()),
    ]
)
UNIT_VALUE_SCHEMA = pa.schema([required("symbol", pa.utf8()), required("value", pa.float64())])
QUOTE_SCHEMA = pa.schema(
    [required("symbol", pa.utf8()), required("timestamp", TIME), required("bid", pa.float64()), required("ask", pa.float64())]
)
SAVED_POSITION_SCHEMA = pa.schema(
    [
        *POSITION_SCHEMA,
        required("number", pa.int64()),
        pa.field("active", pa.int64()),
        pa.field("open", pa.int64()),
        pa.field("ended", pa.int64()),
        pa.field("book", pa.utf8()),
        required("break_even", pa.bool_()),
    ]
)
NAMES = ("config", "ledger", "positions", "fees", "curve", "unit_values", "quotes")
KINDS = {
    pa.utf8(): Kind.TEXT,
    WORD: Kind.TEXT,
    TIME: Kind.TIME,
    pa.float64(): Kind.NUMBER,
    pa.int64(): Kind.INTEGER,
    pa.bool_(): Kind.FLAG,
    pa.binary(): Kind.BYTES,
}


def save(simulator: ExecutionSimulator) -> bytes:
    """Return a table of tables."""
    portfolio = simulator.portfolio
    parts = {
        "config": config_json(simulator.config).encode(),
        "ledger": _written(LEDGER_SCHEMA, [_ledger(simulator)]),
        "positions": _written(SAVED_POSITION_SCHEMA, _saved_positions(simulator)),
        "fees": to_ipc(tables.fee_table(portfolio)),
        "curve": to_ipc(tables.curve_table(portfolio)),
        "unit_values": _written(UNIT_VALUE_SCHEMA, list(simulator.sizer.unit_values.items())),
        "quotes": _written(QUOTE_SCHEMA, [(tick.symbol, tick.time_us, tick.bid, tick.ask) for tick in simulator.quotes.values()]),
    }
    return _written(STATE_SCHEMA, list(parts.items()))


def load(state: bytes | bytearray) -> ExecutionSimulator:
    """Return the simulator that was saved.

    Raises:
        ExecutionError: 3004, 1005 for tables that are none or others, 1002 for nulls, 1007 for contradictions, and as the configuration.
    """
    rows = _rows(state, STATE_SCHEMA)
    names = tuple(row[0] for row in rows)
    if names != NAMES:
        raise ExecutionError(ErrorCode.SCHEMA, f"a state has the parts {NAMES}, not {names}")
    parts = {row[0]: row[1] for row in rows}
    simulator = ExecutionSimulator(_config(parts["config"]))
    _load_ledger(simulator, parts["ledger"])
    _load_positions(simulator, parts["positions"])
    portfolio = simulator.portfolio
    portfolio.fee_log = [FeeEntry(*row) for row in _rows(parts["fees"], FEE_SCHEMA)]
    portfolio.curve = [CurvePoint(row[0], row[1], row[4]) for row in _rows(parts["curve"], CURVE_SCHEMA)]
    _demand(len(portfolio.curve) > 0, "the curve lacks its placeholder")
    simulator.sizer.unit_values = {row[0]: row[1] for row in _rows(parts["unit_values"], UNIT_VALUE_SCHEMA)}
    simulator.quotes = {row[0]: Tick(*row) for row in _rows(parts["quotes"], QUOTE_SCHEMA)}
    return simulator


def _ledger(simulator: ExecutionSimulator) -> Sequence[Any]:
    book = simulator.portfolio
    money = (book.cash, book.equity, book.total_fees, book.max_equity, book.max_drawdown, book.initial_drawdown)
    return (*money, book.start_time, simulator.draws.count, simulator.positions_made)


def _load_ledger(simulator: ExecutionSimulator, data: bytes) -> None:
    rows = _rows(data, LEDGER_SCHEMA)
    _demand(len(rows) == 1, "a ledger has one row")
    *money, start_time, draws, positions = rows[0]
    _demand(draws >= 0 and positions >= 0, "a ledger counts from 0")
    book = simulator.portfolio
    book.cash, book.equity, book.total_fees, book.max_equity, book.max_drawdown, book.initial_drawdown = money
    book.start_time, simulator.draws.count, simulator.positions_made = start_time, draws, positions


def _saved_positions(simulator: ExecutionSimulator) -> list[Sequence[Any]]:
    """Return every position that is in any list, by number, with its places."""
    portfolio = simulator.portfolio
    ended = [entry.position for entry in portfolio.ended]
    active_at, open_at, ended_at = (_places(listed) for listed in (simulator.active, portfolio.open, ended))
    book_of = {entry.position.number: entry.book.value for entry in portfolio.ended}
    break_even = {position.number for position in portfolio.break_even}
    known = {position.number: position for position in simulator.active + portfolio.open + ended}
    return [
        (
            *tables.position_cells(position),
            number,
            active_at.get(number),
            open_at.get(number),
            ended_at.get(number),
            book_of.get(number),
            number in break_even,
        )
        for number, position in sorted(known.items())
    ]


def _places(positions: Iterable[Position]) -> dict[int, int]:
    return {position.number: place for place, position in enumerate(positions)}


def _load_positions(simulator: ExecutionSimulator, data: bytes) -> None:
    names = SAVED_POSITION_SCHEMA.names
    rows = [dict(zip(names, row, strict=True)) for row in _rows(data, SAVED_POSITION_SCHEMA)]
    numbers = [0, *(row["number"] for row in rows), simulator.positions_made + 1]
    _demand(all(low < high for low, high in pairwise(numbers)), "positions are not numbered upwards from 1 to the last one made")
    for row in rows:
        _demand((row["ended"] is None) == (row["book"] is None), "a place among the ended goes with a book")
    pairs = [(row, _position(row)) for row in rows]
    portfolio = simulator.portfolio
    simulator.active = _listed(pairs, "active")
    portfolio.open = _listed(pairs, "open")
    books = {row["number"]: row["book"] for row in rows}
    portfolio.ended = [Ended(_word(Book, books[position.number]), position) for position in _listed(pairs, "ended")]
    marked = {row["number"] for row in rows if row["break_even"]}
    portfolio.break_even = [ended.position for ended in portfolio.ended if ended.position.number in marked]


def _listed(pairs: list[tuple[dict[str, Any], Position]], place: str) -> list[Position]:
    """Return the positions of a list in its order; raises ExecutionError 1007 unless the places are 0, 1, 2, and so on."""
    placed = sorted(((row[place], position) for row, position in pairs if row[place] is not None), key=lambda entry: entry[0])
    _demand([at for at, _ in placed] == list(range(len(placed))), f"the places in {place} are not 0, 1, 2, ...")
    return [position for _, position in placed]


def _position(row: dict[str, Any]) -> Position:
    position = Position(
        number=row["number"],
        symbol=row["symbol"],
        direction=_word(Direction, row["direction"]),
        order_type=_word(OrderType, row["order_type"]),
        entry_time=row["entry_time"],
        entry_price=row["entry_price"],
        stop_loss=_level(row["current_sl"]),
        take_profit=_level(row["tp"]),
        initial_stop_loss=_level(row["initial_sl"]),
        initial_take_profit=_level(row["initial_tp"]),
        requested_size=_level(row["requested_size"]),
        risk_per_trade=row["risk_per_trade"],
        magic_number=row["magic_number"],
        signal_reason=row["signal_reason"],
        scenario=row["scenario"],
        tags=row["tags"],
        size=row["size"],
        status=_word(Status, row["status"]),
        trigger_time=row["trigger_time"],
        trailing=_trailing(row),
        stop_by_trailing=row["stop_by_trailing"],
        exit_time=row["exit_time"],
        exit_price=row["exit_price"],
        result=row["result"],
        reason=row["reason"],
        is_closed=row["is_closed"],
        entry_fee=row["entry_fee"],
        exit_fee=row["exit_fee"],
    )
    _check_position(position, row["position_id"])
    return position


def _check_position(position: Position, position_id: str) -> None:
    _demand(position_id == position.position_id, f"{position_id} is number {position.number} of {position.symbol}")
    _demand(position.is_closed or position.status is not Status.CLOSED, f"{position_id} has the status closed, but is not")
    _demand(position.stop_loss is not None or position.requested_size is not None, f"{position_id} has neither stop nor size")


def _trailing(row: dict[str, Any]) -> TrailingStop | None:
    cells = [row[name] for name in ("trail_distance", "trail_step", "trail_activation", "trail_best")]
    if None not in cells:
        return TrailingStop(Trail(*cells[:3]), cells[3])
    _demand(cells == [None] * len(cells), "a trailing stop has all of its parts or none")
    return None


def _config(data: bytes) -> dict[str, Any]:
    try:
        config = json.loads(data.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ExecutionError(ErrorCode.DESERIALISE, f"the configuration is no JSON: {error}") from error
    if not isinstance(config, dict):
        raise ExecutionError(ErrorCode.DESERIALISE, "the configuration is no JSON object")
    return config


def _refuse_constant(word: str) -> float:
    raise ValueError(f"{word} is no JSON")


def _rows(data: bytes | bytearray, schema: pa.Schema) -> list[Sequence[Any]]:
    """Return the rows of an inner table; raises ExecutionError 3004, 1005, 1002."""
    layout = Layout({field.name: KINDS[field.type] for field in schema}, {})
    columns = columns_of_stream(data, layout)
    _check_nulls(columns, schema)
    return list(zip(*map(columns.column, schema.names), strict=True))


def _check_nulls(columns: Columns, schema: pa.Schema) -> None:
    for field in schema:
        if not field.nullable and None in columns.column(field.name):
            raise ExecutionError(ErrorCode.NULL, f"column {field.name} holds a null")


def _written(schema: pa.Schema, rows: Iterable[Sequence[Any]]) -> bytes:
    return to_ipc(batch_of_rows(schema, rows))


def _level(cell: float) -> float | None:
    return None if math.isnan(cell) else cell


def _word(words: Callable[[str], W], text: str) -> W:
    try:
        return words(text)
    except ValueError as error:
        raise ExecutionError(ErrorCode.INVALID_STATE, str(error)) from error


def _demand(holds: bool, message: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise ExecutionError(ErrorCode.INVALID_STATE, message)
