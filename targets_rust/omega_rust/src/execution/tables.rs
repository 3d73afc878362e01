//! How tables cross: bytes of Arrow streams, and objects that hand out Arrow data through capsules.

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::DataType;
use arrow_stream::{Pieces, Table};
use execution::error::{Code, ExecutionError, Result};
use execution::guard::guarded;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use pyo3_arrow::{PyArray, PyArrayReader, PyRecordBatch};

use crate::batch::Capsules;
use crate::failure::{Answer, Failure};

/// A table that was taken over, or why it is none.
pub type Imported = Result<Table>;

/// Take data over without a copy; what is no table is a schema error, which has its turn later.
pub fn import(given: &Capsules<'_>) -> Answer<Imported> {
    let data = guarded(|| Ok(arrays(&given.0)))?;
    let (data_type, arrays) = match data {
        Ok(data) => data,
        Err(error) => return refuse(given.0.py(), error),
    };
    Ok(Table::from_structs(&data_type, &arrays).map_err(no_table))
}

fn arrays(given: &Bound<'_, PyAny>) -> PyResult<(DataType, Vec<ArrayRef>)> {
    if given.hasattr(intern!(given.py(), "__arrow_c_array__"))? {
        let array: PyArray = given.extract()?;
        return Ok((array.field().data_type().clone(), vec![array.array().clone()]));
    }
    let reader = given.extract::<PyArrayReader>()?.into_reader()?;
    let data_type = reader.field().data_type().clone();
    let arrays = reader.collect::<std::result::Result<_, _>>().map_err(|error| PyValueError::new_err(error.to_string()))?;
    Ok((data_type, arrays))
}

fn refuse(py: Python<'_>, error: PyErr) -> Answer<Imported> {
    if error.is_instance_of::<PyTypeError>(py) || error.is_instance_of::<PyValueError>(py) {
        return Ok(Err(no_table(error.value(py).to_string())));
    }
    Err(Failure::Python(error))
}

fn no_table(why: String) -> ExecutionError {
    ExecutionError::new(Code::Schema, format!("the data is no table: {why}"))
}

/// Copy a stream, once, into bytes of Python.
pub fn to_bytes(py: Python<'_>, pieces: Pieces) -> Answer<Bound<'_, PyBytes>> {
    let copy = |target: &mut [u8]| {
        pieces.copy_to(target);
        Ok(())
    };
    Ok(PyBytes::new_with(py, pieces.len(), copy)?)
}

/// Hand a table over without a copy.
pub fn to_object(py: Python<'_>, batch: RecordBatch) -> Answer<Bound<'_, PyAny>> {
    Ok(PyRecordBatch::new(batch).into_pyarrow(py)?)
}
