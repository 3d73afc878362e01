"""Compares numpy arrays: type, shape and mask first, then all items at once where they are numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from harness.compare.arrays import Array, number_errors, report
from harness.compare.walk import Walk
from harness.contract.policy import Policy

_NUMERIC = "fiub"


def arrays(reference: Array, candidate: Array, policy: Policy, path: str, walk: Walk) -> None:
    """Compare two arrays; items are located as `value[3]` or `value[1, 2]`."""
    if policy.types and reference.dtype != candidate.dtype:
        walk.add(path, "type", f"array of {reference.dtype}", f"array of {candidate.dtype}")
    elif reference.shape != candidate.shape:
        walk.differ(path, "shape", reference.shape, candidate.shape)
    elif isinstance(reference, np.ma.MaskedArray) or isinstance(candidate, np.ma.MaskedArray):
        _masked(reference, candidate, policy, path, walk)
    elif policy.fields or policy.ignore or reference.dtype != candidate.dtype or reference.dtype.kind not in _NUMERIC + "c":
        _one_by_one(reference, candidate, policy, path, walk)
    else:
        _at_once(reference, candidate, policy, path, walk)


def _masked(reference: Array, candidate: Array, policy: Policy, path: str, walk: Walk) -> None:
    """Compare which items are masked, then the others."""
    left, right = np.ma.getmaskarray(reference), np.ma.getmaskarray(candidate)
    walk.values(left, right, policy, f"{path}.mask", walk)
    shown = ~(left | right)
    pairs = zip(np.argwhere(shown).tolist(), np.ma.getdata(reference)[shown], np.ma.getdata(candidate)[shown], strict=True)
    for place, one, other in pairs:
        walk.values(one, other, policy, f"{path}[{', '.join(map(str, place))}]", walk)


def _at_once(reference: Array, candidate: Array, policy: Policy, path: str, walk: Walk) -> None:
    parts = {"": (reference, candidate)}
    if reference.dtype.kind == "c":
        parts = {".real": (reference.real, candidate.real), ".imag": (reference.imag, candidate.imag)}
    for part, (left, right) in parts.items():
        flat, other = left.ravel(), right.ravel()
        report(walk.found, flat, other, number_errors(flat, other, policy), _locator(path, reference.shape, part))


def _locator(path: str, shape: tuple[int, ...], part: str) -> Any:
    return lambda index: f"{_place(path, index, shape)}{part}"


def _one_by_one(reference: Array, candidate: Array, policy: Policy, path: str, walk: Walk) -> None:
    for index, pair in enumerate(zip(reference.ravel(), candidate.ravel(), strict=True)):
        one, other = (value.item() if isinstance(value, np.void) else value for value in pair)
        walk.values(one, other, policy, _place(path, index, reference.shape), walk)


def _place(path: str, index: int, shape: tuple[int, ...]) -> str:
    return f"{path}[{', '.join(map(str, np.unravel_index(index, shape)))}]" if shape else path
