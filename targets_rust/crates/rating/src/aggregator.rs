//! The final rating: five scores mixed by weights, lowered by the stress penalty.

use crate::error::{Code, RatingError, Result};

/// The six numbers of one backtest; all lie in `[0, 1]`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RatingScore {
    /// How little a jitter of the parameters costs.
    pub robustness_score: f64,
    /// How evenly the profit is spread over the years.
    pub stability_score: f64,
    /// How little higher costs take away.
    pub cost_shock_score: f64,
    /// How little is lost without some of the trades.
    pub trade_dropout_score: f64,
    /// Mean deterioration under all stress; lower is better.
    pub stress_penalty: f64,
    /// The five scores in one.
    pub final_rating: f64,
}

/// Weights as given, in the order robustness, stability, cost shock, dropout, quality; fit to be normalised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights([f64; 5]);

impl Default for Weights {
    fn default() -> Self {
        Self([0.25, 0.20, 0.20, 0.20, 0.15])
    }
}

impl Weights {
    /// Accept five weights, finite, none negative, with a positive finite sum.
    ///
    /// # Errors
    /// `Constraint` (1006) for all others.
    pub fn new(given: &[f64]) -> Result<Self> {
        let refuse = |why: String| Err(RatingError::new(Code::Constraint, why));
        let Ok(weights) = <[f64; 5]>::try_from(given) else {
            return refuse(format!("expected 5 weights, got {}", given.len()));
        };
        if let Some(weight) = weights.iter().find(|weight| !weight.is_finite() || **weight < 0.0) {
            return refuse(format!("weights must be finite and not negative, got {weight}"));
        }
        let total = total(&weights);
        if total == 0.0 || !total.is_finite() {
            return refuse(format!("weights must have a positive finite sum, got {total}"));
        }
        Ok(Self(weights))
    }

    /// The weights as they were given.
    pub fn given(&self) -> [f64; 5] {
        self.0
    }
}

fn total(weights: &[f64; 5]) -> f64 {
    let mut total = 0.0;
    for weight in weights {
        total += weight;
    }
    total
}

/// Mixes the scores of a row into its final rating.
#[derive(Clone, Copy, Debug)]
pub struct RatingAggregator {
    normalised: [f64; 5],
}

impl RatingAggregator {
    /// Divide the weights by their left-to-right sum.
    pub fn new(weights: &Weights) -> Self {
        let total = total(&weights.0);
        Self { normalised: weights.0.map(|weight| weight / total) }
    }

    /// `min(1, mix * (1 - stress_penalty))`; the mix adds robustness, stability, cost shock, dropout and quality from the left.
    pub fn final_rating(&self, scores: [f64; 4], stress_penalty: f64, profit_factor: f64) -> f64 {
        let [w1, w2, w3, w4, w5] = self.normalised;
        let [robustness, stability, cost_shock, dropout] = scores;
        let quality = quality_of(profit_factor);
        let mix = (((w1 * robustness + w2 * stability) + w3 * cost_shock) + w4 * dropout) + w5 * quality;
        let rating = mix * (1.0 - stress_penalty);
        if rating > 1.0 { 1.0 } else { rating }
    }
}

/// `1 - 1 / (1 + f)`, where f is the profit factor, 0 if that is NaN or negative; infinity gives 1.
pub fn quality_of(profit_factor: f64) -> f64 {
    let factor = if profit_factor.is_nan() || profit_factor < 0.0 { 0.0 } else { profit_factor };
    1.0 - 1.0 / (1.0 + factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(weights: &[f64]) -> bool {
        Weights::new(weights).is_err_and(|error| error.code == Code::Constraint)
    }

    #[test]
    fn weights_that_cannot_be_normalised_are_refused() {
        for weights in [&[][..], &[1.0; 4], &[1.0; 6], &[0.0; 5], &[-0.0; 5], &[1e308; 5]] {
            assert!(refused(weights), "{weights:?}");
        }
        for bad in [f64::NAN, f64::INFINITY, -1.0, -5e-324] {
            assert!(refused(&[1.0, 1.0, bad, 1.0, 1.0]), "{bad}");
        }
    }

    #[test]
    fn only_the_ratio_of_the_weights_matters() {
        let doubled = Weights::new(&[0.5, 0.4, 0.4, 0.4, 0.3]).map(|weights| RatingAggregator::new(&weights));
        let standard = RatingAggregator::new(&Weights::default());
        let rate = |aggregator: RatingAggregator| aggregator.final_rating([0.9, 0.8, 0.7, 0.6], 0.1, 1.5);
        assert_eq!(doubled.map(rate), Ok(rate(standard)));
    }

    #[test]
    fn quality_grows_from_nothing_to_one() {
        assert_eq!([f64::NAN, -3.0, -0.0, 1.0, f64::INFINITY].map(quality_of), [0.0, 0.0, 0.0, 0.5, 1.0]);
    }

    #[test]
    fn perfect_scores_give_one_and_a_full_penalty_nothing() {
        let aggregator = RatingAggregator::new(&Weights::default());
        assert!((aggregator.final_rating([1.0; 4], 0.0, f64::INFINITY) - 1.0).abs() < 1e-15);
        assert_eq!(aggregator.final_rating([1.0; 4], 1.0, 2.0).to_bits(), 0.0_f64.to_bits());
    }
}
