"""The implementation that is to replace the reference."""

from __future__ import annotations


def discounted(prices: list[float], rate: float) -> float:
    """Return what the reference returns."""
    total, factor = 0.0, 1.0
    for year in range(len(prices)):
        total += prices[year] * factor
        factor *= 1.0 - rate
    return total
