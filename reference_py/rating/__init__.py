"""The rating module's reference: kernels over plain Python values, and the batch functions over Arrow that are built on them.

Start reading at `batch`; each kernel has its own file, named as its section of the specification.
"""

from reference_py.rating.aggregation import final_rating
from reference_py.rating.batch import (
    calculate_ratings_batch,
    calculate_ratings_table,
    cost_shock_score_batch,
    cost_shock_scores_table,
    metrics_round_trip,
    ratings_boundary,
    robustness_score_batch,
    robustness_scores_table,
)
from reference_py.rating.config import JitterConfig, RatingConfig
from reference_py.rating.cost_shock import apply_cost_factor, cost_shock_mean, cost_shock_score
from reference_py.rating.errors import ErrorCode, RatingError
from reference_py.rating.robustness import robustness_score
from reference_py.rating.stability import stability_score
from reference_py.rating.strategy import strategy_rating
from reference_py.rating.stress import score_from_penalty, stress_penalty
from reference_py.rating.trade_dropout import trade_dropout, trade_dropout_runs, trade_dropout_score

__all__ = [
    "ErrorCode",
    "JitterConfig",
    "RatingConfig",
    "RatingError",
    "apply_cost_factor",
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
