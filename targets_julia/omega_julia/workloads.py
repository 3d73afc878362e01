"""The functions with keyword arguments once more, for callers that pass everything by position: what is compared and timed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from omega_julia.monte_carlo import monte_carlo_robustness, monte_carlo_scores


def robustness_with(base_metrics: Any, perturbations: Any, evaluator: Any, settings: Mapping[str, Any] | None = None) -> dict[str, float]:
    """Return `monte_carlo_robustness` under the settings; raises as it does."""
    return monte_carlo_robustness(base_metrics, perturbations, evaluator, **(settings or {}))


def scores_with(base_metrics: Any, perturbations: Any, evaluator: Any, settings: Mapping[str, Any] | None = None) -> list[float]:
    """Return `monte_carlo_scores` under the settings; raises as it does."""
    return monte_carlo_scores(base_metrics, perturbations, evaluator, **(settings or {}))
