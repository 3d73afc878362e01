"""Stability (spec 3): how evenly the profit is spread over the years, as one over one plus a weighted relative error."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from reference_py.rating.arguments import mapping
from reference_py.rating.errors import ErrorCode, RatingError
from reference_py.rating.finite import fin, larger, real

UNDEFINED = (1.0, 0.0)
I64_MIN, I64_MAX = -(2**63), 2**63 - 1


def stability_score(profits: Mapping[int, Any], days: Mapping[int, Any] | None = None) -> tuple[float, float]:
    """Return (score, wmape) of the profit per year; `days` may give the days that a year really had.

    Every key becomes a year by int(); only integer keys are found again, so a year written as text has no profit. A profit of None is
    0, a profit that is not finite makes the answer undefined, which is (1, 0), as is one whose error overflows to NaN.

    Raises:
        RatingError: 1004 for a key that is no year, 1003 for a year beyond 64 bits.
        TypeError: for a profit that is no number.
    """
    earned = _by_year(profits, "profits")
    measured = {} if days is None else _by_year(days, "days")
    years = sorted({_year(key) for key in profits})
    p = [_profit(earned.get(year)) for year in years]
    d = [_days(year, measured) for year in years]
    wmape = _wmape(p, d)
    return UNDEFINED if math.isnan(wmape) else (1.0 / (1.0 + wmape), wmape)


def days_of_year(year: int) -> float:
    """Return 366 for a leap year of the Gregorian calendar, otherwise 365."""
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 366.0 if leap else 365.0


def _wmape(profits: list[float], days: list[float]) -> float:
    """Return the sum of w_y * r_y in year order; 0 when there is nothing to spread, NaN when it is undefined."""
    total_days = 0.0
    total_profit = 0.0
    for d, p in zip(days, profits, strict=True):
        total_days += d
        total_profit += p
    if not math.isfinite(total_days) or total_days <= 0.0:
        return 0.0
    if not math.isfinite(total_profit):
        return math.nan
    per_day = total_profit / total_days
    scale = larger(0.02 * abs(total_profit), 100.0)
    wmape = 0.0
    for d, p in zip(days, profits, strict=True):
        expected = per_day * d
        relative = abs(p - expected) / larger(abs(expected), scale)
        weight = d / total_days
        wmape += weight * relative
    return wmape


def _by_year(table: Mapping[int, Any], name: str) -> dict[int, Any]:
    """Return the entries under integer keys; a look-up by year never finds any other kind of key."""
    return {int(key): value for key, value in mapping(table, name).items() if isinstance(key, int)}


def _year(key: Any) -> int:
    try:
        year = int(key)
    except (TypeError, ValueError, OverflowError) as error:
        raise RatingError(ErrorCode.TYPE, f"{key!r} is no year") from error
    if not I64_MIN <= year <= I64_MAX:
        raise RatingError(ErrorCode.OUT_OF_BOUNDS, f"year {year} does not fit into 64 bits")
    return year


def _profit(value: Any) -> float:
    return 0.0 if value is None else real(value)


def _days(year: int, measured: Mapping[int, Any]) -> float:
    given = fin(measured.get(year))
    return given if given > 0.0 else days_of_year(year)
