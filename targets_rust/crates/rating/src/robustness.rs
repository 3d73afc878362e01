//! Robustness: how much worse a strategy gets when its parameters are moved a little.

use crate::number::{FiniteMean, cap_of, clamp, finite_or, larger};

/// No base value counts as smaller, so that nothing is divided by zero.
pub const GUARD: f64 = 1e-9;

/// The four figures that the jitter moves; in any unit, for only ratios of the same figure are formed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Quality {
    /// Net profit.
    pub profit: f64,
    /// Mean R-multiple.
    pub avg_r: f64,
    /// Share of winning trades.
    pub winrate: f64,
    /// Maximum drawdown; the only one of the four where less is better.
    pub drawdown: f64,
}

/// `1 - penalty`, where the penalty is the mean deterioration of the samples against the base, limited to `[0, cap]`.
///
/// A cap of 0 gives 1; no samples, or none with a finite deterioration, cost the cap.
pub fn robustness_score(base: &Quality, samples: impl IntoIterator<Item = Quality>, penalty_cap: f64) -> f64 {
    let base = Base::of(base);
    score(samples.into_iter().map(|sample| base.deterioration(&sample)).collect(), penalty_cap)
}

/// Turn the mean deterioration into the score.
pub fn score(deterioration: FiniteMean, penalty_cap: f64) -> f64 {
    let cap = cap_of(penalty_cap);
    if cap == 0.0 {
        return 1.0;
    }
    let penalty = deterioration.value().map_or(cap, |mean| clamp(mean, 0.0, cap));
    larger(1.0 - penalty, 0.0)
}

/// A base whose four values are finite and not below the guard, so that they can divide.
#[derive(Clone, Copy, Debug)]
pub struct Base(Quality);

impl Base {
    /// Read a base: what is not finite counts as 0, what is below the guard as the guard.
    pub fn of(base: &Quality) -> Self {
        let guarded = |value: f64| larger(finite_or(value, 0.0), GUARD);
        Self(Quality {
            profit: guarded(base.profit),
            avg_r: guarded(base.avg_r),
            winrate: guarded(base.winrate),
            drawdown: guarded(base.drawdown),
        })
    }

    /// The mean of the four relative changes for the worse, added from the left; not finite when one overflows.
    #[inline]
    pub fn deterioration(&self, sample: &Quality) -> f64 {
        let Self(base) = self;
        let profit = drop(base.profit, sample.profit);
        let avg_r = drop(base.avg_r, sample.avg_r);
        let winrate = drop(base.winrate, sample.winrate);
        let drawdown = rise(base.drawdown, sample.drawdown);
        (((profit + avg_r) + winrate) + drawdown) / 4.0
    }
}

#[inline]
fn drop(base: f64, sample: f64) -> f64 {
    larger((base - at_least_zero(sample)) / base, 0.0)
}

#[inline]
fn rise(base: f64, sample: f64) -> f64 {
    larger((at_least_zero(sample) - base) / base, 0.0)
}

#[inline]
fn at_least_zero(sample: f64) -> f64 {
    larger(finite_or(sample, 0.0), 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: Quality = Quality { profit: 1000.0, avg_r: 1.0, winrate: 50.0, drawdown: 100.0 };
    const WORSE: Quality = Quality { profit: 800.0, avg_r: 0.8, winrate: 40.0, drawdown: 150.0 };

    fn scores_as(expected: f64, base: Quality, samples: &[Quality], cap: f64) {
        let got = robustness_score(&base, samples.iter().copied(), cap);
        assert_eq!(got.to_bits(), expected.to_bits(), "{got} instead of {expected}");
    }

    #[test]
    fn the_check_value_of_the_specification_holds() {
        let got = robustness_score(&BASE, [WORSE], 0.5);
        assert!((got - 0.725).abs() < 1e-15, "{got}");
    }

    #[test]
    fn a_cap_of_zero_negative_or_nan_gives_one_before_anything_else() {
        for cap in [0.0, -0.0, -1.0, f64::NAN] {
            scores_as(1.0, BASE, &[], cap);
        }
    }

    #[test]
    fn no_samples_cost_the_cap() {
        scores_as(0.5, BASE, &[], 0.5);
        scores_as(0.0, BASE, &[], 3.0);
    }

    #[test]
    fn a_sample_that_overflows_is_left_out() {
        let base = Quality { drawdown: 0.0, ..BASE };
        let overflowing = Quality { drawdown: 1e300, ..BASE };
        scores_as(0.5, base, &[overflowing], 0.5);
        scores_as(1.0, base, &[overflowing, Quality { drawdown: 0.0, ..BASE }], 0.5);
    }

    #[test]
    fn a_base_not_above_zero_is_read_as_the_guard() {
        let nothing = Quality { profit: -5.0, avg_r: 0.0, winrate: f64::NAN, drawdown: 0.0 };
        let at_guard = Quality { profit: GUARD, avg_r: GUARD, winrate: GUARD, drawdown: GUARD };
        scores_as(1.0, nothing, &[at_guard], 0.5);
        scores_as(0.25, nothing, &[Quality::default()], 2.0);
    }

    #[test]
    fn a_sample_that_is_not_finite_counts_as_zero() {
        let broken = Quality { profit: f64::NAN, avg_r: f64::INFINITY, winrate: f64::NEG_INFINITY, drawdown: f64::NAN };
        scores_as(0.25, BASE, &[broken], 1.0);
    }

    #[test]
    fn a_negative_sample_costs_no_more_than_zero_does() {
        let negative = Quality { profit: -1e9, ..BASE };
        scores_as(0.75, BASE, &[negative], 1.0);
    }
}
