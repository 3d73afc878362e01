//! The tables of signals and of updates.

use arrow_stream::Table;
use execution::error::Result;
use execution::signal::SignalRow;
use execution::updates::UpdateRow;

use crate::frame::{Batch, Cells, Frame, Text};
use crate::layout::Kind::{Integer, Number, Text as Words, Time};
use crate::layout::{Column, OPTIONAL, REQUIRED};

const SIGNALS: [Column<'static>; 17] = [
    ("timestamp", Time, REQUIRED),
    ("direction", Words, REQUIRED),
    ("entry", Number, REQUIRED),
    ("sl", Number, REQUIRED),
    ("tp", Number, REQUIRED),
    ("size", Number, REQUIRED),
    ("symbol", Words, REQUIRED),
    ("order_type", Words, REQUIRED),
    ("reason", Words, OPTIONAL),
    ("scenario", Words, OPTIONAL),
    ("tags", Words, OPTIONAL),
    ("signal_type", Words, OPTIONAL),
    ("position_id", Words, OPTIONAL),
    ("magic_number", Integer, OPTIONAL),
    ("trail_distance", Number, OPTIONAL),
    ("trail_step", Number, OPTIONAL),
    ("trail_activation", Number, OPTIONAL),
];

/// A table of signals whose columns were checked.
pub struct Signals<'a> {
    batches: Vec<SignalBatch<'a>>,
}

impl<'a> Signals<'a> {
    /// Check the columns; rows report for themselves.
    ///
    /// # Errors
    /// `Schema` (1005).
    pub fn new(table: &'a Table) -> Result<Self> {
        let frame = Frame::new(table, &SIGNALS)?;
        Ok(Self { batches: frame.batches.iter().map(SignalBatch::new).collect() })
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.batches.iter().map(|batch| batch.rows).sum()
    }

    /// All rows in their order.
    pub fn rows(&self) -> impl Iterator<Item = SignalRow<'a>> {
        self.batches.iter().flat_map(|batch| (0..batch.rows).map(|row| batch.row(row)))
    }
}

struct SignalBatch<'a> {
    rows: usize,
    timestamp: Cells<'a, i64>,
    direction: Text<'a>,
    entry: Cells<'a, f64>,
    sl: Cells<'a, f64>,
    tp: Cells<'a, f64>,
    size: Cells<'a, f64>,
    symbol: Text<'a>,
    order_type: Text<'a>,
    reason: Text<'a>,
    scenario: Text<'a>,
    tags: Text<'a>,
    signal_type: Text<'a>,
    position_id: Text<'a>,
    magic_number: Cells<'a, i64>,
    trail_distance: Cells<'a, f64>,
    trail_step: Cells<'a, f64>,
    trail_activation: Cells<'a, f64>,
}

impl<'a> SignalBatch<'a> {
    fn new(batch: &Batch<'a>) -> Self {
        Self {
            rows: batch.rows,
            timestamp: batch.times(0),
            direction: batch.text(1),
            entry: batch.numbers(2),
            sl: batch.numbers(3),
            tp: batch.numbers(4),
            size: batch.numbers(5),
            symbol: batch.text(6),
            order_type: batch.text(7),
            reason: batch.text(8),
            scenario: batch.text(9),
            tags: batch.text(10),
            signal_type: batch.text(11),
            position_id: batch.text(12),
            magic_number: batch.integers(13),
            trail_distance: batch.numbers(14),
            trail_step: batch.numbers(15),
            trail_activation: batch.numbers(16),
        }
    }

    #[inline]
    fn row(&self, row: usize) -> SignalRow<'a> {
        SignalRow {
            timestamp: self.timestamp.get(row),
            direction: self.direction.get(row),
            entry: self.entry.get(row),
            sl: self.sl.level(row),
            tp: self.tp.level(row),
            size: self.size.level(row),
            symbol: self.symbol.get(row),
            order_type: self.order_type.get(row),
            reason: self.reason.get(row),
            scenario: self.scenario.get(row),
            tags: self.tags.get(row),
            signal_type: self.signal_type.get(row),
            position_id: self.position_id.get(row),
            magic_number: self.magic_number.get(row),
            trail_distance: self.trail_distance.level(row),
            trail_step: self.trail_step.level(row),
            trail_activation: self.trail_activation.level(row),
        }
    }
}

const UPDATES: [Column<'static>; 7] = [
    ("position_id", Words, REQUIRED),
    ("stop_loss", Number, OPTIONAL),
    ("take_profit", Number, OPTIONAL),
    ("status", Words, OPTIONAL),
    ("exit_price", Number, OPTIONAL),
    ("exit_time", Time, OPTIONAL),
    ("reason", Words, OPTIONAL),
];

/// Hand every row of a table of updates to `apply`, until it refuses one.
///
/// # Errors
/// `Schema` (1005), then what `apply` refuses.
pub fn each_update(table: &Table, mut apply: impl FnMut(&UpdateRow<'_>) -> Result<()>) -> Result<()> {
    for batch in Frame::new(table, &UPDATES)?.batches {
        let (position_id, status, reason) = (batch.text(0), batch.text(3), batch.text(6));
        let (stop_loss, take_profit, exit_price) = (batch.numbers(1), batch.numbers(2), batch.numbers(4));
        let exit_time = batch.times(5);
        for row in 0..batch.rows {
            apply(&UpdateRow {
                position_id: position_id.get(row),
                stop_loss: stop_loss.level(row),
                take_profit: take_profit.level(row),
                status: status.get(row),
                exit_price: exit_price.level(row),
                exit_time: exit_time.get(row),
                reason: reason.get(row),
            })?;
        }
    }
    Ok(())
}
