//! From results to Arrow, and from Arrow to the bytes of an IPC stream.

use std::sync::Arc;

use arrow_array::builder::{Float64Builder, ListBuilder, PrimitiveBuilder};
use arrow_array::types::{ArrowPrimitiveType, Float64Type, Int32Type};
use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch};
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, SchemaRef};
use rating::aggregator::RatingScore;
use rating::error::{Code, RatingError, Result};
use rating::metrics::{MetricsColumns, MetricsInput};

use crate::schema::{COST_SHOCK_SCHEMA, METRICS_SCHEMA, RATING_SCHEMA};

/// Write a stream of exactly one batch.
///
/// # Errors
/// `Schema` (1005) if Arrow refuses to write the batch.
pub fn encode(batch: &RecordBatch) -> Result<Vec<u8>> {
    write(batch).map_err(|error| refuse(&error))
}

fn write(batch: &RecordBatch) -> std::result::Result<Vec<u8>, ArrowError> {
    let bytes = Vec::with_capacity(batch.get_array_memory_size() + 4096);
    let mut writer = StreamWriter::try_new(bytes, batch.schema_ref())?;
    writer.write(batch)?;
    writer.into_inner()
}

/// The ratings as a table of six columns.
///
/// # Errors
/// `Schema` (1005) if Arrow refuses the columns.
pub fn rating_batch(ratings: &[RatingScore]) -> Result<RecordBatch> {
    let columns = vec![
        column(ratings, |rating| rating.robustness_score),
        column(ratings, |rating| rating.stability_score),
        column(ratings, |rating| rating.cost_shock_score),
        column(ratings, |rating| rating.trade_dropout_score),
        column(ratings, |rating| rating.stress_penalty),
        column(ratings, |rating| rating.final_rating),
    ];
    table(&RATING_SCHEMA, columns)
}

/// The scores of every row and multiplier, row by row, as a table of three columns.
///
/// # Errors
/// `Schema` (1005) if Arrow refuses the columns.
pub fn cost_shock_batch(scores: &[f64], multipliers: &[f64]) -> Result<RecordBatch> {
    let rows = (0_i64..).flat_map(|row| multipliers.iter().map(move |multiplier| (row, *multiplier)));
    let (rows, factors): (Vec<i64>, Vec<f64>) = rows.take(scores.len()).unzip();
    table(&COST_SHOCK_SCHEMA, vec![Arc::new(Int64Array::from(rows)), floats(factors), floats(scores.iter().copied())])
}

/// The metrics with all their columns, those that were missing filled with nulls.
///
/// # Errors
/// `Schema` (1005) if Arrow refuses the columns.
pub fn metrics_batch(batches: &[MetricsColumns<'_>]) -> Result<RecordBatch> {
    let rows: Vec<MetricsInput<'_>> = batches.iter().flat_map(|batch| (0..batch.len()).map(|i| batch.row(i))).collect();
    let columns = vec![
        Arc::new(rows.iter().map(|row| row.total_trades).collect::<Int64Array>()),
        column(&rows, |row| row.win_rate),
        column(&rows, |row| row.profit_factor),
        column(&rows, |row| row.sharpe_ratio),
        column(&rows, |row| row.max_drawdown),
        column(&rows, |row| row.avg_trade_duration),
        column(&rows, |row| row.cost_per_trade),
        lists(rows.iter().map(|row| Some(row.yearly_profits))),
        optional::<Float64Type>(rows.iter().map(|row| row.net_profit)),
        optional::<Float64Type>(rows.iter().map(|row| row.avg_r)),
        optional::<Int32Type>(rows.iter().map(|row| row.first_year)),
        lists(rows.iter().map(|row| row.year_durations)),
        lists(rows.iter().map(|row| row.trade_results)),
        lists(rows.iter().map(|row| row.trade_r)),
    ];
    table(&METRICS_SCHEMA, columns)
}

/// Generic in `get`, so that it is compiled into the loop: a call a value is most of what assembling costs.
fn column<T>(rows: &[T], get: impl Fn(&T) -> f64) -> ArrayRef {
    floats(rows.iter().map(get))
}

fn floats(values: impl IntoIterator<Item = f64>) -> ArrayRef {
    Arc::new(Float64Array::from(values.into_iter().collect::<Vec<_>>()))
}

fn optional<T: ArrowPrimitiveType>(values: impl Iterator<Item = Option<T::Native>>) -> ArrayRef {
    let mut builder = PrimitiveBuilder::<T>::with_capacity(values.size_hint().0);
    values.for_each(|value| builder.append_option(value));
    Arc::new(builder.finish())
}

fn lists<'a>(cells: impl Iterator<Item = Option<&'a [f64]>>) -> ArrayRef {
    let mut builder = ListBuilder::with_capacity(Float64Builder::new(), cells.size_hint().0);
    for cell in cells {
        builder.values().append_slice(cell.unwrap_or_default());
        builder.append(cell.is_some());
    }
    Arc::new(builder.finish())
}

fn table(schema: &SchemaRef, columns: Vec<ArrayRef>) -> Result<RecordBatch> {
    RecordBatch::try_new(Arc::clone(schema), columns).map_err(|error| refuse(&error))
}

fn refuse(error: &ArrowError) -> RatingError {
    RatingError::new(Code::Schema, error.to_string())
}
