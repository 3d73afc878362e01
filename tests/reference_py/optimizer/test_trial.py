"""One trial: what the objective sees, and what becomes of everything it may do."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import optuna
import pytest

from reference_py.optimizer import OptimizerError, Outcome, SeededStudy, Trial, TrialPruned, read_config, run_objective

SPACE = {"x": {"type": "float", "low": 0.0, "high": 1.0}, "c": {"type": "categorical", "choices": ["a", 3]}}
CONFIG = read_config({"n_trials": 9, "param_space": SPACE, "sampler": "random", "seed": 1})
WORST = read_config({**CONFIG.as_dict(), "inf_is_worst": True})


def trial() -> Trial:
    """Return the first trial of a small study."""
    return SeededStudy(CONFIG).ask(1)[0]


def outcome(answer: Any, direction: str = "maximize", config: Any = CONFIG) -> Outcome:
    """Return what becomes of an objective that gives, or raises, this answer."""

    def objective(_: Trial) -> Any:
        if isinstance(answer, BaseException):
            raise answer
        return answer

    return run_objective(objective, trial(), direction, config)


def test_a_trial_shows_values_codes_and_texts() -> None:
    """Choices as themselves, by index, and as text under their name."""
    one = trial()
    place = ["a", 3].index(one.params["c"])
    assert one.number == 0
    assert one.codes == {"x": one.params["x"], "c": float(place)}
    assert one.attributes == {"param:c": str(one.params["c"])}


@pytest.mark.parametrize("answer", [1.5, 2, np.float64(0.25), np.float32(0.5)])
def test_a_finite_number_completes(answer: Any) -> None:
    """Of any kind that is a number."""
    told = outcome(answer)
    assert (told.state, told.value, type(told.value)) == ("COMPLETE", float(answer), float)
    assert told.duration_seconds >= 0.0
    assert "error_type" not in told.attributes


@pytest.mark.parametrize("answer", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_fails(answer: float) -> None:
    """NaN and infinities, with their text."""
    told = outcome(answer)
    assert told.state == "FAIL"
    assert math.isnan(told.value)
    assert (told.attributes["error_type"], told.attributes["error_message"]) == ("ValueError", f"the objective gave {answer}")


@pytest.mark.parametrize(("answer", "direction", "state"), [
    (-math.inf, "maximize", "COMPLETE"),
    (math.inf, "minimize", "COMPLETE"),
    (math.inf, "maximize", "FAIL"),
    (-math.inf, "minimize", "FAIL"),
    (math.nan, "minimize", "FAIL"),
])  # fmt: skip
def test_the_worst_infinity_may_complete(answer: float, direction: str, state: str) -> None:
    """Only where it is asked for, and only the one at the bad end."""
    told = outcome(answer, direction, WORST)
    assert told.state == state
    assert told.value == answer or state == "FAIL"


@pytest.mark.parametrize("answer", ["1.0", None, True, [1.0], {}, 1j])
def test_what_is_no_number_fails(answer: Any) -> None:
    """As a TypeError, truth values and text included."""
    assert (outcome(answer).state, outcome(answer).attributes["error_type"]) == ("FAIL", "TypeError")


def test_a_number_too_large_fails() -> None:
    """An integer beyond the largest double is the trial's failure."""
    assert outcome(10**400).attributes["error_type"] == "OverflowError"


def test_pruning_is_no_failure() -> None:
    """`TrialPruned` makes a pruned trial without a value; it is Optuna's own class."""
    told = outcome(TrialPruned())
    assert told.state == "PRUNED"
    assert math.isnan(told.value)
    assert TrialPruned is optuna.TrialPruned


def test_an_exception_fails_with_its_text() -> None:
    """Name of the class, and the first 500 characters."""
    told = outcome(KeyError("k" * 600))
    assert (told.state, told.attributes["error_type"]) == ("FAIL", "KeyError")
    assert told.attributes["error_message"] == "'" + "k" * 499


@pytest.mark.parametrize("exception", [MemoryError(), KeyboardInterrupt(), SystemExit(3)])
def test_some_exceptions_are_nobodys_failure(exception: BaseException) -> None:
    """Out of memory and interruptions come through."""
    with pytest.raises(type(exception)):
        outcome(exception)


def test_an_undefined_report_prunes() -> None:
    """Even without a pruner, until a defined value follows."""
    one = trial()
    assert not one.should_prune()
    one.report(math.nan, 0)
    assert one.should_prune()
    one.report(1.0, 1)
    assert not one.should_prune()


def test_attributes_are_texts() -> None:
    """Kept with the outcome; other types are 1004, keys with a meaning 1001."""
    one = trial()
    one.set_user_attr("trades", "12")
    assert run_objective(lambda _: 1.0, one, "maximize", CONFIG).attributes["trades"] == "12"
    for pair, code in ((("k", 1), 1004), ((1, "v"), 1004), (("param:x", "v"), 1001), (("omega:x", "v"), 1001), (("error_type", "v"), 1001)):
        with pytest.raises(OptimizerError) as caught:
            one.set_user_attr(*pair)
        assert caught.value.code == code


def test_an_outcome_is_not_changed_later() -> None:
    """A trial's attributes are copied into its outcome."""
    one = trial()
    told = run_objective(lambda _: 1.0, one, "maximize", CONFIG)
    one.set_user_attr("late", "x")
    assert "late" not in told.attributes
