"""The final rating (spec 8.5): five scores mixed by weights, lowered by the stress penalty."""

from __future__ import annotations

import math
from collections.abc import Sequence

from reference_py.rating.arguments import sequence
from reference_py.rating.errors import ErrorCode, RatingError
from reference_py.rating.finite import real

DEFAULT_WEIGHTS = (0.25, 0.20, 0.20, 0.20, 0.15)


def final_rating(
    robustness: float,
    stability: float,
    cost_shock: float,
    dropout: float,
    stress_penalty: float,
    profit_factor: float,
    weights: Sequence[float] | None = None,
) -> float:
    """Return min(1, mix * (1 - stress_penalty)); the mix adds the weighted scores from the left.

    The weights stand in the order robustness, stability, cost shock, dropout, quality, and are divided by their sum.

    Raises:
        RatingError: 1006 unless there are exactly five weights, finite, none negative, their sum positive and finite.
        TypeError: for an argument that is no number.
    """
    scores = [real(value) for value in (robustness, stability, cost_shock, dropout)]
    penalty = real(stress_penalty)
    quality = quality_of(real(profit_factor))
    chosen = DEFAULT_WEIGHTS if weights is None else sequence(weights, "weights")
    w1, w2, w3, w4, w5 = normalised([real(weight) for weight in chosen])
    mix = (((w1 * scores[0] + w2 * scores[1]) + w3 * scores[2]) + w4 * scores[3]) + w5 * quality
    rating = mix * (1.0 - penalty)
    return min(rating, 1.0)


def quality_of(profit_factor: float) -> float:
    """Return q = 1 - 1 / (1 + f), where f is the profit factor, 0 if that is NaN or negative; infinity gives 1."""
    f = 0.0 if math.isnan(profit_factor) or profit_factor < 0.0 else profit_factor
    return 1.0 - 1.0 / (1.0 + f)


def normalised(weights: Sequence[float]) -> list[float]:
    """Return the weights divided by their left-to-right sum; raises RatingError 1006 when they cannot be."""
    if len(weights) != len(DEFAULT_WEIGHTS):
        raise RatingError(ErrorCode.CONSTRAINT, f"expected {len(DEFAULT_WEIGHTS)} weights, got {len(weights)}")
    total = 0.0
    for weight in weights:
        if not math.isfinite(weight) or weight < 0.0:
            raise RatingError(ErrorCode.CONSTRAINT, f"weights must be finite and not negative, got {weight}")
        total += weight
    if total == 0.0 or not math.isfinite(total):
        raise RatingError(ErrorCode.CONSTRAINT, f"weights must have a positive finite sum, got {total}")
    return [weight / total for weight in weights]
