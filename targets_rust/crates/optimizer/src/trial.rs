//! One evaluation of the objective: what was tried, and what came of it.

use std::fmt;
use std::str::FromStr;

/// How a trial ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It gave a value.
    Complete,
    /// It was given up because others were better by then.
    Pruned,
    /// It gave no value.
    Fail,
}

impl State {
    /// The word that stands for it in tables.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Complete => "COMPLETE",
            Self::Pruned => "PRUNED",
            Self::Fail => "FAIL",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for State {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        [Self::Complete, Self::Pruned, Self::Fail].into_iter().find(|state| state.word() == word).ok_or(())
    }
}

/// Everything that is kept of a trial.
#[derive(Clone, Debug)]
pub struct Trial {
    /// Its number in the study, from 0.
    pub id: i32,
    /// Values by name in the order of the names; a choice is its index.
    pub params: Vec<(String, f64)>,
    /// What the objective gave, NaN where it gave nothing.
    pub value: f64,
    /// How it ended.
    pub state: State,
    /// How long the objective took; no two runs agree on it, hence it counts for no equality.
    pub duration_seconds: f64,
    /// Texts by name in the order of the names; an empty list and none at all say the same.
    pub user_attrs: Vec<(String, String)>,
}

/// Sort pairs by name; of those with one name the last counts, as in a mapping that is written twice.
#[must_use]
pub fn by_name<V>(mut pairs: Vec<(String, V)>) -> Vec<(String, V)> {
    if pairs.is_sorted_by(|(a, _), (b, _)| a < b) {
        return pairs;
    }
    pairs.reverse();
    pairs.sort_by(|(a, _), (b, _)| a.cmp(b));
    pairs.dedup_by(|(a, _), (b, _)| a == b);
    pairs
}

/// A number as it is written: every NaN has the same bits.
#[must_use]
#[inline]
pub fn written(number: f64) -> f64 {
    if number.is_nan() { f64::NAN } else { number }
}

/// Whether two numbers say the same: they have the same bits, or both are NaN.
#[must_use]
#[inline]
pub fn same_number(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}
