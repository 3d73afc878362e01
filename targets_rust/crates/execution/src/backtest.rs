//! A whole run: bars or quotes in order, signals when their time has come, exits, time-outs, the equity.
//!
//! Start reading at [`run`].

use std::borrow::Cow;
use std::iter::Peekable;
use std::ops::Range;
use std::sync::Arc;

use crate::desk::ExitReport;
use crate::error::{Code, ExecutionError, Result};
use crate::market::{Bar, Market, Quote};
use crate::outcome::Outcome;
use crate::signal::SignalRow;
use crate::simulator::Simulator;
use crate::symbols::SymbolId;

/// What happens when, in order of time; a column has as many values as there are rows.
#[derive(Clone, Debug)]
pub struct Rows<'a> {
    /// Microseconds, never falling.
    pub times: Cow<'a, [i64]>,
    /// The symbol of every row, as an index into `names`.
    pub symbols: Vec<u32>,
    /// The symbols that the rows name.
    pub names: Vec<Arc<str>>,
}

/// The prices of one side.
#[derive(Clone, Debug)]
pub struct Prices<'a> {
    /// The highest of every bar.
    pub high: Cow<'a, [f64]>,
    /// The lowest of every bar.
    pub low: Cow<'a, [f64]>,
    /// The last of every bar.
    pub close: Cow<'a, [f64]>,
}

impl Prices<'_> {
    #[inline]
    fn bar(&self, row: usize) -> Bar {
        Bar { high: self.high[row], low: self.low[row], close: self.close[row] }
    }
}

/// A table of bars.
#[derive(Clone, Debug)]
pub struct Bars<'a> {
    /// When and of what.
    pub rows: Rows<'a>,
    /// What sellers get.
    pub bid: Prices<'a>,
    /// What buyers pay.
    pub ask: Option<Prices<'a>>,
    /// Which rows are valid and have a bid; `None` is all.
    pub usable: Option<Vec<bool>>,
    /// Which rows have an ask; `None` is all, if there is a column.
    pub with_ask: Option<Vec<bool>>,
}

impl Bars<'_> {
    #[inline]
    fn is_usable(&self, row: usize) -> bool {
        self.usable.as_ref().is_none_or(|usable| usable[row])
    }

    #[inline]
    fn has_ask(&self, row: usize) -> bool {
        self.ask.is_some() && self.with_ask.as_ref().is_none_or(|with_ask| with_ask[row])
    }

    #[inline]
    fn market(&self, row: usize) -> Market {
        let ask = self.ask.as_ref().filter(|_| self.has_ask(row)).map(|ask| ask.bar(row));
        Market::bar(self.rows.times[row], self.bid.bar(row), ask)
    }
}

/// A table of quotes.
#[derive(Clone, Debug)]
pub struct Ticks<'a> {
    /// When and of what.
    pub rows: Rows<'a>,
    /// What a seller gets.
    pub bid: Cow<'a, [f64]>,
    /// What a buyer pays.
    pub ask: Cow<'a, [f64]>,
}

/// What a run is over.
#[derive(Clone, Debug)]
pub enum Course<'a> {
    /// Bars, in candle mode.
    Bars(Bars<'a>),
    /// Quotes, in tick mode.
    Ticks(Ticks<'a>),
}

impl<'a> Course<'a> {
    /// When and of what.
    #[must_use]
    pub fn rows(&self) -> &Rows<'a> {
        match self {
            Self::Bars(bars) => &bars.rows,
            Self::Ticks(ticks) => &ticks.rows,
        }
    }

    /// Refuse a run that would begin after its last row.
    ///
    /// # Errors
    /// `InsufficientData` (2008).
    pub fn check_start(&self, start: Option<i64>) -> Result<()> {
        let begins = start.is_none_or(|start| self.rows().times.last().is_some_and(|last| *last >= start));
        if begins { Ok(()) } else { Err(ExecutionError::new(Code::InsufficientData, "no bar is at or after the start")) }
    }
}

/// Go through all steps; what became of the signals, which are `count`, one for each.
///
/// # Errors
/// What an exit pass is refused for.
pub fn run(
    simulator: &mut Simulator,
    course: &Course<'_>,
    count: usize,
    signals: &mut dyn Iterator<Item = SignalRow<'_>>,
) -> Result<Vec<Outcome>> {
    let rows = course.rows();
    let symbols = rows.names.iter().map(|name| simulator.meet(name)).collect();
    let start = simulator.config().start;
    let begin = start.map_or(0, |start| rows.times.partition_point(|time| *time < start));
    simulator.portfolio.curve.reserve(rows.times.len() - begin);
    let mut run =
        Run { simulator, symbols, signals: signals.peekable(), due: i64::MIN, outcomes: Vec::with_capacity(count), reports: Vec::new() };
    match course {
        Course::Bars(bars) => run.bars(bars, begin)?,
        Course::Ticks(ticks) => run.ticks(ticks, begin)?,
    }
    run.outcomes.resize(count, Outcome::IGNORED);
    Ok(run.outcomes)
}

struct Run<'r, I: Iterator> {
    simulator: &'r mut Simulator,
    symbols: Vec<SymbolId>,
    signals: Peekable<I>,
    /// When the next signal is due, or earlier.
    due: i64,
    outcomes: Vec<Outcome>,
    reports: Vec<ExitReport>,
}

impl<'s, I: Iterator<Item = SignalRow<'s>>> Run<'_, I> {
    /// Rows of the same time are one step; those that cannot be used are left out, and steps without any other.
    fn bars(&mut self, bars: &Bars<'_>, begin: usize) -> Result<()> {
        let times = &*bars.rows.times;
        let mut row = begin;
        while row < times.len() {
            let mut end = row + 1;
            while end < times.len() && times[end] == times[row] {
                end += 1;
            }
            if (row..end).any(|row| bars.is_usable(row)) {
                self.step(bars, row..end)?;
            }
            row = end;
        }
        Ok(())
    }

    #[inline]
    fn step(&mut self, bars: &Bars<'_>, rows: Range<usize>) -> Result<()> {
        let time_us = bars.rows.times[rows.start];
        self.process_signals(time_us);
        // Where symbols are compared, only those with both sides take part.
        let one_symbol = bars.rows.names.len() == 1;
        let is_tested = |row: &usize| bars.is_usable(*row) && (one_symbol || bars.has_ask(*row));
        if self.simulator.is_active() {
            for row in rows.clone().filter(is_tested) {
                self.reports.clear();
                self.simulator.pass(Some(self.symbol(&bars.rows, row)), &bars.market(row), &mut self.reports)?;
            }
        }
        if self.simulator.config.timeout_us.is_some() && self.simulator.is_active() {
            for row in rows.filter(is_tested) {
                self.reports.clear();
                self.simulator.time_out(Some(self.symbol(&bars.rows, row)), &bars.market(row), &mut self.reports);
            }
        }
        self.simulator.update(time_us);
        Ok(())
    }

    fn ticks(&mut self, ticks: &Ticks<'_>, begin: usize) -> Result<()> {
        for row in begin..ticks.rows.times.len() {
            let quote = Quote { time_us: ticks.rows.times[row], bid: ticks.bid[row], ask: ticks.ask[row] };
            let symbol = self.symbol(&ticks.rows, row);
            self.simulator.observe(symbol, quote);
            self.process_signals(quote.time_us);
            self.reports.clear();
            if self.simulator.is_active() {
                self.simulator.pass(Some(symbol), &quote.market(), &mut self.reports)?;
            }
            if self.simulator.is_active() {
                self.simulator.time_out(Some(symbol), &quote.market(), &mut self.reports);
            }
            self.simulator.update(quote.time_us);
        }
        Ok(())
    }

    #[inline]
    fn symbol(&self, rows: &Rows<'_>, row: usize) -> SymbolId {
        self.symbols[rows.symbols[row] as usize]
    }

    /// Process the next signals in the order of their rows, as long as their time has come.
    #[inline]
    fn process_signals(&mut self, time_us: i64) {
        if self.due <= time_us {
            self.process_due(time_us);
        }
    }

    #[inline(never)]
    fn process_due(&mut self, time_us: i64) {
        while let Some(row) = self.signals.peek() {
            if let Some(later) = row.timestamp.filter(|timestamp| *timestamp > time_us) {
                self.due = later;
                return;
            }
            let early = self.simulator.config.start.zip(row.timestamp).is_some_and(|(start, timestamp)| timestamp < start);
            let outcome = if early { Outcome::IGNORED } else { self.simulator.process_signal(row) };
            self.outcomes.push(outcome);
            self.signals.next();
        }
        self.due = i64::MAX;
    }
}
