"""What the functions demand of Python objects, in the order of docs/ffi/optimizer.md: kinds are TypeErrors, the rest has numbers."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from omega_julia.errors import EMPTY_INPUT, INVALID_ARGUMENT, SIZE_MISMATCH, TYPE, OptimizerError
from omega_julia.request import Doubles

DEFAULT_SEED = 987654321
LARGEST_SEED = 2**64 - 1
MOST_ROWS = 10_000_000
MOST_THREADS = 1024
DRAWS = {
    "weighted_score": 0,
    "final_rating": 0,
    "strategy_rating": 0,
    "robustness_score": 0,
    "cost_shock_score": 0,
    "equity_path": 1000,
}


@dataclass(frozen=True)
class Simulation:
    """Checked arguments of a Monte-Carlo run; metrics, columns of the matrix and weights in the order of the sorted names."""

    names: list[str]
    metrics: Doubles
    matrix: Doubles | None
    evaluator: Any
    count: int
    seed: int
    spread: float
    weights: Doubles | None


def simulation(
    base_metrics: Any,
    perturbations: Any,
    evaluator: Any,
    n_simulations: Any,
    confidence: Any,
    seed: Any,
    columns: Any,
    spread: Any,
    weights: Any,
) -> Simulation:
    """Check the arguments of a Monte-Carlo run; raises TypeError or OptimizerError."""
    _check_kinds(base_metrics, perturbations, evaluator, columns, weights)
    count, chosen_seed = operator.index(n_simulations), whole_seed(seed)
    share, reach = real(confidence), real(spread)
    check_range("n_simulations", count, 1, MOST_ROWS)
    check_confidence(share)
    check_range("seed", chosen_seed, 0, LARGEST_SEED)
    if not (math.isfinite(reach) and reach >= 0.0):
        raise OptimizerError(INVALID_ARGUMENT, f"spread must be finite and not negative, not {reach}")
    names, metrics = _metrics(base_metrics)
    if isinstance(evaluator, str) and evaluator not in DRAWS:
        raise OptimizerError(INVALID_ARGUMENT, f"there is no evaluator {evaluator!r}, but {', '.join(DRAWS)}")
    order = _order(columns, names)
    matrix = None if perturbations is None else _matrix(perturbations, order, len(names), count)
    rows = count if matrix is None else len(matrix)
    return Simulation(names, metrics, matrix, evaluator, rows, chosen_seed, reach, _weights(weights, evaluator, len(names)))


def data_of(data: Any) -> Doubles:
    """Return the data of a bootstrap as doubles; raises TypeError, OptimizerError 1004 or 1011."""
    if isinstance(data, np.ndarray):
        if data.dtype != np.float64:
            raise OptimizerError(TYPE, f"data must be float64, not {data.dtype}")
        if data.ndim != 1:
            raise OptimizerError(SIZE_MISMATCH, f"data must have one dimension, not {data.ndim}")
        return data
    if not isinstance(data, list | tuple):
        raise TypeError(f"data must be an array, a list or a tuple, not {type(data).__name__}")
    return np.array([inner_real(value, "data") for value in data], dtype=np.float64)


def real(value: Any) -> float:
    """Return a number as a double; raises TypeError for what is none, OverflowError beyond the largest double."""
    return math.ldexp(value, 0)


def inner_real(value: Any, name: str) -> float:
    """Return a number that stands inside an argument; raises OptimizerError 1004 for what is none."""
    try:
        return real(value)
    except (TypeError, OverflowError) as error:
        raise OptimizerError(TYPE, f"{name}: {error}") from error


def whole_seed(seed: Any) -> int:
    """Return a seed, the default for None; raises TypeError for what is no integer."""
    return DEFAULT_SEED if seed is None else operator.index(seed)


def check_range(name: str, value: int, low: int, high: int) -> None:
    """Raise OptimizerError 1001 outside of a range."""
    if not low <= value <= high:
        raise OptimizerError(INVALID_ARGUMENT, f"{name} must lie in {low}..{high}, not {value}")


def check_confidence(value: float) -> None:
    """Raise OptimizerError 1001 for what is no share, NaN included."""
    if not 0.0 < value < 1.0:
        raise OptimizerError(INVALID_ARGUMENT, f"confidence must lie between 0 and 1, not {value}")


def resources(threads: Any, timeout_seconds: Any) -> tuple[int | None, float | None]:
    """Check what a call may use; raises TypeError, OptimizerError 1001 for no threads, too many, and a time that is not above 0."""
    count = None if threads is None else operator.index(threads)
    if count is not None:
        check_range("threads", count, 1, MOST_THREADS)
    limit = None if timeout_seconds is None else real(timeout_seconds)
    if limit is not None and not 0.0 < limit < math.inf:
        raise OptimizerError(INVALID_ARGUMENT, f"timeout_seconds must be finite and above 0, not {limit}")
    return count, limit


def _check_kinds(base_metrics: Any, perturbations: Any, evaluator: Any, columns: Any, weights: Any) -> None:
    if not isinstance(base_metrics, Mapping):
        raise TypeError(f"base_metrics must be a mapping, not {type(base_metrics).__name__}")
    if perturbations is not None and not isinstance(perturbations, np.ndarray):
        raise TypeError(f"perturbations must be None or an array, not {type(perturbations).__name__}")
    if not isinstance(evaluator, str) and not callable(evaluator):
        raise TypeError(f"evaluator must be a name or a function, not {type(evaluator).__name__}")
    if columns is not None and not isinstance(columns, list | tuple):
        raise TypeError(f"columns must be a list or a tuple, not {type(columns).__name__}")
    if weights is not None and not isinstance(weights, list | tuple) and not (isinstance(weights, np.ndarray) and weights.ndim == 1):
        raise TypeError(f"weights must be a list, a tuple or an array of one dimension, not {type(weights).__name__}")


def _metrics(given: Mapping[Any, Any]) -> tuple[list[str], Doubles]:
    if not given:
        raise OptimizerError(EMPTY_INPUT, "there are no metrics")
    for name in given:
        if not isinstance(name, str):
            raise OptimizerError(TYPE, f"the name of a metric must be text, not {name!r}")
    names = sorted(given)
    return names, np.array([inner_real(given[name], name) for name in names], dtype=np.float64)


def _order(columns: Any, names: list[str]) -> list[int] | None:
    """Return where the column of each sorted name stands, None where they stand in that order."""
    if columns is None:
        return None
    for name in columns:
        if not isinstance(name, str):
            raise OptimizerError(TYPE, f"the name of a column must be text, not {name!r}")
    given = list(columns)
    if sorted(given) != names:
        raise OptimizerError(SIZE_MISMATCH, f"columns {given} are not the metrics {names}")
    return None if given == names else [given.index(name) for name in names]


def _matrix(matrix: Any, order: list[int] | None, columns: int, count: int) -> Doubles:
    """Return the rows that count, their columns in sorted order."""
    if matrix.dtype != np.float64:
        raise OptimizerError(TYPE, f"perturbations must be float64, not {matrix.dtype}")
    if matrix.ndim != 2 or matrix.shape[1] != columns:  # noqa: PLR2004 - rows and columns
        raise OptimizerError(SIZE_MISMATCH, f"perturbations of shape {matrix.shape} do not fit {columns} metrics")
    if matrix.shape[0] == 0:
        raise OptimizerError(EMPTY_INPUT, "perturbations have no rows")
    rows: Doubles = matrix[:count] if order is None else matrix[:count, order]
    return rows


def _weights(given: Any, evaluator: Any, columns: int) -> Doubles | None:
    if given is None:
        return None
    if evaluator != "weighted_score":
        raise OptimizerError(INVALID_ARGUMENT, "only weighted_score takes weights")
    weights = np.array([inner_real(weight, "weights") for weight in given], dtype=np.float64)
    if len(weights) != columns:
        raise OptimizerError(SIZE_MISMATCH, f"{len(weights)} weights for {columns} metrics")
    if not np.isfinite(weights).all():
        raise OptimizerError(INVALID_ARGUMENT, "weights must be finite")
    return weights
