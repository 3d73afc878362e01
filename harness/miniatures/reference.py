"""The reference of the self-test: a small function with the places where ports usually go wrong."""

from __future__ import annotations


class PriceError(ValueError):
    """A price list that cannot be valued."""


def valuation(prices: list[float], limit: float) -> dict[str, float]:
    """Return sum, mean and share of `prices` at or above `limit`; NaN prices count as 0.

    Raises PriceError for an empty list.
    """
    if not prices:
        raise PriceError("[1010] no prices")
    total, above = 0.0, 0
    for price in prices:
        total += price if price == price else 0.0  # noqa: PLR0124 - NaN is the one value that differs from itself
        above += price >= limit
    return {"total": total, "mean": total / len(prices), "share": above / len(prices)}
