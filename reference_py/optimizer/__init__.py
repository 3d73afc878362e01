"""The optimizer's reference: a seeded search on Optuna's samplers, pruners and storages, and Monte-Carlo judgement of what it finds.

Start reading at `optimizer`; `study` is the plan, `trial` one step of it, `monte_carlo` and `bootstrap` stand alone.
"""

from optuna import TrialPruned

from reference_py.optimizer.aggregate import aggregate_results
from reference_py.optimizer.bootstrap import bootstrap_ci
from reference_py.optimizer.config import OptimizerConfig, read_config
from reference_py.optimizer.errors import SHARED_CODES, ErrorCode, ModuleCode, OptimizerError
from reference_py.optimizer.monte_carlo import monte_carlo_robustness, monte_carlo_scores
from reference_py.optimizer.optimizer import Optimizer, make_result
from reference_py.optimizer.result import OptimizationResult, TrialRow
from reference_py.optimizer.space import ParamRange
from reference_py.optimizer.study import SeededStudy
from reference_py.optimizer.trial import Outcome, Trial, run_objective

__all__ = [
    "SHARED_CODES",
    "ErrorCode",
    "ModuleCode",
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
    "bootstrap_ci",
    "make_result",
    "monte_carlo_robustness",
    "monte_carlo_scores",
    "read_config",
    "run_objective",
]
