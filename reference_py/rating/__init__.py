"""The rating module's reference: kernels over plain Python values, and the batch functions over Arrow that are built on them.

Start reading at `batch`; each kernel has its own file, named as its section of the specification.
"""

from reference_py.rating.aggregation import final_rating
from reference_py.rating.cost_shock import apply_cost_factor, cost_shock_mean, cost_shock_score
from reference_py.rating.errors import ErrorCode, RatingError
from reference_py.rating.robustness import robustness_score
from reference_py.rating.stability import stability_score
from reference_py.rating.strategy import strategy_rating
from reference_py.rating.stress import score_from_penalty, stress_penalty
from reference_py.rating.trade_dropout import trade_dropout, trade_dropout_runs, trade_dropout_score

__all__ = [
    "ErrorCode",
    "RatingError",
    "apply_cost_factor",
    "cost_shock_mean",
    "cost_shock_score",
    "final_rating",
    "robustness_score",
    "score_from_penalty",
    "stability_score",
    "strategy_rating",
    "stress_penalty",
    "trade_dropout",
    "trade_dropout_runs",
    "trade_dropout_score",
]
