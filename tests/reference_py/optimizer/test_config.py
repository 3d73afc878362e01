"""The configuration: defaults, limits, the order of its checks, and its plain form."""

from __future__ import annotations

from typing import Any

import pytest

from reference_py.optimizer import OptimizerConfig, OptimizerError, ParamRange, read_config
from reference_py.optimizer.config import direction_of

SPACE = {"x": {"type": "float", "low": 0.0, "high": 1.0}}


def config(**changes: Any) -> OptimizerConfig:
    """Return a small valid configuration, changed as told."""
    return read_config({"n_trials": 3, "param_space": SPACE, **changes})


def test_defaults_are_the_documented_ones() -> None:
    """Everything but trials and space has a default."""
    assert config().as_dict() == {
        "n_trials": 3,
        "param_space": {"x": {"type": "float", "low": 0.0, "high": 1.0, "step": None, "log": False, "choices": None}},
        "n_jobs": 1,
        "sampler": "tpe",
        "pruner": "none",
        "seed": None,
        "study_name": None,
        "storage": None,
        "catch": True,
        "inf_is_worst": False,
        "pruner_startup": 5,
        "pruner_warmup": 0,
        "pruner_factor": 3,
    }


def test_the_plain_form_makes_an_equal_configuration() -> None:
    """As a mapping and back."""
    given = config(sampler="grid", seed=2**64 - 1, study_name="s", storage="x.log", param_space={"x": ParamRange("int", 1, 2)})
    assert read_config(given.as_dict()) == given
    assert read_config(given) is given


@pytest.mark.parametrize(
    ("changes", "code", "module_code"),
    [
        ({"n_trials": 0}, 1001, None),
        ({"n_trials": 2**31}, 1001, None),
        ({"n_trials": 1.0}, 1004, None),
        ({"n_jobs": 0}, 1001, None),
        ({"n_jobs": 1025}, 1001, None),
        ({"n_jobs": None}, 1004, None),
        ({"sampler": "nsga"}, 1001, None),
        ({"sampler": None}, 1004, None),
        ({"pruner": "threshold"}, 1001, 6004),
        ({"pruner": 1}, 1004, None),
        ({"seed": -1}, 1001, None),
        ({"seed": 2**64}, 1001, None),
        ({"seed": "1"}, 1004, None),
        ({"param_space": {}}, 1001, 6002),
        ({"study_name": ""}, 1001, None),
        ({"study_name": 1}, 1004, None),
        ({"storage": "a.db"}, 1001, None),
        ({"storage": 1, "study_name": "s"}, 1004, None),
        ({"catch": 1}, 1004, None),
        ({"inf_is_worst": None}, 1004, None),
        ({"pruner_startup": -1}, 1001, 6004),
        ({"pruner_warmup": -1}, 1001, 6004),
        ({"pruner_factor": 1}, 1001, 6004),
        ({"pruner_factor": 2.5}, 1004, None),
        ({"unknown": 1}, 1001, None),
    ],
)
def test_what_does_not_fit_is_refused(changes: dict[str, Any], code: int, module_code: int | None) -> None:
    """Each with its numbers."""
    with pytest.raises(OptimizerError) as caught:
        config(**changes)
    assert (caught.value.code, caught.value.module_code) == (code, module_code)


def test_trials_and_space_are_required() -> None:
    """A mapping without them is 1001."""
    with pytest.raises(OptimizerError, match=r"n_trials.*param_space"):
        read_config({})


def test_the_first_fault_is_reported() -> None:
    """In the order of the table."""
    with pytest.raises(OptimizerError, match="n_jobs"):
        config(n_jobs=0, pruner="?", param_space={})
    with pytest.raises(OptimizerError, match="6004"):
        config(pruner="?", param_space={})


@pytest.mark.parametrize("given", [None, 3, "config", [("n_trials", 1)]])
def test_a_configuration_is_a_mapping(given: Any) -> None:
    """Anything else is a TypeError."""
    with pytest.raises(TypeError):
        read_config(given)


@pytest.mark.parametrize("direction", ["max", "", None, ["maximize"], ("maximize", "minimize"), 1])
def test_there_is_one_direction(direction: Any) -> None:
    """Unknown words are refused, and so are several directions, which Optuna could not prune."""
    with pytest.raises(OptimizerError, match=r"^\[1001\]"):
        direction_of(direction)
