//! Stress penalty: the kernel that cost shock and trade dropout share.

use crate::number::{FiniteMean, cap_of, clamp, count, finite_or, larger};

/// No base drawdown or Sharpe ratio counts as smaller, so that nothing is divided by zero.
pub const GUARD: f64 = 1e-9;

/// The three figures that stress changes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StressMetrics {
    /// Net profit.
    pub profit: f64,
    /// Maximum drawdown.
    pub drawdown: f64,
    /// Sharpe ratio.
    pub sharpe: f64,
}

/// The mean deterioration under stress, limited to `[0, cap]`; lower is better.
///
/// `None` is an empty record: nothing was measured, so it is skipped. With nothing finite to average the penalty is 0.
pub fn stress_penalty(base: &StressMetrics, stressed: impl IntoIterator<Item = Option<StressMetrics>>, penalty_cap: f64) -> f64 {
    let measured = stressed.into_iter().flatten();
    penalty(measured.map(|one| deterioration(base, &one)).collect(), penalty_cap)
}

/// Turn the mean deterioration into the penalty.
pub fn penalty(deterioration: FiniteMean, penalty_cap: f64) -> f64 {
    deterioration.value().map_or(0.0, |mean| clamp(mean, 0.0, cap_of(penalty_cap)))
}

/// `max(0, 1 - penalty)` with the penalty limited to `[0, cap]`; one that is not finite costs the cap.
pub fn score_from_penalty(penalty: f64, penalty_cap: f64) -> f64 {
    let cap = cap_of(penalty_cap);
    larger(1.0 - clamp(finite_or(penalty, cap), 0.0, cap), 0.0)
}

/// The score of a single deterioration: one that is not finite is left out and costs nothing.
pub fn single_score(deterioration: f64, penalty_cap: f64) -> f64 {
    score_from_penalty(penalty(FiniteMean::from_iter([deterioration]), penalty_cap), penalty_cap)
}

/// The mean of the scores of each set alone, each limited by the cap on its own, added from the left; 1 when there is none.
pub fn mean_score(base: &StressMetrics, stressed: impl IntoIterator<Item = Option<StressMetrics>>, penalty_cap: f64) -> f64 {
    let mut scores = ScoreMean::default();
    for one in stressed {
        scores.add(score_from_penalty(stress_penalty(base, [one], penalty_cap), penalty_cap));
    }
    scores.value()
}

/// Sum of scores from the left, and how many they were.
#[derive(Clone, Copy, Debug, Default)]
pub struct ScoreMean {
    total: f64,
    n: usize,
}

impl ScoreMean {
    /// Add a score to the right end of the sum.
    #[inline]
    pub fn add(&mut self, score: f64) {
        self.total += score;
        self.n += 1;
    }

    /// The sum divided by the count; 1 when nothing was added, for no stress costs nothing.
    pub fn value(self) -> f64 {
        if self.n == 0 { 1.0 } else { self.total / count(self.n) }
    }
}

/// `(p + d + s) / 3`, added from the left; not finite when a term overflows.
#[inline]
pub fn deterioration(base: &StressMetrics, stressed: &StressMetrics) -> f64 {
    let fin = |value| finite_or(value, 0.0);
    let profit = profit_drop(fin(base.profit), fin(stressed.profit));
    let drawdown = drawdown_rise(fin(base.drawdown), fin(stressed.drawdown));
    let sharpe = sharpe_drop(fin(base.sharpe), fin(stressed.sharpe));
    ((profit + drawdown) + sharpe) / 3.0
}

/// Without a profit there is none to lose; a loss may cost more than 1.
#[inline]
fn profit_drop(base: f64, stressed: f64) -> f64 {
    if base <= 0.0 { 0.0 } else { larger((base - stressed) / base, 0.0) }
}

#[inline]
fn drawdown_rise(base: f64, stressed: f64) -> f64 {
    let base = larger(base, GUARD);
    larger((stressed - base) / base, 0.0)
}

#[inline]
fn sharpe_drop(base: f64, stressed: f64) -> f64 {
    let base = larger(base, GUARD);
    larger((base - stressed) / base, 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: StressMetrics = StressMetrics { profit: 1000.0, drawdown: 100.0, sharpe: 1.0 };
    const WORSE: StressMetrics = StressMetrics { profit: 800.0, drawdown: 150.0, sharpe: 0.8 };

    fn bits(value: f64) -> u64 {
        value.to_bits()
    }

    #[test]
    fn the_check_value_of_the_specification_holds() {
        let got = stress_penalty(&BASE, [Some(WORSE)], 0.5);
        assert!((got - 0.3).abs() < 1e-15, "{got}");
    }

    #[test]
    fn an_empty_record_is_skipped_and_not_read_as_zeros() {
        assert_eq!(bits(stress_penalty(&BASE, [None], 0.5)), bits(0.0));
        assert_eq!(bits(stress_penalty(&BASE, [Some(WORSE), None], 0.5)), bits(stress_penalty(&BASE, [Some(WORSE)], 0.5)));
        assert!(stress_penalty(&BASE, [Some(StressMetrics::default())], 5.0) > 0.6);
    }

    #[test]
    fn what_overflows_is_left_out_and_nothing_left_costs_nothing() {
        let base = StressMetrics { drawdown: 0.0, ..BASE };
        let overflowing = StressMetrics { drawdown: 1e300, ..BASE };
        assert_eq!(bits(stress_penalty(&base, [Some(overflowing)], 0.5)), bits(0.0));
    }

    #[test]
    fn a_base_profit_not_above_zero_has_nothing_to_lose() {
        for profit in [0.0, -0.0, -1.0, f64::NAN, f64::NEG_INFINITY] {
            let base = StressMetrics { profit, ..BASE };
            assert_eq!(bits(deterioration(&base, &StressMetrics { profit: -1e9, ..BASE })), bits(0.0));
        }
    }

    #[test]
    fn a_loss_may_cost_more_than_the_whole_profit() {
        let loss = StressMetrics { profit: -2000.0, ..BASE };
        assert_eq!(bits(deterioration(&BASE, &loss)), bits(1.0));
    }

    #[test]
    fn a_base_sharpe_not_above_zero_is_read_as_the_guard() {
        let base = StressMetrics { sharpe: -1.0, ..BASE };
        let stressed = StressMetrics { sharpe: 0.0, ..BASE };
        assert_eq!(bits(deterioration(&base, &stressed)), bits(1.0 / 3.0));
    }

    #[test]
    fn a_penalty_that_is_not_finite_costs_the_cap() {
        assert_eq!(bits(score_from_penalty(f64::NAN, 0.25)), bits(0.75));
        assert_eq!(bits(score_from_penalty(f64::NEG_INFINITY, 0.25)), bits(0.75));
        assert_eq!(bits(score_from_penalty(-1.0, 0.25)), bits(1.0));
        assert_eq!(bits(score_from_penalty(0.1, f64::NAN)), bits(1.0));
    }

    #[test]
    fn each_score_is_limited_on_its_own_and_no_score_is_one() {
        let ruin = StressMetrics { profit: -1e9, ..BASE };
        assert_eq!(bits(mean_score(&BASE, [Some(ruin), Some(BASE)], 0.5)), bits(0.75));
        assert_eq!(bits(mean_score(&BASE, [], 0.5)), bits(1.0));
    }
}
