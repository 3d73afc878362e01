"""The facade of the execution simulator: the reference's names, signatures and errors, whichever implementation answers."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pyarrow as pa
import pytest

import omega.execution
import reference_py.execution
from harness.runtime import Dispatcher, Path, Reason, flags, trace
from omega.config import EXECUTION, set_feature_flag
from omega.execution import ExecutionSimulator
from reference_py.market.execution_cases import open_positions, signal_batch, world

FUNCTIONS = [name for name in omega.execution._NAMES if name != "ExecutionSimulator"]
METHODS = [name for name, found in vars(ExecutionSimulator).items() if not name.startswith("_") and name != "path" and callable(found)]


@pytest.fixture(autouse=True)
def _flag_is_unset(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv(EXECUTION, raising=False)
    set_feature_flag(EXECUTION, None)
    yield
    set_feature_flag(EXECUTION, None)
    omega.execution._execution.reset()


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Put a port in place that is the reference, but whose simulators raise in `update` after they have changed."""

    class Simulator(reference_py.execution.ExecutionSimulator):
        def update(self, time_us: int) -> None:
            super().update(time_us)
            raise OSError("the port broke after it had changed")

    port = ModuleType("port_of_this_test")
    for name in FUNCTIONS:
        setattr(port, name, getattr(reference_py.execution, name))
    port.ExecutionSimulator = Simulator  # type: ignore[attr-defined]  # a module takes any attribute
    port.build_info = lambda: {"version": "0.1.0"}  # type: ignore[attr-defined]  # as above
    monkeypatch.setitem(sys.modules, port.__name__, port)
    monkeypatch.setattr(omega.execution._execution, "port", port.__name__)
    omega.execution._execution.reset()
    return port


def _shape(function: Any) -> list[tuple[str, Any, Any]]:
    return [(name, parameter.kind, parameter.default) for name, parameter in inspect.signature(function).parameters.items()]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_the_references_parameters(name: str) -> None:
    """Names, order and defaults are those of the reference, so that replacing an import replaces nothing else."""
    assert _shape(getattr(omega.execution, name)) == _shape(getattr(reference_py.execution, name))


@pytest.mark.parametrize("name", METHODS)
def test_every_method_has_the_references_parameters(name: str) -> None:
    """As for functions."""
    assert _shape(getattr(ExecutionSimulator, name)) == _shape(getattr(reference_py.execution.ExecutionSimulator, name))


def test_every_migrated_name_of_the_reference_is_offered() -> None:
    """The facade leaves out only what serves the reference itself."""
    assert set(reference_py.execution.__all__) - set(omega.execution.__all__) == {"ErrorCode"}


def test_importing_the_facade_loads_no_port() -> None:
    """A process whose flag is off never sees the extension."""
    code = (
        "import omega.execution, sys; omega.execution.ExecutionSimulator().summary();"
        " print([m for m in sys.modules if m.startswith('omega_rust')])"
    )

    done = subprocess.run([sys.executable, "-c", code], env={EXECUTION: "false"}, capture_output=True, text=True, check=True)

    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_the_rollback_text_works_as_written() -> None:
    """The call that the runbook names switches the module off."""
    set_feature_flag("use_rust_execution", False)  # noqa: FBT003 - as rollback texts spell it

    with trace() as answers:
        omega.execution.run_backtest(*world("plain", 1))

    assert [(answer.path, answer.reason) for answer in answers] == [(Path.REFERENCE, Reason.FLAG_OFF)]


def test_a_simulator_answers_as_the_reference_does() -> None:
    """Every method of the facade gives what the reference's method gives."""
    config, signals_ipc, candle = open_positions(40, seed=3)
    set_feature_flag(EXECUTION, "off")
    given = ExecutionSimulator(config)
    expected = reference_py.execution.ExecutionSimulator(config)

    for one in (given, expected):
        one.process_signals_batch(signals_ipc)
        one.evaluate_and_close(candle)  # type: ignore[arg-type]  # a plain dictionary
        one.update(candle["time"])

    for name in ("get_positions_arrow", "trades_arrow", "fees_arrow", "curve_arrow", "trade_curve_arrow", "save_state", "summary"):
        assert getattr(given, name)() == getattr(expected, name)()
    for name in ("positions_table", "trades_table", "fees_table", "curve_table", "trade_curve_table"):
        assert repr(getattr(given, name)().to_pylist()) == repr(getattr(expected, name)().to_pylist())
    assert given.evaluate_exits(candle) == expected.evaluate_exits(candle)  # type: ignore[arg-type]  # a plain dictionary


def test_tables_in_memory_are_taken() -> None:
    """Signals and updates may come as Arrow data; updates that name nobody are refused with the reference's code."""
    set_feature_flag(EXECUTION, "off")
    simulator = ExecutionSimulator()
    signals = pa.ipc.open_stream(signal_batch(5, seed=1)).read_all()

    assert simulator.process_signals_table(signals).num_rows == 5
    with pytest.raises(omega.execution.ExecutionError, match=r"^\[1003\]"):
        simulator.apply_updates_table(pa.table({"position_id": ["nobody#1"]}))


def test_ticks_are_taken() -> None:
    """A simulator in tick mode remembers quotes; time-outs belong to candles."""
    set_feature_flag(EXECUTION, "off")
    simulator = ExecutionSimulator({"mode": "tick"})
    tick = omega.execution.Tick(symbol="EURUSD", time=7, bid=1.0, ask=1.1)

    simulator.observe_tick(tick)

    assert pa.ipc.open_stream(simulator.process_tick(tick)).read_all().num_rows == 0
    with pytest.raises(omega.execution.ExecutionError, match=r"^\[1007\]"):
        simulator.manage({"symbol": "EURUSD", "time": 7})


def test_a_port_that_fails_loses_nothing(failing: ModuleType) -> None:
    """The reference goes on from the state before the failed call, and the run ends as if it had run there from the start."""
    config, signals_ipc, candle = open_positions(40, seed=3)
    simulator = ExecutionSimulator(config)
    simulator.process_signals_batch(signals_ipc)
    assert (simulator.path, type(simulator._held._held)) == (Path.PORT, failing.ExecutionSimulator)

    simulator.update(candle["time"])

    expected = reference_py.execution.ExecutionSimulator(config)
    expected.process_signals_batch(signals_ipc)
    expected.update(candle["time"])
    assert (simulator.path, simulator.save_state()) == (Path.REFERENCE, expected.save_state())


@pytest.mark.usefixtures("failing")
def test_a_loaded_state_goes_on() -> None:
    """Loading gives a simulator equal to the saved one, in whichever implementation."""
    config, signals_ipc, _ = open_positions(7, seed=3)
    simulator = ExecutionSimulator(config)
    simulator.process_signals_batch(signals_ipc)

    loaded = ExecutionSimulator.load_state(simulator.save_state())

    assert loaded.path is Path.PORT
    assert loaded.save_state() == simulator.save_state()


def test_callers_catch_one_error_class(failing: ModuleType) -> None:
    """With the flag on, the port's ExecutionError reaches callers as the reference's, with code and text."""

    class ExecutionError(RuntimeError):
        code = 1003

    def refuse(*_: object) -> None:
        raise ExecutionError("[1003] out of range")

    failing.run_backtest = refuse  # type: ignore[attr-defined]  # a module takes any attribute
    set_feature_flag(EXECUTION, "on")

    with pytest.raises(omega.execution.ExecutionError, match=r"^\[1003\] out of range$") as caught:
        omega.execution.run_backtest(b"", b"")

    assert caught.value.code == 1003
    assert type(caught.value.__cause__) is ExecutionError


def test_ask_says_who_answered() -> None:
    """A value can come with its origin."""
    set_feature_flag(EXECUTION, "off")

    answered = omega.execution.ask("signals_boundary", signal_batch(3, seed=1))

    assert (answered.value, answered.answer.path) == (omega.execution.signals_boundary(signal_batch(3, seed=1)), Path.REFERENCE)


def test_the_facade_holds_one_dispatcher() -> None:
    """The drill finds flag and port by the facade's dispatcher."""
    assert [type(value) for value in vars(omega.execution).values() if isinstance(value, Dispatcher)] == [Dispatcher]
    assert flags.find("use_rust_execution").variable == omega.execution._execution.flag
