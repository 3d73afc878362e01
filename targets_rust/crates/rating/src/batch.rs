//! The batch functions: many backtests in, one rating each out. What all rows share is drawn once, rows are computed in parallel.
//!
//! No row depends on another and the results keep the order of the rows, so the bits are the same at any number of threads.

use rayon::prelude::*;

use crate::aggregator::{RatingAggregator, RatingScore};
use crate::config::{DEFAULT_PENALTY_CAP, JitterConfig, RatingConfig};
use crate::cost_shock::shocked;
use crate::error::Result;
use crate::jitter::JitterTable;
use crate::metrics::{Derived, MetricsColumns, MetricsInput};
use crate::number::{FiniteMean, finite_or};
use crate::stability::stability_score;
use crate::stress_penalty::{ScoreMean, StressMetrics, deterioration, penalty, single_score};
use crate::trade_dropout::{Dropout, Trades, Workspace, losses, thinned};

/// Batches with fewer rows are not worth waking other threads.
const PARALLEL_FROM: usize = 256;
const ROWS_PER_TASK: usize = 64;

/// One rating per row, over all batches in order.
///
/// # Errors
/// `Nan` (2004) for a dropout share of NaN.
pub fn ratings(batches: &[MetricsColumns<'_>], config: &RatingConfig) -> Result<Vec<RatingScore>> {
    let plan = Plan::new(config)?;
    Ok(map_rows(batches, |row, workspace| plan.rate(row, workspace)))
}

/// One robustness score per row with the default penalty cap, over all batches in order.
pub fn robustness_scores(batches: &[MetricsColumns<'_>], jitter: &JitterConfig) -> Vec<f64> {
    let table = JitterTable::draw(jitter);
    map_rows(batches, |row, _| table.robustness(&Derived::of(row).quality(), DEFAULT_PENALTY_CAP))
}

/// One cost-shock score per row and multiplier with the default penalty cap, row by row.
pub fn cost_shock_scores(batches: &[MetricsColumns<'_>], multipliers: &[f64]) -> Vec<f64> {
    let rows = batches.iter().flat_map(|batch| (0..batch.len()).map(|i| Derived::of(&batch.row(i))));
    rows.flat_map(|row| multipliers.iter().map(move |multiplier| single(&row, *multiplier))).collect()
}

fn single(row: &Derived, multiplier: f64) -> f64 {
    single_score(deterioration(&row.stress_base(), &shocked(row, multiplier)), DEFAULT_PENALTY_CAP)
}

/// What one call prepares for all its rows.
struct Plan<'a> {
    config: &'a RatingConfig,
    jitter: JitterTable,
    dropout: Dropout,
    losses: Vec<(f64, f64)>,
    aggregator: RatingAggregator,
}

impl<'a> Plan<'a> {
    fn new(config: &'a RatingConfig) -> Result<Self> {
        let seed = config.jitter.seed_or_default();
        Ok(Self {
            config,
            jitter: JitterTable::draw(&config.jitter),
            dropout: Dropout::new(config.dropout_frac, seed)?,
            losses: losses(config.dropout_frac, config.dropout_runs, seed),
            aggregator: RatingAggregator::new(&config.weights),
        })
    }

    fn rate(&self, row: &MetricsInput<'_>, workspace: &mut Workspace) -> RatingScore {
        let derived = Derived::of(row);
        let mut stress = Stress::new(derived.stress_base(), self.config.penalty_cap);
        let cost_shock_score = stress.mean_score(self.config.cost_multipliers.iter().map(|m| shocked(&derived, *m)));
        let trade_dropout_score = self.dropout(row, &derived, &mut stress, workspace);
        let robustness_score = self.jitter.robustness(&derived.quality(), self.config.penalty_cap);
        let (stability_score, _) = stability_score(row.years());
        let stress_penalty = stress.penalty();
        let scores = [robustness_score, stability_score, cost_shock_score, trade_dropout_score];
        let final_rating = self.aggregator.final_rating(scores, stress_penalty, row.profit_factor);
        RatingScore { robustness_score, stability_score, cost_shock_score, trade_dropout_score, stress_penalty, final_rating }
    }

    /// Real trades are dropped where the row lists them; where it does not, a formula stands for them.
    fn dropout(&self, row: &MetricsInput<'_>, derived: &Derived, stress: &mut Stress, workspace: &mut Workspace) -> f64 {
        match row.trade_results {
            None => stress.mean_score(self.losses.iter().map(|loss| thinned(derived, *loss))),
            Some(results) => self.drop_trades(results, row.trade_r, stress, workspace),
        }
    }

    fn drop_trades(&self, results: &[f64], r_multiples: Option<&[f64]>, stress: &mut Stress, workspace: &mut Workspace) -> f64 {
        let mut nets = std::mem::take(&mut workspace.nets);
        nets.clear();
        nets.extend(results.iter().map(|result| finite_or(*result, 0.0)));
        let (trades, base) = (Trades { nets: &nets, r_multiples }, stress.base);
        let runs = 0..self.config.dropout_runs as u64;
        let score = stress.mean_score(runs.map(|run| self.dropout.drawn(&trades, base, run, workspace)));
        workspace.nets = nets;
        score
    }
}

/// The stress of one row so far: each group of shocks has its own mean score, the penalty is over all of them.
struct Stress {
    base: StressMetrics,
    penalty_cap: f64,
    deteriorations: FiniteMean,
}

impl Stress {
    fn new(base: StressMetrics, penalty_cap: f64) -> Self {
        Self { base, penalty_cap, deteriorations: FiniteMean::default() }
    }

    fn mean_score(&mut self, stressed: impl Iterator<Item = StressMetrics>) -> f64 {
        let mut scores = ScoreMean::default();
        for one in stressed {
            let worse = deterioration(&self.base, &one);
            self.deteriorations.add(worse);
            scores.add(single_score(worse, self.penalty_cap));
        }
        scores.value()
    }

    fn penalty(&self) -> f64 {
        penalty(self.deteriorations, self.penalty_cap)
    }
}

fn map_rows<T, F>(batches: &[MetricsColumns<'_>], compute: F) -> Vec<T>
where
    T: Send,
    F: Fn(&MetricsInput<'_>, &mut Workspace) -> T + Sync,
{
    let mut results = Vec::with_capacity(batches.iter().map(MetricsColumns::len).sum());
    for batch in batches {
        let one = |workspace: &mut Workspace, i| compute(&batch.row(i), workspace);
        if batch.len() < PARALLEL_FROM {
            let mut workspace = Workspace::default();
            results.extend((0..batch.len()).map(|i| one(&mut workspace, i)));
        } else {
            let rows = (0..batch.len()).into_par_iter().with_min_len(ROWS_PER_TASK);
            results.par_extend(rows.map_init(Workspace::default, one));
        }
    }
    results
}
