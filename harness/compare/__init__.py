"""Two values or outcomes and a policy in, located differences out; the same comparison in every check, replay and shadow run."""

from harness.compare.floats import ulp_distance
from harness.compare.outcomes import compare_outcomes
from harness.compare.paths import policy_for
from harness.compare.signature import describe, signature
from harness.compare.sizes import ErrorSizes, error_sizes
from harness.compare.values import differences

__all__ = ["ErrorSizes", "compare_outcomes", "describe", "differences", "error_sizes", "policy_for", "signature", "ulp_distance"]
