"""Robustness (spec 2): how much worse a strategy gets when its parameters are moved a little."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from reference_py.rating.arguments import mapping, mappings
from reference_py.rating.finite import cap_of, clamp, fin, larger, mean

GUARD = 1e-9


def robustness_score(base: Mapping[str, Any], samples: Sequence[Mapping[str, Any]], penalty_cap: float = 0.5) -> float:
    """Return 1 minus the mean deterioration of the samples against the base, the mean limited to [0, cap].

    Keys `profit`, `avg_r`, `winrate`, `drawdown`. A cap of 0 gives 1; no samples, or none with a finite deterioration, cost the cap.
    """
    mapping(base, "base")
    moved = mappings(samples, "samples")
    cap = cap_of(penalty_cap)
    if cap == 0.0:
        return 1.0
    return larger(1.0 - _penalty(base, moved, cap), 0.0)


def _penalty(base: Mapping[str, Any], samples: list[Mapping[str, Any]], cap: float) -> float:
    deteriorations = [_deterioration(base, sample) for sample in samples]
    finite = [d for d in deteriorations if math.isfinite(d)]
    if not finite:
        return cap
    return clamp(mean(finite), 0.0, cap)


def _deterioration(base: Mapping[str, Any], sample: Mapping[str, Any]) -> float:
    """Return d = (drop(profit) + drop(avg_r) + drop(winrate) + rise(drawdown)) / 4, added from the left."""
    total = _drop(base, sample, "profit")
    total += _drop(base, sample, "avg_r")
    total += _drop(base, sample, "winrate")
    total += _rise(base, sample, "drawdown")
    return total / 4.0


def _drop(base: Mapping[str, Any], sample: Mapping[str, Any], key: str) -> float:
    """Return max(0, (B - X) / B) with B = max(b, 1e-9) and X = max(x, 0)."""
    b = larger(fin(base.get(key, 0.0)), GUARD)
    x = larger(fin(sample.get(key, 0.0)), 0.0)
    return larger((b - x) / b, 0.0)


def _rise(base: Mapping[str, Any], sample: Mapping[str, Any], key: str) -> float:
    """Return max(0, (X - B) / B) with the same B and X."""
    b = larger(fin(base.get(key, 0.0)), GUARD)
    x = larger(fin(sample.get(key, 0.0)), 0.0)
    return larger((x - b) / b, 0.0)
