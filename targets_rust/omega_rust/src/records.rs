//! Python mappings read as the records of the kernels, and their results written as Python objects.

use std::collections::BTreeMap;

use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyInt, PyMappingMethods, PyString};
use rating::error::{Code, RatingError};
use rating::robustness::Quality;
use rating::stability::{Year, calendar_days, days_or};
use rating::strategy::{RULES, StrategyRating, default_limits};
use rating::stress_penalty::StressMetrics;

use crate::arguments::{Lenient, Mapping};
use crate::failure::{Answer, Failure};

/// The record of the robustness kernel; what is missing counts as 0.
pub struct QualityRecord(pub Quality);

impl<'py> FromPyObject<'_, 'py> for QualityRecord {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let (record, py): (Mapping<'py>, _) = (given.extract()?, given.py());
        Ok(Self(Quality {
            profit: record.lenient(intern!(py, "profit"))?,
            avg_r: record.lenient(intern!(py, "avg_r"))?,
            winrate: record.lenient(intern!(py, "winrate"))?,
            drawdown: record.lenient(intern!(py, "drawdown"))?,
        }))
    }
}

/// The record of the stress kernel; what is missing counts as 0.
pub struct StressRecord(pub StressMetrics);

impl<'py> FromPyObject<'_, 'py> for StressRecord {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let (record, py): (Mapping<'py>, _) = (given.extract()?, given.py());
        Ok(Self(StressMetrics {
            profit: record.lenient(intern!(py, "profit"))?,
            drawdown: record.lenient(intern!(py, "drawdown"))?,
            sharpe: record.lenient(intern!(py, "sharpe"))?,
        }))
    }
}

/// The same record, `None` where the mapping is empty.
pub struct StressedRecord(pub Option<StressMetrics>);

impl<'py> FromPyObject<'_, 'py> for StressedRecord {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let empty = given.extract::<Mapping<'py>>()?.is_empty()?;
        (!empty).then(|| given.extract::<StressRecord>()).transpose().map(|record| Self(record.map(|record| record.0)))
    }
}

/// The base of a dropout: null and missing count as 0, NaN stays NaN, anything else must be a number.
pub struct BaseRecord(pub StressMetrics);

impl<'py> FromPyObject<'_, 'py> for BaseRecord {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let (record, py): (Mapping<'py>, _) = (given.extract()?, given.py());
        let number = |key| record.find(key)?.filter(|value| !value.is_none()).map_or(Ok(0.0), |value| value.extract());
        let (profit, drawdown) = (number(intern!(py, "profit"))?, number(intern!(py, "drawdown"))?);
        Ok(Self(StressMetrics { profit, drawdown, sharpe: number(intern!(py, "sharpe"))? }))
    }
}

/// Write the three figures under their names.
pub fn stress_dict<'py>(py: Python<'py>, metrics: &StressMetrics) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item(intern!(py, "profit"), metrics.profit)?;
    dict.set_item(intern!(py, "drawdown"), metrics.drawdown)?;
    dict.set_item(intern!(py, "sharpe"), metrics.sharpe)?;
    Ok(dict)
}

/// The five values of a summary; missing counts as 0, present must be a number.
pub fn summary_values(py: Python<'_>, summary: &Mapping<'_>) -> PyResult<[f64; 5]> {
    let mut values = [0.0; 5];
    for (value, rule) in values.iter_mut().zip(RULES) {
        *value = summary.find(&PyString::new(py, rule.key))?.map_or(Ok(0.0), |given| given.extract())?;
    }
    Ok(values)
}

/// The five limits of a map of thresholds, the defaults if it is absent or empty.
pub fn limits(py: Python<'_>, thresholds: Option<&Mapping<'_>>) -> Answer<[f64; 5]> {
    let mut limits = default_limits();
    let Some(thresholds) = thresholds else { return Ok(limits) };
    if thresholds.is_empty()? {
        return Ok(limits);
    }
    for (limit, rule) in limits.iter_mut().zip(RULES) {
        let given = thresholds.find(&PyString::new(py, rule.threshold))?;
        let missing = || RatingError::new(Code::MissingField, format!("thresholds lack {}", rule.threshold));
        *limit = given.ok_or_else(missing)?.extract()?;
    }
    Ok(limits)
}

/// Write score, verdict and failures under the names of the summary's users.
pub fn strategy_dict<'py>(py: Python<'py>, rating: &StrategyRating) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item(intern!(py, "Score"), rating.score)?;
    dict.set_item(intern!(py, "Deployment"), rating.fails.is_empty())?;
    dict.set_item(intern!(py, "Deployment_Fails"), rating.fails.join("|"))?;
    Ok(dict)
}

/// Profits and days by year, in ascending order; only integer keys are found again, so a year written as text has no profit.
pub fn years(profits: &Mapping<'_>, days: Option<&Mapping<'_>>) -> Answer<Vec<Year>> {
    let mut earned = BTreeMap::new();
    for (key, value) in entries(profits)? {
        let found = key.is_instance_of::<PyInt>();
        let entry = earned.entry(year(&key)?).or_insert(None);
        *entry = entry.take().or_else(|| found.then_some(value));
    }
    let profits = earned.values().map(|value| value.as_ref().map_or(Ok(0.0), profit)).collect::<PyResult<Vec<_>>>()?;
    let days = days.map(measured_days).transpose()?.unwrap_or_default();
    let days = earned.keys().map(|year| days_of(*year, &days)).collect::<PyResult<Vec<_>>>()?;
    Ok(profits.into_iter().zip(days).map(|(profit, days)| Year { profit, days }).collect())
}

type Entry<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>);

fn entries<'py>(mapping: &Mapping<'py>) -> PyResult<Vec<Entry<'py>>> {
    mapping.items()?.iter().map(|entry| entry.extract()).collect()
}

fn year(key: &Bound<'_, PyAny>) -> Answer<i64> {
    let py = key.py();
    let number = py.get_type::<PyInt>().call1((key,)).map_err(|error| unreadable_year(key, error))?;
    let beyond = |_| RatingError::new(Code::OutOfBounds, "a year does not fit into 64 bits");
    Ok(number.extract::<i64>().map_err(beyond)?)
}

fn unreadable_year(key: &Bound<'_, PyAny>, error: PyErr) -> Failure {
    let py = key.py();
    let known =
        error.is_instance_of::<PyTypeError>(py) || error.is_instance_of::<PyValueError>(py) || error.is_instance_of::<PyOverflowError>(py);
    if known { RatingError::new(Code::Type, "a key is no year").into() } else { error.into() }
}

fn profit(value: &Bound<'_, PyAny>) -> PyResult<f64> {
    if value.is_none() { Ok(0.0) } else { value.extract() }
}

fn measured_days<'py>(days: &Mapping<'py>) -> PyResult<BTreeMap<i64, Bound<'py, PyAny>>> {
    let known = entries(days)?.into_iter().filter(|(key, _)| key.is_instance_of::<PyInt>());
    Ok(known.filter_map(|(key, value)| key.extract().ok().map(|year| (year, value))).collect())
}

fn days_of(year: i64, measured: &BTreeMap<i64, Bound<'_, PyAny>>) -> PyResult<f64> {
    let given = measured.get(&year).map_or(Ok(0.0), |value| value.extract::<Lenient>().map(|days| days.0))?;
    Ok(days_or(given, calendar_days(year)))
}
