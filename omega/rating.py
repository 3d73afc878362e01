"""The rating module as production code calls it: OMEGA_USE_RUST_RATING decides at each call whether Rust or Python answers.

Every function means what the one of the same name in `reference_py.rating` means, to the bit and to the error code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypedDict

import pyarrow as pa

from harness.runtime import Answered, Dispatcher
from omega import config as flags
from reference_py.rating import RatingError
from reference_py.rating.philox import DEFAULT_SEED

__all__ = [
    "ArrowData",
    "JitterConfig",
    "RatingConfig",
    "RatingError",
    "ask",
    "calculate_ratings_batch",
    "calculate_ratings_table",
    "cost_shock_mean",
    "cost_shock_score",
    "cost_shock_score_batch",
    "cost_shock_scores_table",
    "final_rating",
    "metrics_round_trip",
    "ratings_boundary",
    "robustness_score",
    "robustness_score_batch",
    "robustness_scores_table",
    "score_from_penalty",
    "stability_score",
    "strategy_rating",
    "stress_penalty",
    "trade_dropout",
    "trade_dropout_runs",
    "trade_dropout_score",
]

_NO_OPERATIONS = {"ArrowData", "JitterConfig", "RatingConfig", "RatingError", "ask"}


class JitterConfig(TypedDict, total=False):
    """How parameters are moved: by up to the fraction `param_variation`, `n_iterations` times, with a seed or the default one."""

    param_variation: float
    n_iterations: int
    seed: int | None


class RatingConfig(TypedDict, total=False):
    """What a full rating depends on besides the metrics; a key left out has its default."""

    weights: Sequence[float]
    penalty_cap: float
    cost_multipliers: Sequence[float]
    jitter: JitterConfig | None
    dropout_frac: float
    dropout_runs: int
    thresholds: Mapping[str, float] | None


class ArrowStream(Protocol):
    """A table over the Arrow PyCapsule interface."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Hand the stream over as a capsule."""


class ArrowBatch(Protocol):
    """A record batch over the Arrow PyCapsule interface."""

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        """Hand schema and array over as two capsules."""


ArrowData = ArrowStream | ArrowBatch
Metrics = Mapping[str, Any]
Trades = Mapping[str, Sequence[Any]]


def _as_reference_error(error: Exception) -> Exception:
    """Give callers one class to catch: the port has its own RatingError of the same form."""
    code = getattr(error, "code", None)
    if type(error).__name__ != RatingError.__name__ or not isinstance(code, int):
        return error
    return RatingError(code, str(error).removeprefix(f"[{code}] "))


_rating = Dispatcher(
    flags.RATING,
    reference="reference_py.rating",
    port="omega_rust.rating",
    names=[name for name in __all__ if name not in _NO_OPERATIONS],
    version="0.1",
    translate=_as_reference_error,
)


def ask(operation: str, *arguments: Any) -> Answered:
    """Return an operation's value together with who gave it and why; `harness.runtime.trace` does the same for a whole context."""
    return _rating.ask(operation, *arguments)


def strategy_rating(summary: Metrics, thresholds: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return Score, Deployment and Deployment_Fails of a summary against thresholds."""
    result: dict[str, Any] = _rating.call("strategy_rating", summary, thresholds)
    return result


def robustness_score(base: Metrics, samples: Sequence[Metrics], penalty_cap: float = 0.5) -> float:
    """Return how little the samples with moved parameters lose against the base."""
    result: float = _rating.call("robustness_score", base, samples, penalty_cap)
    return result


def stability_score(profits: Mapping[int, Any], days: Mapping[int, Any] | None = None) -> tuple[float, float]:
    """Return (score, wmape) of the profit per year."""
    result: tuple[float, float] = _rating.call("stability_score", profits, days)
    return result


def stress_penalty(base: Metrics, stressed: Sequence[Metrics], penalty_cap: float = 0.5) -> float:
    """Return the mean loss of the stressed runs against the base, limited by the cap."""
    result: float = _rating.call("stress_penalty", base, stressed, penalty_cap)
    return result


def score_from_penalty(penalty: float, penalty_cap: float = 0.5) -> float:
    """Return 1 minus the penalty within the cap."""
    result: float = _rating.call("score_from_penalty", penalty, penalty_cap)
    return result


def cost_shock_score(base: Metrics, shocked: Metrics, penalty_cap: float = 0.5) -> float:
    """Return the score of one run with higher costs."""
    result: float = _rating.call("cost_shock_score", base, shocked, penalty_cap)
    return result


def cost_shock_mean(base: Metrics, shocked: Sequence[Metrics], penalty_cap: float = 0.5) -> float:
    """Return the mean score of several runs with higher costs."""
    result: float = _rating.call("cost_shock_mean", base, shocked, penalty_cap)
    return result


def trade_dropout(
    trades: Trades,
    frac: float,
    seed: int = DEFAULT_SEED,
    run: int = 0,
    base: Metrics | None = None,
    dropped: Sequence[int] | None = None,
) -> dict[str, float]:
    """Return profit, drawdown and sharpe after a share of the trades is dropped."""
    result: dict[str, float] = _rating.call("trade_dropout", trades, frac, seed, run, base, dropped)
    return result


def trade_dropout_runs(
    trades: Trades, frac: float, runs: int, seed: int | None = None, base: Metrics | None = None
) -> list[dict[str, float]]:
    """Return the metrics after dropping trades once per run, each run from its own row of random numbers."""
    result: list[dict[str, float]] = _rating.call("trade_dropout_runs", trades, frac, runs, seed, base)
    return result


def trade_dropout_score(base: Metrics, dropped: Sequence[Metrics], penalty_cap: float = 0.5) -> float:
    """Return the mean score of the runs with dropped trades."""
    result: float = _rating.call("trade_dropout_score", base, dropped, penalty_cap)
    return result


def final_rating(
    robustness: float,
    stability: float,
    cost_shock: float,
    dropout: float,
    stress_penalty: float,
    profit_factor: float,
    weights: Sequence[float] | None = None,
) -> float:
    """Return the weighted rating, lowered by the stress penalty."""
    result: float = _rating.call("final_rating", robustness, stability, cost_shock, dropout, stress_penalty, profit_factor, weights)
    return result


def calculate_ratings_batch(metrics_ipc: bytes, config: RatingConfig | None = None) -> bytes:
    """Rate every row of an Arrow IPC stream; returns a stream with six scores per row."""
    result: bytes = _rating.call("calculate_ratings_batch", metrics_ipc, config)
    return result


def calculate_ratings_table(metrics: ArrowData, config: RatingConfig | None = None) -> pa.RecordBatch:
    """Rate every row of a table."""
    return _rating.call("calculate_ratings_table", metrics, config)


def robustness_score_batch(metrics_ipc: bytes, jitter: JitterConfig | None = None) -> list[float]:
    """Return the robustness of every row of an Arrow IPC stream."""
    result: list[float] = _rating.call("robustness_score_batch", metrics_ipc, jitter)
    return result


def robustness_scores_table(metrics: ArrowData, jitter: JitterConfig | None = None) -> list[float]:
    """Return the robustness of every row of a table."""
    result: list[float] = _rating.call("robustness_scores_table", metrics, jitter)
    return result


def cost_shock_score_batch(metrics_ipc: bytes, multipliers: Sequence[float]) -> bytes:
    """Return one score per row and multiplier of an Arrow IPC stream, as a stream."""
    result: bytes = _rating.call("cost_shock_score_batch", metrics_ipc, multipliers)
    return result


def cost_shock_scores_table(metrics: ArrowData, multipliers: Sequence[float]) -> pa.RecordBatch:
    """Return one score per row and multiplier of a table."""
    return _rating.call("cost_shock_scores_table", metrics, multipliers)


def metrics_round_trip(metrics_ipc: bytes) -> bytes:
    """Decode the rows and encode them again: the crossing both ways."""
    result: bytes = _rating.call("metrics_round_trip", metrics_ipc)
    return result


def ratings_boundary(metrics_ipc: bytes, config: RatingConfig | None = None) -> bytes:
    """Do everything that `calculate_ratings_batch` does but compute."""
    result: bytes = _rating.call("ratings_boundary", metrics_ipc, config)
    return result
