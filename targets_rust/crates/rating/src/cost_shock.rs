//! Cost shock: what is left of a strategy when its costs grow.

use crate::metrics::Derived;
use crate::stress_penalty::{StressMetrics, mean_score, score_from_penalty, stress_penalty};

/// The multipliers that are tried when none are given.
pub const COST_MULTIPLIERS: [f64; 3] = [1.25, 1.50, 2.00];

/// The score of one set of shocked metrics; `None` is an empty record.
pub fn cost_shock_score(base: &StressMetrics, shocked: Option<StressMetrics>, penalty_cap: f64) -> f64 {
    score_from_penalty(stress_penalty(base, [shocked], penalty_cap), penalty_cap)
}

/// The mean of the single scores, added from the left; 1 for none.
pub fn cost_shock_mean(base: &StressMetrics, shocked: impl IntoIterator<Item = Option<StressMetrics>>, penalty_cap: f64) -> f64 {
    mean_score(base, shocked, penalty_cap)
}

/// The metrics of a row when every trade costs `multiplier` times as much: `x = (m - 1) * C * n` more in all.
#[inline]
pub fn shocked(row: &Derived, multiplier: f64) -> StressMetrics {
    let more = (multiplier - 1.0) * row.cost_per_trade * row.total_trades;
    let profit = row.profit - more;
    let sharpe = if row.profit > 0.0 { row.sharpe * (profit / row.profit) } else { row.sharpe };
    StressMetrics { profit, drawdown: row.drawdown + more / 2.0, sharpe }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: Derived =
        Derived { profit: 1000.0, avg_r: 1.0, win_rate: 0.5, drawdown: 100.0, sharpe: 1.0, cost_per_trade: 2.0, total_trades: 100.0 };

    #[test]
    fn a_multiplier_of_one_gives_the_base() {
        assert_eq!(shocked(&ROW, 1.0), ROW.stress_base());
    }

    #[test]
    fn doubled_costs_are_paid_once_more_from_the_profit() {
        let expected = StressMetrics { profit: 800.0, drawdown: 200.0, sharpe: 0.8 };
        assert_eq!(shocked(&ROW, 2.0), expected);
    }

    #[test]
    fn without_a_profit_the_sharpe_ratio_stays() {
        let losing = Derived { profit: -1000.0, ..ROW };
        assert_eq!(shocked(&losing, 2.0).sharpe.to_bits(), 1.0_f64.to_bits());
    }

    #[test]
    fn the_mean_over_no_multipliers_is_one() {
        assert_eq!(cost_shock_mean(&ROW.stress_base(), [], 0.5).to_bits(), 1.0_f64.to_bits());
    }
}
