"""Compares two single numbers under a policy: integers exactly, floats with their tolerances, both with their errors."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

from harness.compare.floats import float_kind, ulp_distance
from harness.compare.show import show
from harness.contract.policy import Policy
from harness.model import Difference

Number = int | float


def number_difference(path: str, reference: Number, candidate: Number, policy: Policy) -> Difference | None:
    """Compare two of int and float, in any combination; None when the policy counts them as equal."""
    if equal_numbers(reference, candidate, policy):
        return None
    return sized(path, _kind(reference, candidate), reference, candidate)


def equal_numbers(reference: Number, candidate: Number, policy: Policy) -> bool:
    """Tell whether the policy counts two numbers as equal; an infinity is within no tolerance of anything but itself."""
    if reference == candidate:
        return bool(reference) or not policy.signed_zero or _same_sign(reference, candidate)
    if reference != reference or candidate != candidate:  # noqa: PLR0124 - only NaN differs from itself, and integers may be too large for isnan
        return policy.nan_equal and reference != reference and candidate != candidate  # noqa: PLR0124 - as above
    return _finite(reference) and _finite(candidate) and _covered(reference, candidate, policy)


def sized(
    path: str, kind: str, reference: Any, candidate: Any, texts: tuple[str, str] | None = None, *, ulps: int | None = None
) -> Difference:
    """Describe a difference of two numbers with its absolute and relative error and its ULPs; those of integers are whole ones.

    A NaN or infinity on one side is infinitely far from the other; so is any number, relatively, from a reference of zero.
    """
    gap = _gap(reference, candidate)
    shown = texts or (show(reference), show(candidate))
    return Difference(path, kind, *shown, gap, _relative(gap, reference), _steps(reference, candidate) if ulps is None else ulps)


def decimal_difference(path: str, reference: Decimal, candidate: Decimal, policy: Policy) -> Difference | None:
    """Compare two decimals; exactly, 1.0 and 1.00 differ, since they print differently, with any tolerance they do not."""
    if reference.is_nan() or candidate.is_nan():
        if policy.nan_equal and reference.is_nan() and candidate.is_nan():
            return None
        return Difference(path, "nan", show(reference), show(candidate), math.inf, math.inf)
    if reference.as_tuple() == candidate.as_tuple():
        return None
    tolerant = bool(policy.abs_tol or policy.rel_tol or policy.ulps)
    if reference == candidate:
        loose = (tolerant or not policy.types) and (
            bool(reference) or not policy.signed_zero or reference.is_signed() == candidate.is_signed()
        )
        return None if loose else Difference(path, "decimal-form", show(reference), show(candidate), 0.0, 0.0, 0)
    finite = reference.is_finite() and candidate.is_finite()
    if finite and _covered(Fraction(reference), Fraction(candidate), policy):
        return None
    gap = _as_float(abs(Fraction(reference) - Fraction(candidate))) if finite else math.inf
    return Difference(path, "value", show(reference), show(candidate), gap, _relative(gap, reference))


def _covered(reference: Any, candidate: Any, policy: Policy) -> bool:
    gap = _exact_gap(reference, candidate)
    if policy.abs_tol and gap <= policy.abs_tol:
        return True
    if policy.rel_tol and gap <= policy.rel_tol * _float(abs(reference)):
        return True
    if not (policy.ulps and isinstance(reference, float) and isinstance(candidate, float)):
        return False
    steps = ulp_distance(reference, candidate)
    return steps is not None and steps <= policy.ulps


def _steps(reference: Number, candidate: Number) -> int | None:
    if isinstance(reference, int) and isinstance(candidate, int):
        return abs(reference - candidate)
    return ulp_distance(_float(reference), _float(candidate))


def _exact_gap(reference: Any, candidate: Any) -> Any:
    if isinstance(reference, float) and isinstance(candidate, float):
        return abs(reference - candidate)
    return abs(Fraction(reference) - Fraction(candidate))


def _gap(reference: Any, candidate: Any) -> float:
    if reference == candidate:
        return 0.0
    if not (_finite(reference) and _finite(candidate)):
        return math.inf
    return _as_float(_exact_gap(reference, candidate))


def _relative(gap: float, reference: Any) -> float:
    if gap == 0:
        return 0.0
    size = _float(abs(reference)) if _finite(reference) else math.nan
    return gap / size if size and math.isfinite(size) and math.isfinite(gap) else math.inf


def _as_float(gap: Any) -> float:
    try:
        return float(gap)
    except OverflowError:
        return math.inf


def _float(value: Any) -> Any:
    """Keep floats as they are, for their width; make others one."""
    return value if isinstance(value, float) else _as_float(value)


def _finite(value: Any) -> bool:
    return isinstance(value, int) or (value == value and abs(value) != math.inf)  # noqa: PLR0124 - only NaN differs from itself


def _same_sign(reference: Number, candidate: Number) -> bool:
    return math.copysign(1.0, reference) == math.copysign(1.0, candidate)


def _kind(reference: Number, candidate: Number) -> str:
    if isinstance(reference, int) and isinstance(candidate, int):
        return "value"
    return float_kind(_float(reference), _float(candidate))
