"""Cost shock (spec 5): what is left of a strategy when its costs grow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reference_py.rating.arguments import mapping
from reference_py.rating.finite import fin, real
from reference_py.rating.stress import mean_score, score_from_penalty, stress_penalty

COST_FACTORS = (1.25, 1.50, 2.00)


def cost_shock_score(base: Mapping[str, Any], shocked: Mapping[str, Any], penalty_cap: float = 0.5) -> float:
    """Return the score of one set of shocked metrics."""
    return score_from_penalty(stress_penalty(base, [shocked], penalty_cap), penalty_cap)


def cost_shock_mean(base: Mapping[str, Any], shocked: Sequence[Mapping[str, Any]], penalty_cap: float = 0.5) -> float:
    """Return the mean of the single scores, added from the left; 1 for an empty list."""
    return mean_score(base, shocked, penalty_cap)


def apply_cost_factor(config: Mapping[str, Any], factor: float) -> dict[str, Any]:
    """Return the configuration with slippage and fee multipliers of `execution` multiplied by the factor.

    A factor that is not above 0 changes nothing. Applied twice it multiplies twice. A missing `execution`, or one that is no map, is
    replaced by a new one. The given configuration stays as it is.
    """
    changed = dict(mapping(config, "config"))
    times = real(factor)
    if not times > 0.0:
        return changed
    given = changed.get("execution")
    execution = dict(given) if isinstance(given, Mapping) else {}
    for name in ("slippage_multiplier", "fee_multiplier"):
        execution[name] = fin(execution.get(name, 1.0), 1.0) * times
    changed["execution"] = execution
    return changed
