//! The class `OptimizerRust`; the stub `optimizer.pyi` documents it for Python.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard};

use ::optimizer::best::Direction;
use ::optimizer::error::{Code, OptimizerError, Result};
use ::optimizer::guard::guarded;
use ::optimizer::ledger::Ledger;
use ::optimizer::settings::Settings;
use ::optimizer::trial::Trial;
use optimizer_arrow::{encode, trials_table};
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyMapping};

use super::objective::Ran;
use super::reading::{Task, kind, read_row, settings};
use super::running::{Batch, Helpers, run_all};
use super::{Streams, aggregate_results};
use crate::execution::tables::to_bytes;
use crate::failure::{Answer, Failure};

/// Runs trials, judges and records them.
#[pyclass(frozen, module = "omega_rust.optimizer")]
pub struct OptimizerRust {
    config: Py<PyAny>,
    settings: Settings,
    record: Mutex<Record>,
    helpers: Helpers,
}

/// What changes.
#[derive(Default)]
struct Record {
    ledger: Ledger,
    direction: Direction,
}

/// A trial as `run_batch` tells it.
type Told<'py> = (i32, &'static str, f64, f64, Bound<'py, PyDict>);

/// A trial as it is asked for.
type Asked<'py> = (Bound<'py, PyAny>, Bound<'py, PyMapping>, Option<Bound<'py, PyMapping>>, Option<Bound<'py, PyAny>>);

#[pymethods]
impl OptimizerRust {
    #[new]
    fn new(config: Bound<'_, PyAny>) -> Answer<Self> {
        Ok(Self { settings: settings(&config)?, config: config.unbind(), record: Mutex::default(), helpers: Helpers::default() })
    }

    #[pyo3(signature = (trial_id, params, objective, trial=None))]
    fn run_trial(
        &self,
        py: Python<'_>,
        trial_id: Bound<'_, PyAny>,
        params: Bound<'_, PyMapping>,
        objective: Bound<'_, PyAny>,
        trial: Option<Bound<'_, PyAny>>,
    ) -> Answer<f64> {
        require_callable(&objective)?;
        let task = Task::read(&trial_id, &params, None, trial.as_ref())?;
        let ran = self.run(py, vec![task], objective.unbind())?;
        self.raise_first(py, &ran)?;
        Ok(ran.first().map_or(f64::NAN, |ran| ran.trial.value))
    }

    fn run_batch<'py>(&self, py: Python<'py>, trials: Vec<Asked<'py>>, objective: Bound<'py, PyAny>) -> Answer<Bound<'py, PyList>> {
        require_callable(&objective)?;
        tell(py, &self.run(py, read_tasks(&trials)?, objective.unbind())?)
    }

    #[pyo3(signature = (objective, direction="maximize", *, ask=None, tell=None))]
    fn optimize<'py>(
        &self,
        py: Python<'py>,
        objective: Bound<'py, PyAny>,
        direction: &str,
        ask: Option<Bound<'py, PyAny>>,
        tell: Option<Bound<'py, PyAny>>,
    ) -> Answer<Bound<'py, PyBytes>> {
        require_callable(&objective)?;
        let parsed: Direction = direction.parse()?;
        *self.lock()? = Record { ledger: Ledger::default(), direction: parsed };
        let objective = objective.unbind();
        match (ask, tell) {
            (Some(ask), Some(tell)) => self.run_plan(py, &objective, &ask, &tell)?,
            (None, None) => self.run_study(py, &objective, direction)?,
            _ => return Err(PyTypeError::new_err("ask and tell come together").into()),
        }
        self.lock()?.ledger.best(parsed).map(|_| ()).map_err(as_failed)?;
        self.get_trials_arrow(py)
    }

    fn set_direction(&self, direction: &str) -> Answer<()> {
        self.lock()?.direction = direction.parse()?;
        Ok(())
    }

    fn get_best_params<'py>(&self, py: Python<'py>) -> Answer<Bound<'py, PyDict>> {
        let params = {
            let record = self.lock()?;
            record.ledger.best(record.direction)?.params.clone()
        };
        dict(py, params)
    }

    fn get_trials_arrow<'py>(&self, py: Python<'py>) -> Answer<Bound<'py, PyBytes>> {
        to_bytes(py, py.detach(|| guarded(|| encode(&trials_table(self.lock()?.ledger.trials())?)))?)
    }

    #[pyo3(name = "aggregate_results")]
    #[allow(clippy::unused_self)] // the interface has it as a method as well
    fn aggregate<'py>(&self, py: Python<'py>, results: Streams) -> Answer<Bound<'py, PyBytes>> {
        aggregate_results(py, results)
    }
}

impl OptimizerRust {
    /// Never held while Python runs, so that no two threads wait for each other.
    fn lock(&self) -> Result<MutexGuard<'_, Record>> {
        self.record.lock().map_err(|_| OptimizerError::new(Code::Panic, "a panic left this record half changed"))
    }

    /// Run and record trials; none is recorded if one of them comes through.
    fn run(&self, py: Python<'_>, tasks: Vec<Task>, objective: Py<PyAny>) -> Answer<Vec<Ran>> {
        let direction = self.check(&tasks)?;
        let ran = run_all(py, &self.helpers, Batch { objective, tasks, direction, settings: self.settings })?;
        let mut record = self.lock()?;
        ran.iter().try_for_each(|ran| record.ledger.record(ran.trial.clone()))?;
        Ok(ran)
    }

    /// Refuse numbers that come twice before anything is run.
    fn check(&self, tasks: &[Task]) -> Result<Direction> {
        let record = self.lock()?;
        let mut seen = HashSet::with_capacity(tasks.len());
        for task in tasks {
            record.ledger.check(task.id)?;
            if !seen.insert(task.id) {
                return Err(OptimizerError::new(Code::Constraint, format!("trial {} comes twice", task.id)));
            }
        }
        Ok(record.direction)
    }

    fn run_plan(&self, py: Python<'_>, objective: &Py<PyAny>, ask: &Bound<'_, PyAny>, told: &Bound<'_, PyAny>) -> Answer<()> {
        loop {
            let trials: Vec<Asked<'_>> = ask.call1((self.settings.batch,))?.extract()?;
            if trials.is_empty() {
                return Ok(());
            }
            let ran = self.run(py, read_tasks(&trials)?, objective.clone_ref(py))?;
            told.call1((tell(py, &ran)?,))?;
            self.raise_first(py, &ran)?;
        }
    }

    /// Let the reference's study ask, and record also what it knows from earlier runs and from other processes.
    fn run_study(&self, py: Python<'_>, objective: &Py<PyAny>, direction: &str) -> Answer<()> {
        let seeded = py.import(intern!(py, "omega_rust.study"))?.getattr(intern!(py, "Seeded"))?.call1((&self.config, direction))?;
        let done = self.run_plan(py, objective, &seeded.getattr(intern!(py, "ask"))?, &seeded.getattr(intern!(py, "tell"))?);
        let rows = seeded.call_method0(intern!(py, "finish"))?;
        let trials = rows.try_iter()?.map(|row| read_row(&row?)).collect::<Answer<Vec<Trial>>>()?;
        let mut record = self.lock()?;
        for trial in trials {
            if !record.ledger.has(trial.id) {
                record.ledger.record(trial)?;
            }
        }
        done
    }

    /// Raise what made the first failed trial fail, unless failed trials are to be caught.
    fn raise_first(&self, py: Python<'_>, ran: &[Ran]) -> Answer<()> {
        if self.settings.catch {
            return Ok(());
        }
        let Some((trial, cause)) = ran.iter().find_map(|ran| Some((&ran.trial, ran.error.as_ref()?))) else { return Ok(()) };
        let text = format!("trial {}: {}: {}", trial.id, kind(cause.value(py)), cause.value(py));
        let error = PyErr::from(Failure::from(OptimizerError::new(Code::ObjectiveError, text)));
        error.set_cause(py, Some(cause.clone_ref(py)));
        Err(error.into())
    }
}

/// A plan without a single trial has failed as well.
fn as_failed(error: OptimizerError) -> OptimizerError {
    match error.code {
        Code::InvalidState => OptimizerError::new(Code::OptimizationFailed, error.message),
        _ => error,
    }
}

fn require_callable(objective: &Bound<'_, PyAny>) -> PyResult<()> {
    if objective.is_callable() {
        return Ok(());
    }
    Err(PyTypeError::new_err(format!("objective must be callable, not {}", kind(objective))))
}

fn read_tasks(trials: &[Asked<'_>]) -> Answer<Vec<Task>> {
    trials.iter().map(|(id, params, attributes, trial)| Task::read(id, params, attributes.as_ref(), trial.as_ref())).collect()
}

fn tell<'py>(py: Python<'py>, ran: &[Ran]) -> Answer<Bound<'py, PyList>> {
    let told = ran.iter().map(|Ran { trial, .. }| -> Answer<Told<'py>> {
        let attributes = dict(py, trial.user_attrs.clone())?;
        Ok((trial.id, trial.state.word(), trial.value, trial.duration_seconds, attributes))
    });
    Ok(PyList::new(py, told.collect::<Answer<Vec<_>>>()?)?)
}

fn dict<'py, V: IntoPyObject<'py>>(py: Python<'py>, pairs: Vec<(String, V)>) -> Answer<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (name, value) in pairs {
        dict.set_item(name, value)?;
    }
    Ok(dict)
}
