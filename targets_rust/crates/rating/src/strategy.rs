//! Strategy rating: five thresholds, the share of those that hold, and the names of those that fail.

/// Which side of its threshold a value must stay on; equality always passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Fails below the threshold.
    AtLeast,
    /// Fails above the threshold.
    AtMost,
}

/// One row of the table of thresholds.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The name that is reported when the rule fails.
    pub label: &'static str,
    /// The key of the value in the summary.
    pub key: &'static str,
    /// The key of the limit in the map of thresholds.
    pub threshold: &'static str,
    /// The limit that holds without a map of thresholds.
    pub default: f64,
    /// The side that passes.
    pub bound: Bound,
}

const fn rule(label: &'static str, key: &'static str, threshold: &'static str, default: f64, bound: Bound) -> Rule {
    Rule { label, key, threshold, default, bound }
}

/// The five rules in the order in which failures are named.
pub const RULES: [Rule; 5] = [
    rule("Winrate", "Winrate (%)", "min_winrate", 45.0, Bound::AtLeast),
    rule("Avg R", "Avg R-Multiple", "min_avg_r", 0.6, Bound::AtLeast),
    rule("Net Profit", "Net Profit", "min_profit", 500.0, Bound::AtLeast),
    rule("Profit Factor", "profit_factor", "min_profit_factor", 1.2, Bound::AtLeast),
    rule("Drawdown", "drawdown_eur", "max_drawdown", 1000.0, Bound::AtMost),
];

/// The score by number of failures: `1 - fails / 5`, rounded to two digits.
const SCORES: [f64; 6] = [1.0, 0.8, 0.6, 0.4, 0.2, 0.0];

/// The outcome of the five rules.
#[derive(Clone, Debug, PartialEq)]
pub struct StrategyRating {
    /// Share of the rules that hold, in steps of 0.2.
    pub score: f64,
    /// The names of the rules that fail, in table order.
    pub fails: Vec<&'static str>,
}

/// The five limits that hold without a map of thresholds.
pub fn default_limits() -> [f64; 5] {
    RULES.map(|rule| rule.default)
}

/// Rate five values against five limits, both in the order of [`RULES`]; equality and NaN pass.
pub fn strategy_rating(values: [f64; 5], limits: [f64; 5]) -> StrategyRating {
    let judged = RULES.iter().zip(values.into_iter().zip(limits));
    let fails: Vec<_> = judged.filter(|(rule, (value, limit))| fails(rule.bound, *value, *limit)).map(|(rule, _)| rule.label).collect();
    StrategyRating { score: SCORES[fails.len()], fails }
}

fn fails(bound: Bound, value: f64, limit: f64) -> bool {
    match bound {
        Bound::AtLeast => value < limit,
        Bound::AtMost => value > limit,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equality_passes_everywhere() {
        let rating = strategy_rating(default_limits(), default_limits());
        assert_eq!(rating, StrategyRating { score: 1.0, fails: vec![] });
    }

    #[test]
    fn nan_passes_every_rule() {
        assert!(strategy_rating([f64::NAN; 5], default_limits()).fails.is_empty());
    }

    #[test]
    fn an_empty_summary_fails_all_but_the_drawdown() {
        let rating = strategy_rating([0.0; 5], default_limits());
        assert_eq!(rating.score.to_bits(), 0.2_f64.to_bits());
        assert_eq!(rating.fails, ["Winrate", "Avg R", "Net Profit", "Profit Factor"]);
    }

    #[test]
    fn scores_are_one_minus_a_fifth_per_failure_rounded_to_two_digits() {
        let rounded = |fails: u32| ((1.0 - f64::from(fails) / 5.0) * 100.0).round() / 100.0;
        assert_eq!(SCORES, [0, 1, 2, 3, 4, 5].map(rounded));
    }
}
