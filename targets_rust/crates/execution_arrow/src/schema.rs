//! The tables that go out.

use std::sync::{Arc, LazyLock};

use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};

/// A column that goes out, and whether it may hold nulls.
type Out = (&'static str, fn() -> DataType, bool);

const NEVER_NULL: bool = false;
const NULLABLE: bool = true;

fn time() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

fn word() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

fn text() -> DataType {
    DataType::Utf8
}

fn number() -> DataType {
    DataType::Float64
}

fn integer() -> DataType {
    DataType::Int64
}

fn flag() -> DataType {
    DataType::Boolean
}

fn schema(columns: &[Out]) -> SchemaRef {
    Arc::new(Schema::new(columns.iter().map(|(name, data_type, nullable)| Field::new(*name, data_type(), *nullable)).collect::<Vec<_>>()))
}

const POSITION: [Out; 32] = [
    ("entry_time", time, NEVER_NULL),
    ("exit_time", time, NULLABLE),
    ("direction", word, NEVER_NULL),
    ("symbol", word, NEVER_NULL),
    ("entry_price", number, NEVER_NULL),
    ("exit_price", number, NULLABLE),
    ("initial_sl", number, NEVER_NULL),
    ("current_sl", number, NEVER_NULL),
    ("tp", number, NEVER_NULL),
    ("size", number, NEVER_NULL),
    ("result", number, NULLABLE),
    ("r_multiple", number, NULLABLE),
    ("status", word, NEVER_NULL),
    ("position_id", text, NEVER_NULL),
    ("order_type", word, NEVER_NULL),
    ("risk_per_trade", number, NEVER_NULL),
    ("trigger_time", time, NULLABLE),
    ("initial_tp", number, NEVER_NULL),
    ("entry_fee", number, NEVER_NULL),
    ("exit_fee", number, NEVER_NULL),
    ("reason", text, NULLABLE),
    ("magic_number", integer, NEVER_NULL),
    ("requested_size", number, NEVER_NULL),
    ("is_closed", flag, NEVER_NULL),
    ("trail_distance", number, NULLABLE),
    ("trail_step", number, NULLABLE),
    ("trail_activation", number, NULLABLE),
    ("trail_best", number, NULLABLE),
    ("stop_by_trailing", flag, NEVER_NULL),
    ("signal_reason", text, NULLABLE),
    ("scenario", text, NULLABLE),
    ("tags", text, NULLABLE),
];

/// Positions with every field.
pub static POSITION_SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| schema(&POSITION));

/// Positions that ended, with their list.
pub static TRADE_SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| schema(&[&POSITION[..], &[("book", word, NEVER_NULL)]].concat()));

/// Positions of a state, with their places.
pub static SAVED_POSITION_SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let places: [Out; 6] = [
        ("number", integer, NEVER_NULL),
        ("active", integer, NULLABLE),
        ("open", integer, NULLABLE),
        ("ended", integer, NULLABLE),
        ("book", text, NULLABLE),
        ("break_even", flag, NEVER_NULL),
    ];
    schema(&[&POSITION[..], &places].concat())
});

/// What became of signals.
pub static OUTCOME_SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    schema(&[
        ("row", integer, NEVER_NULL),
        ("outcome", text, NEVER_NULL),
        ("position_id", text, NULLABLE),
        ("error_code", || DataType::Int32, NEVER_NULL),
        ("price", number, NULLABLE),
        ("size", number, NULLABLE),
    ])
});

/// Positions that left the market.
pub static EXIT_SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    schema(&[
        ("position_id", text, NEVER_NULL),
        ("kind", text, NEVER_NULL),
        ("price", number, NEVER_NULL),
        ("pnl", number, NEVER_NULL),
        ("exit_time", time, NEVER_NULL),
    ])
});

/// The fee log.
pub static FEE_SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    schema(&[
        ("timestamp", time, NEVER_NULL),
        ("position_id", text, NEVER_NULL),
        ("kind", text, NEVER_NULL),
        ("amount", number, NEVER_NULL),
    ])
});

/// The equity after every update.
pub static CURVE_SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    schema(&[
        ("timestamp", time, NEVER_NULL),
        ("equity", number, NEVER_NULL),
        ("balance", number, NEVER_NULL),
        ("drawdown", number, NEVER_NULL),
        ("high_water", number, NEVER_NULL),
    ])
});

/// The equity after every trade.
pub static TRADE_CURVE_SCHEMA: LazyLock<SchemaRef> =
    LazyLock::new(|| schema(&[("timestamp", time, NEVER_NULL), ("equity", number, NEVER_NULL)]));

/// A state: parts by name.
pub static STATE_SCHEMA: LazyLock<SchemaRef> =
    LazyLock::new(|| schema(&[("name", text, NEVER_NULL), ("data", || DataType::Binary, NEVER_NULL)]));

/// What a state counts.
pub static LEDGER_SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    schema(&[
        ("cash", number, NEVER_NULL),
        ("equity", number, NEVER_NULL),
        ("total_fees", number, NEVER_NULL),
        ("max_equity", number, NEVER_NULL),
        ("max_drawdown", number, NEVER_NULL),
        ("drawdown_initial", number, NEVER_NULL),
        ("start_time", time, NULLABLE),
        ("draws", integer, NEVER_NULL),
        ("positions", integer, NEVER_NULL),
    ])
});

/// Unit values by symbol.
pub static UNIT_VALUE_SCHEMA: LazyLock<SchemaRef> =
    LazyLock::new(|| schema(&[("symbol", text, NEVER_NULL), ("value", number, NEVER_NULL)]));

/// Quotes by symbol.
pub static QUOTE_SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    schema(&[("symbol", text, NEVER_NULL), ("timestamp", time, NEVER_NULL), ("bid", number, NEVER_NULL), ("ask", number, NEVER_NULL)])
});
