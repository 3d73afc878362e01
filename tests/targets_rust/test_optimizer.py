"""The trials that Rust runs: judged as the reference judges them, recorded once, and never a reason to panic."""

from __future__ import annotations

import ast
import inspect
import math
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import omega_rust
import pyarrow as pa
import pytest
from omega_rust import optimizer
from omega_rust.optimizer import OptimizerError, OptimizerOrchestrator, OptimizerRust

import reference_py.optimizer as reference
from reference_py.market.optimizer_cases import aggregate_results_cases

SPACE = {
    "x": {"type": "float", "low": -1.0, "high": 1.0},
    "kind": {"type": "categorical", "choices": ["slow", "fast"]},
    "n": {"type": "int", "low": 1, "high": 9},
}
CONFIG: dict[str, Any] = {"n_trials": 12, "n_jobs": 3, "seed": 5, "param_space": SPACE}
STUB = ast.parse((Path(omega_rust.__file__).parent / "optimizer.pyi").read_text(encoding="utf-8"))


def rust(**changes: Any) -> OptimizerRust:
    """Return an optimizer with a changed configuration."""
    return OptimizerRust({**CONFIG, **changes})


def rows(stream: bytes) -> list[dict[str, Any]]:
    """Return the rows of a stream without durations, NaN as text."""
    found = pa.ipc.open_stream(stream).read_all().to_pylist()
    assert all(row["duration_seconds"] >= 0.0 for row in found)
    return [{**row, "duration_seconds": 0.0, "value": repr(row["value"])} for row in found]


def every_kind_of_objective(trial: reference.Trial) -> Any:
    """Fail, prune and answer, depending on the trial's number."""
    trial.set_user_attr("seen", f"trial {trial.number}")
    answers: dict[int, Any] = {1: math.nan, 2: "text", 3: True, 4: None, 5: math.inf, 6: 10**400, 7: 1 + 2j, 8: -0.0}
    if trial.number == 9:
        raise KeyError("ä" * 600)
    if trial.number == 10:
        raise reference.TrialPruned
    return answers.get(trial.number, float(trial.params["x"]) + float(trial.params["n"]))


def test_both_names_are_one_class() -> None:
    """The interface document has one name, the runbook the other."""
    assert OptimizerOrchestrator is OptimizerRust


@pytest.mark.parametrize("changes", [{}, {"n_jobs": 1}, {"inf_is_worst": True}, {"sampler": "random"}, {"pruner": "hyperband"}])
@pytest.mark.parametrize("direction", ["maximize", "minimize"])
def test_a_study_gives_the_references_trials(changes: dict[str, Any], direction: str) -> None:
    """States, values, parameters and texts are those of the reference, whatever an objective does."""
    config = {**CONFIG, **changes}
    expected = reference.Optimizer(config)
    best = expected.optimize(every_kind_of_objective, direction).trials

    port = OptimizerRust(config)
    found = port.optimize(every_kind_of_objective, direction)

    assert rows(found) == rows(expected.get_trials_arrow()) == rows(port.get_trials_arrow())
    assert port.get_best_params() == best[expected.optimize(every_kind_of_objective, direction).best_trial].params


@pytest.mark.parametrize("arguments", list(aggregate_results_cases()))
def test_records_merge_as_in_the_reference(arguments: tuple[Any, ...]) -> None:
    """Rows, schema and error codes agree for real records and for every kind of trouble."""

    def outcome(merge: Callable[..., bytes]) -> object:
        try:
            table = pa.ipc.open_stream(merge(*arguments)).read_all()
        except (OptimizerError, reference.OptimizerError, TypeError) as error:
            return type(error).__name__, getattr(error, "code", None)
        return table.schema.remove_metadata(), table.schema.metadata, repr(table.to_pylist())

    assert outcome(optimizer.aggregate_results) == outcome(reference.aggregate_results)
    assert outcome(rust().aggregate_results) == outcome(reference.aggregate_results)


def test_merging_gives_one_batch_that_another_writer_reads() -> None:
    """A stream holds exactly one batch, without rows as well."""
    assert [batch.num_rows for batch in pa.ipc.open_stream(optimizer.aggregate_results([]))] == [0]


def test_a_trial_alone_is_given_a_copy_of_its_parameters() -> None:
    """Without an object of its own the objective is called with a dictionary, and what it does to that stays there."""
    port, params = rust(), {"x": 2, "y": 0.5}

    def spoils(given: dict[str, float]) -> float:
        return given.pop("x") + given["y"]

    assert port.run_trial(3, params, spoils) == 2.5
    assert params == {"x": 2, "y": 0.5}
    assert port.get_best_params() == {"x": 2.0, "y": 0.5}
    assert math.isnan(port.run_trial(4, params, lambda _: math.nan))


def test_attributes_are_kept_in_the_order_of_their_names() -> None:
    """Given attributes stay, and an error's come beside them."""
    told = rust().run_batch([(0, {}, {"z": "1", "param:a": "b"}, None), (1, {}, None, None)], lambda _: [])  # type: ignore[arg-type, return-value]

    assert told[0][:2] == (0, "FAIL")
    assert list(told[0][4].items()) == [
        ("error_message", "the objective gave list, not a number"),
        ("error_type", "TypeError"),
        ("param:a", "b"),
        ("z", "1"),
    ]


def test_a_batch_is_told_in_its_order() -> None:
    """The first trial may be the last to finish."""

    def waits(params: dict[str, float]) -> float:
        time.sleep(0.05 if params["x"] == 0.0 else 0.0)
        return params["x"]

    told = rust().run_batch([(7, {"x": 0.0}, None, None), (2, {"x": 1.0}, None, None), (5, {"x": 2.0}, None, None)], waits)

    assert [(one[0], one[2]) for one in told] == [(7, 0.0), (2, 1.0), (5, 2.0)]


def test_trials_of_a_batch_run_at_once() -> None:
    """Every trial waits until all others have begun, which none could if the interpreter were not let go."""
    meeting = threading.Barrier(3, timeout=30)

    told = rust().run_batch([(i, {}, None, None) for i in range(3)], lambda _: float(meeting.wait() >= 0))

    assert [one[1] for one in told] == ["COMPLETE"] * 3


def test_with_hyperband_they_do_not() -> None:
    """A batch runs on the calling thread alone."""
    threads: set[int] = set()

    def notes(_: Any) -> float:
        threads.add(threading.get_ident())
        return 0.0

    rust(pruner="hyperband").run_batch([(i, {}, None, None) for i in range(3)], notes)

    assert threads == {threading.get_ident()}


class PanicException(BaseException):
    """What a panic of another module in Rust looks like."""


@pytest.mark.parametrize("n_jobs", [1, 4])
@pytest.mark.parametrize("passing", [MemoryError("full"), KeyboardInterrupt(), SystemExit(3), PanicException("lost")])
def test_what_must_not_be_caught_comes_through(n_jobs: int, passing: BaseException) -> None:
    """It is the very same exception, and nothing of its batch is recorded."""
    port = rust(n_jobs=n_jobs)

    def raises(params: dict[str, float]) -> float:
        if params["x"] == 1.0:
            raise passing
        return 0.0

    with pytest.raises(type(passing)) as raised:
        port.run_batch([(i, {"x": float(i)}, None, None) for i in range(4)], raises)

    assert raised.value is passing
    assert rows(port.get_trials_arrow()) == []


def test_an_interrupt_lets_no_further_trial_begin() -> None:
    """Ctrl-C during a batch is raised when the running trials end."""
    begun = []

    def interrupts(params: dict[str, float]) -> float:
        begun.append(params["x"])
        if params["x"] == 0.0:
            os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.3)
        return 0.0

    with pytest.raises(KeyboardInterrupt):
        rust(n_jobs=2).run_batch([(i, {"x": float(i)}, None, None) for i in range(50)], interrupts)

    assert len(begun) < 10


def test_without_catch_a_failure_is_raised_after_it_was_told() -> None:
    """The error carries both numbers and the objective's own exception, as the reference's does."""

    def fails(_: Any) -> float:
        raise ZeroDivisionError("no data")

    port, told = rust(catch=False), []
    plan: Iterator[list[Any]] = iter([[(0, {}, None, None)], []])
    with pytest.raises(OptimizerError, match=r"^\[2000\] 6003 OBJECTIVE_ERROR: trial 0: ZeroDivisionError: no data$") as raised:
        port.optimize(fails, ask=lambda _: next(plan), tell=told.extend)

    assert (raised.value.code, raised.value.module_code) == (2000, 6003)
    assert isinstance(raised.value.__cause__, ZeroDivisionError)
    assert [one[:2] for one in told] == [(0, "FAIL")]
    with pytest.raises(OptimizerError, match="6003"):
        rust(catch=False).run_trial(0, {}, lambda _: math.nan)


def test_who_asks_is_asked_for_n_jobs_trials() -> None:
    """Anybody may ask; the plan ends with the first empty answer, and a second plan begins a new record."""
    port, counts = rust(), []

    def ask(count: int) -> list[Any]:
        counts.append(count)
        return [(0, {"x": 1.5}, None, None)] if len(counts) in {1, 3} else []

    for _ in range(2):
        assert len(rows(port.optimize(lambda given: given["x"], "minimize", ask=ask, tell=lambda _: None))) == 1
    assert counts == [3] * 4


def test_what_ask_and_tell_raise_comes_through() -> None:
    """A storage that is gone is the caller's to know."""

    def breaks(_: Any) -> Any:
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk"):
        rust().optimize(lambda _: 0.0, ask=breaks, tell=breaks)


@pytest.mark.parametrize(
    ("config", "code", "module_code"),
    [
        ({"n_trials": 0}, 1001, None),
        ({"n_jobs": 1025}, 1001, None),
        ({"n_jobs": "1"}, 1004, None),
        ({"sampler": "nsga"}, 1001, None),
        ({"pruner": "wilcoxon"}, 1001, 6004),
        ({"catch": 1}, 1004, None),
        ({"inf_is_worst": None}, 1004, None),
        ({"n_trails": 3}, 1001, None),
    ],
)
def test_a_configuration_is_refused_as_in_the_reference(config: dict[str, Any], code: int, module_code: int | None) -> None:
    """Both numbers agree."""
    for refuses in (OptimizerRust, reference.Optimizer):
        with pytest.raises((OptimizerError, reference.OptimizerError)) as refused:
            refuses({**CONFIG, **config})
        assert (refused.value.code, refused.value.module_code) == (code, module_code)


def test_a_checked_configuration_is_taken() -> None:
    """What the reference makes of a mapping serves as well; anything else is the wrong kind."""
    OptimizerRust(reference.OptimizerConfig(**CONFIG))
    with pytest.raises(TypeError):
        OptimizerRust(3)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda port: port.run_trial(-1, {}, abs), 1003),
        (lambda port: port.run_trial(2**31, {}, abs), 1003),
        (lambda port: port.run_trial(0, {"x": "1"}, abs), 1004),
        (lambda port: port.run_trial(0, {1: 1.0}, abs), 1004),
        (lambda port: port.run_batch([(0, {}, None, None)] * 2, abs), 1006),
        (lambda port: (port.run_trial(0, {}, len), port.run_trial(0, {}, len)), 1006),
        (lambda port: port.get_best_params(), 1007),
        (lambda port: port.set_direction("up"), 1001),
        (lambda port: port.optimize(abs, "both"), 1001),
        (lambda port: port.optimize(abs, ask=lambda _: [], tell=abs), 2000),
    ],
)
def test_a_refusal_has_its_number(call: Callable[[OptimizerRust], object], code: int) -> None:
    """Every number of the interface document can be provoked."""
    with pytest.raises(OptimizerError) as refused:
        call(rust())
    assert refused.value.code == code


@pytest.mark.parametrize(
    "call",
    [
        lambda port: port.run_trial("0", {}, abs),
        lambda port: port.run_trial(0, [], abs),
        lambda port: port.run_trial(0, {}, 3),
        lambda port: port.run_batch(3, abs),
        lambda port: port.optimize(abs, ask=abs),
        lambda port: port.aggregate_results(b""),
    ],
)
def test_an_argument_of_the_wrong_kind_is_a_type_error(call: Callable[[OptimizerRust], object]) -> None:
    """As everywhere."""
    with pytest.raises(TypeError):
        call(rust())


def test_the_best_trial_follows_the_direction() -> None:
    """Of equal values the first wins; the direction can be told afterwards."""
    port = rust()
    for number, value in enumerate((1.0, 3.0, 3.0, 0.0)):
        port.run_trial(number, {"x": float(number)}, lambda _, value=value: value)

    assert port.get_best_params() == {"x": 1.0}
    port.set_direction("minimize")
    assert port.get_best_params() == {"x": 3.0}


def test_an_objective_may_use_the_optimizer_that_runs_it() -> None:
    """Nothing is held while an objective runs, so that asking for the record in between waits for nobody."""
    port = rust()

    told = port.run_batch([(i, {}, None, None) for i in range(3)], lambda _: float(len(port.get_trials_arrow()) > 0))

    assert [one[2] for one in told] == [1.0] * 3


def test_the_reference_is_loaded_only_when_its_study_asks() -> None:
    """A process that brings its own asker needs neither the reference nor Optuna."""
    code = (
        "import sys; from omega_rust.optimizer import OptimizerRust;"
        "OptimizerRust({'n_trials': 1, 'param_space': {}}).run_trial(0, {}, lambda _: 1.0);"
        "print([name for name in ('optuna', 'reference_py') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert (ran.stdout, ran.stderr) == ("[]\n", "")


def test_the_stub_has_the_parameters_of_the_module() -> None:
    """Names and defaults agree, and everything is documented there."""
    functions = [node for node in STUB.body if isinstance(node, ast.FunctionDef)]
    made = next(node for node in STUB.body if isinstance(node, ast.ClassDef))
    methods = [node for node in made.body if isinstance(node, ast.FunctionDef) and node.name != "__new__"]
    assert {name for name in vars(OptimizerRust) if not name.startswith("_")} == {node.name for node in methods}
    for holder, nodes in ((optimizer, functions), (OptimizerRust, methods)):
        for node in nodes:
            found = inspect.signature(getattr(holder, node.name)).parameters
            arguments = [*node.args.args, *node.args.kwonlyargs]
            assert [argument.arg for argument in arguments] == list(found)
            defaults = [ast.literal_eval(one) for one in [*node.args.defaults, *node.args.kw_defaults] if one is not None]
            assert defaults == [one.default for one in found.values() if one.default is not inspect.Parameter.empty]
            assert ast.get_docstring(node)
