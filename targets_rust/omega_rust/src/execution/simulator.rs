//! The class `ExecutionSimulatorRust`; the stub `execution.pyi` documents it for Python.

use std::sync::{Mutex, MutexGuard};

use arrow_array::RecordBatch;
use arrow_stream::Pieces;
use execution::Simulator;
use execution::config::Mode;
use execution::desk::ExitReport;
use execution::error::{Code, ExecutionError, Result};
use execution::market::{Market, read_candle, read_tick};
use execution::summary::Figure;
use execution::symbols::SymbolId;
use execution_arrow::answers::{apply_updates, process_signals};
use execution_arrow::{curve_table, decode, encode, exit_table, fee_table, load, position_table, save, trade_curve_table, trade_table};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyType};

use super::tables::{import, to_bytes, to_object};
use super::{Record, compute, configuration};
use crate::arguments::Stream;
use crate::batch::Capsules;
use crate::failure::Answer;

/// One account that trades.
#[pyclass(frozen, module = "omega_rust.execution")]
pub struct ExecutionSimulatorRust(Mutex<Simulator>);

/// True or false, and nothing that merely counts as such.
struct Flag(bool);

impl<'py> FromPyObject<'_, 'py> for Flag {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match given.cast::<PyBool>() {
            Ok(flag) => Ok(Self(flag.is_true())),
            Err(_) => Err(PyTypeError::new_err(format!("must be a bool, not {}", given.get_type().name()?))),
        }
    }
}

impl ExecutionSimulatorRust {
    fn lock(&self) -> Result<MutexGuard<'_, Simulator>> {
        self.0.lock().map_err(|_| ExecutionError::new(Code::Panic, "a panic left this simulator half changed"))
    }

    /// Work on the simulator without holding the interpreter.
    fn with<T: Send>(&self, py: Python<'_>, work: impl FnOnce(&mut Simulator) -> Result<T> + Send) -> Answer<T> {
        compute(py, || work(&mut *self.lock()?))
    }

    fn bytes<'py>(&self, py: Python<'py>, table: impl FnOnce(&Simulator) -> Result<RecordBatch> + Send) -> Answer<Bound<'py, PyBytes>> {
        to_bytes(py, self.with(py, |simulator| encode(&table(simulator)?))?)
    }

    fn object<'py>(&self, py: Python<'py>, table: impl FnOnce(&Simulator) -> Result<RecordBatch> + Send) -> Answer<Bound<'py, PyAny>> {
        to_object(py, self.with(py, |simulator| table(simulator))?)
    }

    /// Let the positions meet a candle that is not to be passed over.
    fn candle<'py>(
        &self,
        py: Python<'py>,
        candle: &Record<'_>,
        meet: impl FnOnce(&mut Simulator, Option<SymbolId>, &Market, &mut Vec<ExitReport>) -> Result<()> + Send,
    ) -> Answer<Bound<'py, PyBytes>> {
        let candle = read_candle(&candle.0)?;
        let exits = self.with(py, |simulator| {
            simulator.demand(Mode::Candle)?;
            let mut reports = Vec::new();
            if let Some(market) = candle.market {
                meet(simulator, simulator.find(&candle.symbol), &market, &mut reports)?;
            }
            exits(simulator, &reports)
        })?;
        to_bytes(py, exits)
    }
}

fn exits(simulator: &Simulator, reports: &[ExitReport]) -> Result<Pieces> {
    encode(&exit_table(simulator, reports)?)
}

#[pymethods]
impl ExecutionSimulatorRust {
    #[new]
    #[pyo3(signature = (config=None))]
    fn new(config: Option<Record<'_>>) -> Answer<Self> {
        Ok(Self(Mutex::new(Simulator::new(configuration(config.as_ref())?))))
    }

    fn process_signals_batch<'py>(&self, py: Python<'py>, signals_ipc: Stream) -> Answer<Bound<'py, PyBytes>> {
        let outcomes = self.with(py, |simulator| encode(&process_signals(simulator, &decode(&signals_ipc.0)?)?))?;
        to_bytes(py, outcomes)
    }

    fn process_signals_table<'py>(&self, py: Python<'py>, signals: Capsules<'py>) -> Answer<Bound<'py, PyAny>> {
        let signals = import(&signals)?;
        to_object(py, self.with(py, |simulator| process_signals(simulator, &signals?))?)
    }

    fn evaluate_exits<'py>(&self, py: Python<'py>, candle: Record<'py>) -> Answer<Bound<'py, PyBytes>> {
        self.candle(py, &candle, |simulator, symbol, market, reports| {
            *reports = simulator.rehearse(symbol, market)?;
            Ok(())
        })
    }

    fn evaluate_and_close<'py>(&self, py: Python<'py>, candle: Record<'py>) -> Answer<Bound<'py, PyBytes>> {
        self.candle(py, &candle, Simulator::pass)
    }

    fn manage<'py>(&self, py: Python<'py>, candle: Record<'py>) -> Answer<Bound<'py, PyBytes>> {
        self.candle(py, &candle, |simulator, symbol, market, reports| {
            simulator.time_out(symbol, market, reports);
            Ok(())
        })
    }

    fn observe_tick(&self, py: Python<'_>, tick: Record<'_>) -> Answer<()> {
        let tick = read_tick(&tick.0)?;
        self.with(py, |simulator| {
            simulator.demand(Mode::Tick)?;
            let symbol = simulator.meet(&tick.symbol);
            simulator.observe(symbol, tick.quote);
            Ok(())
        })
    }

    fn process_tick<'py>(&self, py: Python<'py>, tick: Record<'py>) -> Answer<Bound<'py, PyBytes>> {
        let tick = read_tick(&tick.0)?;
        let exits = self.with(py, |simulator| {
            simulator.demand(Mode::Tick)?;
            let (symbol, mut reports) = (simulator.meet(&tick.symbol), Vec::new());
            simulator.observe(symbol, tick.quote);
            simulator.pass(Some(symbol), &tick.quote.market(), &mut reports)?;
            exits(simulator, &reports)
        })?;
        to_bytes(py, exits)
    }

    fn apply_updates(&self, py: Python<'_>, updates_ipc: Stream) -> Answer<()> {
        self.with(py, |simulator| apply_updates(simulator, &decode(&updates_ipc.0)?))
    }

    fn apply_updates_table(&self, py: Python<'_>, updates: Capsules<'_>) -> Answer<()> {
        let updates = import(&updates)?;
        self.with(py, |simulator| apply_updates(simulator, &updates?))
    }

    fn update(&self, py: Python<'_>, time_us: i64) -> Answer<()> {
        self.with(py, |simulator| {
            simulator.update(time_us);
            Ok(())
        })
    }

    fn summary<'py>(&self, py: Python<'py>) -> Answer<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (name, figure) in self.with(py, |simulator| Ok(simulator.summary()))?.0 {
            match figure {
                Figure::Number(number) => dict.set_item(name, number)?,
                Figure::Count(count) => dict.set_item(name, count)?,
            }
        }
        Ok(dict)
    }

    fn get_positions_arrow<'py>(&self, py: Python<'py>) -> Answer<Bound<'py, PyBytes>> {
        self.bytes(py, position_table)
    }

    fn positions_table<'py>(&self, py: Python<'py>) -> Answer<Bound<'py, PyAny>> {
        self.object(py, position_table)
    }

    #[pyo3(signature = (rounded=Flag(false)), text_signature = "($self, rounded=False)")]
    fn trades_arrow<'py>(&self, py: Python<'py>, rounded: Flag) -> Answer<Bound<'py, PyBytes>> {
        self.bytes(py, |simulator| trade_table(simulator, rounded.0))
    }

    #[pyo3(signature = (rounded=Flag(false)), text_signature = "($self, rounded=False)")]
    fn trades_table<'py>(&self, py: Python<'py>, rounded: Flag) -> Answer<Bound<'py, PyAny>> {
        self.object(py, |simulator| trade_table(simulator, rounded.0))
    }

    fn fees_arrow<'py>(&self, py: Python<'py>) -> Answer<Bound<'py, PyBytes>> {
        self.bytes(py, fee_table)
    }

    fn fees_table<'py>(&self, py: Python<'py>) -> Answer<Bound<'py, PyAny>> {
        self.object(py, fee_table)
    }

    fn curve_arrow<'py>(&self, py: Python<'py>) -> Answer<Bound<'py, PyBytes>> {
        self.bytes(py, |simulator| curve_table(simulator.portfolio().curve.clone()))
    }

    fn curve_table<'py>(&self, py: Python<'py>) -> Answer<Bound<'py, PyAny>> {
        self.object(py, |simulator| curve_table(simulator.portfolio().curve.clone()))
    }

    fn trade_curve_arrow<'py>(&self, py: Python<'py>) -> Answer<Bound<'py, PyBytes>> {
        self.bytes(py, trade_curve_table)
    }

    fn trade_curve_table<'py>(&self, py: Python<'py>) -> Answer<Bound<'py, PyAny>> {
        self.object(py, trade_curve_table)
    }

    fn save_state<'py>(&self, py: Python<'py>) -> Answer<Bound<'py, PyBytes>> {
        self.bytes(py, save)
    }

    #[classmethod]
    fn load_state(_class: &Bound<'_, PyType>, py: Python<'_>, state: Stream) -> Answer<Self> {
        Ok(Self(Mutex::new(compute(py, || load(&state.0))?)))
    }
}
