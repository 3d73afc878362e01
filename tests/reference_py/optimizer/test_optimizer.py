"""The optimizer as its users see it: results, batches on threads, pruning, and what happens when things go wrong."""

from __future__ import annotations

import math
import threading
from typing import Any

import optuna
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from study_process import score, settings

from reference_py.optimizer import Optimizer, OptimizerError, Trial, TrialPruned
from reference_py.optimizer.schema import from_ipc

CURVE = {"n_trials": 12, "param_space": {"x": {"type": "int", "low": 0, "high": 11}}, "sampler": "grid"}


def contents(rows: Any) -> list[Any]:
    """Return rows without durations, comparable."""
    return [(row.trial_id, row.params, repr(row.value), row.state, row.user_attrs) for row in rows]


def test_a_grid_finds_the_best_point() -> None:
    """Every point is tried once, and the best one wins under either direction."""
    low = Optimizer(settings("grid", 1000)).optimize(score, "minimize")
    high = Optimizer(settings("grid", 1000)).optimize(score, "maximize")
    assert (low.best_params, low.best_value) == ({"c": "b", "n": 1, "x": 0.0}, 0.1)
    assert (high.best_value, high.best_params["n"]) == (2.5, 5)
    assert len({tuple(row.params.values()) for row in low.trials}) == low.n_complete == 75


def test_a_grid_of_a_thousand_points_is_not_searched_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """A study in memory never reads its trials back: the work per trial does not grow with their number."""
    reads: list[int] = []
    monkeypatch.setattr(optuna.Study, "get_trials", lambda *_, **__: reads.append(1) or [])
    space = {name: {"type": "int", "low": 0, "high": 9} for name in "abc"}
    result = Optimizer({"n_trials": 1000, "param_space": space, "sampler": "grid"}).optimize(lambda trial: float(trial.number))
    assert (result.n_complete, result.best_trial, reads) == (1000, 999, [])


@pytest.mark.parametrize("sampler", ["random", "grid"])
@pytest.mark.parametrize("jobs", [2, 4, 7])
def test_jobs_do_not_change_the_result(sampler: str, jobs: int) -> None:
    """The same rows and the same best for any number of threads."""
    alone = Optimizer(settings(sampler, 23)).optimize(score, "minimize")
    together = Optimizer(settings(sampler, 23, jobs)).optimize(score, "minimize")
    assert contents(alone.trials) == contents(together.trials)
    assert alone.best_trial == together.best_trial


@pytest.mark.parametrize("sampler", ["tpe", "cmaes"])
def test_scheduling_does_not_change_the_path(sampler: str) -> None:
    """Four at a time, whichever ends first: told in trial order, so the next batch is the same."""
    config = {**settings(sampler, 24, jobs=4), "param_space": {name: {"type": "float", "low": 0.0, "high": 1.0} for name in "ab"}}

    def backwards() -> Any:
        later: dict[int, threading.Event] = {number: threading.Event() for number in range(25)}

        def objective(trial: Trial) -> float:
            if trial.number % 4 != 3:
                later[trial.number + 1].wait()
            later[trial.number].set()
            return float(trial.params["a"]) + float(trial.params["b"])

        return objective

    forwards = Optimizer(config).optimize(lambda trial: float(trial.params["a"]) + float(trial.params["b"]))
    assert contents(Optimizer(config).optimize(backwards()).trials) == contents(forwards.trials)


def test_trials_of_a_batch_run_together() -> None:
    """Four threads meet in four trials."""
    barrier = threading.Barrier(4, timeout=60)

    def objective(_: Trial) -> float:
        barrier.wait()
        return 1.0

    assert Optimizer(settings("random", 8, jobs=4)).optimize(objective).n_complete == 8


def test_progress_is_told_in_order() -> None:
    """Once for every trial, after it was told."""
    seen: list[int] = []
    Optimizer(settings("random", 9, jobs=3)).optimize(score, progress=lambda outcome: seen.append(outcome.trial_id))
    assert seen == list(range(9))


def test_a_failing_trial_does_not_stop_the_rest() -> None:
    """It is counted, and its text is kept."""

    def objective(trial: Trial) -> float:
        if trial.number % 3 == 1:
            raise ZeroDivisionError("by zero")
        if trial.number % 3 == 2:
            raise TrialPruned
        return float(trial.number)

    result = Optimizer(CURVE).optimize(objective)
    assert (result.n_complete, result.n_pruned, result.n_fail, result.best_trial) == (4, 4, 4, 9)
    assert result.trials[1].user_attrs == {"error_message": "by zero", "error_type": "ZeroDivisionError"}
    assert all(math.isnan(row.value) for row in result.trials if row.state != "COMPLETE")


def test_all_failed_is_an_error_with_rows() -> None:
    """6001, and the trials can still be looked at."""
    optimizer = Optimizer(CURVE)
    with pytest.raises(OptimizerError, match="6001 OPTIMIZATION_FAILED.*ZeroDivisionError"):  # noqa: RUF043 - a pattern on purpose
        optimizer.optimize(lambda _: 1 / 0)
    assert [row.state for row in from_ipc(optimizer.get_trials_arrow())] == ["FAIL"] * 12
    with pytest.raises(OptimizerError, match="6001"):
        optimizer.get_best_params()


def test_without_catching_an_exception_ends_the_run() -> None:
    """6003 with the exception as cause, for the first trial of the batch that raised; the batch is told."""
    optimizer = Optimizer({**CURVE, "catch": False, "n_jobs": 4})

    def objective(trial: Trial) -> float:
        if trial.number in {5, 6}:
            raise KeyError(trial.number)
        return 1.0

    with pytest.raises(OptimizerError, match="6003 OBJECTIVE_ERROR: trial 5: KeyError: 5") as caught:
        optimizer.optimize(objective)
    assert isinstance(caught.value.__cause__, KeyError)
    assert [row.state for row in from_ipc(optimizer.get_trials_arrow())] == ["COMPLETE"] * 5 + ["FAIL"] * 2 + ["COMPLETE"]


@pytest.mark.parametrize("jobs", [1, 3])
@pytest.mark.parametrize("exception", [MemoryError, KeyboardInterrupt])
def test_interruptions_pass(exception: type[BaseException], jobs: int) -> None:
    """What was told before stays."""
    optimizer = Optimizer({**CURVE, "n_jobs": jobs})

    def objective(trial: Trial) -> float:
        if trial.number == 6:
            raise exception
        return 1.0

    with pytest.raises(exception):
        optimizer.optimize(objective)
    assert len(from_ipc(optimizer.get_trials_arrow())) == 6


@pytest.mark.parametrize("jobs", [1, 3])
def test_the_median_pruner_prunes_the_worse_half(jobs: int) -> None:
    """Trials below the median of finished ones are given up, the same for the same batches."""

    def objective(trial: Trial) -> float:
        for step in range(3):
            trial.report(float(trial.params["x"]) if trial.number % 2 else 0.5, step)
            if trial.should_prune():
                raise TrialPruned
        return float(trial.params["x"])

    config = {**CURVE, "pruner": "median", "pruner_startup": 2, "n_jobs": jobs}
    first, second = (Optimizer(config).optimize(objective) for _ in range(2))
    assert contents(first.trials) == contents(second.trials)
    assert first.n_pruned > 0
    assert first.n_pruned + first.n_complete == 12


@pytest.mark.parametrize("jobs", [1, 4])
def test_hyperband_is_reproducible_with_jobs(jobs: int) -> None:
    """Its trials are compared while they run, so those of a batch run one after the other."""

    def objective(trial: Trial) -> float:
        for step in range(9):
            trial.report(math.sin(trial.number * 7.0 + step), step)
            if trial.should_prune():
                raise TrialPruned
        return float(trial.number)

    config = {**settings("random", 30, jobs), "pruner": "hyperband"}
    first, second = (Optimizer(config).optimize(objective) for _ in range(2))
    assert contents(first.trials) == contents(second.trials)
    assert first.n_pruned > 0


def test_without_a_pruner_nothing_is_pruned() -> None:
    """But an undefined report."""

    def objective(trial: Trial) -> float:
        trial.report(math.nan if trial.number == 4 else -1e9, 0)
        if trial.should_prune():
            raise TrialPruned
        return 1.0

    assert [row.trial_id for row in Optimizer(CURVE).optimize(objective).trials if row.state == "PRUNED"] == [4]


def test_a_fallback_of_the_sampler_is_told() -> None:
    """CMA-ES over a choice is random, and the result says so."""
    result = Optimizer(settings("cmaes", 4)).optimize(score)
    assert result.sampler == "random"
    assert result.notes == ("cmaes needs two numeric parameters and no categorical one; random was used",)
    assert contents(result.trials) == contents(Optimizer(settings("random", 4)).optimize(score).trials)


def test_results_name_what_repeats_them() -> None:
    """Seed, direction, sampler, and the version of Optuna."""
    result = Optimizer(settings("tpe", 3)).optimize(score, "minimize")
    assert (result.seed, result.direction, result.sampler, result.optuna_version) == (11, "minimize", "tpe", optuna.__version__)


def test_a_dataframe_shows_natural_values() -> None:
    """Choices as themselves, one row per trial, one column per parameter and attribute."""
    optimizer = Optimizer(settings("grid", 6))
    result = optimizer.optimize(score, "minimize")
    frame = optimizer.get_trials_dataframe()
    assert list(frame.columns) == [
        "trial_id",
        "value",
        "state",
        "duration_seconds",
        "params_c",
        "params_n",
        "params_x",
        "user_attrs_param:c",
    ]
    assert frame["params_c"].tolist() == ["a"] * 6
    assert frame["trial_id"].tolist() == list(range(6))
    assert optimizer.get_best_params() == result.best_params


def test_arrow_has_a_row_for_each_trial() -> None:
    """With choices by index and their texts beside."""
    optimizer = Optimizer(settings("grid", 30))
    result = optimizer.optimize(score)
    table = pa.ipc.open_stream(optimizer.get_trials_arrow()).read_all()
    assert table.num_rows == 30
    assert dict(table.to_pylist()[29]["params"])["c"] == 1.0
    assert table.to_pylist()[29]["user_attrs"] == [("param:c", "b")]
    assert contents(from_ipc(optimizer.get_trials_arrow())) == contents(result.trials)


@pytest.mark.parametrize("ask", [Optimizer.get_best_params, Optimizer.get_trials_dataframe, Optimizer.get_trials_arrow])
def test_results_need_a_run(ask: Any) -> None:
    """Before it they are 1007."""
    with pytest.raises(OptimizerError, match=r"^\[1007\]"):
        ask(Optimizer(CURVE))


def test_an_objective_is_callable() -> None:
    """Anything else is a TypeError, before any study is made."""
    with pytest.raises(TypeError):
        Optimizer(CURVE).optimize("objective")  # type: ignore[arg-type]


@pytest.mark.parametrize("direction", ["max", ["maximize", "minimize"], None])
def test_one_direction(direction: Any) -> None:
    """Several are refused: Optuna does not prune them."""
    with pytest.raises(OptimizerError, match=r"^\[1001\]"):
        Optimizer(CURVE).optimize(score, direction)


@hypothesis_settings(max_examples=25)
@given(st.lists(st.sampled_from([1.0, 2.0, math.nan, math.inf, -math.inf]), min_size=12, max_size=12), st.booleans())
def test_counts_add_up_and_the_best_is_an_extremum(values: list[float], inf_is_worst: bool) -> None:  # noqa: FBT001 - drawn
    """Whatever values come."""
    try:
        result = Optimizer({**CURVE, "inf_is_worst": inf_is_worst}).optimize(lambda trial: values[trial.number], "minimize")
    except OptimizerError as error:
        assert not any(math.isfinite(value) for value in values)
        assert error.module_code == 6001  # noqa: PT017 - only where nothing is finite
    else:
        assert result.n_complete + result.n_fail == 12
        assert result.n_complete == sum(math.isfinite(value) or (inf_is_worst and value == math.inf) for value in values)
        assert result.best_value == min(value for value in values if math.isfinite(value))
