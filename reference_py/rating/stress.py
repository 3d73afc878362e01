"""Stress penalty (spec 4): the kernel that cost shock and trade dropout share."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from reference_py.rating.arguments import mapping, mappings
from reference_py.rating.finite import cap_of, clamp, fin, larger, mean

GUARD = 1e-9


def stress_penalty(base: Mapping[str, Any], stressed: Sequence[Mapping[str, Any]], penalty_cap: float = 0.5) -> float:
    """Return the mean deterioration under stress, limited to [0, cap]; lower is better.

    Keys `profit`, `drawdown`, `sharpe`. An empty map is skipped, not read as zeros; with nothing finite to average the penalty is 0.
    """
    mapping(base, "base")
    sets = mappings(stressed, "stressed")
    cap = cap_of(penalty_cap)
    penalties = [_penalty(base, one) for one in sets if len(one) > 0]
    finite = [penalty for penalty in penalties if math.isfinite(penalty)]
    if not finite:
        return 0.0
    return clamp(mean(finite), 0.0, cap)


def score_from_penalty(penalty: Any, penalty_cap: float = 0.5) -> float:
    """Return max(0, 1 - penalty) with the penalty limited to [0, cap]; one that is no finite number costs the cap."""
    cap = cap_of(penalty_cap)
    return larger(1.0 - clamp(fin(penalty, cap), 0.0, cap), 0.0)


def mean_score(base: Mapping[str, Any], stressed: Sequence[Mapping[str, Any]], penalty_cap: float) -> float:
    """Return the mean of the scores of each set alone, each limited by the cap on its own; 1 when there is none."""
    mapping(base, "base")
    sets = mappings(stressed, "stressed")
    cap = cap_of(penalty_cap)
    scores = [score_from_penalty(stress_penalty(base, [one], cap), cap) for one in sets]
    return mean(scores) if scores else 1.0


def _penalty(base: Mapping[str, Any], stressed: Mapping[str, Any]) -> float:
    """Return (p + d + s) / 3, added from the left."""
    total = _profit_drop(fin(base.get("profit", 0.0)), fin(stressed.get("profit", 0.0)))
    total += _drawdown_rise(fin(base.get("drawdown", 0.0)), fin(stressed.get("drawdown", 0.0)))
    total += _sharpe_drop(fin(base.get("sharpe", 0.0)), fin(stressed.get("sharpe", 0.0)))
    return total / 3.0


def _profit_drop(base: float, stressed: float) -> float:
    """Return max(0, (B - x) / B), or 0 when there was no profit to lose; a loss may cost more than 1."""
    if base <= 0.0:
        return 0.0
    return larger((base - stressed) / base, 0.0)


def _drawdown_rise(base: float, stressed: float) -> float:
    """Return max(0, (x - B) / B) with B = max(b, 1e-9)."""
    b = larger(base, GUARD)
    return larger((stressed - b) / b, 0.0)


def _sharpe_drop(base: float, stressed: float) -> float:
    """Return max(0, (B - x) / B) with B = max(b, 1e-9)."""
    b = larger(base, GUARD)
    return larger((b - stressed) / b, 0.0)
