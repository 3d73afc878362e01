"""Strategy rating (spec 1): five thresholds, the share of those that hold, and the names of those that fail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from reference_py.rating.arguments import mapping
from reference_py.rating.errors import ErrorCode, RatingError
from reference_py.rating.finite import real


class Rule(NamedTuple):
    """One row of the table in spec 1; `at_most` rules fail above the threshold, the others below it."""

    label: str
    key: str
    threshold: str
    default: float
    at_most: bool


RULES = (
    Rule("Winrate", "Winrate (%)", "min_winrate", 45.0, at_most=False),
    Rule("Avg R", "Avg R-Multiple", "min_avg_r", 0.6, at_most=False),
    Rule("Net Profit", "Net Profit", "min_profit", 500.0, at_most=False),
    Rule("Profit Factor", "profit_factor", "min_profit_factor", 1.2, at_most=False),
    Rule("Drawdown", "drawdown_eur", "max_drawdown", 1000.0, at_most=True),
)


def strategy_rating(summary: Mapping[str, Any], thresholds: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Rate a summary against thresholds: Score = round(1 - fails / 5, 2), deployable when nothing fails.

    A missing key of the summary counts as 0; equality and NaN pass. An empty or absent map of thresholds means the defaults.

    Raises:
        RatingError: 1008 when a map of thresholds that is not empty lacks one.
        TypeError: when a value is present but no number.
    """
    mapping(summary, "summary")
    limits = read_thresholds(thresholds)
    fails = [rule.label for rule, limit in zip(RULES, limits, strict=True) if _fails(rule, real(summary.get(rule.key, 0.0)), limit)]
    return {
        "Score": round(1.0 - len(fails) / 5.0, 2),
        "Deployment": not fails,
        "Deployment_Fails": "|".join(fails),
    }


def read_thresholds(thresholds: Mapping[str, Any] | None) -> list[float]:
    """Return the five limits in table order; raises RatingError 1008 for a missing one, TypeError for one that is no number."""
    if thresholds is None or not mapping(thresholds, "thresholds"):
        return [rule.default for rule in RULES]
    return [_threshold(thresholds, rule.threshold) for rule in RULES]


def _threshold(thresholds: Mapping[str, Any], name: str) -> float:
    if name not in thresholds:
        raise RatingError(ErrorCode.MISSING_FIELD, f"thresholds lack {name}")
    return real(thresholds[name])


def _fails(rule: Rule, value: float, limit: float) -> bool:
    return value > limit if rule.at_most else value < limit
