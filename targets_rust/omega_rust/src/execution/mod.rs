//! The execution simulator for Python: mappings and Arrow data in, one call of a pure crate without the interpreter, Arrow data out.
//!
//! Start reading at `simulator` for the class and at `backtest` for whole runs.

pub mod backtest;
mod node;
pub mod simulator;
pub mod tables;

use execution::config::{Config, read_config};
use execution::error::Result;
use execution::guard::guarded;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyMapping;

use self::node::Value;
use crate::failure::Answer;

/// Run `work` without holding the interpreter; a panic in it becomes an error 5005.
fn compute<T: Send>(py: Python<'_>, work: impl FnOnce() -> Result<T> + Send) -> Answer<T> {
    Ok(py.detach(|| guarded(work))?)
}

/// A mapping that is an argument of its own; anything else is a `TypeError`.
pub struct Record<'py>(Value<'py>);

impl<'py> FromPyObject<'_, 'py> for Record<'py> {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if given.cast::<PyMapping>().is_ok() {
            return Ok(Self(Value(given.to_owned())));
        }
        Err(PyTypeError::new_err(format!("must be a mapping, not {}", given.get_type().name()?)))
    }
}

/// The configuration that a mapping gives, the default without one.
fn configuration(given: Option<&Record<'_>>) -> Answer<Config> {
    given.map_or_else(|| Ok(Config::default()), |given| read_config(&given.0))
}
