"""The configuration: defaults, limits, and which fault is reported first (spec 8.1)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from reference_py.rating import JitterConfig, RatingConfig, RatingError
from reference_py.rating.config import jitter_config, rating_config

LIMITS = {"min_winrate": 45.0, "min_avg_r": 0.6, "min_profit": 500.0, "min_profit_factor": 1.2, "max_drawdown": 1000.0}


def code_of(config: Any) -> int:
    """Return the code with which a rating configuration is refused."""
    with pytest.raises(RatingError) as caught:
        rating_config(config)
    return caught.value.code


@pytest.mark.parametrize("config", [None, {}, {"jitter": None, "thresholds": None}, {"jitter": {}}])
def test_nothing_given_means_the_defaults(config: dict[str, Any] | None) -> None:
    """An absent and an empty configuration are the default one."""
    assert rating_config(config) == RatingConfig()


def test_the_defaults() -> None:
    """The defaults are those of the specification."""
    config = RatingConfig()
    assert config.weights == (0.25, 0.20, 0.20, 0.20, 0.15)
    assert (config.penalty_cap, config.cost_multipliers) == (0.5, (1.25, 1.5, 2.0))
    assert (config.dropout_frac, config.dropout_runs, config.thresholds) == (0.1, 3, None)
    assert config.jitter == JitterConfig(param_variation=0.1, n_iterations=50, seed=None)


@pytest.mark.parametrize(("seed", "key"), [(None, 987654321), (0, 0), (2**64 - 1, 2**64 - 1)])
def test_no_seed_is_the_default_seed(seed: int | None, key: int) -> None:
    """A seed of None keys the streams with 987654321, which a seed of 0 does not."""
    assert JitterConfig(seed=seed).key == key


def test_a_typed_configuration_is_taken_as_it_is() -> None:
    """An instance of the class is accepted where a mapping is."""
    config = RatingConfig(jitter={"seed": 4})
    assert rating_config(config) is config
    assert jitter_config(config.jitter) is config.jitter


def test_numbers_of_other_kinds_are_accepted() -> None:
    """Integers, booleans and numpy scalars are numbers."""
    config = RatingConfig(penalty_cap=True, weights=[1, 2, 3, 4, np.float64(5.0)], dropout_runs=np.int64(2))  # type: ignore[arg-type]
    assert (config.penalty_cap, config.weights, config.dropout_runs) == (1.0, (1.0, 2.0, 3.0, 4.0, 5.0), 2)


@pytest.mark.parametrize(
    "config",
    [
        {"penalty_cap": -0.1},
        {"penalty_cap": 1.1},
        {"penalty_cap": math.nan},
        {"cost_multipliers": [-0.1]},
        {"cost_multipliers": [1.0, math.inf]},
        {"cost_multipliers": [math.nan]},
        {"jitter": {"param_variation": -0.1}},
        {"jitter": {"param_variation": 1.1}},
        {"jitter": {"param_variation": math.nan}},
        {"jitter": {"n_iterations": -1}},
        {"jitter": {"n_iterations": 1_000_001}},
        {"jitter": {"n_iterations": 10**30}},
        {"jitter": {"seed": -1}},
        {"jitter": {"seed": 2**64}},
        {"dropout_frac": -0.1},
        {"dropout_frac": 1.1},
        {"dropout_frac": math.nan},
        {"dropout_runs": -1},
        {"dropout_runs": 100_001},
        {"unknown": 1},
        {1: 1},
        {"jitter": {"unknown": 1}},
    ],
)
def test_what_is_out_of_range_or_unknown(config: dict[Any, Any]) -> None:
    """Values out of range and unknown keys are error 1001."""
    assert code_of(config) == 1001


@pytest.mark.parametrize(
    "config",
    [
        {"penalty_cap": 0.0},
        {"penalty_cap": 1.0},
        {"cost_multipliers": []},
        {"cost_multipliers": [0.0]},
        {"jitter": {"param_variation": 0.0, "n_iterations": 0, "seed": 0}},
        {"jitter": {"param_variation": 1.0, "n_iterations": 1_000_000, "seed": 2**64 - 1}},
        {"dropout_frac": 0.0, "dropout_runs": 0},
        {"dropout_frac": 1.0, "dropout_runs": 100_000},
        {"thresholds": {}},
        {"thresholds": LIMITS},
    ],
)
def test_the_ends_of_each_range_belong_to_it(config: dict[str, Any]) -> None:
    """Limits themselves are valid."""
    assert isinstance(rating_config(config), RatingConfig)


@pytest.mark.parametrize(
    "config",
    [
        [],
        "x",
        5,
        {"weights": None},
        {"weights": "abcde"},
        {"weights": [1.0, 1.0, 1.0, 1.0, "1"]},
        {"weights": [1.0, 1.0, 1.0, 1.0, 10**400]},
        {"penalty_cap": None},
        {"penalty_cap": "0.5"},
        {"penalty_cap": 10**400},
        {"cost_multipliers": None},
        {"cost_multipliers": 1.5},
        {"cost_multipliers": ["1"]},
        {"jitter": 5},
        {"jitter": {"param_variation": "x"}},
        {"jitter": {"n_iterations": 5.0}},
        {"jitter": {"n_iterations": None}},
        {"jitter": {"seed": 1.0}},
        {"jitter": {"seed": "1"}},
        {"dropout_frac": None},
        {"dropout_runs": 3.0},
        {"thresholds": []},
        {"thresholds": LIMITS | {"min_winrate": None}},
    ],
)
def test_what_is_of_another_type(config: Any) -> None:
    """Values of another type are error 1004, because they stand inside a configuration."""
    assert code_of(config) == 1004


@pytest.mark.parametrize("weights", [[], [1.0] * 4, [0.0] * 5, [1.0, -1.0, 1.0, 1.0, 1.0], [math.nan] * 5, [1e308] * 5])
def test_weights_that_cannot_be_normalised(weights: list[float]) -> None:
    """Weights that are not five, finite, none negative, not all 0 are error 1006."""
    assert code_of({"weights": weights}) == 1006


def test_incomplete_thresholds() -> None:
    """Thresholds that lack one are error 1008."""
    assert code_of({"thresholds": {"min_winrate": 1.0}}) == 1008


FAULTS: list[tuple[str, Any, int]] = [
    ("weights", [], 1006),
    ("penalty_cap", "x", 1004),
    ("cost_multipliers", [-1.0], 1001),
    ("jitter", 5, 1004),
    ("dropout_frac", 2.0, 1001),
    ("dropout_runs", 1.0, 1004),
    ("thresholds", {"x": 1}, 1008),
]


@pytest.mark.parametrize("first", range(len(FAULTS)))
def test_faults_are_reported_in_order(first: int) -> None:
    """Of several faults the one of the first field is reported, whatever the order of the mapping."""
    config = {name: value for name, value, _ in reversed(FAULTS[first:])}
    assert code_of(config) == FAULTS[first][2]


def test_an_unknown_key_is_reported_before_any_value() -> None:
    """Unknown keys come first."""
    assert code_of({"weights": [], "unknown": 1}) == 1001


@pytest.mark.parametrize(
    ("jitter", "field"), [({"seed": 1.0, "param_variation": 2.0}, "param_variation"), ({"seed": -1, "n_iterations": -1}, "n_iter")]
)
def test_faults_of_the_jitter_are_reported_in_order(jitter: dict[str, Any], field: str) -> None:
    """Variation comes before iterations, iterations before the seed."""
    with pytest.raises(RatingError, match=r"^\[1001\] " + field):
        jitter_config(jitter)


def test_an_unknown_keyword_is_a_type_error() -> None:
    """The classes take no keyword that they do not know."""
    with pytest.raises(TypeError):
        RatingConfig(unknown=1)  # type: ignore[call-arg]


def test_a_configuration_cannot_change() -> None:
    """A checked configuration stays checked."""
    with pytest.raises(AttributeError):
        RatingConfig().penalty_cap = 2.0  # type: ignore[misc]
