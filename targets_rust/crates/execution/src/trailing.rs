//! A stop that follows the price after each bar's exit test, so that no bar sees its own future.

use std::cmp::Ordering;

use crate::rounding::{larger, smaller};
use crate::signal::{Direction, Trail};

/// The rule, the best price since the entry, and whether looking again at that price could change anything.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrailingStop {
    /// The rule.
    pub trail: Trail,
    /// The best price since the entry.
    pub best: f64,
    /// Whether the stop follows from `best`, so that only a better price moves it.
    pub settled: bool,
}

impl TrailingStop {
    /// Begin at the entry price.
    #[must_use]
    pub fn new(trail: Trail, entry_price: f64) -> Self {
        Self { trail, best: entry_price, settled: false }
    }

    /// Move the best price on; the stop that follows from it, `None` if the stop stays where it is.
    pub fn advance(&mut self, direction: Direction, entry_price: f64, stop_loss: Option<f64>, price: f64) -> Option<f64> {
        let Trail { distance, step, activation } = self.trail;
        self.settled = true;
        let (candidate, gain, better) = match direction {
            Direction::Long => {
                self.best = larger(self.best, price);
                let candidate = self.best - distance;
                (candidate, self.best - entry_price, stop_loss.is_none_or(|stop| candidate > stop + step))
            }
            Direction::Short => {
                self.best = smaller(self.best, price);
                let candidate = self.best + distance;
                (candidate, entry_price - self.best, stop_loss.is_none_or(|stop| candidate < stop - step))
            }
        };
        // A gain that is no number does not keep the stop from following.
        let active = gain.partial_cmp(&activation) != Some(Ordering::Less);
        (active && better).then_some(candidate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_follows_only_upwards_and_only_in_steps() {
        let mut trailing = TrailingStop::new(Trail { distance: 1.0, step: 0.5, activation: 0.0 }, 100.0);
        assert_eq!(trailing.advance(Direction::Long, 100.0, Some(98.0), 101.0), Some(100.0));
        assert_eq!(trailing.advance(Direction::Long, 100.0, Some(100.0), 101.5), None);
        assert_eq!(trailing.advance(Direction::Long, 100.0, Some(100.0), 99.0), None);
        assert_eq!(trailing.advance(Direction::Long, 100.0, Some(100.0), 101.6), Some(100.6));
    }

    #[test]
    fn a_stop_waits_for_the_gain_that_activates_it() {
        let mut trailing = TrailingStop::new(Trail { distance: 1.0, step: 0.0, activation: 2.0 }, 100.0);
        assert_eq!(trailing.advance(Direction::Short, 100.0, None, 98.5), None);
        assert_eq!(trailing.advance(Direction::Short, 100.0, None, 98.0), Some(99.0));
    }
}
