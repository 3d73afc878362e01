//! The batch functions over Arrow IPC bytes and over Arrow's `PyCapsule` interface, which copies nothing.

use arrow_array::RecordBatch;
use pyo3::exceptions::{PyException, PyTypeError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use pyo3_arrow::PyRecordBatch;
use pyo3_arrow::input::AnyRecordBatch;
use rating::config::multipliers as checked;
use rating::error::{Code, RatingError};
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
        self.import().map_err(|error| self.refuse(error))
    }

    fn import(&self) -> PyResult<Table> {
        let reader = self.0.extract::<AnyRecordBatch>()?.into_reader()?;
        let schema = reader.schema();
        let batches = reader.collect::<Result<Vec<_>, _>>();
        Ok(Table::new(schema, batches.map_err(|error| PyException::new_err(error.to_string()))?))
    }

    fn refuse(&self, error: PyErr) -> Failure {
        RatingError::new(Code::Schema, format!("the data is no table: {}", error.value(self.0.py()))).into()
    }
}

fn to_pyarrow(py: Python<'_>, batch: RecordBatch) -> Answer<Bound<'_, PyAny>> {
    Ok(PyRecordBatch::new(batch).into_pyarrow(py)?)
}
