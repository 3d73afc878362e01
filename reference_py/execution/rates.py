"""Turns an amount of one currency into another, by fixed rates or by the bars of a pair (spec 7)."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reference_py.execution import values
from reference_py.execution.errors import ErrorCode, ExecutionError

BRIDGE = "USD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The bars of a pair: times in microseconds, closing bid and ask, None where a side has no bar."""

    times: tuple[int, ...]
    bid: tuple[float | None, ...]
    ask: tuple[float | None, ...]

    def mid(self, time_us: int, most_us: int | None) -> float | None:
        """Return the middle of the last bar not later than `time_us` that has both sides, None if it is older than `most_us`."""
        for index in range(bisect_right(self.times, time_us) - 1, -1, -1):
            bid, ask = self.bid[index], self.ask[index]
            if bid is not None and ask is not None:
                too_old = most_us is not None and time_us - self.times[index] > most_us
                return None if too_old else (bid + ask) / 2.0
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Fixed rates first, then the series; pairs such as EURUSD are the price of the first currency in the second."""

    static: Mapping[str, float] = field(default_factory=dict)
    strict: bool = True
    series: Mapping[str, Series] = field(default_factory=dict)
    bar_us: int | None = None
    max_age_bars: int | None = None

    def rate(self, pair: str, time_us: int) -> float | None:
        """Return the rate of a pair at a time, None if nobody knows it."""
        if pair in self.static:
            return self.static[pair]
        series = self.series.get(pair)
        return None if series is None else series.mid(time_us, self._most_us())

    def _most_us(self) -> int | None:
        if self.max_age_bars is None or self.bar_us is None:
            return None
        return self.bar_us * max(1, self.max_age_bars)


NO_RATES = Rates()


def try_convert(rates: Rates, amount: float, source: str, target: str, time_us: int) -> float | None:
    """Return the amount in the target currency: directly, by the inverse pair, or by way of the dollar; None if there is no way."""
    source, target = values.upper(source), values.upper(target)
    direct = _step(rates, amount, source, target, time_us)
    if direct is not None:
        return direct
    dollars = _step(rates, amount, source, BRIDGE, time_us)
    return None if dollars is None else _step(rates, dollars, BRIDGE, target, time_us)


def convert(rates: Rates, amount: float, source: str, target: str, time_us: int) -> float:
    """Return the amount in the target currency; raises ExecutionError 1008 if there is no way."""
    converted = try_convert(rates, amount, source, target, time_us)
    if converted is None:
        raise ExecutionError(ErrorCode.MISSING_FIELD, f"no rate leads from {source!r} to {target!r}")
    return converted


def _step(rates: Rates, amount: float, source: str, target: str, time_us: int) -> float | None:
    if source == target:
        return amount
    direct = rates.rate(source + target, time_us)
    if direct is not None:
        return amount * direct
    inverse = rates.rate(target + source, time_us)
    if inverse is not None and inverse != 0.0:
        return amount / inverse
    return None


def read_rates(value: Any, name: str) -> Rates:
    """Read the rates of a configuration; raises ExecutionError 1001, 1004, 1006, 1008."""
    rates = Rates(**values.fields(value, name, _READERS))
    if rates.max_age_bars is not None and rates.bar_us is None:
        raise ExecutionError(ErrorCode.MISSING_FIELD, f"{name}.bar_us is missing, max_age_bars counts in it")
    return rates


def _pairs(reader: values.Reader) -> values.Reader:
    def read(value: Any, name: str) -> dict[str, Any]:
        return {values.upper(pair): item for pair, item in values.named(reader)(value, name).items()}

    return read


def _read_series(value: Any, name: str) -> Series:
    series = Series(**values.fields(value, name, _SERIES_READERS, required=("times", "bid", "ask")))
    if any(later < earlier for earlier, later in zip(series.times, series.times[1:], strict=False)):
        raise ExecutionError(ErrorCode.CONSTRAINT, f"{name}.times fall")
    if not len(series.times) == len(series.bid) == len(series.ask):
        raise ExecutionError(ErrorCode.CONSTRAINT, f"{name}: times, bid and ask differ in length")
    return series


def _price(value: Any, name: str) -> float | None:
    """Read a price of a bar; NaN is a bar that is missing."""
    price = values.double(value, name)
    if math.isinf(price):
        raise ExecutionError(ErrorCode.INVALID_ARGUMENT, f"{name} is infinite")
    return None if math.isnan(price) else price


_PRICES = values.sequence(values.optional(_price))
_SERIES_READERS: Mapping[str, values.Reader] = {"times": values.sequence(values.integer), "bid": _PRICES, "ask": _PRICES}
_READERS: Mapping[str, values.Reader] = {
    "static": _pairs(values.number()),
    "strict": values.flag,
    "series": _pairs(_read_series),
    "bar_us": values.optional(values.at_least(1)),
    "max_age_bars": values.optional(values.at_least(0)),
}
