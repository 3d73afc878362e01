//! A Python object as a value of a configuration, a candle or a tick.

use std::borrow::Cow;

use execution::values::Node;
use pyo3::exceptions::{PyOverflowError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBoolMethods, PyDict, PyFloat, PyList, PyMapping, PyMappingMethods, PyString, PyTuple};

use crate::arguments::Whole;
use crate::failure::{Answer, Failure};

/// Any object; what it is shows when it is read.
pub struct Value<'py>(pub Bound<'py, PyAny>);

impl Value<'_> {
    /// `None` for an object of another type; other exceptions pass.
    fn unless_other_type<T>(&self, read: PyResult<T>) -> Answer<Option<T>> {
        let py = self.0.py();
        match read {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.is_instance_of::<PyTypeError>(py) || error.is_instance_of::<PyOverflowError>(py) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

impl<'py> Node for Value<'py> {
    type Failure = Failure;

    fn is_none(&self) -> bool {
        self.0.is_none()
    }

    fn entries(&self) -> Answer<Option<Vec<(Self, Self)>>> {
        if let Ok(dict) = self.0.cast::<PyDict>() {
            return Ok(Some(dict.iter().map(|(key, value)| (Self(key), Self(value))).collect()));
        }
        let Ok(mapping) = self.0.cast::<PyMapping>() else { return Ok(None) };
        let entry = |entry: Bound<'py, PyAny>| entry.extract().map(|(key, value)| (Self(key), Self(value)));
        Ok(Some(mapping.items()?.iter().map(entry).collect::<PyResult<_>>()?))
    }

    fn items(&self) -> Answer<Option<Vec<Self>>> {
        if let Ok(list) = self.0.cast::<PyList>() {
            return Ok(Some(list.iter().map(Self).collect()));
        }
        Ok(self.0.cast::<PyTuple>().ok().map(|tuple| tuple.iter().map(Self).collect()))
    }

    fn text(&self) -> Option<Cow<'_, str>> {
        self.0.cast::<PyString>().ok()?.to_str().ok().map(Cow::Borrowed)
    }

    fn flag(&self) -> Option<bool> {
        self.0.cast::<PyBool>().ok().map(PyBoolMethods::is_true)
    }

    fn double(&self) -> Answer<Option<f64>> {
        match self.0.cast_exact::<PyFloat>() {
            Ok(float) => Ok(Some(float.value())),
            Err(_) => self.unless_other_type(self.0.extract()),
        }
    }

    fn whole(&self) -> Answer<Option<i128>> {
        self.unless_other_type(self.0.extract::<Whole>().map(|whole| whole.0))
    }
}
