"""The batch functions (spec 8.4): many backtests in, one rating each out, over Arrow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from reference_py.rating.aggregation import final_rating
from reference_py.rating.config import JitterConfig, RatingConfig, jitter_config, multipliers, rating_config
from reference_py.rating.cost_shock import cost_shock_mean, cost_shock_score
from reference_py.rating.metrics import Derived, Metrics, derive, jittered, shocked, stability, thinned
from reference_py.rating.philox import DROPOUT_STREAM, JITTER_STREAM, uniforms
from reference_py.rating.robustness import robustness_score
from reference_py.rating.schema import (
    COST_SHOCK_SCHEMA,
    RATING_COLUMNS,
    RATING_SCHEMA,
    MetricsInput,
    arrow_data,
    rows_of_arrow,
    rows_of_stream,
    stream_bytes,
    table_of_columns,
    table_of_rows,
    to_ipc,
)
from reference_py.rating.stress import stress_penalty
from reference_py.rating.trade_dropout import trade_dropout_runs, trade_dropout_score

JITTERED_METRICS = 4

Config = RatingConfig | Mapping[str, Any] | None
Jitter = JitterConfig | Mapping[str, Any] | None


def calculate_ratings_batch(metrics_ipc: bytes, config: Config = None) -> bytes:
    """Rate every row of an Arrow IPC stream; returns a stream of one batch with the six columns of `RATING_SCHEMA`.

    Raises:
        RatingError: for the configuration as `RatingConfig`; then 3004 bytes that are no stream, 1005 schema, 1002 null, 1011 lengths.
        TypeError: when `metrics_ipc` is not bytes.
    """
    data, settings = stream_bytes(metrics_ipc), rating_config(config)
    return to_ipc(_ratings(rows_of_stream(data), settings))


def calculate_ratings_table(metrics: Any, config: Config = None) -> pa.RecordBatch:
    """Rate every row of a table given over the PyCapsule interface; raises as `calculate_ratings_batch`, without 3004."""
    data, settings = arrow_data(metrics), rating_config(config)
    return _ratings(rows_of_arrow(data), settings)


def robustness_score_batch(metrics_ipc: bytes, jitter: Jitter = None) -> list[float]:
    """Return the robustness of every row of an Arrow IPC stream with a penalty cap of 0.5; raises as `calculate_ratings_batch`."""
    data, settings = stream_bytes(metrics_ipc), jitter_config(jitter)
    return _robustness(rows_of_stream(data), settings)


def robustness_scores_table(metrics: Any, jitter: Jitter = None) -> list[float]:
    """Return the robustness of every row of a table given over the PyCapsule interface."""
    data, settings = arrow_data(metrics), jitter_config(jitter)
    return _robustness(rows_of_arrow(data), settings)


def cost_shock_score_batch(metrics_ipc: bytes, multipliers: Sequence[float]) -> bytes:
    """Return one score per row and multiplier, row by row, as an Arrow IPC stream with the columns of `COST_SHOCK_SCHEMA`.

    The penalty cap is 0.5. Raises as `calculate_ratings_batch`, and RatingError 1001 for multipliers that are not finite or negative.
    """
    data, factors = stream_bytes(metrics_ipc), _factors(multipliers)
    return to_ipc(_cost_shocks(rows_of_stream(data), factors))


def cost_shock_scores_table(metrics: Any, multipliers: Sequence[float]) -> pa.RecordBatch:
    """Return one score per row and multiplier of a table given over the PyCapsule interface."""
    data, factors = arrow_data(metrics), _factors(multipliers)
    return _cost_shocks(rows_of_arrow(data), factors)


def metrics_round_trip(metrics_ipc: bytes) -> bytes:
    """Decode the rows and encode them again with every column of the schema: the crossing both ways, and nothing lost."""
    return to_ipc(table_of_rows(rows_of_stream(stream_bytes(metrics_ipc))))


def ratings_boundary(metrics_ipc: bytes, config: Config = None) -> bytes:
    """Do everything that `calculate_ratings_batch` does but compute: decode, check, encode as many rows of zeros."""
    data, _ = stream_bytes(metrics_ipc), rating_config(config)
    zeros = [0.0] * len(rows_of_stream(data))
    return to_ipc(table_of_columns(RATING_SCHEMA, [zeros for _ in RATING_COLUMNS]))


@dataclass(frozen=True, slots=True)
class _Perturbations:
    """The random numbers of one call, the same for every row: jitter factors, and (a, b) per dropout run."""

    factors: list[list[float]]
    losses: list[tuple[float, float]]


def _ratings(rows: list[MetricsInput], config: RatingConfig) -> pa.RecordBatch:
    jitter = jitter_config(config.jitter)
    perturbations = _Perturbations(_jitter_factors(jitter), _dropout_losses(jitter.key, config))
    ratings = [_rating(row, config, perturbations) for row in rows]
    return table_of_columns(RATING_SCHEMA, [[rating[k] for rating in ratings] for k in range(len(RATING_COLUMNS))])


def _rating(row: MetricsInput, config: RatingConfig, perturbations: _Perturbations) -> tuple[float, ...]:
    """Return the six numbers of one row in the order of `RATING_COLUMNS`."""
    d, cap = derive(row), config.penalty_cap
    shocks = [shocked(d, multiplier) for multiplier in config.cost_multipliers]
    dropouts = _dropouts(row, d, config, perturbations.losses)
    robustness = robustness_score(d.robustness_base, [jittered(d, factors) for factors in perturbations.factors], cap)
    steadiness = stability(row)
    cost_shock = cost_shock_mean(d.stress_base, shocks, cap)
    dropout = trade_dropout_score(d.stress_base, dropouts, cap)
    penalty = stress_penalty(d.stress_base, shocks + dropouts, cap)
    final = final_rating(robustness, steadiness, cost_shock, dropout, penalty, row.profit_factor, config.weights)
    return robustness, steadiness, cost_shock, dropout, penalty, final


def _dropouts(row: MetricsInput, d: Derived, config: RatingConfig, losses: list[tuple[float, float]]) -> list[Metrics]:
    """Return the metrics of every dropout run: real trades dropped where the row lists them, a formula where it does not."""
    if row.trade_results is None:
        return [thinned(d, a, b) for a, b in losses]
    trades = {"result": row.trade_results}
    if row.trade_r is not None:
        trades["r_multiple"] = row.trade_r
    seed = jitter_config(config.jitter).key
    return trade_dropout_runs(trades, config.dropout_frac, config.dropout_runs, seed, d.stress_base)


def _jitter_factors(jitter: JitterConfig) -> list[list[float]]:
    """Return 1 + v * (2 * u(i, k) - 1) for every iteration i and metric k."""
    v = jitter.param_variation
    rows = uniforms(jitter.key, JITTER_STREAM, jitter.n_iterations)
    return [[1.0 + v * (2.0 * u - 1.0) for u in row[:JITTERED_METRICS]] for row in rows]


def _dropout_losses(seed: int, config: RatingConfig) -> list[tuple[float, float]]:
    """Return a = f * 2 * u(j, 4) and b = f * 2 * u(j, 5) for every run j."""
    f = config.dropout_frac
    rows = uniforms(seed, DROPOUT_STREAM, config.dropout_runs)
    return [(f * 2.0 * row[4], f * 2.0 * row[5]) for row in rows]


def _robustness(rows: list[MetricsInput], jitter: JitterConfig) -> list[float]:
    table = _jitter_factors(jitter)
    metrics = [derive(row) for row in rows]
    return [robustness_score(d.robustness_base, [jittered(d, factors) for factors in table]) for d in metrics]


def _factors(values: Sequence[float]) -> tuple[float, ...]:
    return multipliers(values, "multipliers")


def _cost_shocks(rows: list[MetricsInput], factors: tuple[float, ...]) -> pa.RecordBatch:
    metrics = [derive(row) for row in rows]
    pairs = [(number, d, factor) for number, d in enumerate(metrics) for factor in factors]
    scores = [cost_shock_score(d.stress_base, shocked(d, factor)) for _, d, factor in pairs]
    return table_of_columns(COST_SHOCK_SCHEMA, [[number for number, _, _ in pairs], [factor for _, _, factor in pairs], scores])
