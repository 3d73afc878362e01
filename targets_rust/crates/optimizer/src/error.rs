//! The one error of this crate: a stable number, the same in every language, and what was wrong.

use std::borrow::Cow;
use std::fmt;

/// Why something is refused; 1xxx validation, 2xxx computation, 3xxx input and output, 5xxx the language boundary.
///
/// The module's own four numbers, from 6001 on, mean other things in the table that all modules share. They stand beside a number of
/// that table, see [`Code::number`] and [`Code::module`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// An unknown key or word, or a number out of its range.
    InvalidArgument,
    /// A null where a value is required.
    Null,
    /// A number of a trial that is negative or too large.
    OutOfBounds,
    /// A value of the wrong type.
    Type,
    /// Rows that contradict themselves or each other.
    Constraint,
    /// Results asked for before there are any.
    InvalidState,
    /// Bytes that are no Arrow stream.
    Deserialise,
    /// A stream with another schema.
    SchemaMismatch,
    /// A panic that was stopped at the language boundary.
    Panic,
    /// No complete trial with a finite value.
    OptimizationFailed,
    /// A parameter that cannot be searched.
    InvalidParamSpace,
    /// The objective raised, and failed trials are not to be caught.
    ObjectiveError,
    /// A pruner that cannot be made.
    PrunerError,
}

impl Code {
    /// Every reason there is.
    pub const ALL: [Self; 13] = [
        Self::InvalidArgument,
        Self::Null,
        Self::OutOfBounds,
        Self::Type,
        Self::Constraint,
        Self::InvalidState,
        Self::Deserialise,
        Self::SchemaMismatch,
        Self::Panic,
        Self::OptimizationFailed,
        Self::InvalidParamSpace,
        Self::ObjectiveError,
        Self::PrunerError,
    ];

    /// The number in the table that all modules share.
    #[must_use]
    pub const fn number(self) -> u16 {
        match self {
            Self::InvalidArgument | Self::InvalidParamSpace | Self::PrunerError => 1001,
            Self::Null => 1002,
            Self::OutOfBounds => 1003,
            Self::Type => 1004,
            Self::Constraint => 1006,
            Self::InvalidState => 1007,
            Self::OptimizationFailed | Self::ObjectiveError => 2000,
            Self::Deserialise => 3004,
            Self::SchemaMismatch => 5004,
            Self::Panic => 5005,
        }
    }

    /// The module's own number and name, for the four that have one.
    #[must_use]
    pub const fn module(self) -> Option<(u16, &'static str)> {
        match self {
            Self::OptimizationFailed => Some((6001, "OPTIMIZATION_FAILED")),
            Self::InvalidParamSpace => Some((6002, "INVALID_PARAM_SPACE")),
            Self::ObjectiveError => Some((6003, "OBJECTIVE_ERROR")),
            Self::PrunerError => Some((6004, "PRUNER_ERROR")),
            _ => None,
        }
    }
}

/// A refusal: its text reads `[code] message`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptimizerError {
    /// The reason.
    pub code: Code,
    /// What was wrong, as a clause; it begins with the module's own number and name where there is one.
    pub message: Cow<'static, str>,
}

impl OptimizerError {
    /// Refuse for a reason.
    pub fn new(code: Code, what: impl Into<Cow<'static, str>>) -> Self {
        let what = what.into();
        let message = match code.module() {
            Some((number, name)) => format!("{number} {name}: {what}").into(),
            None => what,
        };
        Self { code, message }
    }
}

impl fmt::Display for OptimizerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}", self.code.number(), self.message)
    }
}

impl std::error::Error for OptimizerError {}

/// What every fallible function of this crate returns.
pub type Result<T> = std::result::Result<T, OptimizerError>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_modules_own_number_stands_beside_the_shared_one() {
        let error = OptimizerError::new(Code::OptimizationFailed, "no trial completed");
        assert_eq!(error.to_string(), "[2000] 6001 OPTIMIZATION_FAILED: no trial completed");
        assert_eq!(OptimizerError::new(Code::Null, "x").to_string(), "[1002] x");
    }

    #[test]
    fn no_shared_number_is_one_of_resources() {
        assert!(Code::ALL.iter().all(|code| !(6000..7000).contains(&code.number())));
        let own: Vec<_> = Code::ALL.iter().filter_map(|code| code.module()).map(|(number, _)| number).collect();
        assert_eq!(own, [6001, 6002, 6003, 6004]);
    }
}
