//! The configurations as Python gives them: a mapping or a typed object, checked field by field in the order of the reference.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMappingMethods, PyString, PyTuple};
use rating::aggregator::Weights;
use rating::config::{self as core, MAX_ITERATIONS, MAX_RUNS, count, fraction, multipliers, unsigned};
use rating::error::{Code, RatingError};
use rating::strategy::RULES;

use crate::arguments::{Many, Mapping, Whole};
use crate::failure::{Answer, Failure};
use crate::records::limits;

const JITTER_KEYS: [&str; 3] = ["param_variation", "n_iterations", "seed"];
const RATING_KEYS: [&str; 7] = ["weights", "penalty_cap", "cost_multipliers", "jitter", "dropout_frac", "dropout_runs", "thresholds"];

/// How parameters are moved.
#[pyclass(frozen, eq, module = "omega_rust.rating")]
#[derive(Clone, PartialEq)]
pub struct JitterConfig(core::JitterConfig);

/// Everything that a full rating depends on besides the metrics.
#[pyclass(frozen, eq, module = "omega_rust.rating")]
#[derive(Clone, PartialEq)]
pub struct RatingConfig(core::RatingConfig);

#[pymethods]
impl JitterConfig {
    #[new]
    #[pyo3(signature = (**options), text_signature = "(*, param_variation=0.1, n_iterations=50, seed=None)")]
    fn new(py: Python<'_>, options: Option<Mapping<'_>>) -> Answer<Self> {
        check_keywords(options.as_ref(), &JITTER_KEYS)?;
        Ok(Self(read_jitter(py, options.as_ref())?))
    }

    #[getter]
    fn param_variation(&self) -> f64 {
        self.0.param_variation
    }

    #[getter]
    fn n_iterations(&self) -> usize {
        self.0.n_iterations
    }

    #[getter]
    fn seed(&self) -> Option<u64> {
        self.0.seed
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        shown(slf, &JITTER_KEYS)
    }

    fn __getnewargs_ex__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyTuple>, Bound<'py, PyDict>)> {
        Ok((PyTuple::empty(slf.py()), fields(slf, &JITTER_KEYS)?))
    }
}

#[pymethods]
impl RatingConfig {
    #[new]
    #[pyo3(
        signature = (**options),
        text_signature = "(*, weights=(0.25, 0.2, 0.2, 0.2, 0.15), penalty_cap=0.5, cost_multipliers=(1.25, 1.5, 2.0), jitter=None, \
            dropout_frac=0.1, dropout_runs=3, thresholds=None)"
    )]
    fn new(py: Python<'_>, options: Option<Mapping<'_>>) -> Answer<Self> {
        check_keywords(options.as_ref(), &RATING_KEYS)?;
        Ok(Self(read_rating(py, options.as_ref())?))
    }

    #[getter]
    fn weights<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.weights.given())
    }

    #[getter]
    fn penalty_cap(&self) -> f64 {
        self.0.penalty_cap
    }

    #[getter]
    fn cost_multipliers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.0.cost_multipliers)
    }

    #[getter]
    fn jitter(&self) -> JitterConfig {
        JitterConfig(self.0.jitter)
    }

    #[getter]
    fn dropout_frac(&self) -> f64 {
        self.0.dropout_frac
    }

    #[getter]
    fn dropout_runs(&self) -> usize {
        self.0.dropout_runs
    }

    #[getter]
    fn thresholds<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        self.0.thresholds.map(|limits| thresholds_dict(py, limits)).transpose()
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        shown(slf, &RATING_KEYS)
    }

    fn __getnewargs_ex__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyTuple>, Bound<'py, PyDict>)> {
        Ok((PyTuple::empty(slf.py()), fields(slf, &RATING_KEYS)?))
    }
}

/// A checked configuration from a typed object, a mapping or nothing.
pub fn rating_config(py: Python<'_>, given: Option<&Bound<'_, PyAny>>) -> Answer<core::RatingConfig> {
    if let Some(config) = given.and_then(|given| given.cast::<RatingConfig>().ok()) {
        return Ok(config.get().0.clone());
    }
    read_rating(py, known_keys(py, given, "config", &RATING_KEYS)?.as_ref())
}

/// A checked configuration from a typed object, a mapping or nothing.
pub fn jitter_config(py: Python<'_>, given: Option<&Bound<'_, PyAny>>) -> Answer<core::JitterConfig> {
    if let Some(config) = given.and_then(|given| given.cast::<JitterConfig>().ok()) {
        return Ok(config.get().0);
    }
    read_jitter(py, known_keys(py, given, "jitter", &JITTER_KEYS)?.as_ref())
}

fn read_jitter(py: Python<'_>, given: Option<&Mapping<'_>>) -> Answer<core::JitterConfig> {
    let default = core::JitterConfig::default();
    Ok(core::JitterConfig {
        param_variation: field(py, given, "param_variation", default.param_variation, share)?,
        n_iterations: field(py, given, "n_iterations", default.n_iterations, |value, name| whole(value, MAX_ITERATIONS, name))?,
        seed: field(py, given, "seed", default.seed, seed)?,
    })
}

fn read_rating(py: Python<'_>, given: Option<&Mapping<'_>>) -> Answer<core::RatingConfig> {
    let default = core::RatingConfig::default();
    Ok(core::RatingConfig {
        weights: field(py, given, "weights", default.weights, |value, _| Ok(Weights::new(&value.extract::<Many<f64>>()?.0)?))?,
        penalty_cap: field(py, given, "penalty_cap", default.penalty_cap, share)?,
        cost_multipliers: field(py, given, "cost_multipliers", default.cost_multipliers, factors)?,
        jitter: field(py, given, "jitter", default.jitter, |value, _| jitter_config(py, Some(value)))?,
        dropout_frac: field(py, given, "dropout_frac", default.dropout_frac, share)?,
        dropout_runs: field(py, given, "dropout_runs", default.dropout_runs, |value, name| whole(value, MAX_RUNS, name))?,
        thresholds: field(py, given, "thresholds", default.thresholds, |value, _| thresholds(py, value))?,
    })
}

/// Read a field if it is given.
fn field<'py, T>(
    py: Python<'py>,
    given: Option<&Mapping<'py>>,
    name: &str,
    default: T,
    read: impl FnOnce(&Bound<'py, PyAny>, &str) -> Answer<T>,
) -> Answer<T> {
    match given.map(|given| given.find(&PyString::new(py, name))).transpose()?.flatten() {
        Some(value) => read(&value, name).map_err(|failure| failure.inside(py, name)),
        None => Ok(default),
    }
}

fn share(value: &Bound<'_, PyAny>, name: &str) -> Answer<f64> {
    Ok(fraction(value.extract()?, name)?)
}

fn factors(value: &Bound<'_, PyAny>, name: &str) -> Answer<Vec<f64>> {
    Ok(multipliers(value.extract::<Many<f64>>()?.0, name)?)
}

fn whole(value: &Bound<'_, PyAny>, limit: usize, name: &str) -> Answer<usize> {
    Ok(count(value.extract::<Whole>()?.0, limit, name)?)
}

fn seed(value: &Bound<'_, PyAny>, name: &str) -> Answer<Option<u64>> {
    let seed: Option<Whole> = value.extract()?;
    Ok(seed.map(|seed| unsigned(seed.0, name)).transpose()?)
}

fn thresholds(py: Python<'_>, value: &Bound<'_, PyAny>) -> Answer<Option<[f64; 5]>> {
    let thresholds: Option<Mapping<'_>> = value.extract()?;
    thresholds.map(|thresholds| limits(py, Some(&thresholds))).transpose()
}

fn known_keys<'py>(py: Python<'py>, given: Option<&Bound<'py, PyAny>>, name: &str, keys: &[&str]) -> Answer<Option<Mapping<'py>>> {
    let mapping: Option<Mapping<'py>> = match given.filter(|given| !given.is_none()) {
        Some(given) => given.extract().map_err(|error| Failure::Python(error).inside(py, name))?,
        None => None,
    };
    match mapping.as_ref().map(|mapping| unknown_key(mapping, keys)).transpose()?.flatten() {
        Some(key) => Err(RatingError::new(Code::InvalidArgument, format!("{name} has an unknown key {key}")).into()),
        None => Ok(mapping),
    }
}

fn check_keywords(options: Option<&Mapping<'_>>, keys: &[&str]) -> Answer<()> {
    match options.map(|options| unknown_key(options, keys)).transpose()?.flatten() {
        Some(key) => Err(PyTypeError::new_err(format!("got an unexpected keyword argument {key}")).into()),
        None => Ok(()),
    }
}

fn unknown_key(mapping: &Mapping<'_>, keys: &[&str]) -> PyResult<Option<String>> {
    let known = |key: &Bound<'_, PyAny>| key.cast::<PyString>().is_ok_and(|key| keys.iter().any(|known| key == known));
    let unknown = mapping.keys()?.iter().find(|key| !known(key));
    unknown.map(|key| Ok(key.repr()?.to_string())).transpose()
}

fn thresholds_dict(py: Python<'_>, limits: [f64; 5]) -> PyResult<Bound<'_, PyDict>> {
    let dict = PyDict::new(py);
    RULES.iter().zip(limits).try_for_each(|(rule, limit)| dict.set_item(rule.threshold, limit))?;
    Ok(dict)
}

fn fields<'py, T>(object: &Bound<'py, T>, keys: &[&str]) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(object.py());
    keys.iter().try_for_each(|key| dict.set_item(key, object.as_any().getattr(*key)?))?;
    Ok(dict)
}

fn shown<T>(object: &Bound<'_, T>, keys: &[&str]) -> PyResult<String> {
    let field = |key: &&str| Ok(format!("{key}={}", object.as_any().getattr(*key)?.repr()?));
    let fields = keys.iter().map(field).collect::<PyResult<Vec<_>>>()?;
    Ok(format!("{}({})", object.as_any().get_type().name()?, fields.join(", ")))
}
