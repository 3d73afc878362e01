//! What must hold for every input, hostile ones included.

#![allow(clippy::expect_used)] // a test that cannot be set up fails

mod common;

use common::{Row, Table, number, row};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use rating::aggregator::RatingScore;
use rating::batch::{cost_shock_scores, ratings, robustness_scores};
use rating::config::{JitterConfig, RatingConfig};
use rating::cost_shock::cost_shock_mean;
use rating::jitter::JitterTable;
use rating::metrics::Derived;
use rating::robustness::{Quality, robustness_score};
use rating::stress_penalty::{StressMetrics, stress_penalty};

fn quality() -> impl Strategy<Value = Quality> {
    [number(), number(), number(), number()].prop_map(|[profit, avg_r, winrate, drawdown]| Quality { profit, avg_r, winrate, drawdown })
}

fn stress() -> impl Strategy<Value = StressMetrics> {
    [number(), number(), number()].prop_map(|[profit, drawdown, sharpe]| StressMetrics { profit, drawdown, sharpe })
}

fn bits(score: &RatingScore) -> [u64; 6] {
    [
        score.robustness_score,
        score.stability_score,
        score.cost_shock_score,
        score.trade_dropout_score,
        score.stress_penalty,
        score.final_rating,
    ]
    .map(f64::to_bits)
}

fn rate(rows: &[Row]) -> Vec<[u64; 6]> {
    let ratings = ratings(&[Table::of(rows).columns()], &RatingConfig::default());
    ratings.expect("the default configuration").iter().map(bits).collect()
}

proptest! {
    #[test]
    fn iterations_side_by_side_give_the_bits_of_one_by_one(base in quality(), n in 0_usize..70, v in 0.0..=1.0, seed: u64, cap in number()) {
        let table = JitterTable::draw(&JitterConfig { param_variation: v, n_iterations: n, seed: Some(seed) });
        let one_by_one = robustness_score(&base, table.samples(&base), cap);
        prop_assert_eq!(table.robustness(&base, cap).to_bits(), one_by_one.to_bits());
    }

    #[test]
    fn every_number_of_a_rating_lies_in_the_unit_interval(rows in vec(row(), 0..20)) {
        for score in rate(&rows) {
            prop_assert!(score.iter().all(|bits| (0.0..=1.0).contains(&f64::from_bits(*bits))), "{:?}", score.map(f64::from_bits));
        }
    }

    #[test]
    fn a_batch_gives_what_its_rows_give_alone_and_in_any_order(rows in vec(row(), 0..20)) {
        let alone: Vec<_> = rows.iter().flat_map(|row| rate(std::slice::from_ref(row))).collect();
        let mut reversed = rate(&rows.iter().rev().cloned().collect::<Vec<_>>());
        reversed.reverse();
        prop_assert_eq!(&rate(&rows), &alone);
        prop_assert_eq!(&reversed, &alone);
    }

    #[test]
    fn two_batches_give_what_one_gives(rows in vec(row(), 0..20), cut in 0_usize..20) {
        let (first, second) = rows.split_at(cut.min(rows.len()));
        let (first, second, both) = (Table::of(first), Table::of(second), Table::of(&rows));
        let jitter = JitterConfig::default();
        let parts = robustness_scores(&[first.columns(), second.columns()], &jitter);
        prop_assert_eq!(parts, robustness_scores(&[both.columns()], &jitter));
    }

    #[test]
    fn a_higher_profit_factor_never_lowers_the_final_rating(row in row(), factor in 0.0..1e6, more in 0.0..10.0) {
        let rating = |profit_factor| f64::from_bits(rate(&[Row { profit_factor, ..row.clone() }])[0][5]);
        prop_assert!(rating(factor + more) >= rating(factor));
    }

    #[test]
    fn a_larger_cap_never_raises_a_score(base in quality(), samples in vec(quality(), 0..9), cap in 0.0..1.0, more in 0.0..1.0) {
        let score = |cap| robustness_score(&base, samples.iter().copied(), cap);
        prop_assert!(score(cap + more) <= score(cap));
    }

    #[test]
    fn a_penalty_lies_between_zero_and_its_cap(base in stress(), sets in vec(proptest::option::of(stress()), 0..9), cap in 0.0..2.0) {
        let penalty = stress_penalty(&base, sets, cap);
        prop_assert!((0.0..=cap).contains(&penalty));
    }

    #[test]
    fn powers_of_two_cancel(profit in 1.0..1e6, share in 0.0..2.0, drawdown in 1.0..1e6, exponent in -8_i32..8) {
        let factor = 2.0_f64.powi(exponent);
        let base = StressMetrics { profit, drawdown, sharpe: 1.0 };
        let stressed = StressMetrics { profit: profit * share, drawdown: drawdown * 1.5, sharpe: share };
        let scaled = |m: StressMetrics| StressMetrics { profit: m.profit * factor, drawdown: m.drawdown * factor, sharpe: m.sharpe };
        let penalty = stress_penalty(&base, [Some(stressed)], 0.5);
        prop_assert_eq!(stress_penalty(&scaled(base), [Some(scaled(stressed))], 0.5).to_bits(), penalty.to_bits());
    }

    #[test]
    fn the_mean_of_the_pairs_of_a_row_is_the_kernel_over_all_multipliers(row in row(), multipliers in vec(0.0..3.0, 1..5)) {
        let table = Table::of(&[row]);
        let columns = table.columns();
        let derived = Derived::of(&columns.row(0));
        let shocked = multipliers.iter().map(|m| Some(rating::cost_shock::shocked(&derived, *m)));
        let mut total = 0.0;
        for score in cost_shock_scores(&[columns], &multipliers) {
            total += score;
        }
        let mean = total / rating::number::count(multipliers.len());
        prop_assert_eq!(mean.to_bits(), cost_shock_mean(&derived.stress_base(), shocked, 0.5).to_bits());
    }
}

#[test]
fn the_bits_do_not_depend_on_the_number_of_threads() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let rows: Vec<Row> = (0..2000).map(|_| row().new_tree(&mut runner).expect("a row").current()).collect();
    let alone: Vec<_> = rows.iter().flat_map(|row| rate(std::slice::from_ref(row))).collect();
    for threads in [1, 2, 3, 8] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        assert_eq!(pool.install(|| rate(&rows)), alone, "{threads} threads");
    }
}
