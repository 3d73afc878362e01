//! What Python hands over: configurations and trials.

use ::optimizer::error::{Code, OptimizerError};
use ::optimizer::settings::Settings;
use ::optimizer::trial::{Trial, by_name};
use pyo3::exceptions::{PyOverflowError, PyTypeError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyMapping, PyMappingMethods};

use crate::arguments::Whole;
use crate::failure::{Answer, Failure};

/// Every key of a configuration; those that only the asker needs are checked by the asker.
const KEYS: [&str; 13] = [
    "n_trials",
    "param_space",
    "n_jobs",
    "sampler",
    "pruner",
    "seed",
    "study_name",
    "storage",
    "catch",
    "inf_is_worst",
    "pruner_startup",
    "pruner_warmup",
    "pruner_factor",
];

/// Read what the running of trials depends on, from a mapping or from an object that gives one by `as_dict`.
pub fn settings(config: &Bound<'_, PyAny>) -> Answer<Settings> {
    let given = as_mapping(config)?;
    for key in given.keys()? {
        if !key.extract::<String>().is_ok_and(|key| KEYS.contains(&key.as_str())) {
            return Err(invalid(format!("config has the unknown key {key}")));
        }
    }
    let mut settings = Settings::default();
    settings = settings.with_trials(inside(&required(&given, "n_trials")?, "n_trials", |number| number.extract::<Whole>())?.0)?;
    required(&given, "param_space")?;
    if let Some(n_jobs) = find(&given, "n_jobs")? {
        settings = settings.with_jobs(inside(&n_jobs, "n_jobs", |number| number.extract::<Whole>())?.0)?;
    }
    if let Some(sampler) = find(&given, "sampler")? {
        settings = settings.with_sampler(&inside(&sampler, "sampler", |word| word.extract::<String>())?)?;
    }
    if let Some(pruner) = find(&given, "pruner")? {
        settings = settings.with_pruner(&inside(&pruner, "pruner", |word| word.extract::<String>())?)?;
    }
    if let Some(catch) = find(&given, "catch")? {
        settings.catch = inside(&catch, "catch", truth)?;
    }
    if let Some(inf_is_worst) = find(&given, "inf_is_worst")? {
        settings.inf_is_worst = inside(&inf_is_worst, "inf_is_worst", truth)?;
    }
    Ok(settings)
}

fn as_mapping<'py>(config: &Bound<'py, PyAny>) -> Answer<Bound<'py, PyMapping>> {
    let plain = match config.getattr_opt(intern!(config.py(), "as_dict"))? {
        Some(as_dict) => as_dict.call0()?,
        None => config.clone(),
    };
    let no_mapping = |_| PyTypeError::new_err(format!("config must be an OptimizerConfig or a mapping, not {}", kind(config)));
    Ok(plain.cast_into::<PyMapping>().map_err(no_mapping)?)
}

fn find<'py>(given: &Bound<'py, PyMapping>, key: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
    if given.contains(key)? { given.get_item(key).map(Some) } else { Ok(None) }
}

fn required<'py>(given: &Bound<'py, PyMapping>, key: &str) -> Answer<Bound<'py, PyAny>> {
    find(given, key)?.ok_or_else(|| invalid(format!("config lacks {key}")))
}

fn truth(given: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(given.cast::<PyBool>()?.is_true())
}

fn invalid(what: String) -> Failure {
    OptimizerError::new(Code::InvalidArgument, what).into()
}

/// What a type is called.
pub fn kind(given: &Bound<'_, PyAny>) -> String {
    given.get_type().name().map_or_else(|_| "an unknown type".to_owned(), |name| name.to_string())
}

/// Read what stands inside an argument: a value of another type has a number there.
fn inside<'py, T>(given: &Bound<'py, PyAny>, name: &str, read: impl FnOnce(&Bound<'py, PyAny>) -> PyResult<T>) -> Answer<T> {
    let py = given.py();
    read(given).map_err(|error| {
        if error.is_instance_of::<PyTypeError>(py) || error.is_instance_of::<PyOverflowError>(py) {
            return OptimizerError::new(Code::Type, format!("{name}: {}", error.value(py))).into();
        }
        Failure::Python(error)
    })
}

/// A trial that is to be run.
pub struct Task {
    pub id: i32,
    pub params: Vec<(String, f64)>,
    pub attributes: Vec<(String, String)>,
    /// What the objective is given.
    pub argument: Py<PyAny>,
    /// Whether that is a trial, whose attributes count after the call.
    pub is_trial: bool,
}

impl Task {
    /// Read a trial; without an object of its own the objective is given a copy of the parameters.
    pub fn read<'py>(
        trial_id: &Bound<'py, PyAny>,
        params: &Bound<'py, PyMapping>,
        attributes: Option<&Bound<'py, PyMapping>>,
        trial: Option<&Bound<'py, PyAny>>,
    ) -> Answer<Self> {
        let py = trial_id.py();
        let id = trial_id.extract::<Whole>()?.0;
        let id = i32::try_from(id).ok().filter(|id| *id >= 0);
        let id = id.ok_or_else(|| OptimizerError::new(Code::OutOfBounds, format!("trial_id {trial_id} is no number of a trial")))?;
        let argument = match trial {
            Some(trial) => trial.clone(),
            None => py.get_type::<PyDict>().call1((params,))?,
        };
        Ok(Self {
            id,
            params: pairs(params, |value| inside(value, "params", |value| value.extract()))?,
            attributes: attributes.map_or_else(|| Ok(Vec::new()), texts)?,
            argument: argument.unbind(),
            is_trial: trial.is_some(),
        })
    }
}

type Row<'py> = (i32, Bound<'py, PyMapping>, f64, String, f64, Bound<'py, PyMapping>);

/// Texts by name.
pub fn texts(given: &Bound<'_, PyMapping>) -> Answer<Vec<(String, String)>> {
    pairs(given, |value| inside(value, "attributes", |value| value.extract()))
}

fn pairs<'py, V>(given: &Bound<'py, PyMapping>, read: impl Fn(&Bound<'py, PyAny>) -> Answer<V>) -> Answer<Vec<(String, V)>> {
    let entries = given.items()?.iter().map(|entry| {
        let (key, value): (Bound<'py, PyAny>, Bound<'py, PyAny>) = entry.extract()?;
        Ok((inside(&key, "a name", |key| key.extract())?, read(&value)?))
    });
    entries.collect::<Answer<Vec<_>>>().map(by_name)
}

/// A trial that somebody else ran: its number, parameters, value, state, duration and texts.
pub fn read_row(row: &Bound<'_, PyAny>) -> Answer<Trial> {
    let (id, params, value, state, duration_seconds, user_attrs): Row<'_> = row.extract()?;
    let unknown = |()| OptimizerError::new(Code::Constraint, format!("trial {id} has the state {state:?}"));
    Ok(Trial {
        id,
        params: pairs(&params, |value| inside(value, "params", |value| value.extract()))?,
        value,
        state: state.parse().map_err(unknown)?,
        duration_seconds,
        user_attrs: texts(&user_attrs)?,
    })
}
