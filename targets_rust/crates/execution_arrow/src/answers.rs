//! Whole operations on tables: signals in and outcomes out, bars and signals in and five tables out.

use arrow_array::RecordBatch;
use arrow_stream::Table;
use execution::Simulator;
use execution::backtest::{Course, run};
use execution::config::Config;
use execution::error::Result;
use execution::outcome::Outcome;

use crate::course::{bars, ticks};
use crate::results::{curve_table, fee_table, outcome_table, summary_table, trade_table};
use crate::signals::{Signals, each_update};

/// What a backtest gives.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The positions that ended.
    pub trades: RecordBatch,
    /// The fee log.
    pub fees: RecordBatch,
    /// The equity after every step.
    pub curve: RecordBatch,
    /// The figures.
    pub summary: RecordBatch,
    /// What became of the signals.
    pub outcomes: RecordBatch,
}

impl Answer {
    fn of(simulator: &mut Simulator, outcomes: &[Outcome]) -> Result<Self> {
        Ok(Self {
            trades: trade_table(simulator, false)?,
            fees: fee_table(simulator)?,
            summary: summary_table(&simulator.summary())?,
            outcomes: outcome_table(simulator, outcomes)?,
            curve: curve_table(simulator.take_curve())?,
        })
    }

    /// The tables with their names.
    #[must_use]
    pub fn tables(self) -> [(&'static str, RecordBatch); 5] {
        [("trades", self.trades), ("fees", self.fees), ("curve", self.curve), ("summary", self.summary), ("outcomes", self.outcomes)]
    }
}

/// Process signals one after the other; faults of a row stand in its row of the answer.
///
/// # Errors
/// `Schema` (1005).
pub fn process_signals(simulator: &mut Simulator, signals: &Table) -> Result<RecordBatch> {
    let signals = Signals::new(signals)?;
    let mut outcomes = Vec::with_capacity(signals.count());
    outcomes.extend(signals.rows().map(|row| simulator.process_signal(&row)));
    outcome_table(simulator, &outcomes)
}

/// Check signals, and answer that all are ignored.
///
/// # Errors
/// `Schema` (1005).
pub fn ignore_signals(signals: &Table) -> Result<RecordBatch> {
    let outcomes = vec![Outcome::IGNORED; Signals::new(signals)?.count()];
    outcome_table(&Simulator::new(Config::default()), &outcomes)
}

/// Set levels and close positions by hand; the first fault ends it, the rows before it stay applied.
///
/// # Errors
/// `Schema` (1005), then as [`Simulator::apply_update`].
pub fn apply_updates(simulator: &mut Simulator, updates: &Table) -> Result<()> {
    each_update(updates, |row| simulator.apply_update(row))
}

/// Run signals over bars, or in tick mode over quotes; both are decoded when it is their turn.
///
/// # Errors
/// For the bars `Deserialise` (3004), `Schema` (1005), `EmptyInput` (1010), `Null` (1002), `Constraint` (1006); for the signals
/// `Deserialise` (3004), `Schema` (1005); `InsufficientData` (2008) for a start after the last bar; and what an exit pass is refused for.
pub fn backtest(course: impl FnOnce() -> Result<Table>, signals: impl FnOnce() -> Result<Table>, config: Config) -> Result<Answer> {
    prepared(course, signals, config, |simulator, course, signals| run(simulator, course, signals.count(), &mut signals.rows()))
}

/// Do everything that [`backtest`] does but the run.
///
/// # Errors
/// As [`backtest`], but for the exit passes.
pub fn backtest_boundary(
    course: impl FnOnce() -> Result<Table>,
    signals: impl FnOnce() -> Result<Table>,
    config: Config,
) -> Result<Answer> {
    prepared(course, signals, config, |_, _, signals| Ok(vec![Outcome::IGNORED; signals.count()]))
}

fn prepared(
    course: impl FnOnce() -> Result<Table>,
    signals: impl FnOnce() -> Result<Table>,
    config: Config,
    run: impl FnOnce(&mut Simulator, &Course<'_>, &Signals<'_>) -> Result<Vec<Outcome>>,
) -> Result<Answer> {
    let course_table = course()?;
    let course = if config.tick_mode() { Course::Ticks(ticks(&course_table)?) } else { Course::Bars(bars(&course_table)?) };
    let signal_table = signals()?;
    let signals = Signals::new(&signal_table)?;
    course.check_start(config.start)?;
    let mut simulator = Simulator::new(config);
    let outcomes = run(&mut simulator, &course, &signals)?;
    Answer::of(&mut simulator, &outcomes)
}
