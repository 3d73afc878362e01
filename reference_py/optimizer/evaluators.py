"""The named evaluators: each turns one set of perturbed metrics into a score, in every language with the same bits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from reference_py.rating import cost_shock_score, final_rating, robustness_score, strategy_rating

PATH_STEPS = 250
DRAWS_PER_STEP = 4
SQRT_3 = 1.7320508075688772

Metrics = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Perturbed:
    """One simulation: the metrics unmoved and moved, by sorted name, the weights in that order, and the evaluator's uniforms."""

    base: Metrics
    moved: Metrics
    weights: Sequence[float]
    uniforms: Sequence[float]


@dataclass(frozen=True, slots=True)
class Evaluator:
    """A score, and how many uniforms it needs per simulation (a multiple of four)."""

    score: Callable[[Perturbed], float]
    draws: int = 0


def weighted_score(one: Perturbed) -> float:
    """Return the sum of weight times metric, added from the left in the order of the names."""
    total = 0.0
    for weight, value in zip(one.weights, one.moved.values(), strict=True):
        total += weight * value
    return total


def _final_rating(one: Perturbed) -> float:
    m = one.moved
    scores = (m.get("robustness", 0.0), m.get("stability", 0.0), m.get("cost_shock", 0.0), m.get("dropout", 0.0))
    return final_rating(*scores, m.get("stress_penalty", 0.0), m.get("profit_factor", 0.0))


def _strategy_rating(one: Perturbed) -> float:
    score: float = strategy_rating(one.moved)["Score"]
    return score


def _robustness_score(one: Perturbed) -> float:
    return robustness_score(one.base, [one.moved])


def _cost_shock_score(one: Perturbed) -> float:
    return cost_shock_score(one.base, one.moved)


def equity_path(one: Perturbed) -> float:
    """Return the growth of a path of 250 steps less its deepest fall times `drawdown_weight`.

    A step earns drift + volatility * z - cost; z is the sum of four uniforms, moved and scaled to mean 0 and variance 1 (Irwin-Hall).
    """
    m, w = one.moved, one.uniforms
    drift, volatility, cost = m.get("drift", 0.0), m.get("volatility", 0.0), m.get("cost", 0.0)
    equity = peak = 1.0
    worst = 0.0
    for t in range(0, PATH_STEPS * DRAWS_PER_STEP, DRAWS_PER_STEP):
        z = (((w[t] + w[t + 1]) + w[t + 2]) + w[t + 3] - 2.0) * SQRT_3
        r = (drift + volatility * z) - cost
        equity = equity * (1.0 + r)
        peak = max(peak, equity)
        fall = (peak - equity) / peak
        worst = max(worst, fall)
    return (equity - 1.0) - m.get("drawdown_weight", 0.0) * worst


EVALUATORS: Mapping[str, Evaluator] = {
    "weighted_score": Evaluator(weighted_score),
    "final_rating": Evaluator(_final_rating),
    "strategy_rating": Evaluator(_strategy_rating),
    "robustness_score": Evaluator(_robustness_score),
    "cost_shock_score": Evaluator(_cost_shock_score),
    "equity_path": Evaluator(equity_path, PATH_STEPS * DRAWS_PER_STEP),
}
