"""The hybrid optimizer finds the reference's trials whoever runs them, and says who did and why."""

from __future__ import annotations

import inspect
import math
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pytest
from omega_rust.optimizer import OptimizerRust

import reference_py.optimizer as reference
from harness.runtime import Dispatcher, PortUnavailableError, Reason, events, trace
from harness.runtime import Path as Answerer
from omega.config import MONTE_CARLO, OPTIMIZER, set_feature_flag
from omega.optimizer import HybridOptimizer
from omega.optimizer_ports import JULIA, RUST
from reference_py.market.optimizer_cases import path_metrics

SPACE = {
    "x": {"type": "float", "low": -1.0, "high": 1.0},
    "kind": {"type": "categorical", "choices": ["slow", "fast"]},
    "n": {"type": "int", "low": 1, "high": 9},
}
CONFIG: dict[str, Any] = {"n_trials": 14, "n_jobs": 3, "seed": 5, "param_space": SPACE}
SAMPLERS = ["tpe", "cmaes", "random", "grid"]


class PanicException(BaseException):
    """What a panic in Rust looks like in Python."""


@pytest.fixture(autouse=True)
def _flags_are_unset(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for flag in (MONTE_CARLO, OPTIMIZER):
        monkeypatch.delenv(flag, raising=False)
        set_feature_flag(flag, None)
    events.log.clear()
    yield
    for flag, dispatcher in ((MONTE_CARLO, JULIA), (OPTIMIZER, RUST)):
        set_feature_flag(flag, None)
        dispatcher.reset()


def put_in_place(monkeypatch: pytest.MonkeyPatch, dispatcher: Dispatcher, **names: Any) -> None:
    """Put a port in place that is the reference but for some names."""
    port = ModuleType("port_of_this_test")
    for name in dispatcher._names:
        setattr(port, name, names.get(name) or getattr(reference, name))
    port.build_info = lambda: {"version": "0.1.0"}  # type: ignore[attr-defined]  # a module takes any attribute
    monkeypatch.setitem(sys.modules, port.__name__, port)
    monkeypatch.setattr(dispatcher, "port", port.__name__)
    dispatcher.reset()


def breaking(failure: BaseException, after: int) -> type:
    """Return Rust's optimizer with a defect: after so many batches it runs one more and then fails instead of telling."""

    class Breaking:
        def __init__(self, config: Any) -> None:
            self._rust = OptimizerRust(config)

        def optimize(self, objective: Any, direction: str, *, ask: Callable[[int], Any], tell: Callable[[Any], None]) -> bytes:
            batches = 0

            def told(outcomes: Any) -> None:
                nonlocal batches
                if batches == after:
                    raise failure
                batches += 1
                tell(outcomes)

            return self._rust.optimize(objective, direction, ask=ask, tell=told)

    return Breaking


def objective(trial: reference.Trial) -> float:
    """Fail and prune now and then, else answer."""
    if trial.number == 3:
        raise KeyError("no data")
    if trial.number == 4:
        raise reference.TrialPruned
    trial.set_user_attr("seen", str(trial.number))
    return float(trial.params["x"]) ** 2 + float(trial.params["n"]) * (2.0 if trial.params["kind"] == "slow" else 1.0)


def told(rows: Any) -> list[str]:
    """Return rows without their durations."""
    return [repr(row._replace(duration_seconds=0.0)) for row in rows]


def in_arrow(stream: bytes) -> list[dict[str, Any]]:
    """Return the rows of a stream without durations, NaN as text."""
    found = pa.ipc.open_stream(stream).read_all().to_pylist()
    return [{**row, "duration_seconds": 0.0, "value": repr(row["value"])} for row in found]


def assert_like_the_reference(config: Mapping[str, Any], direction: str = "minimize") -> reference.OptimizationResult:
    """Optimize in both ways, compare everything but durations and origin, and return the hybrid result."""
    plain, hybrid = reference.Optimizer(config), HybridOptimizer(config)
    expected, found = plain.optimize(objective, direction), hybrid.optimize(objective, direction)

    assert told(found.trials) == told(expected.trials)
    for field in ("best_params", "best_value", "best_trial", "n_complete", "n_pruned", "n_fail", "seed", "sampler", "notes"):
        assert getattr(found, field) == getattr(expected, field)
    assert in_arrow(hybrid.get_trials_arrow()) == in_arrow(plain.get_trials_arrow())
    assert hybrid.get_best_params() == plain.get_best_params()
    assert list(hybrid.get_trials_dataframe().columns) == list(plain.get_trials_dataframe().columns)
    return found


def test_its_methods_have_the_references_parameters() -> None:
    """Replacing an import replaces nothing else."""
    for name in ("optimize", "get_best_params", "get_trials_dataframe", "get_trials_arrow"):
        mine, theirs = (inspect.signature(getattr(one, name)).parameters.values() for one in (HybridOptimizer, reference.Optimizer))
        assert [(p.name, p.kind, p.default) for p in mine] == [(p.name, p.kind, p.default) for p in theirs]


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("n_jobs", [1, 3])
def test_it_finds_the_references_trials(sampler: str, n_jobs: int) -> None:
    """Optuna proposes the same, because it is told the same in the same order."""
    space = SPACE if sampler != "grid" else SPACE | {"x": {"type": "float", "low": -1.0, "high": 1.0, "step": 0.5}}
    if sampler == "cmaes":
        space = {"x": SPACE["x"], "n": SPACE["n"], "kind": {"type": "categorical", "choices": ["slow"]}}

    found = assert_like_the_reference({**CONFIG, "sampler": sampler, "n_jobs": n_jobs, "param_space": space})

    assert (found.backend, found.fallback_reason) == ("hybrid", None)
    assert events.log.counts() == {}


def test_the_flag_chooses_python() -> None:
    """Switched off, Rust is not asked and nothing counts as a fallback."""
    set_feature_flag("use_rust_optimizer", False)  # noqa: FBT003 - as rollback texts spell it

    with trace() as answers:
        found = assert_like_the_reference(CONFIG)

    assert (found.backend, found.fallback_reason) == ("python", None)
    assert {(answer.path, answer.reason) for answer in answers} == {(Answerer.REFERENCE, Reason.FLAG_OFF)}
    assert events.log.counts() == {}


@pytest.mark.parametrize("after", [0, 1, 3])
@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (PanicException("index out of bounds"), "port-panicked: index out of bounds"),
        (OSError("the library is gone"), "port-raised: the library is gone"),
    ],
)
def test_python_goes_on_where_rust_breaks(monkeypatch: pytest.MonkeyPatch, failure: BaseException, reason: str, after: int) -> None:
    """No trial is lost or proposed differently, and the result says what happened."""
    put_in_place(monkeypatch, RUST, OptimizerRust=breaking(failure, after))

    with trace() as answers:
        found = assert_like_the_reference(CONFIG)

    assert (found.backend, found.fallback_reason) == ("python", reason)
    assert [answer.path for answer in answers] == [Answerer.REFERENCE]
    assert events.log.counts() == {"fallback": 1}


def test_a_missing_port_is_a_fallback_and_an_error_if_demanded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Auto runs in Python and says so; on raises."""
    monkeypatch.setattr(RUST, "port", "no_such_port")
    RUST.reset()

    found = assert_like_the_reference(CONFIG)

    assert found.backend == "python"
    assert str(found.fallback_reason).startswith("import-failed")
    set_feature_flag(OPTIMIZER, "on")
    with pytest.raises(PortUnavailableError):
        HybridOptimizer(CONFIG).optimize(objective)


@pytest.mark.parametrize("failure", [PanicException("lost"), OSError("gone")])
def test_on_raises_what_the_port_raises(monkeypatch: pytest.MonkeyPatch, failure: BaseException) -> None:
    """Where only Rust may answer, its failure is the answer."""
    put_in_place(monkeypatch, RUST, OptimizerRust=breaking(failure, 0))
    set_feature_flag(OPTIMIZER, "on")

    with pytest.raises(type(failure)):
        HybridOptimizer(CONFIG).optimize(objective)


def test_a_failed_objective_is_no_failure_of_the_port() -> None:
    """Without `catch` it is raised with the numbers and the cause of the reference; no trial at all is told as there."""
    for config, name in (({**CONFIG, "catch": False}, "no data"), ({**CONFIG, "n_trials": 2}, "all")):

        def fails(trial: reference.Trial, name: str = name) -> float:
            if name == "all":
                return math.nan
            return objective(trial)

        with pytest.raises(reference.OptimizerError) as expected:
            reference.Optimizer(config).optimize(fails)
        with pytest.raises(reference.OptimizerError) as found:
            HybridOptimizer(config).optimize(fails)

        assert str(found.value) == str(expected.value)
        assert (found.value.code, found.value.module_code) == (expected.value.code, expected.value.module_code)
        assert repr(found.value.__cause__) == repr(expected.value.__cause__)
    assert events.log.counts() == {}


@pytest.mark.parametrize("passing", [KeyboardInterrupt(), MemoryError("full"), SystemExit(3)])
def test_a_wish_to_stop_is_obeyed(passing: BaseException) -> None:
    """Nobody runs the trials once more in Python."""
    calls = []

    def stops(trial: reference.Trial) -> float:
        calls.append(trial.number)
        raise passing

    with pytest.raises(type(passing)):
        HybridOptimizer({**CONFIG, "n_jobs": 1}).optimize(stops)
    assert calls == [0]


def test_progress_is_told_in_order_and_may_stop() -> None:
    """Every outcome is told once; what the callback raises comes through."""
    seen: list[int] = []
    HybridOptimizer(CONFIG).optimize(objective, progress=lambda outcome: seen.append(outcome.trial_id))
    assert seen == list(range(14))

    def stops(_: reference.Outcome) -> None:
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        HybridOptimizer(CONFIG).optimize(objective, progress=stops)
    assert events.log.counts() == {}


def test_trials_run_at_once() -> None:
    """Three trials wait for one another."""
    meeting = threading.Barrier(3, timeout=30)

    found = HybridOptimizer({**CONFIG, "n_trials": 3}).optimize(lambda _: float(meeting.wait() >= 0))

    assert found.n_complete == 3


def test_an_interrupted_study_is_resumed_with_the_trials_of_an_uninterrupted_one(tmp_path: Path) -> None:
    """What one run left undone the next one does; its record holds the trials of both."""
    config = {**CONFIG, "study_name": "kept", "storage": str(tmp_path / "study.db"), "sampler": "random"}
    expected = reference.Optimizer(CONFIG | {"sampler": "random"}).optimize(objective, "minimize")

    def interrupted(trial: reference.Trial) -> float:
        if trial.number == 8:
            raise KeyboardInterrupt
        return objective(trial)

    with pytest.raises(KeyboardInterrupt):
        HybridOptimizer(config).optimize(interrupted, "minimize")
    again = HybridOptimizer(config)
    found = again.optimize(objective, "minimize")

    assert told(found.trials) == told(expected.trials)
    assert [row["trial_id"] for row in in_arrow(again.get_trials_arrow())] == list(range(14))
    assert found.backend == "hybrid"


def robustness_times(factor: float) -> Callable[..., dict[str, float]]:
    """Return a Monte-Carlo whose mean is wrong by a factor."""

    def wrong(*given: Any, **settings: Any) -> dict[str, float]:
        right = reference.monte_carlo_robustness(*given, **settings)
        return right | {"mean": right["mean"] * factor}

    return wrong


def fails(*_: Any, **__: Any) -> Any:
    """Fail as a port does that is broken."""
    raise OSError("the worker is gone")


def judged(**settings: Any) -> tuple[Any, ...]:
    """Optimize and judge the best trials."""
    optimizer = HybridOptimizer(CONFIG)
    optimizer.optimize(objective, "minimize")
    return optimizer.judge(lambda row: path_metrics() | {"drift": row.value / 1e4}, "equity_path", n_simulations=40, seed=2, **settings)


def test_the_best_trials_are_judged_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """The best comes first, each with the answer that the reference would give, and nothing else than complete trials."""
    put_in_place(monkeypatch, JULIA)

    found = judged(best=20)

    values = [one.trial.value for one in found]
    assert values == sorted(values)
    assert len(found) == 12
    assert {(one.backend, one.fallback_reason) for one in found} == {("julia", None)}
    for one in found:
        metrics = path_metrics() | {"drift": one.trial.value / 1e4}
        assert one.robustness == reference.monte_carlo_robustness(metrics, None, "equity_path", n_simulations=40, seed=2)


@pytest.mark.parametrize(
    ("port", "reason", "counted"),
    [(fails, "port-raised: the worker is gone", "fallback"), (robustness_times(1.02), "divergence: 0.02 is more than 0.01", "divergence")],
)
def test_a_julia_that_fails_or_lies_is_not_believed(monkeypatch: pytest.MonkeyPatch, port: Any, reason: str, counted: str) -> None:
    """Python's answer is given, counted, and the judgement says why."""
    put_in_place(monkeypatch, JULIA)
    expected = judged(best=2)
    put_in_place(monkeypatch, JULIA, monte_carlo_robustness=port)

    found = judged(best=2)

    assert [one.robustness for one in found] == [one.robustness for one in expected]
    assert [(one.backend, one.fallback_reason) for one in found] == [("python", reason)] * 2
    assert events.log.counts() == {counted: 2}


def test_a_smaller_difference_is_julias_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the runbook allows is no reason to roll back."""
    put_in_place(monkeypatch, JULIA, monte_carlo_robustness=robustness_times(1.005))
    assert {one.backend for one in judged()} == {"julia"}


def test_judging_in_python_by_choice_is_no_fallback() -> None:
    """The flag says so, hence there is no reason to tell."""
    set_feature_flag(MONTE_CARLO, "off")
    assert {(one.backend, one.fallback_reason) for one in judged()} == {("python", None)}


def test_there_is_nothing_to_judge_before_a_run() -> None:
    """The numbers are those of the reference."""
    for best, code in ((3, 1007), (0, 1001)):
        with pytest.raises(reference.OptimizerError) as refused:
            HybridOptimizer(CONFIG).judge(lambda _: {}, "equity_path", best=best)
        assert refused.value.code == code
