//! The tables of bars and of ticks, checked row by row.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::BooleanArray;
use arrow_buffer::BooleanBuffer;
use arrow_stream::Table;
use execution::backtest::{Bars, Prices, Rows, Ticks};
use execution::error::{Code, ExecutionError, Result};

use crate::frame::{Batch, Frame, Text};
use crate::layout::Kind::{Flag, Number, Text as Words, Time};
use crate::layout::{Column, OPTIONAL, REQUIRED, refuse};

const BARS: [Column<'static>; 13] = [
    ("symbol", Words, REQUIRED),
    ("timestamp", Time, REQUIRED),
    ("bid_open", Number, REQUIRED),
    ("bid_high", Number, REQUIRED),
    ("bid_low", Number, REQUIRED),
    ("bid_close", Number, REQUIRED),
    ("ask_open", Number, OPTIONAL),
    ("ask_high", Number, OPTIONAL),
    ("ask_low", Number, OPTIONAL),
    ("ask_close", Number, OPTIONAL),
    ("valid", Flag, OPTIONAL),
    ("bid_volume", Number, OPTIONAL),
    ("ask_volume", Number, OPTIONAL),
];
const BID: [usize; 4] = [2, 3, 4, 5];
const ASK: [usize; 4] = [6, 7, 8, 9];
const VALID: usize = 10;
const SYMBOL: usize = 0;
const TIME: usize = 1;

const TICKS: [Column<'static>; 4] =
    [("symbol", Words, REQUIRED), ("timestamp", Time, REQUIRED), ("bid", Number, REQUIRED), ("ask", Number, REQUIRED)];

/// Read a table of bars; a side with a null among its four prices is missing.
///
/// # Errors
/// `Schema` (1005); `EmptyInput` (1010) without rows; then, row by row, `Null` (1002) for a null in symbol, timestamp or valid, and
/// `Constraint` (1006) for a time that falls and for a second bar of a symbol at the same time.
pub fn bars(table: &Table) -> Result<Bars<'_>> {
    let frame = Frame::new(table, &BARS)?;
    let with_ask = table.schema.fields().iter().filter(|field| ASK.iter().any(|column| BARS[*column].0 == field.name())).count();
    if with_ask != 0 && with_ask != ASK.len() {
        return Err(refuse("the ask has some of its columns, but not all"));
    }
    let nulls = Nulls::of(&frame, &[SYMBOL, TIME, VALID]);
    let rows = read_rows(&frame)?;
    check_bars(&rows, &nulls)?;
    Ok(Bars {
        rows,
        bid: prices(&frame, BID),
        ask: (with_ask > 0).then(|| prices(&frame, ASK)),
        usable: marks(&frame, |batch| both(batch.present(&BID), batch.flags(VALID).map(BooleanArray::values).cloned())),
        with_ask: marks(&frame, |batch| batch.present(&ASK)),
    })
}

/// Read a table of ticks.
///
/// # Errors
/// `Schema` (1005); `EmptyInput` (1010) without rows; then, row by row, `Null` (1002) and `Constraint` (1006) for a time that falls.
pub fn ticks(table: &Table) -> Result<Ticks<'_>> {
    let frame = Frame::new(table, &TICKS)?;
    let nulls = Nulls::of(&frame, &[SYMBOL, TIME, 2, 3]);
    let rows = read_rows(&frame)?;
    for row in 0..rows.times.len() {
        check_row(&rows, &nulls, row)?;
    }
    Ok(Ticks { rows, bid: column(&frame, |batch| batch.numbers(2).values), ask: column(&frame, |batch| batch.numbers(3).values) })
}

/// Which rows have a value wherever one must be; `None` is all.
struct Nulls(Option<Vec<bool>>);

impl Nulls {
    fn of(frame: &Frame<'_>, columns: &[usize]) -> Self {
        Self(marks(frame, |batch| batch.present(columns)))
    }

    fn at(&self, row: usize) -> bool {
        self.0.as_ref().is_some_and(|rows| !rows[row])
    }
}

fn read_rows<'a>(frame: &Frame<'a>) -> Result<Rows<'a>> {
    if frame.rows() == 0 {
        return Err(ExecutionError::new(Code::EmptyInput, "the table has no rows"));
    }
    let mut names = Names::default();
    let symbols = frame.batches.iter().fold(Vec::with_capacity(frame.rows()), |mut ids, batch| {
        names.number(&batch.text(0), batch.rows, &mut ids);
        ids
    });
    Ok(Rows { times: column(frame, |batch| batch.times(1).values), symbols, names: names.names })
}

/// Symbols by name, numbered as they come.
#[derive(Default)]
struct Names<'a> {
    names: Vec<Arc<str>>,
    ids: HashMap<&'a str, u32>,
}

impl<'a> Names<'a> {
    fn id(&mut self, name: &'a str) -> u32 {
        *self.ids.entry(name).or_insert_with(|| {
            self.names.push(name.into());
            u32::try_from(self.names.len() - 1).unwrap_or(u32::MAX)
        })
    }

    /// Add the number of every row; a null has any, it is refused later.
    fn number(&mut self, texts: &Text<'a>, rows: usize, ids: &mut Vec<u32>) {
        let mut last: Option<(&str, u32)> = None;
        ids.extend((0..rows).map(|row| {
            let Some(name) = texts.get(row) else { return 0 };
            match last {
                // Names come in runs, and comparing one is cheaper than hashing it; one from a dictionary even lies where the last did.
                Some((known, id)) if std::ptr::eq(known, name) || known == name => id,
                _ => last.insert((name, self.id(name))).1,
            }
        }));
    }
}

fn check_bars(rows: &Rows<'_>, nulls: &Nulls) -> Result<()> {
    let mut step = 0_usize;
    let mut seen = vec![usize::MAX; rows.names.len()];
    for row in 0..rows.times.len() {
        check_row(rows, nulls, row)?;
        if row > 0 && rows.times[row] != rows.times[row - 1] {
            step = row;
        }
        let last = &mut seen[rows.symbols[row] as usize];
        if std::mem::replace(last, step) == step {
            return Err(ExecutionError::new(Code::Constraint, format!("row {row}: a second bar of a symbol at the same time")));
        }
    }
    Ok(())
}

#[inline]
fn check_row(rows: &Rows<'_>, nulls: &Nulls, row: usize) -> Result<()> {
    if nulls.at(row) {
        return Err(ExecutionError::new(Code::Null, format!("row {row} holds a null")));
    }
    if row > 0 && rows.times[row] < rows.times[row - 1] {
        return Err(ExecutionError::new(Code::Constraint, format!("row {row} is earlier than the row before")));
    }
    Ok(())
}

fn prices<'a>(frame: &Frame<'a>, [_, high, low, close]: [usize; 4]) -> Prices<'a> {
    let column = |index: usize| column(frame, |batch| batch.numbers(index).values);
    Prices { high: column(high), low: column(low), close: column(close) }
}

/// A column as it is if there is one batch, else its parts put together.
fn column<'a, T: Copy>(frame: &Frame<'a>, values: impl Fn(&Batch<'a>) -> &'a [T]) -> Cow<'a, [T]> {
    match frame.batches.as_slice() {
        [batch] => Cow::Borrowed(values(batch)),
        batches => batches.iter().flat_map(|batch| values(batch).iter().copied()).collect::<Vec<_>>().into(),
    }
}

/// What holds for every row; `None` if it holds for all.
fn marks(frame: &Frame<'_>, holds: impl Fn(&Batch<'_>) -> Option<BooleanBuffer>) -> Option<Vec<bool>> {
    let some = |marks: &BooleanBuffer| marks.count_set_bits() < marks.len();
    let marks: Vec<_> = frame.batches.iter().map(|batch| (batch.rows, holds(batch).filter(some))).collect();
    if marks.iter().all(|(_, marks)| marks.is_none()) {
        return None;
    }
    let all = |(rows, marks): (usize, Option<BooleanBuffer>)| marks.unwrap_or_else(|| BooleanBuffer::new_set(rows));
    Some(marks.into_iter().flat_map(|marks| all(marks).iter().collect::<Vec<_>>()).collect())
}

fn both(a: Option<BooleanBuffer>, b: Option<BooleanBuffer>) -> Option<BooleanBuffer> {
    match (a, b) {
        (Some(a), Some(b)) => Some(&a & &b),
        (a, b) => a.or(b),
    }
}
