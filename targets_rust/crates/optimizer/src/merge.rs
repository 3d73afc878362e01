//! Several records of trials become one, whichever came first and however they are grouped.

use crate::error::{Code, OptimizerError, Result};
use crate::trial::{Trial, same_number};

/// A row of a record.
pub trait Row {
    /// The number of the trial.
    fn id(&self) -> i32;

    /// Whether another row says the same in everything but the duration.
    fn says_the_same(&self, other: &Self) -> bool;

    /// How long the objective took; finite and not negative.
    fn duration_seconds(&self) -> f64;
}

impl Row for Trial {
    fn id(&self) -> i32 {
        self.id
    }

    fn says_the_same(&self, other: &Self) -> bool {
        let numbers = |(a, b): (&(String, f64), &(String, f64))| a.0 == b.0 && same_number(a.1, b.1);
        self.id == other.id
            && self.state == other.state
            && same_number(self.value, other.value)
            && self.params.len() == other.params.len()
            && self.params.iter().zip(&other.params).all(numbers)
            && self.user_attrs == other.user_attrs
    }

    fn duration_seconds(&self) -> f64 {
        self.duration_seconds
    }
}

/// Sort rows by number and keep the shortest of those that say the same, so that neither order nor grouping shows.
///
/// # Errors
/// `Constraint` (1006) for two rows of one number that do not say the same.
pub fn merge<R: Row>(mut rows: Vec<R>) -> Result<Vec<R>> {
    if rows.is_sorted_by(|a, b| a.id() < b.id()) {
        return Ok(rows);
    }
    rows.sort_by_key(Row::id);
    let mut kept: Vec<R> = Vec::with_capacity(rows.len());
    for row in rows {
        match kept.last_mut() {
            Some(last) if last.id() == row.id() => keep_one(last, row)?,
            _ => kept.push(row),
        }
    }
    Ok(kept)
}

fn keep_one<R: Row>(kept: &mut R, other: R) -> Result<()> {
    if !kept.says_the_same(&other) {
        return Err(OptimizerError::new(Code::Constraint, format!("trial {} is told in two ways", other.id())));
    }
    if other.duration_seconds() < kept.duration_seconds() {
        *kept = other;
    }
    Ok(())
}
