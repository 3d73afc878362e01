"""The facade of the optimizer's functions: the reference's names, signatures and errors, whichever implementation answers."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

import omega.optimizer
import reference_py.optimizer
from harness.runtime import Dispatcher, Kind, Path, PortUnavailableError, Reason, events, flags, trace
from omega.config import MONTE_CARLO, OPTIMIZER, set_feature_flag
from omega.optimizer_ports import JULIA, RUST
from reference_py.market.optimizer_cases import path_metrics, trial_streams

FUNCTIONS = ("aggregate_results", "bootstrap_ci", "monte_carlo_robustness", "monte_carlo_scores")
METRICS = path_metrics()


@pytest.fixture(autouse=True)
def _flags_are_unset(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for flag in (MONTE_CARLO, OPTIMIZER):
        monkeypatch.delenv(flag, raising=False)
        set_feature_flag(flag, None)
    events.log.clear()
    yield
    for flag, ports in ((MONTE_CARLO, JULIA), (OPTIMIZER, RUST)):
        set_feature_flag(flag, None)
        ports.reset()


def put_in_place(monkeypatch: pytest.MonkeyPatch, dispatcher: Dispatcher, **functions: Any) -> None:
    """Put a port in place that is the reference but for some functions."""
    port = ModuleType("port_of_this_test")
    for name in dispatcher._names:
        setattr(port, name, functions.get(name) or getattr(reference_py.optimizer, name))
    port.build_info = lambda: {"version": "0.1.0"}  # type: ignore[attr-defined]  # a module takes any attribute
    monkeypatch.setitem(sys.modules, port.__name__, port)
    monkeypatch.setattr(dispatcher, "port", port.__name__)
    dispatcher.reset()


def fails(*_: Any, **__: Any) -> Any:
    """Fail as a port does that is broken."""
    raise OSError("the worker is gone")


def refuses(*_: Any, **__: Any) -> Any:
    """Refuse as a port does, with a class of its own."""

    class OptimizerError(RuntimeError):
        code, module_code = 2000, 6003

    raise OptimizerError("[2000] 6003 OBJECTIVE_ERROR: no")


def _shape(function: Any) -> list[tuple[str, Any, Any]]:
    return [(name, parameter.kind, parameter.default) for name, parameter in inspect.signature(function).parameters.items()]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_the_references_parameters(name: str) -> None:
    """Names, order and defaults are those of the reference, so that replacing an import replaces nothing else."""
    assert _shape(getattr(omega.optimizer, name)) == _shape(getattr(reference_py.optimizer, name))


def test_every_migrated_name_of_the_reference_is_offered() -> None:
    """The facade leaves out only what serves the reference itself."""
    left_out = {"SHARED_CODES", "ErrorCode", "ModuleCode", "make_result", "read_config", "run_objective"}
    assert set(reference_py.optimizer.__all__) - set(omega.optimizer.__all__) == left_out
    assert omega.optimizer.Optimizer is omega.optimizer.HybridOptimizer


def test_importing_the_facade_loads_no_port() -> None:
    """A process whose flags are off never sees Rust or Julia."""
    code = (
        "import omega.optimizer as o, sys; o.aggregate_results([]); o.bootstrap_ci([1.0, 2.0], 10);"
        " print([m for m in sys.modules if m.startswith(('omega_rust', 'omega_julia'))])"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], env={OPTIMIZER: "off", MONTE_CARLO: "no"}, capture_output=True, text=True, check=True
    )

    assert (done.stdout, done.stderr) == ("[]\n", "")


@pytest.mark.parametrize(("feature", "flag"), [("use_rust_optimizer", OPTIMIZER), ("use_julia_monte_carlo", MONTE_CARLO)])
def test_the_rollback_text_works_as_written(feature: str, flag: str) -> None:
    """The calls that the runbook names switch the ports off."""
    set_feature_flag(feature, False)  # noqa: FBT003 - as rollback texts spell it

    with trace() as answers:
        if flag == OPTIMIZER:
            omega.optimizer.aggregate_results([])
        else:
            omega.optimizer.bootstrap_ci([1.0, 2.0], 10)
            omega.optimizer.monte_carlo_robustness(METRICS, None, "equity_path", n_simulations=2)
            omega.optimizer.monte_carlo_scores(METRICS, None, "equity_path", n_simulations=2)

    assert {(answer.path, answer.reason) for answer in answers} == {(Path.REFERENCE, Reason.FLAG_OFF)}


def test_rust_merges_when_its_flag_is_on() -> None:
    """The streams are merged by the port, and the answer says so."""
    streams = trial_streams(30, 3, seed=1)
    set_feature_flag(OPTIMIZER, "on")

    answered = omega.optimizer.ask("aggregate_results", streams)

    assert (answered.answer.path, answered.answer.reason) == (Path.PORT, Reason.PORT_HEALTHY)
    assert omega.optimizer.aggregate_results([answered.value]) == answered.value


def test_arguments_reach_the_port_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every keyword arrives under its name."""
    put_in_place(monkeypatch, JULIA)
    columns, options = sorted(METRICS), {"n_simulations": 7, "seed": 3, "spread": 0.2, "columns": None, "weights": [1.0, 2.0, 3.0, 4.0]}
    options["columns"] = columns

    for name, more in (("monte_carlo_robustness", {"confidence": 0.8}), ("monte_carlo_scores", {})):
        given = getattr(omega.optimizer, name)(METRICS, None, "weighted_score", **options, **more)
        assert given == getattr(reference_py.optimizer, name)(METRICS, None, "weighted_score", **options, **more)
    assert omega.optimizer.bootstrap_ci([1.0, 2.0, 4.0], 50, 0.9, 3) == reference_py.optimizer.bootstrap_ci([1.0, 2.0, 4.0], 50, 0.9, 3)
    assert omega.optimizer.ask("bootstrap_ci", [1.0, 2.0], 10).answer.path is Path.PORT


def test_a_port_that_fails_is_counted_and_the_reference_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The value is that of the reference, and the fallback is visible."""
    put_in_place(monkeypatch, JULIA, bootstrap_ci=fails)

    answered = omega.optimizer.ask("bootstrap_ci", [1.0, 2.0, 4.0], 50)

    assert answered.value == reference_py.optimizer.bootstrap_ci([1.0, 2.0, 4.0], 50)
    assert (answered.answer.path, answered.answer.reason) == (Path.REFERENCE, Reason.PORT_RAISED)
    assert events.log.counts() == {"fallback": 1}
    assert [(event.kind, event.text) for event in events.log.recent()] == [(Kind.FALLBACK, "the worker is gone")]


def test_a_refusal_is_of_the_references_class(monkeypatch: pytest.MonkeyPatch) -> None:
    """Callers catch one class, with both numbers, whoever refuses."""
    put_in_place(monkeypatch, RUST, aggregate_results=refuses, OptimizerRust=fails)
    set_feature_flag(OPTIMIZER, "on")

    with pytest.raises(omega.optimizer.OptimizerError, match=r"^\[2000\] 6003 OBJECTIVE_ERROR: no$") as refused:
        omega.optimizer.aggregate_results([])

    assert (refused.value.code, refused.value.module_code) == (2000, 6003)
    assert type(refused.value) is reference_py.optimizer.OptimizerError


@pytest.mark.parametrize(("flag", "call"), [(OPTIMIZER, "aggregate_results"), (MONTE_CARLO, "bootstrap_ci")])
def test_without_a_port_on_means_an_error(monkeypatch: pytest.MonkeyPatch, flag: str, call: str) -> None:
    """Only auto falls back."""
    dispatcher = RUST if flag == OPTIMIZER else JULIA
    monkeypatch.setattr(dispatcher, "port", "no_such_port")
    dispatcher.reset()
    set_feature_flag(flag, "on")

    with pytest.raises(PortUnavailableError):
        getattr(omega.optimizer, call)([])


def test_the_flags_are_declared() -> None:
    """Both can be found by the name that code uses."""
    assert flags.find("use_rust_optimizer").variable == OPTIMIZER
    assert flags.find("use_julia_monte_carlo").variable == MONTE_CARLO
