//! A trade list given as Python columns: net results and R-multiples in order of time.

use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDateTime, PyInt, PyMappingMethods, PySequence, PyString};
use rating::error::{Code, RatingError};
use rating::number::finite_or;
use rating::times::{microseconds, order};
use rating::trade_dropout::Trades;

use crate::arguments::{Lenient, Mapping, sequence};
use crate::failure::Answer;

/// Columns that hold the time of a trade; the first one that is there decides.
const TIMES: [&str; 10] = [
    "exit_time",
    "close_time",
    "exit_timestamp",
    "close_timestamp",
    "exit",
    "entry_time",
    "open_time",
    "entry_timestamp",
    "open_timestamp",
    "entry",
];

/// Columns by name, every one a sequence.
pub struct Columns<'py>(Vec<(Bound<'py, PyAny>, Bound<'py, PySequence>)>);

impl<'py> FromPyObject<'_, 'py> for Columns<'py> {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let entries = given.extract::<Mapping<'py>>()?.items()?;
        let column = |entry: Bound<'py, PyAny>| {
            let (name, cells): (Bound<'py, PyAny>, Bound<'py, PyAny>) = entry.extract()?;
            Ok((name, sequence(&cells)?.clone()))
        };
        entries.iter().map(column).collect::<PyResult<_>>().map(Self)
    }
}

/// A trade list that owns its numbers.
pub struct OwnedTrades {
    nets: Vec<f64>,
    r_multiples: Option<Vec<f64>>,
}

impl OwnedTrades {
    /// Lend the numbers to a kernel.
    pub fn borrow(&self) -> Trades<'_> {
        Trades { nets: &self.nets, r_multiples: self.r_multiples.as_deref() }
    }
}

impl<'py> Columns<'py> {
    /// Read the trades in order of time; none without a column of results.
    pub fn read(&self) -> Answer<OwnedTrades> {
        self.check_lengths()?;
        let nets = self.nets()?;
        let order = self.order(nets.len())?;
        let ordered = |values: Vec<f64>| order.iter().filter_map(|i| values.get(*i).copied()).collect();
        Ok(OwnedTrades { r_multiples: self.numbers("r_multiple")?.map(ordered), nets: ordered(nets) })
    }

    fn check_lengths(&self) -> Answer<()> {
        let lengths = self.0.iter().map(|(_, cells)| cells.len()).collect::<PyResult<Vec<_>>>()?;
        if lengths.windows(2).all(|pair| pair[0] == pair[1]) {
            return Ok(());
        }
        Err(RatingError::new(Code::SizeMismatch, "the columns of trades differ in length").into())
    }

    fn find(&self, name: &str) -> Option<&Bound<'py, PySequence>> {
        let named = |key: &Bound<'py, PyAny>| key.cast::<PyString>().is_ok_and(|key| key == name);
        self.0.iter().find(|(key, _)| named(key)).map(|(_, cells)| cells)
    }

    /// The numbers of a column, NaN where a cell is none.
    fn numbers(&self, name: &str) -> PyResult<Option<Vec<f64>>> {
        let read = |cells: &Bound<'py, PySequence>| cells.try_iter()?.map(|cell| Ok(cell?.extract::<Lenient>()?.0)).collect();
        self.find(name).map(read).transpose()
    }

    /// Result minus fee, in the given order.
    fn nets(&self) -> PyResult<Vec<f64>> {
        let results = self.numbers("result")?.unwrap_or_default();
        let fees = self.fees()?.unwrap_or_else(|| vec![0.0; results.len()]);
        Ok(results.iter().zip(fees).map(|(result, fee)| finite_or(*result, 0.0) - finite_or(fee, 0.0)).collect())
    }

    /// The total fee, else entry plus exit fee if both columns exist: one unknown half makes the sum unknown.
    fn fees(&self) -> PyResult<Option<Vec<f64>>> {
        if let Some(total) = self.numbers("total_fee")? {
            return Ok(Some(total));
        }
        let halves = self.numbers("entry_fee")?.zip(self.numbers("exit_fee")?);
        let known = |fee: f64| finite_or(fee, f64::NAN);
        Ok(halves.map(|(entry, exit)| entry.into_iter().zip(exit).map(|(entry, exit)| known(entry) + known(exit)).collect()))
    }

    fn order(&self, n: usize) -> PyResult<Vec<usize>> {
        let Some(cells) = TIMES.iter().find_map(|name| self.find(name)) else { return Ok((0..n).collect()) };
        let times = cells.try_iter()?.map(|cell| time(&cell?)).collect::<PyResult<Vec<_>>>()?;
        Ok(order(&times))
    }
}

/// Microseconds since 1970 in UTC: integers of 64 bits as they are, ISO text, datetimes; `None` for anything else.
fn time(cell: &Bound<'_, PyAny>) -> PyResult<Option<i64>> {
    if cell.is_instance_of::<PyInt>() {
        return Ok(cell.extract().ok());
    }
    if let Ok(text) = cell.cast::<PyString>() {
        return text_time(text);
    }
    if cell.is_instance_of::<PyDateTime>() { moment_time(cell).map(Some) } else { Ok(None) }
}

fn text_time(text: &Bound<'_, PyString>) -> PyResult<Option<i64>> {
    if let Some(time) = text.to_str().ok().and_then(microseconds) {
        return Ok(Some(time));
    }
    let py = text.py();
    match py.get_type::<PyDateTime>().call_method1(intern!(py, "fromisoformat"), (text,)) {
        Err(error) if error.is_instance_of::<PyValueError>(py) => Ok(None),
        moment => moment_time(&moment?).map(Some),
    }
}

/// A moment without a time zone is one of UTC.
fn moment_time(moment: &Bound<'_, PyAny>) -> PyResult<i64> {
    let py = moment.py();
    let [utc, epoch, microsecond] = clock(py)?;
    let aware = if moment.call_method0(intern!(py, "utcoffset"))?.is_none() {
        let zone = pyo3::types::PyDict::new(py);
        zone.set_item(intern!(py, "tzinfo"), utc)?;
        moment.call_method(intern!(py, "replace"), (), Some(&zone))?
    } else {
        moment.clone()
    };
    aware.sub(epoch)?.call_method1(intern!(py, "__floordiv__"), (microsecond,))?.extract()
}

/// UTC, the first moment of 1970 there, and a microsecond, as Python objects.
fn clock(py: Python<'_>) -> PyResult<&[Py<PyAny>; 3]> {
    static CLOCK: PyOnceLock<[Py<PyAny>; 3]> = PyOnceLock::new();
    CLOCK.get_or_try_init(py, || {
        let datetime = py.import(intern!(py, "datetime"))?;
        let utc = datetime.getattr(intern!(py, "UTC"))?;
        let epoch = datetime.getattr(intern!(py, "datetime"))?.call1((1970, 1, 1, 0, 0, 0, 0, &utc))?;
        let microsecond = datetime.getattr(intern!(py, "timedelta"))?.call1((0, 0, 1))?;
        Ok([utc.unbind(), epoch.unbind(), microsecond.unbind()])
    })
}
