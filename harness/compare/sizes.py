"""How large the errors are, as three numbers that a gate can limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.compare.found import abs_size, rel_size, ulp_size
from harness.model import Difference


@dataclass(frozen=True, slots=True)
class ErrorSizes:
    """The largest absolute error in the unit of the values, relative error as a fraction of the reference, and error in ULPs."""

    max_abs: float
    max_rel: float
    max_ulps: int


def error_sizes(where: Sequence[Difference]) -> ErrorSizes:
    """Return the largest errors, zeros when nothing differs.

    A difference that is no number (a missing row, another type, a NaN for a number) is infinitely large, so that no limit passes it.
    """
    return ErrorSizes(
        max(map(abs_size, where), default=0.0),
        max(map(rel_size, where), default=0.0),
        max(map(ulp_size, where), default=0),
    )
