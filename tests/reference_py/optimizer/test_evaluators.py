"""The named evaluators: small sums by hand, and the rating kernels as they stand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from reference_py.optimizer.evaluators import EVALUATORS, PATH_STEPS, SQRT_3, Perturbed, equity_path
from reference_py.rating import cost_shock_score, final_rating, robustness_score, strategy_rating


def score(name: str, moved: dict[str, float], base: dict[str, float] | None = None, weights: tuple[float, ...] = ()) -> float:
    """Score metrics with half of everything for uniforms, which makes every step of a path its drift."""
    evaluator = EVALUATORS[name]
    return evaluator.score(Perturbed(base or moved, moved, weights or (1.0,) * len(moved), [0.5] * evaluator.draws))


def test_the_registry_is_the_documented_one() -> None:
    """Six names; only the path needs random numbers, in whole blocks of the generator."""
    assert {name: evaluator.draws for name, evaluator in EVALUATORS.items()} == {
        "weighted_score": 0,
        "final_rating": 0,
        "strategy_rating": 0,
        "robustness_score": 0,
        "cost_shock_score": 0,
        "equity_path": 1000,
    }


def test_weighted_score_adds_in_order() -> None:
    """Products are added from the left, beginning at zero."""
    assert score("weighted_score", {"a": 0.1, "b": 0.2, "c": 0.3}, weights=(1.0, 2.0, -1.0)) == ((0.0 + 0.1) + 0.4) + -0.3


def test_final_rating_is_the_kernel() -> None:
    """Each name goes to its argument; one that is missing counts as 0."""
    metrics = {"robustness": 0.8, "stability": 0.7, "cost_shock": 0.9, "dropout": 0.85, "stress_penalty": 0.2, "profit_factor": 1.6}
    assert score("final_rating", metrics) == final_rating(0.8, 0.7, 0.9, 0.85, 0.2, 1.6)
    assert score("final_rating", {"profit_factor": 3.0}) == final_rating(0.0, 0.0, 0.0, 0.0, 0.0, 3.0)


@pytest.mark.parametrize("fails", range(6))
def test_strategy_rating_counts_fails(fails: int) -> None:
    """The score is one of six numbers."""
    good = {"Winrate (%)": 50.0, "Avg R-Multiple": 1.0, "Net Profit": 900.0, "profit_factor": 2.0, "drawdown_eur": 10.0}
    bad = {"Winrate (%)": 0.0, "Avg R-Multiple": 0.0, "Net Profit": 0.0, "profit_factor": 0.0, "drawdown_eur": 1e9}
    metrics = {name: bad[name] if place < fails else good[name] for place, name in enumerate(good)}
    assert score("strategy_rating", metrics) == (1.0, 0.8, 0.6, 0.4, 0.2, 0.0)[fails] == strategy_rating(metrics)["Score"]


def test_robustness_score_compares_with_the_base() -> None:
    """The moved metrics are one sample, the unmoved ones the base."""
    base = {"profit": 100.0, "avg_r": 1.0, "winrate": 50.0, "drawdown": 10.0}
    moved = {**base, "profit": 80.0, "drawdown": 12.0}
    assert score("robustness_score", moved, base) == robustness_score(base, [moved]) < 1.0


def test_cost_shock_score_compares_with_the_base() -> None:
    """As `cost_shock_score` of the rating module."""
    base = {"profit": 100.0, "drawdown": 10.0, "sharpe": 1.0}
    moved = {**base, "profit": 70.0}
    assert score("cost_shock_score", moved, base) == cost_shock_score(base, moved) < 1.0


def test_a_path_without_volatility_grows_by_its_drift() -> None:
    """Each step multiplies by 1 + drift - cost."""
    equity = 1.0
    for _ in range(PATH_STEPS):
        equity *= 1.0 + (0.001 - 0.0004)
    assert score("equity_path", {"drift": 0.001, "cost": 0.0004, "drawdown_weight": 1.0}) == equity - 1.0


def test_a_falling_path_pays_for_its_fall() -> None:
    """The deepest fall counts from the highest equity, the start included, from the first step on."""
    drift, weight = -0.01, 0.5
    equity = 1.0
    for _ in range(PATH_STEPS):
        equity *= 1.0 + drift
    assert score("equity_path", {"drift": drift, "drawdown_weight": weight}) == (equity - 1.0) - weight * (1.0 - equity)


def test_a_path_agrees_with_numpy() -> None:
    """Whole columns of steps at once give the same bits."""
    metrics = {"drift": 0.0004, "volatility": 0.02, "cost": 0.0001, "drawdown_weight": 0.7}
    w = np.random.default_rng(5).random(1000)
    z = (((w[0::4] + w[1::4]) + w[2::4]) + w[3::4] - 2.0) * SQRT_3
    equity = np.cumprod(1.0 + ((0.0004 + 0.02 * z) - 0.0001))
    peak = np.maximum.accumulate(np.concatenate([[1.0], equity]))[1:]
    worst = max(0.0, float(np.max((peak - equity) / peak)))
    assert equity_path(Perturbed(metrics, metrics, (), w.tolist())) == (float(equity[-1]) - 1.0) - 0.7 * worst


def test_uniforms_become_standard_normals() -> None:
    """The sum of four uniforms, moved and scaled, has mean 0 and deviation 1."""
    w = np.random.default_rng(1).random((100_000, 4))
    z = (((w[:, 0] + w[:, 1]) + w[:, 2]) + w[:, 3] - 2.0) * SQRT_3
    assert abs(float(z.mean())) < 0.02
    assert abs(float(z.std()) - 1.0) < 0.02


def test_a_ruined_path_is_no_number_to_count() -> None:
    """A path that overflows gives what is not finite, and no error."""
    assert not math.isfinite(score("equity_path", {"drift": 1e300, "drawdown_weight": 1.0}))
