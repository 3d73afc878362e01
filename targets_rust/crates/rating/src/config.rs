//! What a caller may set for the batch functions, with its defaults and limits.

use crate::aggregator::Weights;
use crate::cost_shock::COST_MULTIPLIERS;
use crate::error::{Code, RatingError, Result};

/// The seed that keys the streams when none is given.
pub const DEFAULT_SEED: u64 = 987_654_321;
/// The penalty cap where none is given.
pub const DEFAULT_PENALTY_CAP: f64 = 0.5;
/// The largest number of jitter iterations.
pub const MAX_ITERATIONS: usize = 1_000_000;
/// The largest number of dropout runs.
pub const MAX_RUNS: usize = 100_000;

/// How parameters are moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JitterConfig {
    /// Largest relative change, in `[0, 1]`; 0.1 is ten percent up or down.
    pub param_variation: f64,
    /// Number of samples, at most [`MAX_ITERATIONS`].
    pub n_iterations: usize,
    /// Seed of all random streams; `None` is [`DEFAULT_SEED`].
    pub seed: Option<u64>,
}

impl Default for JitterConfig {
    fn default() -> Self {
        Self { param_variation: 0.1, n_iterations: 50, seed: None }
    }
}

impl JitterConfig {
    /// The seed that keys the random streams.
    pub fn seed_or_default(&self) -> u64 {
        self.seed.unwrap_or(DEFAULT_SEED)
    }
}

/// Everything that a full rating depends on besides the metrics.
#[derive(Clone, Debug, PartialEq)]
pub struct RatingConfig {
    /// Weights of the final rating.
    pub weights: Weights,
    /// Upper limit of every penalty, in `[0, 1]`.
    pub penalty_cap: f64,
    /// By how much costs are multiplied, finite and not negative.
    pub cost_multipliers: Vec<f64>,
    /// How parameters are moved.
    pub jitter: JitterConfig,
    /// Share of the trades that a dropout run drops, in `[0, 1]`.
    pub dropout_frac: f64,
    /// Number of dropout runs, at most [`MAX_RUNS`].
    pub dropout_runs: usize,
    /// Limits of the strategy rating, `None` for the defaults; checked and kept, no batch function reads them.
    pub thresholds: Option<[f64; 5]>,
}

impl Default for RatingConfig {
    fn default() -> Self {
        Self {
            weights: Weights::default(),
            penalty_cap: DEFAULT_PENALTY_CAP,
            cost_multipliers: COST_MULTIPLIERS.to_vec(),
            jitter: JitterConfig::default(),
            dropout_frac: 0.1,
            dropout_runs: 3,
            thresholds: None,
        }
    }
}

/// Accept a share in `[0, 1]`.
///
/// # Errors
/// `InvalidArgument` (1001) for any other number, NaN included.
pub fn fraction(value: f64, name: &str) -> Result<f64> {
    if (0.0..=1.0).contains(&value) {
        return Ok(value);
    }
    Err(RatingError::new(Code::InvalidArgument, format!("{name} must lie in [0, 1], got {value}")))
}

/// Accept a count in `0..=limit`.
///
/// # Errors
/// `InvalidArgument` (1001) for any other integer.
pub fn count(value: i128, limit: usize, name: &str) -> Result<usize> {
    let accepted = usize::try_from(value).ok().filter(|n| *n <= limit);
    accepted.ok_or_else(|| RatingError::new(Code::InvalidArgument, format!("{name} must lie in 0..{limit}, got {value}")))
}

/// Accept a number of dropout runs; a negative one means none.
///
/// # Errors
/// `InvalidArgument` (1001) for more than [`MAX_RUNS`].
pub fn runs(value: i128, name: &str) -> Result<usize> {
    count(value.max(0), MAX_RUNS, name)
}

/// Accept an integer of 64 bits without sign.
///
/// # Errors
/// `InvalidArgument` (1001) for any other integer.
pub fn unsigned(value: i128, name: &str) -> Result<u64> {
    u64::try_from(value).map_err(|_| RatingError::new(Code::InvalidArgument, format!("{name} must lie in 0..2^64-1, got {value}")))
}

/// Accept cost multipliers that are finite and not negative.
///
/// # Errors
/// `InvalidArgument` (1001) if one is not.
pub fn multipliers(values: Vec<f64>, name: &str) -> Result<Vec<f64>> {
    if values.iter().all(|value| value.is_finite() && *value >= 0.0) {
        return Ok(values);
    }
    Err(RatingError::new(Code::InvalidArgument, format!("{name} must be finite and not negative, got {values:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_outside_the_unit_interval_are_refused() {
        for value in [-5e-324, 1.0 + f64::EPSILON, f64::NAN, f64::INFINITY] {
            assert_eq!(fraction(value, "x").map_err(|error| error.code), Err(Code::InvalidArgument));
        }
        assert_eq!([0.0, -0.0, 1.0].map(|value| fraction(value, "x").is_ok()), [true; 3]);
    }

    #[test]
    fn counts_stop_at_their_limit() {
        assert_eq!(count(7, 7, "n"), Ok(7));
        for value in [8, -1, i128::MAX] {
            assert!(count(value, 7, "n").is_err());
        }
    }

    #[test]
    fn seeds_have_64_bits_without_sign() {
        assert_eq!(unsigned(i128::from(u64::MAX), "seed"), Ok(u64::MAX));
        for value in [-1, i128::from(u64::MAX) + 1] {
            assert!(unsigned(value, "seed").is_err());
        }
    }

    #[test]
    fn multipliers_must_be_finite_and_not_negative() {
        assert_eq!(multipliers(vec![0.0, -0.0, 2.0], "m"), Ok(vec![0.0, -0.0, 2.0]));
        for bad in [-1.0, f64::NAN, f64::INFINITY] {
            assert!(multipliers(vec![1.0, bad], "m").is_err());
        }
    }
}
