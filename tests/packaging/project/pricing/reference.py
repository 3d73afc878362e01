"""The implementation that is right by definition."""

from __future__ import annotations


def discounted(prices: list[float], rate: float) -> float:
    """Return the sum of the prices, each discounted by the rate for the years before it."""
    total, factor = 0.0, 1.0
    for price in prices:
        total += price * factor
        factor *= 1.0 - rate
    return total
