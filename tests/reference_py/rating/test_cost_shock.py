"""Cost shock: the cases of spec 5."""

from __future__ import annotations

import math
from typing import Any

import pytest

from reference_py.rating import apply_cost_factor, cost_shock_mean, cost_shock_score, score_from_penalty, stress_penalty
from reference_py.rating.cost_shock import COST_FACTORS

BASE = {"profit": 1000.0, "drawdown": 100.0, "sharpe": 1.0}
SHOCKED = {"profit": 800.0, "drawdown": 150.0, "sharpe": 0.8}


def test_the_factors_in_order() -> None:
    """Costs are shocked by a quarter, a half and twice."""
    assert COST_FACTORS == (1.25, 1.5, 2.0)


def test_the_single_score_is_that_of_the_stress_kernel() -> None:
    """One shocked set is scored by the stress penalty."""
    assert cost_shock_score(BASE, SHOCKED, 0.4) == score_from_penalty(stress_penalty(BASE, [SHOCKED], 0.4), 0.4)


def test_an_unchanged_set_scores_one() -> None:
    """No change costs nothing."""
    assert cost_shock_score(BASE, dict(BASE)) == 1.0


def test_an_empty_set_scores_one() -> None:
    """An empty map is skipped, so nothing is lost."""
    assert cost_shock_score(BASE, {}) == 1.0


def test_the_mean_of_nothing_is_one() -> None:
    """Without a factor nothing is shocked."""
    assert cost_shock_mean(BASE, []) == 1.0


def test_each_factor_is_capped_alone() -> None:
    """A catastrophe in one factor costs its cap, not more of the others."""
    ruin = {"profit": -1e9, "drawdown": 1e9, "sharpe": -9.0}
    assert cost_shock_mean(BASE, [BASE, ruin]) == 0.75


def test_the_mean_adds_from_the_left() -> None:
    """The mean of the scores is a plain loop."""
    sets = [{"profit": 1000.0 - 31.7 * i, "drawdown": 100.0 + i, "sharpe": 1.0 - 0.013 * i} for i in range(11)]
    total = 0.0
    for one in sets:
        total += cost_shock_score(BASE, one)
    assert cost_shock_mean(BASE, sets) == total / 11


@pytest.mark.parametrize("factor", [0.0, -1.0, math.nan])
def test_a_factor_that_is_not_positive_changes_nothing(factor: float) -> None:
    """Factors at or below 0, and NaN, leave the configuration as it is."""
    assert apply_cost_factor({"a": 1}, factor) == {"a": 1}


@pytest.mark.parametrize("execution", [{}, None, "text", {"slippage_multiplier": None, "fee_multiplier": "x"}])
def test_missing_multipliers_start_at_one(execution: Any) -> None:
    """A missing section or value, or one of another kind, counts as 1."""
    changed = apply_cost_factor({"execution": execution}, 1.5)
    assert changed["execution"] == {"slippage_multiplier": 1.5, "fee_multiplier": 1.5}


def test_applied_twice_it_multiplies_twice() -> None:
    """The factor multiplies what is there."""
    twice = apply_cost_factor(apply_cost_factor({"execution": {"fee_multiplier": 2.0}}, 1.5), 1.5)
    assert twice == {"execution": {"fee_multiplier": 4.5, "slippage_multiplier": 2.25}}


def test_explicit_costs_are_left_alone() -> None:
    """Sections that name costs themselves stay as they are."""
    assert apply_cost_factor({"costs": {"fee": 3.0}}, 2.0)["costs"] == {"fee": 3.0}


def test_the_given_configuration_is_not_changed() -> None:
    """The answer is a new configuration, the given one stays."""
    config = {"execution": {"fee_multiplier": 2.0}}
    apply_cost_factor(config, 3.0)
    assert config == {"execution": {"fee_multiplier": 2.0}}


@pytest.mark.parametrize(("config", "factor"), [(None, 1.0), ({}, None), ({}, "2")])
def test_wrong_types_are_type_errors(config: Any, factor: Any) -> None:
    """A configuration that is no mapping and a factor that is no number raise."""
    with pytest.raises(TypeError):
        apply_cost_factor(config, factor)


@pytest.mark.parametrize("shocked", [None, [], 1.0])
def test_a_shocked_set_must_be_a_mapping(shocked: Any) -> None:
    """Anything but a mapping raises a TypeError."""
    with pytest.raises(TypeError):
        cost_shock_score(BASE, shocked)
