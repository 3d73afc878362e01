"""Inputs of operations: generated, at the edges, recorded, hostile to bindings, and shrunk; start at `generate`."""

from harness.cases.boundary import boundary_cases
from harness.cases.generate import generate
from harness.cases.identity import case_id, make_case
from harness.cases.shrink import shrink
from harness.cases.simpler import size_of

__all__ = ["boundary_cases", "case_id", "generate", "make_case", "shrink", "size_of"]
