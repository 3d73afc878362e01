"""Ports of the miniature reference: two that are right, and one for every way in which ports go wrong."""

from __future__ import annotations

import math
import os
import struct
import time


class PriceError(ValueError):
    """The port's own error type of the same name."""


class PanicException(BaseException):
    """Stands for a panic that crossed the boundary."""


def _value(prices: list[float], limit: float) -> dict[str, float]:
    if not prices:
        raise PriceError("[1010] no prices")
    total, above = 0.0, 0
    for price in prices:
        total += 0.0 if math.isnan(price) else price
        above += price >= limit
    return {"total": total, "mean": total / len(prices), "share": above / len(prices)}


def correct(prices: list[float], limit: float) -> dict[str, float]:
    """Answer as the reference does."""
    return _value(prices, limit)


def correct_in_other_words(prices: list[float], limit: float) -> dict[str, float]:
    """Answer as the reference does, with another message and another order of keys."""
    if not prices:
        raise PriceError("[1010] the list is empty")
    answer = _value(prices, limit)
    return {key: answer[key] for key in ("share", "mean", "total")}


def off_by_one(prices: list[float], limit: float) -> dict[str, float]:
    """Divide by one too many."""
    answer = _value(prices, limit)
    return answer | {"mean": answer["total"] / (len(prices) + 1)}


def swapped_comparison(prices: list[float], limit: float) -> dict[str, float]:
    """Use > where the reference uses >=."""
    return _value(prices, limit) | {"share": sum(price > limit for price in prices) / len(prices)}


def lost_nan_rule(prices: list[float], limit: float) -> dict[str, float]:
    """Let NaN through instead of counting it as 0."""
    answer = _value(prices, limit)
    total = 0.0
    for price in prices:
        total += price
    return answer | {"total": total, "mean": total / len(prices)}


def single_precision(prices: list[float], limit: float) -> dict[str, float]:
    """Take one step in single precision."""
    answer = _value(prices, limit)
    try:
        return answer | {"mean": struct.unpack("f", struct.pack("f", answer["mean"]))[0]}
    except OverflowError:
        return answer | {"mean": math.copysign(math.inf, answer["mean"])}


def other_order_of_addition(prices: list[float], limit: float) -> dict[str, float]:
    """Add from the right."""
    answer = _value(prices, limit)
    total = 0.0
    for price in reversed(prices):
        total += 0.0 if math.isnan(price) else price
    return answer | {"total": total, "mean": total / len(prices)}


def dropped_error(prices: list[float], limit: float) -> dict[str, float]:
    """Answer zeros where the reference refuses."""
    return _value(prices, limit) if prices else {"total": 0.0, "mean": 0.0, "share": 0.0}


def changes_its_arguments(prices: list[float], limit: float) -> dict[str, float]:
    """Answer right, and sort the caller's list on the way."""
    answer = _value(prices, limit)
    prices.sort()
    return answer


def panics(prices: list[float], limit: float) -> dict[str, float]:
    """Panic on a negative limit."""
    if limit < 0:
        raise PanicException("index out of bounds")
    return _value(prices, limit)


def aborts(prices: list[float], limit: float) -> dict[str, float]:
    """Take the whole process down on long lists."""
    if len(prices) > 3:  # noqa: PLR2004 - any small length does
        os.abort()
    return _value(prices, limit)


def hangs(prices: list[float], limit: float) -> dict[str, float]:
    """Never come back from an infinite limit."""
    while math.isinf(limit):
        time.sleep(0.05)
    return _value(prices, limit)
