//! One call of an objective: what it did, and what the trial comes to.

use std::time::Instant;

use ::optimizer::best::Direction;
use ::optimizer::guard::guarded;
use ::optimizer::outcome::{Done, judge};
use ::optimizer::settings::Settings;
use ::optimizer::trial::{Trial, by_name};
use pyo3::exceptions::{PyException, PyMemoryError, PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyMapping, PyString};

use super::reading::{Task, kind, texts};
use crate::failure::Answer;

/// A trial that was run, and the error if it failed.
pub struct Ran {
    pub trial: Trial,
    pub error: Option<PyErr>,
}

/// Run a trial.
///
/// A failing objective makes a failed trial. Only `MemoryError` and what is no `Exception` come through; a panic that an objective
/// brings along from another module in Rust becomes an error 5005.
pub fn run(py: Python<'_>, objective: &Py<PyAny>, task: &Task, direction: Direction, settings: Settings) -> Answer<Ran> {
    let started = Instant::now();
    let called = guarded(|| Ok(objective.call1(py, (&task.argument,))))?;
    let (done, raised) = match called.and_then(|answer| read_number(answer.bind(py))) {
        Ok(done) => (done, None),
        Err(error) => (explain(py, &error)?, Some(error)),
    };
    let outcome = judge(done, direction, settings.inf_is_worst);
    let duration_seconds = started.elapsed().as_secs_f64();
    let mut user_attrs = attributes(py, task)?;
    if let Some((kind, text)) = &outcome.error {
        user_attrs.push(("error_type".to_owned(), kind.clone()));
        user_attrs.push(("error_message".to_owned(), text.clone()));
    }
    let trial = Trial {
        id: task.id,
        params: task.params.clone(),
        value: outcome.value,
        state: outcome.state,
        duration_seconds,
        user_attrs: by_name(user_attrs),
    };
    let error = outcome.error.map(|(kind, text)| raised.unwrap_or_else(|| judged(&kind, text)));
    Ok(Ran { trial, error })
}

/// The error of an objective that raised none.
fn judged(kind: &str, text: String) -> PyErr {
    if kind == "TypeError" { PyTypeError::new_err(text) } else { PyValueError::new_err(text) }
}

/// Read what an objective gave: whatever `float` takes, but for truth values and texts.
fn read_number(answer: &Bound<'_, PyAny>) -> PyResult<Done> {
    let py = answer.py();
    if let Ok(float) = answer.cast_exact::<PyFloat>() {
        return Ok(Done::Gave(float.value()));
    }
    let is_number = !answer.is_instance_of::<PyBool>() && !answer.is_instance_of::<PyString>();
    if !is_number || !answer.hasattr(intern!(py, "__float__"))? {
        return Ok(Done::GaveNoNumber(kind(answer)));
    }
    Ok(Done::Gave(py.get_type::<PyFloat>().call1((answer,))?.extract()?))
}

/// Tell what an exception means for its trial; one that must not be caught is raised again.
fn explain(py: Python<'_>, error: &PyErr) -> Answer<Done> {
    if !error.is_instance_of::<PyException>(py) || error.is_instance_of::<PyMemoryError>(py) {
        return Err(error.clone_ref(py).into());
    }
    if prunes(py, error)? {
        return Ok(Done::Pruned);
    }
    let text = error.value(py).str().map_or_else(|_| String::new(), |text| text.to_string_lossy().into_owned());
    Ok(Done::Raised(kind(error.value(py)), text))
}

/// Whether an exception is Optuna's; where Optuna was never loaded, none is.
fn prunes(py: Python<'_>, error: &PyErr) -> PyResult<bool> {
    let modules = py.import(intern!(py, "sys"))?.getattr(intern!(py, "modules"))?;
    let optuna = modules.call_method1(intern!(py, "get"), (intern!(py, "optuna"),))?;
    match optuna.getattr_opt(intern!(py, "TrialPruned"))? {
        Some(pruned) => Ok(error.matches(py, pruned)?),
        None => Ok(false),
    }
}

fn attributes(py: Python<'_>, task: &Task) -> Answer<Vec<(String, String)>> {
    if task.is_trial
        && let Some(set) = task.argument.bind(py).getattr_opt(intern!(py, "attributes"))?
    {
        return texts(set.cast::<PyMapping>().map_err(PyErr::from)?);
    }
    Ok(task.attributes.clone())
}
