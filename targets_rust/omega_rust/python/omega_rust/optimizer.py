"""The optimizer in Rust: trials that somebody else asks for are run, judged and recorded, and records of them are merged."""

from omega_rust._native import _optimizer
from omega_rust.errors import OptimizerError

__all__ = ["OptimizerError", "OptimizerOrchestrator", "OptimizerRust", "aggregate_results"]

OptimizerRust = _optimizer.OptimizerRust
OptimizerOrchestrator = OptimizerRust
aggregate_results = _optimizer.aggregate_results
