//! The one error of this crate: a stable number, the same in every language, and what was wrong.

use std::borrow::Cow;
use std::fmt;

/// Numbers of the failures; 1xxx validation, 2xxx computation, 3xxx input and output, 5xxx the language boundary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum Code {
    /// An unknown key or word, or a number out of its range.
    InvalidArgument = 1001,
    /// A null where a value is required.
    Null = 1002,
    /// A position that does not exist, or draws that are used up.
    OutOfBounds = 1003,
    /// A value of the wrong type.
    Type = 1004,
    /// A table whose columns are not those declared.
    Schema = 1005,
    /// Values that contradict each other, for example times that fall.
    Constraint = 1006,
    /// The wrong mode, a quote that is not there, or a state that contradicts itself.
    InvalidState = 1007,
    /// A required entry that is missing, or a rate that nobody knows.
    MissingField = 1008,
    /// A table without rows.
    EmptyInput = 1010,
    /// A pip that is worth nothing.
    DivisionByZero = 2001,
    /// NaN where a number is required.
    Nan = 2004,
    /// Infinity where a number is required.
    Infinite = 2005,
    /// No bar at or after the start.
    InsufficientData = 2008,
    /// Bytes that are not what they should encode.
    Deserialise = 3004,
    /// A panic that was stopped at the language boundary.
    Panic = 5005,
}

/// A refusal: its text reads `[code] message`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecutionError {
    /// The stable number.
    pub code: Code,
    /// What was wrong, as a clause.
    pub message: Cow<'static, str>,
}

impl ExecutionError {
    /// Refuse with a number and a reason.
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into() }
    }
}

impl fmt::Display for ExecutionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}", self.code as u16, self.message)
    }
}

impl std::error::Error for ExecutionError {}

/// What every fallible function of this crate returns.
pub type Result<T> = std::result::Result<T, ExecutionError>;
