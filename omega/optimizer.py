"""The optimizer as production code calls it: Optuna asks, Rust runs the trials, Julia judges how robust the best of them are.

OMEGA_USE_RUST_OPTIMIZER decides about trials and their records, OMEGA_USE_JULIA_MONTE_CARLO about Monte-Carlo and bootstrap, both at each
call. Everything means what it means under the same name in `reference_py.optimizer`, to the bit and to the error code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.runtime import Answered
from omega.hybrid_optimizer import HybridOptimizer, Judgement
from omega.optimizer_ports import JULIA, RUST
from reference_py.optimizer import (
    OptimizationResult,
    OptimizerConfig,
    OptimizerError,
    Outcome,
    ParamRange,
    SeededStudy,
    Trial,
    TrialPruned,
    TrialRow,
)

__all__ = [
    "HybridOptimizer",
    "Judgement",
    "OptimizationResult",
    "Optimizer",
    "OptimizerConfig",
    "OptimizerError",
    "Outcome",
    "ParamRange",
    "SeededStudy",
    "Trial",
    "TrialPruned",
    "TrialRow",
    "aggregate_results",
    "ask",
    "bootstrap_ci",
    "monte_carlo_robustness",
    "monte_carlo_scores",
]

Evaluator = str | Callable[[dict[str, float]], float]
Doubles = NDArray[np.float64]

# Under the reference's name as well, so that replacing an import replaces nothing else.
Optimizer = HybridOptimizer


def ask(operation: str, *arguments: Any, **options: Any) -> Answered:
    """Return a function's value together with who gave it and why; `harness.runtime.trace` does the same for a whole context."""
    return (RUST if operation == "aggregate_results" else JULIA).ask(operation, *arguments, **options)


def aggregate_results(results: Sequence[bytes]) -> bytes:
    """Return all rows of `optimization_result` streams by trial_id; a trial that comes twice stays once, with the smaller duration.

    Raises:
        TypeError: unless given a list or tuple of bytes.
        OptimizerError: for the first faulty stream 3004, 5004, 1002, 1003 or 1006; 1006 for two different rows of one trial.
    """
    merged: bytes = RUST.call("aggregate_results", results)
    return merged


def monte_carlo_robustness(
    base_metrics: Mapping[str, float],
    perturbations: Doubles | None,
    evaluator: Evaluator,
    *,
    n_simulations: int = 1000,
    confidence: float = 0.95,
    seed: int | None = None,
    columns: Sequence[str] | None = None,
    spread: float = 0.1,
    weights: Sequence[float] | None = None,
) -> dict[str, float]:
    """Return mean, std, ci_lower, ci_upper, n and n_failed of the scores of perturbed metrics; raises as the reference does."""
    options = {"n_simulations": n_simulations, "confidence": confidence, "seed": seed, "columns": columns, "spread": spread}
    found: dict[str, float] = JULIA.call("monte_carlo_robustness", base_metrics, perturbations, evaluator, **options, weights=weights)
    return found


def monte_carlo_scores(
    base_metrics: Mapping[str, float],
    perturbations: Doubles | None,
    evaluator: Evaluator,
    *,
    n_simulations: int = 1000,
    seed: int | None = None,
    columns: Sequence[str] | None = None,
    spread: float = 0.1,
    weights: Sequence[float] | None = None,
) -> list[float]:
    """Return the score of every simulation in order, finite or not; raises as the reference does."""
    options = {"n_simulations": n_simulations, "seed": seed, "columns": columns, "spread": spread, "weights": weights}
    scores: list[float] = JULIA.call("monte_carlo_scores", base_metrics, perturbations, evaluator, **options)
    return scores


def bootstrap_ci(
    data: Doubles | Sequence[float], n_bootstrap: int = 10000, confidence: float = 0.95, seed: int | None = None
) -> tuple[float, float]:
    """Return the interval of the mean by bootstrap; raises as the reference does."""
    interval: tuple[float, float] = JULIA.call("bootstrap_ci", data, n_bootstrap, confidence, seed)
    return interval
