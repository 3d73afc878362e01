//! Which trial wins.

use std::str::FromStr;

use crate::error::{Code, OptimizerError};
use crate::trial::{State, Trial};

/// Whether large or small values are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// The largest value is best.
    #[default]
    Maximize,
    /// The smallest value is best.
    Minimize,
}

impl Direction {
    /// The infinity that no value is worse than.
    #[must_use]
    pub const fn worst(self) -> f64 {
        match self {
            Self::Maximize => f64::NEG_INFINITY,
            Self::Minimize => f64::INFINITY,
        }
    }

    fn prefers(self, value: f64, to: f64) -> bool {
        match self {
            Self::Maximize => value > to,
            Self::Minimize => value < to,
        }
    }
}

impl FromStr for Direction {
    type Err = OptimizerError;

    fn from_str(word: &str) -> Result<Self, OptimizerError> {
        match word {
            "maximize" => Ok(Self::Maximize),
            "minimize" => Ok(Self::Minimize),
            _ => Err(OptimizerError::new(Code::InvalidArgument, format!("direction {word:?} is neither \"maximize\" nor \"minimize\""))),
        }
    }
}

/// The extremum among the complete trials with finite values; of equal ones that with the smallest number.
#[must_use]
pub fn best<'a>(trials: impl IntoIterator<Item = &'a Trial>, direction: Direction) -> Option<&'a Trial> {
    let candidates = trials.into_iter().filter(|trial| trial.state == State::Complete && trial.value.is_finite());
    candidates.reduce(|best, trial| {
        let wins = direction.prefers(trial.value, best.value) || (!direction.prefers(best.value, trial.value) && trial.id < best.id);
        if wins { trial } else { best }
    })
}
