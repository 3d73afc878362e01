"""The two ports of the optimizer behind their flags: Rust for trials and their records, Julia for Monte-Carlo and bootstrap."""

from __future__ import annotations

from harness.runtime import Dispatcher
from omega import config as flags
from reference_py.optimizer import OptimizerError

REFERENCE = "reference_py.optimizer"


def as_reference_error(error: Exception) -> Exception:
    """Give callers one class to catch: each port has its own OptimizerError of the same form."""
    code = getattr(error, "code", None)
    if type(error).__name__ != OptimizerError.__name__ or not isinstance(code, int):
        return error
    return OptimizerError(code, str(error).removeprefix(f"[{code}] "), getattr(error, "module_code", None))


RUST = Dispatcher(
    flags.OPTIMIZER,
    reference=REFERENCE,
    port="omega_rust.optimizer",
    names=("OptimizerRust", "aggregate_results"),
    version="0.1",
    translate=as_reference_error,
)
JULIA = Dispatcher(
    flags.MONTE_CARLO,
    reference=REFERENCE,
    port="omega_julia",
    names=("bootstrap_ci", "monte_carlo_robustness", "monte_carlo_scores"),
    version="0.1",
    translate=as_reference_error,
)
