//! The one error of this crate: a stable number, the same in every language, and what was wrong.

use std::fmt;

/// Numbers of the failures; 1xxx validation, 2xxx computation, 3xxx input and output, 5xxx the language boundary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum Code {
    /// A value outside its allowed range, or an option that does not exist.
    InvalidArgument = 1001,
    /// A null where a value is required.
    Null = 1002,
    /// An index or a year that does not exist.
    OutOfBounds = 1003,
    /// A value of the wrong type.
    Type = 1004,
    /// A table whose columns are not those declared.
    Schema = 1005,
    /// Values that contradict each other, for example weights that are all zero.
    Constraint = 1006,
    /// A required entry that is missing.
    MissingField = 1008,
    /// Lengths that must agree and do not.
    SizeMismatch = 1011,
    /// NaN where a number is required.
    Nan = 2004,
    /// Bytes that are not what they should encode.
    Deserialise = 3004,
    /// A panic that was stopped at the language boundary.
    Panic = 5005,
}

/// A refusal: its text reads `[code] message`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RatingError {
    /// The stable number.
    pub code: Code,
    /// What was wrong, as a clause.
    pub message: String,
}

impl RatingError {
    /// Refuse with a number and a reason.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

impl fmt::Display for RatingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}", self.code as u16, self.message)
    }
}

impl std::error::Error for RatingError {}

/// What every fallible function of this crate returns.
pub type Result<T> = std::result::Result<T, RatingError>;
