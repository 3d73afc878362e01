//! Whole runs, alone and many at once; the stub `execution.pyi` documents them for Python.

use arrow_buffer::Buffer;
use arrow_stream::Pieces;
use execution::config::Config;
use execution::error::Result;
use execution::guard::guarded;
use execution_arrow::answers::{Answer as Tables, backtest, backtest_boundary as checked, ignore_signals};
use execution_arrow::{decode, encode};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyTuple};
use rayon::prelude::*;

use super::tables::{import, to_bytes, to_object};
use super::{Record, compute, configuration};
use crate::arguments::Stream;
use crate::batch::Capsules;
use crate::failure::Answer;

type Streams = [(&'static str, Pieces); 5];

#[pyfunction]
#[pyo3(signature = (bars_ipc, signals_ipc, config=None))]
pub fn run_backtest<'py>(
    py: Python<'py>,
    bars_ipc: Stream,
    signals_ipc: Stream,
    config: Option<Record<'py>>,
) -> Answer<Bound<'py, PyDict>> {
    let job = Job { bars: bars_ipc.0, signals: signals_ipc.0, config: configuration(config.as_ref())? };
    streams_dict(py, compute(py, || job.run())?)
}

#[pyfunction]
#[pyo3(signature = (bars, signals, config=None))]
pub fn run_backtest_tables<'py>(
    py: Python<'py>,
    bars: Capsules<'py>,
    signals: Capsules<'py>,
    config: Option<Record<'py>>,
) -> Answer<Bound<'py, PyDict>> {
    let config = configuration(config.as_ref())?;
    let (bars, signals) = (import(&bars)?, import(&signals)?);
    let tables = compute(py, || backtest(|| bars, || signals, config))?;
    let dict = PyDict::new(py);
    for (name, table) in tables.tables() {
        dict.set_item(name, to_object(py, table)?)?;
    }
    Ok(dict)
}

#[pyfunction]
pub fn run_backtests<'py>(py: Python<'py>, jobs: Bound<'py, PyAny>) -> Answer<Vec<Bound<'py, PyDict>>> {
    let jobs = sequence(&jobs)?.into_iter().map(|job| <[Bound<'py, PyAny>; 3]>::try_from(sequence(&job)?).map_err(|_| no_jobs()));
    let jobs = jobs.collect::<PyResult<Vec<_>>>()?;
    let (mut ready, mut unreadable) = (Vec::with_capacity(jobs.len()), None);
    for job in &jobs {
        match Job::read(job) {
            Ok(job) => ready.push(job),
            Err(failure) => unreadable = Some(failure),
        }
        // The first job that cannot be read may still be preceded by one that fails.
        if unreadable.is_some() {
            break;
        }
    }
    let done = py.detach(|| ready.into_par_iter().map(|job| guarded(|| job.run())).collect::<Vec<_>>());
    let answers = done.into_iter().map(|streams| streams_dict(py, streams?)).collect::<Answer<Vec<_>>>()?;
    unreadable.map_or(Ok(answers), Err)
}

#[pyfunction]
#[pyo3(signature = (bars_ipc, signals_ipc, config=None))]
pub fn backtest_boundary<'py>(
    py: Python<'py>,
    bars_ipc: Stream,
    signals_ipc: Stream,
    config: Option<Record<'py>>,
) -> Answer<Bound<'py, PyDict>> {
    let config = configuration(config.as_ref())?;
    let streams = compute(py, || encoded(checked(|| decode(&bars_ipc.0), || decode(&signals_ipc.0), config)?))?;
    streams_dict(py, streams)
}

#[pyfunction]
pub fn signals_boundary(py: Python<'_>, signals_ipc: Stream) -> Answer<Bound<'_, PyBytes>> {
    to_bytes(py, compute(py, || encode(&ignore_signals(&decode(&signals_ipc.0)?)?))?)
}

/// The arguments of one run.
struct Job {
    bars: Buffer,
    signals: Buffer,
    config: Config,
}

impl Job {
    fn read([bars, signals, config]: &[Bound<'_, PyAny>; 3]) -> Answer<Self> {
        let (bars, signals): (Stream, Stream) = (bars.extract()?, signals.extract()?);
        let config: Option<Record<'_>> = config.extract()?;
        Ok(Self { bars: bars.0, signals: signals.0, config: configuration(config.as_ref())? })
    }

    fn run(self) -> Result<Streams> {
        encoded(backtest(|| decode(&self.bars), || decode(&self.signals), self.config)?)
    }
}

fn sequence<'py>(given: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
    if given.is_instance_of::<PyList>() || given.is_instance_of::<PyTuple>() {
        return given.try_iter()?.collect();
    }
    Err(no_jobs())
}

fn no_jobs() -> PyErr {
    PyTypeError::new_err("jobs must be a list of (bars_ipc, signals_ipc, config)")
}

fn encoded(tables: Tables) -> Result<Streams> {
    let [trades, fees, curve, summary, outcomes] = tables.tables().map(|(name, table)| Ok((name, encode(&table)?)));
    Ok([trades?, fees?, curve?, summary?, outcomes?])
}

fn streams_dict(py: Python<'_>, streams: Streams) -> Answer<Bound<'_, PyDict>> {
    let dict = PyDict::new(py);
    for (name, stream) in streams {
        dict.set_item(name, to_bytes(py, stream)?)?;
    }
    Ok(dict)
}
