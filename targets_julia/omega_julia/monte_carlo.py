"""Monte-Carlo robustness and bootstrap intervals, computed by Julia: names, arguments and bits of the reference."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from omega_julia import frames
from omega_julia.arguments import (
    DRAWS,
    LARGEST_SEED,
    MOST_ROWS,
    MOST_THREADS,
    Simulation,
    check_confidence,
    check_range,
    data_of,
    real,
    resources,
    simulation,
    whole_seed,
)
from omega_julia.errors import COMPUTATION, EMPTY_INPUT, INVALID_ARGUMENT, OBJECTIVE_ERROR, OptimizerError
from omega_julia.request import Doubles, Reply, Request
from omega_julia.session import SESSION

DEFAULT_CONFIDENCE = 0.95
BLOCK_DOUBLES = 2**16
NUMBERS = ("mean", "std", "ci_lower", "ci_upper")

Scorer = Callable[[dict[str, float]], float]


def monte_carlo_robustness(
    base_metrics: Mapping[str, float],
    perturbations: Doubles | None,
    evaluator: str | Scorer,
    *,
    n_simulations: int = 1000,
    confidence: float = DEFAULT_CONFIDENCE,
    seed: int | None = None,
    columns: Sequence[str] | None = None,
    spread: float = 0.1,
    weights: Sequence[float] | None = None,
    threads: int | None = None,
    timeout_seconds: float | None = None,
) -> dict[str, float]:
    """Score metrics that are each multiplied by 1 + perturbation, once per simulation.

    Args:
        base_metrics: The metrics unmoved.
        perturbations: One row per simulation, one column per metric; None draws them evenly from -spread to spread.
        evaluator: The name of a built-in evaluator, or a function of the moved metrics, which is called in this process.
        n_simulations: How many rows count at most.
        confidence: The share of scores between `ci_lower` and `ci_upper`.
        seed: Keys the random numbers; None is 987654321.
        columns: The names of the columns of the matrix; None is the sorted names of the metrics.
        spread: The largest perturbation that is drawn.
        weights: For `weighted_score`, in the order of the sorted names.
        threads: How many threads compute at most; None is all of Julia's. The answer does not depend on it.
        timeout_seconds: How long one call of Julia may take; None is a generous estimate.

    Returns:
        mean, std, ci_lower, ci_upper of the finite scores, their number `n`, and how many were not finite, `n_failed`.

    Raises:
        TypeError: for arguments of another kind.
        OptimizerError: 1001 for settings out of range, 1004 for values of another type, 1010 for nothing to do, 1011 for columns that do
            not match, 2002 for an answer that is not finite, 2004 without a finite score, 6003 (as 2000) when the function fails.
        JuliaError: when there is no Julia, or it does not answer as it should.
    """
    run = simulation(base_metrics, perturbations, evaluator, n_simulations, confidence, seed, columns, spread, weights)
    julia = _Julia(threads, timeout_seconds)
    words = {"confidence": float.hex(real(confidence))}
    if isinstance(evaluator, str):
        return _summary(julia.simulate("monte_carlo", run, words, {"out": len(NUMBERS)}))
    scores = np.array(_call_back(julia, run, evaluator), dtype=np.float64)
    return _summary(julia.call(Request("summarise", words, {"scores": scores}, {"out": len(NUMBERS)}), len(scores)))


def monte_carlo_scores(
    base_metrics: Mapping[str, float],
    perturbations: Doubles | None,
    evaluator: str | Scorer,
    *,
    n_simulations: int = 1000,
    seed: int | None = None,
    columns: Sequence[str] | None = None,
    spread: float = 0.1,
    weights: Sequence[float] | None = None,
    threads: int | None = None,
    timeout_seconds: float | None = None,
) -> list[float]:
    """Return the score of every simulation in order, finite or not; arguments and errors as `monte_carlo_robustness`."""
    run = simulation(base_metrics, perturbations, evaluator, n_simulations, DEFAULT_CONFIDENCE, seed, columns, spread, weights)
    julia = _Julia(threads, timeout_seconds)
    if not isinstance(evaluator, str):
        return _call_back(julia, run, evaluator)
    scores: list[float] = julia.simulate("scores", run, {}, {"out": run.count}).arrays["out"].tolist()
    return scores


def bootstrap_ci(
    data: Doubles | Sequence[float],
    n_bootstrap: int = 10_000,
    confidence: float = DEFAULT_CONFIDENCE,
    seed: int | None = None,
    *,
    threads: int | None = None,
    timeout_seconds: float | None = None,
) -> tuple[float, float]:
    """Return the interval that holds the means of `confidence` of all samples; each sample is as long as the data.

    Data that are all equal have an interval of no width. `threads` and `timeout_seconds` as in `monte_carlo_robustness`.

    Raises:
        TypeError: for arguments of another kind.
        OptimizerError: 1001 for settings out of range and data that are not finite, 1004 for elements of another type, 1010 without data,
            1011 for more than one dimension, 2002 for a mean that is not finite.
        JuliaError: when there is no Julia, or it does not answer as it should.
    """
    values, count, chosen_seed, share = _bootstrap_arguments(data, n_bootstrap, confidence, seed)
    words = {"n_bootstrap": str(count), "confidence": float.hex(share), "seed": str(chosen_seed)}
    reply = _Julia(threads, timeout_seconds).call(Request("bootstrap", words, {"data": values}, {"out": 2}), count * (len(values) + 8))
    lower, upper = reply.arrays["out"].tolist()
    return lower, upper


def _bootstrap_arguments(data: Any, n_bootstrap: Any, confidence: Any, seed: Any) -> tuple[Doubles, int, int, float]:
    if not isinstance(data, np.ndarray | list | tuple):
        raise TypeError(f"data must be an array, a list or a tuple, not {type(data).__name__}")
    count, chosen_seed, share = operator.index(n_bootstrap), whole_seed(seed), real(confidence)
    values = data_of(data)
    check_range("n_bootstrap", count, 1, MOST_ROWS)
    check_confidence(share)
    check_range("seed", chosen_seed, 0, LARGEST_SEED)
    if not len(values):
        raise OptimizerError(EMPTY_INPUT, "there is no data")
    if not np.isfinite(values).all():
        raise OptimizerError(INVALID_ARGUMENT, "data must be finite")
    return values, count, chosen_seed, share


class _Julia:
    """The session with what one call of a function says about threads and time."""

    def __init__(self, threads: int | None, timeout_seconds: float | None) -> None:
        self._threads, self._timeout_seconds = resources(threads, timeout_seconds)

    def call(self, request: Request, draws: int) -> Reply:
        """Answer a request that costs so many draws."""
        words = {**request.words, "threads": str(self._threads or MOST_THREADS)}
        complete = Request(request.operation, words, request.arrays, request.results)
        return SESSION.call(complete, draws=draws, threads=self._threads, timeout_seconds=self._timeout_seconds)

    def simulate(self, operation: str, run: Simulation, words: Mapping[str, str], results: Mapping[str, int]) -> Reply:
        """Run an operation on simulations."""
        arrays = {"metrics": run.metrics}
        if run.matrix is not None:
            arrays["moves"] = run.matrix
        if run.weights is not None:
            arrays["weights"] = run.weights
        own = {
            "columns": "\t".join(frames.escape(name) for name in run.names),
            "count": str(run.count),
            "seed": str(run.seed),
            "spread": float.hex(run.spread),
        }
        named = {"evaluator": run.evaluator} if isinstance(run.evaluator, str) else {}
        draws = run.count * (len(run.names) + DRAWS.get(named.get("evaluator", ""), 0) + 8)
        return self.call(Request(operation, {**own, **named, **words}, arrays, results), draws)


def _summary(reply: Reply) -> dict[str, float]:
    numbers = dict(zip(NUMBERS, reply.arrays["out"].tolist(), strict=True))
    return {**numbers, "n": int(reply.words["n"]), "n_failed": int(reply.words["n_failed"])}


def _call_back(julia: _Julia, run: Simulation, evaluator: Scorer) -> list[float]:
    """Score simulations in this process, in order; Julia moves the metrics, a block at a time."""
    scores: list[float] = []
    width = len(run.names)
    block = max(1, BLOCK_DOUBLES // width)
    for first in range(0, run.count, block):
        rows = min(block, run.count - first)
        moved = julia.simulate("perturb", run, {"first": str(first)}, {"out": rows * width}).arrays["out"]
        scores += [_score(evaluator, dict(zip(run.names, row, strict=True))) for row in moved.reshape(rows, width).tolist()]
    return scores


def _score(evaluator: Scorer, metrics: dict[str, float]) -> float:
    try:
        return real(evaluator(metrics)) + 0.0
    except MemoryError:
        raise
    except Exception as error:
        text = f"{OBJECTIVE_ERROR} OBJECTIVE_ERROR: the evaluator failed: {type(error).__name__}: {error}"
        raise OptimizerError(COMPUTATION, text, OBJECTIVE_ERROR) from error
