//! The batch functions over Arrow IPC bytes and over Arrow's `PyCapsule` interface, which copies nothing.

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::DataType;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use pyo3_arrow::{PyArray, PyArrayReader, PyRecordBatch};
use rating::config::multipliers as checked;
use rating::error::{Code, RatingError};
use rating::guard::guarded;
use rating_arrow::{Table, decode, encode};

use crate::arguments::{Many, Stream};
use crate::config::{jitter_config, rating_config};
use crate::failure::{Answer, Failure, compute};

type Config<'py> = Option<Bound<'py, PyAny>>;

#[pyfunction]
#[pyo3(signature = (metrics_ipc, config=None))]
pub fn calculate_ratings_batch<'py>(py: Python<'py>, metrics_ipc: Stream, config: Config<'py>) -> Answer<Bound<'py, PyBytes>> {
    let config = rating_config(py, config.as_ref())?;
    let ratings = compute(py, || encode(&decode(&metrics_ipc.0)?.ratings(&config)?))?;
    Ok(PyBytes::new(py, &ratings))
}

#[pyfunction]
#[pyo3(signature = (metrics_ipc, jitter=None))]
pub fn robustness_score_batch<'py>(py: Python<'py>, metrics_ipc: Stream, jitter: Config<'py>) -> Answer<Vec<f64>> {
    let jitter = jitter_config(py, jitter.as_ref())?;
    compute(py, || decode(&metrics_ipc.0)?.robustness_scores(&jitter))
}

#[pyfunction]
pub fn cost_shock_score_batch(py: Python<'_>, metrics_ipc: Stream, multipliers: Many<f64>) -> Answer<Bound<'_, PyBytes>> {
    let multipliers = checked(multipliers.0, "multipliers")?;
    let scores = compute(py, || encode(&decode(&metrics_ipc.0)?.cost_shock_scores(&multipliers)?))?;
    Ok(PyBytes::new(py, &scores))
}

#[pyfunction]
pub fn metrics_round_trip(py: Python<'_>, metrics_ipc: Stream) -> Answer<Bound<'_, PyBytes>> {
    let again = compute(py, || encode(&decode(&metrics_ipc.0)?.metrics()?))?;
    Ok(PyBytes::new(py, &again))
}

#[pyfunction]
#[pyo3(signature = (metrics_ipc, config=None))]
pub fn ratings_boundary<'py>(py: Python<'py>, metrics_ipc: Stream, config: Config<'py>) -> Answer<Bound<'py, PyBytes>> {
    rating_config(py, config.as_ref())?;
    let zeros = compute(py, || encode(&decode(&metrics_ipc.0)?.zero_ratings()?))?;
    Ok(PyBytes::new(py, &zeros))
}

#[pyfunction]
#[pyo3(signature = (metrics, config=None))]
pub fn calculate_ratings_table<'py>(py: Python<'py>, metrics: Capsules<'py>, config: Config<'py>) -> Answer<Bound<'py, PyAny>> {
    let config = rating_config(py, config.as_ref())?;
    let table = metrics.read()?;
    to_pyarrow(py, compute(py, || table.ratings(&config))?)
}

#[pyfunction]
#[pyo3(signature = (metrics, jitter=None))]
pub fn robustness_scores_table<'py>(py: Python<'py>, metrics: Capsules<'py>, jitter: Config<'py>) -> Answer<Vec<f64>> {
    let jitter = jitter_config(py, jitter.as_ref())?;
    let table = metrics.read()?;
    compute(py, || table.robustness_scores(&jitter))
}

#[pyfunction]
pub fn cost_shock_scores_table<'py>(py: Python<'py>, metrics: Capsules<'py>, multipliers: Many<f64>) -> Answer<Bound<'py, PyAny>> {
    let multipliers = checked(multipliers.0, "multipliers")?;
    let table = metrics.read()?;
    to_pyarrow(py, compute(py, || table.cost_shock_scores(&multipliers))?)
}

/// An object that hands out Arrow data through capsules.
pub struct Capsules<'py>(pub Bound<'py, PyAny>);

impl<'py> FromPyObject<'_, 'py> for Capsules<'py> {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let py = given.py();
        if given.hasattr(intern!(py, "__arrow_c_array__"))? || given.hasattr(intern!(py, "__arrow_c_stream__"))? {
            return Ok(Self(given.to_owned()));
        }
        Err(PyTypeError::new_err(format!(
            "must offer __arrow_c_array__ or __arrow_c_stream__, which {} does not",
            given.get_type().name()?
        )))
    }
}

impl Capsules<'_> {
    /// Take the data over without a copy; what is no table is a schema error.
    fn read(&self) -> Answer<Table> {
        let (data_type, arrays) = guarded(Code::Panic, || Ok(self.import()))?.map_err(|error| self.refuse(error))?;
        Ok(Table::from_structs(&data_type, &arrays)?)
    }

    fn import(&self) -> PyResult<(DataType, Vec<ArrayRef>)> {
        if self.0.hasattr(intern!(self.0.py(), "__arrow_c_array__"))? {
            let array: PyArray = self.0.extract()?;
            return Ok((array.field().data_type().clone(), vec![array.array().clone()]));
        }
        let reader = self.0.extract::<PyArrayReader>()?.into_reader()?;
        let data_type = reader.field().data_type().clone();
        let arrays = reader.collect::<Result<_, _>>().map_err(|error| PyValueError::new_err(error.to_string()))?;
        Ok((data_type, arrays))
    }

    fn refuse(&self, error: PyErr) -> Failure {
        let py = self.0.py();
        if error.is_instance_of::<PyTypeError>(py) || error.is_instance_of::<PyValueError>(py) {
            return RatingError::new(Code::Schema, format!("the data is no table: {}", error.value(py))).into();
        }
        error.into()
    }
}

fn to_pyarrow(py: Python<'_>, batch: RecordBatch) -> Answer<Bound<'_, PyAny>> {
    Ok(PyRecordBatch::new(batch).into_pyarrow(py)?)
}
