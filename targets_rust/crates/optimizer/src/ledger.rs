//! The trials of one search, each recorded once.

use std::collections::BTreeMap;

use crate::best::{Direction, best};
use crate::error::{Code, OptimizerError, Result};
use crate::trial::Trial;

/// The trials that are done, by number.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    trials: BTreeMap<i32, Trial>,
}

impl Ledger {
    /// Refuse a number that no further trial may have.
    ///
    /// # Errors
    /// `OutOfBounds` (1003) if it is negative, `Constraint` (1006) if a trial has it.
    pub fn check(&self, id: i32) -> Result<()> {
        if id < 0 {
            return Err(OptimizerError::new(Code::OutOfBounds, format!("trial_id {id} is negative")));
        }
        if self.trials.contains_key(&id) {
            return Err(OptimizerError::new(Code::Constraint, format!("trial {id} is already recorded")));
        }
        Ok(())
    }

    /// Keep a trial.
    ///
    /// # Errors
    /// As [`Ledger::check`].
    pub fn record(&mut self, trial: Trial) -> Result<()> {
        self.check(trial.id)?;
        self.trials.insert(trial.id, trial);
        Ok(())
    }

    /// Whether a trial of this number is recorded.
    #[must_use]
    pub fn has(&self, id: i32) -> bool {
        self.trials.contains_key(&id)
    }

    /// The trials in the order of their numbers.
    #[must_use]
    pub fn trials(&self) -> impl ExactSizeIterator<Item = &Trial> {
        self.trials.values()
    }

    /// The trial that wins.
    ///
    /// # Errors
    /// `InvalidState` (1007) before any trial, `OptimizationFailed` (6001) if none of them can win.
    pub fn best(&self, direction: Direction) -> Result<&Trial> {
        if self.trials.is_empty() {
            return Err(OptimizerError::new(Code::InvalidState, "no trial was run"));
        }
        let failed = || OptimizerError::new(Code::OptimizationFailed, "no trial completed with a finite value");
        best(self.trials(), direction).ok_or_else(failed)
    }
}
