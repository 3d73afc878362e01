//! What a function demands of a Python object, written as the type of its argument.

use std::ops::Deref;

use arrow_buffer::Buffer;
use bytes::Bytes;
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyDict, PyFloat, PyMapping, PySequence, PyString};

fn refuse(wanted: &str, given: &Bound<'_, PyAny>) -> PyErr {
    match given.get_type().name() {
        Ok(name) => PyTypeError::new_err(format!("must be {wanted}, not {name}")),
        Err(error) => error,
    }
}

/// Anything that is a `collections.abc.Mapping`.
pub struct Mapping<'py>(Bound<'py, PyMapping>);

impl<'py> Deref for Mapping<'py> {
    type Target = Bound<'py, PyMapping>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<'py> FromPyObject<'_, 'py> for Mapping<'py> {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let mapping = given.cast::<PyMapping>().map_err(|_| refuse("a mapping", &given))?;
        Ok(Self(mapping.to_owned()))
    }
}

impl<'py> Mapping<'py> {
    /// The value under a key, if there is one.
    pub fn find(&self, key: &Bound<'py, PyString>) -> PyResult<Option<Bound<'py, PyAny>>> {
        match self.0.cast_exact::<PyDict>() {
            Ok(dict) => dict.get_item(key),
            Err(_) if self.0.contains(key)? => self.0.get_item(key).map(Some),
            Err(_) => Ok(None),
        }
    }

    /// The number under a key, read leniently; 0 if there is none.
    pub fn lenient(&self, key: &Bound<'py, PyString>) -> PyResult<f64> {
        self.find(key)?.map_or(Ok(0.0), |value| Ok(value.extract::<Lenient>()?.0))
    }
}

/// A `collections.abc.Sequence` other than text, every element of which is a `T`.
pub struct Many<T>(pub Vec<T>);

impl<'py, T> FromPyObject<'_, 'py> for Many<T>
where
    T: for<'a> FromPyObject<'a, 'py, Error: Into<PyErr>>,
{
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let items = sequence(&given)?.try_iter()?;
        items.map(|item| item?.extract().map_err(Into::into)).collect::<PyResult<_>>().map(Self)
    }
}

/// Refuse what is no sequence, and text.
pub fn sequence<'a, 'py>(given: &'a Bound<'py, PyAny>) -> PyResult<&'a Bound<'py, PySequence>> {
    let sequence = given.cast::<PySequence>().map_err(|_| refuse("a sequence", given))?;
    if given.is_instance_of::<PyString>() { Err(refuse("a sequence", given)) } else { Ok(sequence) }
}

/// What `float()` makes of an object, NaN where it fails: numeric text converts, True is 1.
pub struct Lenient(pub f64);

impl<'py> FromPyObject<'_, 'py> for Lenient {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(float) = given.cast_exact::<PyFloat>() {
            return Ok(Self(float.value()));
        }
        let py = given.py();
        let converted = py.get_type::<PyFloat>().call1((given,)).and_then(|float| float.extract());
        let unreadable = |error: &PyErr| {
            error.is_instance_of::<PyTypeError>(py)
                || error.is_instance_of::<PyValueError>(py)
                || error.is_instance_of::<PyOverflowError>(py)
        };
        match converted {
            Err(error) if unreadable(&error) => Ok(Self(f64::NAN)),
            converted => converted.map(Self),
        }
    }
}

/// An integer, as `operator.index` reads it; those beyond 128 bits become the nearest that fits, for none of them is ever allowed.
#[derive(Clone, Copy)]
pub struct Whole(pub i128);

impl<'py> FromPyObject<'_, 'py> for Whole {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let py = given.py();
        match given.extract::<i64>() {
            Err(error) if error.is_instance_of::<PyOverflowError>(py) => beyond_64_bits(&given).map(Self),
            number => number.map(i128::from).map(Self),
        }
    }
}

fn beyond_64_bits(given: &Bound<'_, PyAny>) -> PyResult<i128> {
    let py = given.py();
    let number = py.import(intern!(py, "operator"))?.call_method1(intern!(py, "index"), (given,))?;
    match number.extract::<i128>() {
        Err(error) if error.is_instance_of::<PyOverflowError>(py) => Ok(if number.lt(0)? { i128::MIN } else { i128::MAX }),
        number => number,
    }
}

/// The bytes of an Arrow stream; those of `bytes` are borrowed, those of `bytearray`, which can change, are copied.
pub struct Stream(pub Buffer);

impl<'py> FromPyObject<'_, 'py> for Stream {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let bytes: PyBackedBytes = given.extract().map_err(|_| refuse("bytes", &given))?;
        Ok(Self(Bytes::from_owner(bytes).into()))
    }
}
