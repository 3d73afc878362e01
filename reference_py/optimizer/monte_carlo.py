"""Monte-Carlo robustness (spec 6.1): how a score spreads when the metrics behind it are moved at random."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from reference_py.optimizer.arguments import (
    MAX_SIMULATIONS,
    confidence_in,
    index_in,
    inner_number,
    listed,
    mapping,
    number,
    seed_in,
)
from reference_py.optimizer.errors import ErrorCode, ModuleCode, OptimizerError
from reference_py.optimizer.evaluators import EVALUATORS, Evaluator, Metrics, Perturbed
from reference_py.optimizer.statistics import deviation_of, finite, interval, mean_of
from reference_py.rating.philox import row_width, uniforms

MONTE_CARLO_STREAM = 4
BLOCK_ROWS = 256
DEFAULT_CONFIDENCE = 0.95

Scorer = Callable[[dict[str, float]], float]


def monte_carlo_robustness(
    base_metrics: Mapping[str, float],
    perturbations: npt.NDArray[np.float64] | None,
    evaluator: str | Scorer,
    *,
    n_simulations: int = 1000,
    confidence: float = DEFAULT_CONFIDENCE,
    seed: int | None = None,
    columns: Sequence[str] | None = None,
    spread: float = 0.1,
    weights: Sequence[float] | None = None,
) -> dict[str, float]:
    """Score metrics that are each multiplied by 1 + perturbation, once per simulation.

    Args:
        base_metrics: The metrics unmoved.
        perturbations: One row per simulation, one column per metric; None draws them evenly from -spread to spread.
        evaluator: The name of a built-in evaluator, or a function of the moved metrics.
        n_simulations: How many rows count at most.
        confidence: The share of scores between `ci_lower` and `ci_upper`.
        seed: Keys the random numbers; None is 987654321.
        columns: The names of the columns of the matrix; None is the sorted names of the metrics.
        spread: The largest perturbation that is drawn.
        weights: For `weighted_score`, in the order of the sorted names.

    Returns:
        mean, std, ci_lower, ci_upper of the finite scores, their number `n`, and how many were not finite, `n_failed`.

    Raises:
        TypeError: for arguments of another kind.
        OptimizerError: 1001 for settings out of range, 1004 for values of another type, 1010 for nothing to do, 1011 for columns that do
            not match, 2002 for an answer that is not finite, 2004 without a finite score, 6003 (as 2000) when the function fails.
    """
    settings = number(confidence)
    scores = _Simulation(base_metrics, perturbations, evaluator, n_simulations, seed, columns, spread, weights, settings).scores()
    return summary(scores, settings)


def monte_carlo_scores(
    base_metrics: Mapping[str, float],
    perturbations: npt.NDArray[np.float64] | None,
    evaluator: str | Scorer,
    *,
    n_simulations: int = 1000,
    seed: int | None = None,
    columns: Sequence[str] | None = None,
    spread: float = 0.1,
    weights: Sequence[float] | None = None,
) -> list[float]:
    """Return the score of every simulation in order, finite or not; arguments and errors as `monte_carlo_robustness`."""
    return _Simulation(base_metrics, perturbations, evaluator, n_simulations, seed, columns, spread, weights, DEFAULT_CONFIDENCE).scores()


def summary(scores: Sequence[float], confidence: float) -> dict[str, float]:
    """Sum up scores; raises OptimizerError 2004 without a finite one, 2002 when a number of the answer is not finite."""
    kept = [score for score in scores if math.isfinite(score)]
    if not kept:
        raise OptimizerError(ErrorCode.NAN, f"none of {len(scores)} scores is finite")
    mean = mean_of(kept)
    std = deviation_of(kept, mean)
    lower, upper = interval(kept, confidence)
    finite((mean, std, lower, upper))
    return {"mean": mean, "std": std, "ci_lower": lower, "ci_upper": upper, "n": len(kept), "n_failed": len(scores) - len(kept)}


@dataclass(frozen=True, slots=True)
class _Plan:
    """Checked arguments; names, values, weights and the columns of the matrix stand in sorted order."""

    base: Metrics
    matrix: npt.NDArray[np.float64] | None
    rows: int
    evaluator: Evaluator
    seed: int
    spread: float
    weights: Sequence[float]


class _Simulation:
    """One call: arguments checked in the order that docs/ffi/optimizer.md gives, then the rows."""

    def __init__(
        self,
        base_metrics: Any,
        perturbations: Any,
        evaluator: Any,
        n_simulations: Any,
        seed: Any,
        columns: Any,
        spread: Any,
        weights: Any,
        confidence: float,
    ) -> None:
        """Check everything before anything runs."""
        _check_kinds(base_metrics, perturbations, evaluator, columns, weights)
        operator.index(n_simulations)
        if seed is not None:
            operator.index(seed)
        reach = number(spread)
        count = index_in(n_simulations, "n_simulations", 1, MAX_SIMULATIONS)
        confidence_in(confidence)
        key = seed_in(seed)
        if not (math.isfinite(reach) and reach >= 0.0):
            raise OptimizerError(ErrorCode.INVALID_ARGUMENT, f"spread must be finite and not negative, got {reach}")
        base = _sorted_metrics(base_metrics)
        chosen = _evaluator(evaluator)
        order = _column_order(columns, list(base))
        matrix = None if perturbations is None else _checked_matrix(perturbations, len(base))[:, order]
        rows = count if matrix is None else min(count, len(matrix))
        self._plan = _Plan(base, matrix, rows, chosen, key, reach, _weights(weights, evaluator, len(base)))

    def scores(self) -> list[float]:
        """Return the score of every row; adding 0.0 makes -0.0 positive, so that sorting has no ties to settle."""
        plan = self._plan
        scores: list[float] = []
        for row, numbers in enumerate(self._numbers()):
            moved = self._moved(row, numbers)
            drawn = numbers[row_width(len(plan.base)) :]
            scores.append(plan.evaluator.score(Perturbed(plan.base, moved, plan.weights, drawn)) + 0.0)
        return scores

    def _moved(self, row: int, numbers: Sequence[float]) -> dict[str, float]:
        plan = self._plan
        drawn = [plan.spread * (2.0 * u - 1.0) for u in numbers[: len(plan.base)]]
        p = drawn if plan.matrix is None else plan.matrix[row].tolist()
        return {name: value * (1.0 + p[k]) for k, (name, value) in enumerate(plan.base.items())}

    def _numbers(self) -> Iterator[Sequence[float]]:
        """Yield the uniforms of every row, in blocks that stay small; nothing is drawn where nothing is needed."""
        plan = self._plan
        if plan.matrix is not None and plan.evaluator.draws == 0:
            yield from ([] for _ in range(plan.rows))
            return
        width = row_width(len(plan.base)) + plan.evaluator.draws
        for first in range(0, plan.rows, BLOCK_ROWS):
            rows = min(BLOCK_ROWS, plan.rows - first)
            yield from uniforms(plan.seed, MONTE_CARLO_STREAM, rows, first_row=first, width=width)


def _check_kinds(base_metrics: Any, perturbations: Any, evaluator: Any, columns: Any, weights: Any) -> None:
    mapping(base_metrics, "base_metrics")
    if not (perturbations is None or isinstance(perturbations, np.ndarray)):
        raise TypeError(f"perturbations must be None or an array, not {type(perturbations).__name__}")
    if not (isinstance(evaluator, str) or callable(evaluator)):
        raise TypeError(f"evaluator must be a name or callable, not {type(evaluator).__name__}")
    if columns is not None:
        listed(columns, "columns")
    if not (weights is None or (isinstance(weights, np.ndarray) and weights.ndim == 1)):
        listed(weights, "weights")


def _sorted_metrics(given: Mapping[Any, Any]) -> dict[str, float]:
    if not given:
        raise OptimizerError(ErrorCode.EMPTY_INPUT, "there are no metrics")
    for name in given:
        if not isinstance(name, str):
            raise OptimizerError(ErrorCode.TYPE, f"the name of a metric must be text, got {name!r}")
    return {name: inner_number(given[name], name) for name in sorted(given)}


def _evaluator(given: str | Scorer) -> Evaluator:
    if not isinstance(given, str):
        return Evaluator(_called(given))
    if given not in EVALUATORS:
        raise OptimizerError(ErrorCode.INVALID_ARGUMENT, f"unknown evaluator {given!r}; there are {', '.join(EVALUATORS)}")
    return EVALUATORS[given]


def _called(function: Scorer) -> Callable[[Perturbed], float]:
    """Wrap a caller's function, so that whatever it does wrong has the number of a failing objective."""

    def score(one: Perturbed) -> float:
        try:
            return number(function(dict(one.moved)))
        except MemoryError:
            raise
        except Exception as error:
            raise OptimizerError(ModuleCode.OBJECTIVE_ERROR, f"the evaluator failed: {type(error).__name__}: {error}") from error

    return score


def _column_order(columns: Sequence[Any] | None, names: list[str]) -> list[int]:
    """Return where in the matrix the column of each sorted name stands."""
    if columns is None:
        return list(range(len(names)))
    for name in columns:
        if not isinstance(name, str):
            raise OptimizerError(ErrorCode.TYPE, f"the name of a column must be text, got {name!r}")
    if sorted(columns) != names:
        raise OptimizerError(ErrorCode.SIZE_MISMATCH, f"columns {list(columns)} are not the metrics {names}")
    return [list(columns).index(name) for name in names]


def _checked_matrix(matrix: npt.NDArray[Any], columns: int) -> npt.NDArray[np.float64]:
    if matrix.dtype != np.float64:
        raise OptimizerError(ErrorCode.TYPE, f"perturbations must be float64, not {matrix.dtype}")
    if matrix.ndim != 2 or matrix.shape[1] != columns:
        raise OptimizerError(ErrorCode.SIZE_MISMATCH, f"perturbations of shape {matrix.shape} do not fit {columns} metrics")
    if matrix.shape[0] == 0:
        raise OptimizerError(ErrorCode.EMPTY_INPUT, "perturbations have no rows")
    return matrix


def _weights(given: Any, evaluator: Any, columns: int) -> list[float]:
    if given is None:
        return [1.0 / columns] * columns
    if evaluator != "weighted_score":
        raise OptimizerError(ErrorCode.INVALID_ARGUMENT, "weights belong to weighted_score")
    weights = [inner_number(weight, "weights") for weight in given]
    if len(weights) != columns:
        raise OptimizerError(ErrorCode.SIZE_MISMATCH, f"{len(weights)} weights for {columns} metrics")
    if not all(math.isfinite(weight) for weight in weights):
        raise OptimizerError(ErrorCode.INVALID_ARGUMENT, f"weights must be finite, got {weights}")
    return weights
