//! The tables of results: what became of signals, exits, positions, trades, fees, curves and the summary.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use execution::Simulator;
use execution::desk::ExitReport;
use execution::error::Result;
use execution::outcome::Outcome;
use execution::portfolio::{Curve, Occasion};
use execution::position::{Book, Position, Reason};
use execution::rounding::rounded;
use execution::summary::{Figure, Summary};

use crate::columns::{codes, flags, ids, integers, numbers, some_numbers, some_texts, some_times, table, texts, times, words};
use crate::schema::{CURVE_SCHEMA, EXIT_SCHEMA, FEE_SCHEMA, OUTCOME_SCHEMA, POSITION_SCHEMA, TRADE_CURVE_SCHEMA, TRADE_SCHEMA};

/// What became of signals, one row each.
///
/// # Errors
/// `Schema` (1005) if Arrow refuses the columns; so for all tables here.
pub fn outcome_table(simulator: &Simulator, outcomes: &[Outcome]) -> Result<RecordBatch> {
    let rows = outcomes.iter();
    let id = |outcome: &Outcome| outcome.position.map(|(symbol, number)| (&**simulator.symbol(symbol), number));
    let columns = vec![
        integers((0..).take(outcomes.len()).collect::<Vec<i64>>()),
        texts(rows.clone().map(|outcome| outcome.fate.word())),
        ids(rows.clone().map(id)),
        codes(rows.clone().map(|outcome| outcome.error_code)),
        some_numbers(rows.clone().map(|outcome| outcome.price)),
        some_numbers(rows.map(|outcome| outcome.size)),
    ];
    table(&OUTCOME_SCHEMA, columns)
}

/// Positions that left the market.
///
/// # Errors
/// `Schema` (1005).
pub fn exit_table(simulator: &Simulator, reports: &[ExitReport]) -> Result<RecordBatch> {
    let rows = reports.iter();
    let columns = vec![
        ids(rows.clone().map(|report| Some((&**simulator.symbol(report.symbol), report.number)))),
        texts(rows.clone().map(|report| report.cause.word())),
        numbers(rows.clone().map(|report| report.price).collect::<Vec<_>>()),
        numbers(rows.clone().map(|report| report.pnl).collect::<Vec<_>>()),
        times(rows.map(|report| report.time_us).collect::<Vec<_>>()),
    ];
    table(&EXIT_SCHEMA, columns)
}

/// The columns of a table of positions.
pub fn position_columns(simulator: &Simulator, positions: &[&Position]) -> Result<Vec<ArrayRef>> {
    let rows = positions.iter().copied();
    let number = |get: fn(&Position) -> f64| numbers(rows.clone().map(get).collect::<Vec<_>>());
    let maybe = |get: fn(&Position) -> Option<f64>| some_numbers(rows.clone().map(get));
    let level = |get: fn(&Position) -> Option<f64>| numbers(rows.clone().map(|row| get(row).unwrap_or(f64::NAN)).collect::<Vec<_>>());
    let word = |get: fn(&Position) -> &'static str| words(rows.clone().map(get));
    let note = |get: fn(&Position) -> Option<&str>| some_texts(rows.clone().map(get));
    Ok(vec![
        times(rows.clone().map(|row| row.entry_time).collect::<Vec<_>>()),
        some_times(rows.clone().map(|row| row.exit_time)),
        word(|row| row.direction.word())?,
        words(rows.clone().map(|row| &**simulator.symbol(row.symbol)))?,
        number(|row| row.entry_price),
        maybe(|row| row.exit_price),
        level(|row| row.initial_stop_loss),
        level(|row| row.stop_loss),
        level(|row| row.take_profit),
        number(|row| row.size),
        maybe(|row| row.result),
        number(Position::r_multiple),
        word(|row| row.status.word())?,
        ids(rows.clone().map(|row| Some((&**simulator.symbol(row.symbol), row.number)))),
        word(|row| row.order_type.word())?,
        number(|row| row.risk_per_trade),
        some_times(rows.clone().map(|row| row.trigger_time)),
        level(|row| row.initial_take_profit),
        number(|row| row.entry_fee),
        number(|row| row.exit_fee),
        note(|row| row.reason.as_ref().map(Reason::text)),
        integers(rows.clone().map(|row| row.magic_number).collect::<Vec<_>>()),
        level(|row| row.requested_size),
        flags(rows.clone().map(|row| row.is_closed)),
        maybe(|row| row.trailing.as_ref().map(|trailing| trailing.trail.distance)),
        maybe(|row| row.trailing.as_ref().map(|trailing| trailing.trail.step)),
        maybe(|row| row.trailing.as_ref().map(|trailing| trailing.trail.activation)),
        maybe(|row| row.trailing.as_ref().map(|trailing| trailing.best)),
        flags(rows.clone().map(|row| row.stop_by_trailing)),
        note(|row| row.signal_reason.as_deref()),
        note(|row| row.scenario.as_deref()),
        note(|row| row.tags.as_deref()),
    ])
}

/// The active positions in the order of insertion.
///
/// # Errors
/// `Schema` (1005).
pub fn position_table(simulator: &Simulator) -> Result<RecordBatch> {
    table(&POSITION_SCHEMA, position_columns(simulator, &simulator.active().collect::<Vec<_>>())?)
}

/// The positions that ended, in the order in which they did; rounded, prices have five decimals and results two.
///
/// # Errors
/// `Schema` (1005).
pub fn trade_table(simulator: &Simulator, as_rounded: bool) -> Result<RecordBatch> {
    let rounded: Vec<Position> = if as_rounded { simulator.ended().map(rounded_position).collect() } else { Vec::new() };
    let positions: Vec<&Position> = if as_rounded { rounded.iter().collect() } else { simulator.ended().collect() };
    let mut columns = position_columns(simulator, &positions)?;
    if as_rounded {
        // The R-multiple is that of the prices as they are.
        columns[11] = numbers(simulator.ended().map(Position::r_multiple).collect::<Vec<_>>());
    }
    columns.push(words(positions.iter().map(|position| position.book.map_or("", Book::word)))?);
    table(&TRADE_SCHEMA, columns)
}

fn rounded_position(position: &Position) -> Position {
    let price = |level: Option<f64>| level.map(|level| rounded(level, 5));
    Position {
        entry_price: rounded(position.entry_price, 5),
        exit_price: price(position.exit_price),
        initial_stop_loss: price(position.initial_stop_loss),
        stop_loss: price(position.stop_loss),
        take_profit: price(position.take_profit),
        initial_take_profit: price(position.initial_take_profit),
        result: position.result.map(|result| rounded(result, 2)),
        ..position.clone()
    }
}

/// The fee log.
///
/// # Errors
/// `Schema` (1005).
pub fn fee_table(simulator: &Simulator) -> Result<RecordBatch> {
    let rows = simulator.portfolio().fee_log.iter();
    let kind = |occasion| match occasion {
        &Occasion::Made { leg, .. } => leg.word(),
        Occasion::Loaded { kind, .. } => kind,
    };
    let columns = vec![
        times(rows.clone().map(|fee| fee.time_us).collect::<Vec<_>>()),
        fee_ids(simulator),
        texts(rows.clone().map(|fee| kind(&fee.occasion))),
        numbers(rows.map(|fee| fee.amount).collect::<Vec<_>>()),
    ];
    table(&FEE_SCHEMA, columns)
}

fn fee_ids(simulator: &Simulator) -> ArrayRef {
    let rows = simulator.portfolio().fee_log.iter();
    let id = |occasion: &Occasion| match occasion {
        Occasion::Made { symbol, number, .. } => format!("{}#{number}", simulator.symbol(*symbol)),
        Occasion::Loaded { position_id, .. } => position_id.as_ref().to_owned(),
    };
    let ids: Vec<String> = rows.map(|fee| id(&fee.occasion)).collect();
    texts(ids.iter().map(String::as_str))
}

/// The equity curve with its placeholder.
///
/// # Errors
/// `Schema` (1005).
pub fn curve_table(curve: Curve) -> Result<RecordBatch> {
    let drawdown: Vec<f64> = curve.high_water.iter().zip(&curve.equity).map(|(high, equity)| high - equity).collect();
    let equity = numbers(curve.equity);
    let columns = vec![times(curve.times), Arc::clone(&equity), equity, numbers(drawdown), numbers(curve.high_water)];
    table(&CURVE_SCHEMA, columns)
}

/// The equity after each trade.
///
/// # Errors
/// `Schema` (1005).
pub fn trade_curve_table(simulator: &Simulator) -> Result<RecordBatch> {
    let (moments, equity): (Vec<_>, Vec<_>) = simulator.trade_curve().into_iter().unzip();
    table(&TRADE_CURVE_SCHEMA, vec![times(moments), numbers(equity)])
}

/// The figures of a run as a table of one row.
///
/// # Errors
/// `Schema` (1005).
pub fn summary_table(summary: &Summary) -> Result<RecordBatch> {
    let column = |figure: Figure| match figure {
        Figure::Number(number) => numbers([number]),
        Figure::Count(count) => integers([count]),
    };
    let data_type = |figure: Figure| if matches!(figure, Figure::Count(_)) { DataType::Int64 } else { DataType::Float64 };
    let fields: Vec<_> = summary.0.iter().map(|(name, figure)| Field::new(*name, data_type(*figure), false)).collect();
    table(&Arc::new(Schema::new(fields)), summary.0.iter().map(|(_, figure)| column(*figure)).collect())
}
