"""The tables of the execution simulator: which columns come in and which go out (interface document, 3)."""

from __future__ import annotations

import pyarrow as pa

from reference_py.execution.arrow import Kind, Layout

TIME = pa.timestamp("us", "UTC")
WORD = pa.dictionary(pa.int32(), pa.utf8())


def required(name: str, data_type: pa.DataType) -> pa.Field:
    """Return a column without nulls."""
    return pa.field(name, data_type, nullable=False)


SIGNALS = Layout(
    required={
        "timestamp": Kind.TIME,
        "direction": Kind.TEXT,
        "entry": Kind.NUMBER,
        "sl": Kind.LEVEL,
        "tp": Kind.LEVEL,
        "size": Kind.LEVEL,
        "symbol": Kind.TEXT,
        "order_type": Kind.TEXT,
    },
    optional={
        "reason": Kind.TEXT,
        "scenario": Kind.TEXT,
        "tags": Kind.TEXT,
        "signal_type": Kind.TEXT,
        "position_id": Kind.TEXT,
        "magic_number": Kind.INTEGER,
        "trail_distance": Kind.LEVEL,
        "trail_step": Kind.LEVEL,
        "trail_activation": Kind.LEVEL,
    },
)
BID = ("bid_open", "bid_high", "bid_low", "bid_close")
ASK = ("ask_open", "ask_high", "ask_low", "ask_close")
BARS = Layout(
    required={"symbol": Kind.TEXT, "timestamp": Kind.TIME, **dict.fromkeys(BID, Kind.NUMBER)},
    optional={"bid_volume": Kind.NUMBER, "ask_volume": Kind.NUMBER, "valid": Kind.FLAG, **dict.fromkeys(ASK, Kind.NUMBER)},
)
TICKS = Layout(required={"symbol": Kind.TEXT, "timestamp": Kind.TIME, "bid": Kind.NUMBER, "ask": Kind.NUMBER}, optional={})
UPDATES = Layout(
    required={"position_id": Kind.TEXT},
    optional={
        "stop_loss": Kind.LEVEL,
        "take_profit": Kind.LEVEL,
        "status": Kind.TEXT,
        "exit_price": Kind.LEVEL,
        "exit_time": Kind.TIME,
        "reason": Kind.TEXT,
    },
)
OUTCOME_SCHEMA = pa.schema(
    [
        required("row", pa.int64()),
        required("outcome", pa.utf8()),
        pa.field("position_id", pa.utf8()),
        required("error_code", pa.int32()),
        pa.field("price", pa.float64()),
        pa.field("size", pa.float64()),
    ]
)
EXIT_SCHEMA = pa.schema(
    [
        required("position_id", pa.utf8()),
        required("kind", pa.utf8()),
        required("price", pa.float64()),
        required("pnl", pa.float64()),
        required("exit_time", TIME),
    ]
)
POSITION_SCHEMA = pa.schema(
    [
        required("entry_time", TIME),
        pa.field("exit_time", TIME),
        required("direction", WORD),
        required("symbol", WORD),
        required("entry_price", pa.float64()),
        pa.field("exit_price", pa.float64()),
        required("initial_sl", pa.float64()),
        required("current_sl", pa.float64()),
        required("tp", pa.float64()),
        required("size", pa.float64()),
        pa.field("result", pa.float64()),
        pa.field("r_multiple", pa.float64()),
        required("status", WORD),
        required("position_id", pa.utf8()),
        required("order_type", WORD),
        required("risk_per_trade", pa.float64()),
        pa.field("trigger_time", TIME),
        required("initial_tp", pa.float64()),
        required("entry_fee", pa.float64()),
        required("exit_fee", pa.float64()),
        pa.field("reason", pa.utf8()),
        required("magic_number", pa.int64()),
        required("requested_size", pa.float64()),
        required("is_closed", pa.bool_()),
        pa.field("trail_distance", pa.float64()),
        pa.field("trail_step", pa.float64()),
        pa.field("trail_activation", pa.float64()),
        pa.field("trail_best", pa.float64()),
        required("stop_by_trailing", pa.bool_()),
        pa.field("signal_reason", pa.utf8()),
        pa.field("scenario", pa.utf8()),
        pa.field("tags", pa.utf8()),
    ]
)
TRADE_SCHEMA = POSITION_SCHEMA.append(required("book", WORD))
FEE_SCHEMA = pa.schema(
    [required("timestamp", TIME), required("position_id", pa.utf8()), required("kind", pa.utf8()), required("amount", pa.float64())]
)
CURVE_SCHEMA = pa.schema(
    [required("timestamp", TIME), *(required(name, pa.float64()) for name in ("equity", "balance", "drawdown", "high_water"))]
)
TRADE_CURVE_SCHEMA = pa.schema([required("timestamp", TIME), required("equity", pa.float64())])
COUNTS = ("Total Trades", "Expired Orders", "Partial Closed Orders", "Orders closed at Break Even", "Wins", "Losses")


def summary_schema(names: list[str]) -> pa.Schema:
    """Return the columns of a summary: counts are whole numbers, everything else is not."""
    return pa.schema([required(name, pa.int64() if name in COUNTS else pa.float64()) for name in names])
