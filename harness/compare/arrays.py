"""Compares arrays of numbers all at once, so that a million equal floats cost milliseconds, and locates the worst of what differs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.compare.floats import float_kind, ulp_distance, ulp_distances
from harness.compare.found import UNSIZED_ULPS, Found
from harness.compare.numbers import sized
from harness.contract.policy import Policy
from harness.model import Difference

Array = NDArray[Any]
Locate = Callable[[int], str]
_INTEGERS = "iub"
_FLOAT_BYTES = (2, 4, 8)


@dataclass(frozen=True, slots=True)
class Errors:
    """The pairs that a policy does not cover: positions in the arrays, and absolute, relative and ULP errors of each."""

    index: Array
    absolute: Array
    relative: Array
    ulps: Array

    def take(self, chosen: Array) -> Errors:
        """Return some of the pairs."""
        return Errors(self.index[chosen], self.absolute[chosen], self.relative[chosen], self.ulps[chosen])


def number_errors(reference: Array, candidate: Array, policy: Policy, *, scale: float | None = None) -> Errors:
    """Compare two flat arrays of one dtype: floats, integers or booleans.

    `scale` says that the integers are times and how many seconds one of them is: `abs_tol` is then in seconds, and nothing is relative.
    """
    if reference.dtype.kind == "f":
        return _float_errors(reference, candidate, policy)
    return _integer_errors(reference, candidate, policy, scale)


def worst_first(errors: Errors, limit: int) -> Errors:
    """Return the `limit` worst pairs by absolute error, after the very worst by each other measure."""
    if errors.index.size > limit:
        part = np.argpartition(-errors.absolute, limit - 1)[:limit]
        by_others = [int(np.argmax(errors.relative)), int(np.argmax(errors.ulps))]
        errors = errors.take(np.unique(np.concatenate([part, by_others])))
    return errors.take(np.lexsort((errors.index, -errors.absolute)))


def report(found: Found, reference: Array, candidate: Array, errors: Errors, locate: Locate) -> None:
    """Add the worst pairs as differences; `locate` gives the path of a position."""
    for index in worst_first(errors, found.limit).index.tolist():
        found.add(_difference(locate(index), reference[index], candidate[index]))


def _difference(path: str, reference: Any, candidate: Any) -> Difference:
    """Describe a pair in its own width: a float32 reads 0.1, and its ULPs are those of float32."""
    texts = str(reference), str(candidate)
    if reference.dtype.kind == "f":
        kind = float_kind(float(reference), float(candidate))
        if reference.dtype.itemsize not in _FLOAT_BYTES:
            return _wide_difference(path, kind, reference, candidate)
        return sized(path, kind, float(reference), float(candidate), texts, ulps=ulp_distance(reference, candidate))
    return sized(path, "value", int(reference), int(candidate), texts)


def _wide_difference(path: str, kind: str, reference: Any, candidate: Any) -> Difference:
    gap = abs(reference - candidate)
    relative = gap / abs(reference) if reference else np.inf
    return Difference(path, kind, str(reference), str(candidate), float(gap), float(relative))


def _float_errors(reference: Array, candidate: Array, policy: Policy) -> Errors:
    index = np.flatnonzero(_suspicious(reference, candidate, policy))
    left, right = reference[index], candidate[index]
    with np.errstate(all="ignore"):
        absolute = np.where(left == right, 0.0, np.abs(left - right))
        relative = np.where(absolute == 0, 0.0, absolute / np.abs(left))
    errors = Errors(index, _unless_nan(absolute), _unless_nan(np.where(np.isinf(left), np.inf, relative)), _ulps(left, right))
    return errors.take(~_covered(left, right, errors, policy))


def _unless_nan(errors: Array) -> Array:
    return np.where(np.isnan(errors), np.inf, errors)


def _suspicious(reference: Array, candidate: Array, policy: Policy) -> Array:
    """Mark the pairs that are not the same to the bit, or that a policy without equal NaN must look at."""
    with np.errstate(invalid="ignore"):
        same: Array = reference == candidate
        both_nan = np.isnan(reference) & np.isnan(candidate)
    if policy.signed_zero:
        same &= np.signbit(reference) == np.signbit(candidate)
    if policy.nan_equal:
        same |= both_nan
    return np.logical_not(same)


def _covered(left: Array, right: Array, errors: Errors, policy: Policy) -> Array:
    """Mark the pairs within a tolerance; zeros of different sign and infinities are within none."""
    covered: Array = np.zeros(left.shape, dtype=bool)
    if policy.abs_tol:
        covered |= errors.absolute <= policy.abs_tol
    if policy.rel_tol:
        with np.errstate(all="ignore"):
            covered |= errors.absolute <= policy.rel_tol * np.abs(left)
    if policy.ulps:
        covered |= errors.ulps <= np.uint64(policy.ulps)
    covered &= np.isfinite(left) & np.isfinite(right) & (left != right)
    return covered


def _ulps(left: Array, right: Array) -> Array:
    """Count ULPs; what is not finite, or of a width that cannot be counted, is further apart than any two numbers."""
    ulps = np.full(left.shape, UNSIZED_ULPS, dtype=np.uint64)
    if left.dtype.itemsize in _FLOAT_BYTES:
        finite = np.isfinite(left) & np.isfinite(right)
        ulps[finite] = ulp_distances(left[finite], right[finite])
    return ulps


def _integer_errors(reference: Array, candidate: Array, policy: Policy, scale: float | None) -> Errors:
    index = np.flatnonzero(reference != candidate)
    left, right = reference[index], candidate[index]
    steps = _steps(left, right)
    absolute = steps.astype(np.float64) * (scale or 1.0)
    with np.errstate(all="ignore"):
        relative = np.where(left == 0, np.inf, absolute / np.abs(left.astype(np.float64)))
    wrong = absolute > policy.abs_tol
    if policy.rel_tol and scale is None:
        wrong &= relative > policy.rel_tol
    return Errors(index, absolute, relative, steps).take(wrong)


def _steps(left: Array, right: Array) -> Array:
    """Return how far apart integers are, without overflow: modulo 2**64 the difference of the larger and the smaller is exact."""
    larger, smaller = np.where(left > right, left, right), np.where(left > right, right, left)
    return larger.astype(np.uint64) - smaller.astype(np.uint64)
