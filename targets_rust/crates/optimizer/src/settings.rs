//! What the running of trials depends on; everything else of a configuration concerns only who asks for trials.

use crate::error::{Code, OptimizerError, Result};

const MAX_TRIALS: i128 = i32::MAX as i128;
const MAX_JOBS: i128 = 1024;
const SAMPLERS: [&str; 4] = ["tpe", "cmaes", "random", "grid"];
const PRUNERS: [&str; 3] = ["median", "hyperband", "none"];

/// How trials are run. Begin with the default and tell what a configuration says, key by key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How many trials are asked for at once.
    pub batch: usize,
    /// Whether the trials of a batch run one after the other.
    pub one_by_one: bool,
    /// Whether a failed trial is recorded and no more.
    pub catch: bool,
    /// Whether the worst infinity is a value like others.
    pub inf_is_worst: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { batch: 1, one_by_one: false, catch: true, inf_is_worst: false }
    }
}

impl Settings {
    /// Check a number of trials, which only the asker needs.
    ///
    /// # Errors
    /// `InvalidArgument` (1001) out of range.
    pub fn with_trials(self, n_trials: i128) -> Result<Self> {
        within("n_trials", n_trials, MAX_TRIALS)?;
        Ok(self)
    }

    /// Take a number of workers.
    ///
    /// # Errors
    /// `InvalidArgument` (1001) out of range.
    pub fn with_jobs(self, n_jobs: i128) -> Result<Self> {
        within("n_jobs", n_jobs, MAX_JOBS)?;
        Ok(Self { batch: usize::try_from(n_jobs).unwrap_or(1), ..self })
    }

    /// Check the word for a sampler, which only the asker needs.
    ///
    /// # Errors
    /// `InvalidArgument` (1001) for an unknown one.
    pub fn with_sampler(self, sampler: &str) -> Result<Self> {
        known("sampler", sampler, &SAMPLERS, Code::InvalidArgument)?;
        Ok(self)
    }

    /// Take the word for a pruner.
    ///
    /// # Errors
    /// `PrunerError` (6004) for an unknown one.
    pub fn with_pruner(self, pruner: &str) -> Result<Self> {
        known("pruner", pruner, &PRUNERS, Code::PrunerError)?;
        // Whether hyperband gives a trial up depends on what others of its batch have reported by then.
        Ok(Self { one_by_one: pruner == "hyperband", ..self })
    }

    /// How many trials run at once.
    #[must_use]
    pub const fn threads(self) -> usize {
        if self.one_by_one { 1 } else { self.batch }
    }
}

fn within(name: &str, given: i128, most: i128) -> Result<()> {
    if (1..=most).contains(&given) {
        return Ok(());
    }
    Err(OptimizerError::new(Code::InvalidArgument, format!("{name} must be in 1..{most}, got {given}")))
}

fn known(name: &str, given: &str, words: &[&str], code: Code) -> Result<()> {
    if words.contains(&given) {
        return Ok(());
    }
    Err(OptimizerError::new(code, format!("{name} must be one of {}, got {given:?}", words.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(refused: Result<Settings>) -> Option<Code> {
        refused.err().map(|error| error.code)
    }

    #[test]
    fn what_is_out_of_range_or_unknown_is_refused() {
        let settings = Settings::default();
        for (n_trials, n_jobs) in [(0, 0), (-1, -1), (MAX_TRIALS + 1, MAX_JOBS + 1), (i128::MAX, i128::MIN)] {
            assert_eq!(code(settings.with_trials(n_trials)), Some(Code::InvalidArgument));
            assert_eq!(code(settings.with_jobs(n_jobs)), Some(Code::InvalidArgument));
        }
        assert_eq!(code(settings.with_sampler("TPE")), Some(Code::InvalidArgument));
        assert_eq!(code(settings.with_pruner("")), Some(Code::PrunerError));
        assert_eq!(settings.with_trials(MAX_TRIALS).and_then(|settings| settings.with_sampler("grid")), Ok(settings));
    }

    #[test]
    fn a_batch_of_hyperband_runs_one_after_the_other() {
        let threads = |pruner| Settings::default().with_jobs(4)?.with_pruner(pruner).map(|settings| (settings.batch, settings.threads()));
        assert_eq!(threads("hyperband"), Ok((4, 1)));
        assert_eq!(threads("median"), Ok((4, 4)));
    }
}
