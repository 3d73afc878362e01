//! The one place where an error becomes a Python exception, and where a panic becomes an error.

use ::optimizer::error::OptimizerError;
use execution::error::ExecutionError;
use pyo3::exceptions::{PyOverflowError, PyTypeError};
use pyo3::prelude::*;
use rating::error::{Code, RatingError};
use rating::guard::guarded;

mod raised {
    pyo3::import_exception!(omega_rust.errors, ExecutionError);
    pyo3::import_exception!(omega_rust.errors, OptimizerError);
    pyo3::import_exception!(omega_rust.errors, RatingError);
}

/// Why a call gives no value: refused by a pure crate, or by Python itself.
pub enum Failure {
    Execution(ExecutionError),
    Optimizer(OptimizerError),
    Rating(RatingError),
    Python(PyErr),
}

/// What every function of this crate returns.
pub type Answer<T> = Result<T, Failure>;

impl From<ExecutionError> for Failure {
    fn from(error: ExecutionError) -> Self {
        Self::Execution(error)
    }
}

impl From<OptimizerError> for Failure {
    fn from(error: OptimizerError) -> Self {
        Self::Optimizer(error)
    }
}

impl From<RatingError> for Failure {
    fn from(error: RatingError) -> Self {
        Self::Rating(error)
    }
}

impl From<PyErr> for Failure {
    fn from(error: PyErr) -> Self {
        Self::Python(error)
    }
}

impl From<Failure> for PyErr {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Execution(error) => raised::ExecutionError::new_err((error.code as u16, error.message.into_owned())),
            Failure::Optimizer(error) => {
                let own = error.code.module().map(|(number, _)| number);
                raised::OptimizerError::new_err((error.code.number(), error.message.into_owned(), own))
            }
            Failure::Rating(error) => raised::RatingError::new_err((error.code as u16, error.message)),
            Failure::Python(error) => error,
        }
    }
}

impl Failure {
    /// Inside a configuration a value of the wrong type has a number, because it is no argument of its own.
    pub fn inside(self, py: Python<'_>, name: &str) -> Self {
        match self {
            Self::Python(error) if error.is_instance_of::<PyTypeError>(py) || error.is_instance_of::<PyOverflowError>(py) => {
                Self::Rating(RatingError::new(Code::Type, format!("{name}: {}", error.value(py))))
            }
            other => other,
        }
    }
}

/// Run `work` without holding the interpreter; a panic in it becomes `RatingError` 5005.
pub fn compute<T: Send>(py: Python<'_>, work: impl FnOnce() -> rating::error::Result<T> + Send) -> Answer<T> {
    Ok(py.detach(|| guarded(Code::Panic, work))?)
}
