"""Samplers and pruners: Optuna's own, seeded by the place of a trial."""

from __future__ import annotations

import optuna
import pytest
from optuna.pruners import HyperbandPruner, MedianPruner, NopPruner
from optuna.samplers import CmaEsSampler, RandomSampler, TPESampler

from reference_py.optimizer import read_config
from reference_py.optimizer.sampling import GridPoints, distributions, effective_sampler, make_pruner, make_sampler, trial_seed

NUMBERS = {"x": {"type": "float", "low": 0.0, "high": 1.0}, "n": {"type": "int", "low": 1, "high": 9}}
MIXED = {**NUMBERS, "c": {"type": "categorical", "choices": ["a"]}}


def test_a_trial_seed_depends_on_seed_and_place() -> None:
    """The documented digest, as it was found once."""
    assert (trial_seed(1, 0), trial_seed(2**64 - 1, 999)) == (865126670, 2586277120)
    assert len({trial_seed(seed, place) for seed in range(10) for place in range(10)}) == 100


@pytest.mark.parametrize(("name", "kind"), [("tpe", TPESampler), ("cmaes", CmaEsSampler), ("random", RandomSampler), ("grid", GridPoints)])
def test_each_word_means_its_sampler(name: str, kind: type) -> None:
    """Optuna's classes, but for the grid, which is found by arithmetic."""
    assert isinstance(make_sampler(read_config({"n_trials": 1, "param_space": NUMBERS, "sampler": name}), 1, int), kind)


@pytest.mark.parametrize(
    ("space", "used"),
    [
        (NUMBERS, "cmaes"),
        (MIXED, "random"),
        ({"x": NUMBERS["x"]}, "random"),
        ({**NUMBERS, "n": {"type": "int", "low": 1, "high": 1}}, "random"),
    ],
)
def test_cmaes_needs_two_numbers(space: dict[str, dict[str, object]], used: str) -> None:
    """With fewer, or with choices, random stands in."""
    assert effective_sampler(read_config({"n_trials": 1, "param_space": space, "sampler": "cmaes"})) == used


def test_each_word_means_its_pruner() -> None:
    """Optuna's classes with the configured numbers."""
    settings = {"n_trials": 1, "param_space": NUMBERS, "pruner_startup": 2, "pruner_warmup": 4, "pruner_factor": 5}
    median = make_pruner(read_config({**settings, "pruner": "median"}))
    hyperband = make_pruner(read_config({**settings, "pruner": "hyperband"}))
    assert isinstance(median, MedianPruner)
    assert isinstance(hyperband, HyperbandPruner)
    assert isinstance(make_pruner(read_config(settings)), NopPruner)
    assert (median._n_startup_trials, median._n_warmup_steps, hyperband._reduction_factor) == (2, 4, 5)


def test_optuna_is_told_the_last_whole_step() -> None:
    """High is brought down to the last step, so that Optuna suggests none beyond it."""
    space = read_config(
        {
            "n_trials": 1,
            "param_space": {
                "f": {"type": "float", "low": 0.0, "high": 1.0, "step": 0.3},
                "i": {"type": "int", "low": 1, "high": 6, "step": 2},
            },
        }
    ).space
    told = distributions(space)
    assert told == {
        "f": optuna.distributions.FloatDistribution(0.0, 0.9, step=0.3),
        "i": optuna.distributions.IntDistribution(1, 5, step=2),
    }


def test_a_trial_does_not_depend_on_earlier_draws() -> None:
    """Random trials asked alone, by place, are those of a whole run."""
    config = read_config({"n_trials": 6, "param_space": MIXED, "sampler": "random"})
    whole = optuna.create_study(sampler=make_sampler(config, 3, int))
    wanted = [whole.ask(distributions(config.space)).params for _ in range(6)]
    for place in range(6):
        alone = optuna.create_study(sampler=make_sampler(config, 3, lambda _, place=place: place))  # type: ignore[misc]
        assert alone.ask(distributions(config.space)).params == wanted[place]


@pytest.fixture(autouse=True)
def quiet() -> None:
    """Keep Optuna from announcing studies."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
