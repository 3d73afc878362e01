//! The price that is worse, or by an old habit better, than the one asked for.

use philox::Stream;

use crate::error::{Code, ExecutionError, Result};
use crate::signal::Direction;
use crate::values::{Fields, Node, Read, not_negative, number, optional, sequence, share};

const STREAM: u64 = 3;
const ROW_WIDTH: usize = 8;

/// Pips: always `fixed`, and up to `random` on top.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SlippageConfig {
    /// Pips of every slip.
    pub fixed: f64,
    /// The most pips that a draw adds.
    pub random: f64,
    /// Draws given in place of the generator's.
    pub draws: Option<Vec<f64>>,
}

impl SlippageConfig {
    /// The price of an entry: raised for a long, lowered for a short position by (fixed + random·draw) pips.
    #[must_use]
    pub fn slipped(&self, price: f64, direction: Direction, pip_size: f64, draw: f64) -> f64 {
        let shift = (self.fixed + self.random * draw) * pip_size;
        match direction {
            Direction::Long => price + shift,
            Direction::Short => price - shift,
        }
    }

    /// Draw number `n` of a run, 0.0 for one without seed.
    ///
    /// # Errors
    /// `OutOfBounds` (1003) when given draws are used up.
    pub fn draw(&self, seed: Option<u64>, n: u64) -> Result<f64> {
        if let Some(draws) = &self.draws {
            let draw = usize::try_from(n).ok().and_then(|n| draws.get(n));
            return draw.copied().ok_or_else(|| ExecutionError::new(Code::OutOfBounds, "the given draws are used up"));
        }
        Ok(seed.map_or(0.0, |seed| Stream::new(seed, STREAM).row(n, ROW_WIDTH).draw()))
    }
}

/// Read the slippage of a configuration.
///
/// # Errors
/// `InvalidArgument` (1001), `Type` (1004).
pub fn read_slippage<N: Node>(node: &N, name: &str) -> Read<N, SlippageConfig> {
    let fields = Fields::of(node, name, &["fixed", "random", "draws"])?;
    Ok(SlippageConfig {
        fixed: fields.get("fixed", number)?.unwrap_or(0.0),
        random: fields.get("random", not_negative)?.unwrap_or(0.0),
        draws: fields.get("draws", |node, name| optional(node, name, |node, name| sequence(node, name, share)))?.flatten(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_entry_is_dearer_and_a_short_one_cheaper() {
        let config = SlippageConfig { fixed: 0.5, random: 1.0, draws: None };
        assert_eq!(config.slipped(1.1, Direction::Long, 0.0001, 0.0), 1.1 + 0.5 * 0.0001);
        assert_eq!(config.slipped(1.1, Direction::Short, 0.0001, 0.5), 1.1 - 1.0 * 0.0001);
    }

    #[test]
    fn draws_are_found_by_their_number() {
        let given = SlippageConfig { draws: Some(vec![0.25, 0.75]), ..SlippageConfig::default() };
        assert_eq!(given.draw(Some(1), 1), Ok(0.75));
        assert_eq!(given.draw(None, 2).map_err(|error| error.code), Err(Code::OutOfBounds));
        let drawn = SlippageConfig::default();
        assert_eq!(drawn.draw(None, 5), Ok(0.0));
        assert_eq!(drawn.draw(Some(42), 7), drawn.draw(Some(42), 7));
        assert_ne!(drawn.draw(Some(42), 7), drawn.draw(Some(42), 8));
    }
}
