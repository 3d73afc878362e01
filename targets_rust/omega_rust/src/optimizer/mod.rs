//! The optimizer for Python: Rust runs, judges and records the trials that somebody else asks for, and merges records of them.
//!
//! Start reading at `orchestrator` for the class.

mod objective;
pub mod orchestrator;
mod reading;
mod running;

use ::optimizer::guard::guarded;
use arrow_buffer::Buffer;
use optimizer_arrow::{aggregate, encode};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyTuple};

use crate::arguments::Stream;
use crate::execution::tables::to_bytes;
use crate::failure::Answer;

/// The streams of a list or tuple.
pub struct Streams(Vec<Buffer>);

impl<'py> FromPyObject<'_, 'py> for Streams {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if !given.is_instance_of::<PyList>() && !given.is_instance_of::<PyTuple>() {
            return Err(PyTypeError::new_err(format!("must be a list or tuple of bytes, not {}", given.get_type().name()?)));
        }
        given.try_iter()?.map(|stream| Ok(stream?.extract::<Stream>()?.0)).collect::<PyResult<_>>().map(Self)
    }
}

#[pyfunction]
pub fn aggregate_results(py: Python<'_>, results: Streams) -> Answer<Bound<'_, PyBytes>> {
    to_bytes(py, py.detach(|| guarded(|| encode(&aggregate(&results.0)?)))?)
}
