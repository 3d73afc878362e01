"""What a broker takes for each side of a trade (spec 7)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from reference_py.execution import values
from reference_py.execution.errors import ExecutionError
from reference_py.execution.rates import NO_RATES, Rates, convert
from reference_py.execution.rounding import rounded
from reference_py.execution.symbols import Specs, contract_size, quote_currency

MILLION = 1_000_000.0
LOT_SIZE = 100_000.0


class Side(StrEnum):
    """Which legs of a trade."""

    ENTRY = "entry"
    EXIT = "exit"
    BOTH = "both"


class Schema(StrEnum):
    """What a commission is counted in."""

    PER_LOT = "per_lot"
    PER_MILLION_NOTIONAL = "per_million_notional"
    PERCENT_OF_NOTIONAL = "percent_of_notional"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeModel:
    """A rate per million of notional value, with a floor; the currency is not looked at."""

    per_million: float = 0.0
    lot_size: float = LOT_SIZE
    min_fee: float = 0.0

    def fee(self, specs: Specs, symbol: str, size: float, price: float) -> float:
        """Return the fee of one side."""
        notional = size * contract_size(specs, symbol, self.lot_size) * price
        fee = notional / MILLION * self.per_million
        return max(fee, self.min_fee) if self.min_fee > 0.0 else fee


@dataclass(frozen=True, slots=True, kw_only=True)
class CommissionRule:
    """How the commission of a symbol is counted; an empty `fee_ccy` is the account's currency."""

    schema: str = Schema.PER_MILLION_NOTIONAL.value
    side: str = Side.BOTH.value
    fee_ccy: str = ""
    per_lot: float = 0.0
    rate_per_million: float = 0.0
    pct: float = 0.0
    min_fee: float = 0.0

    def base(self, size: float, notional: float) -> float:
        """Return the commission of a side before multiplier and floor, in the fee's currency as the notional value is."""
        if self.schema == Schema.PER_LOT:
            return self.per_lot * size
        if self.schema == Schema.PERCENT_OF_NOTIONAL:
            return self.pct * notional
        return self.rate_per_million * (notional / MILLION)

    def sides(self, asked: Side) -> float:
        """Return how many sides are paid for."""
        if self.side == Side.BOTH:
            return 2.0 if asked is Side.BOTH else 1.0
        return 1.0 if self.side == asked else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Commission:
    """The rules: of symbols that have their own, and of all others; the multiplier makes a whole run dearer."""

    defaults: CommissionRule = field(default_factory=CommissionRule)
    symbols: Mapping[str, CommissionRule] = field(default_factory=dict)
    multiplier: float = 1.0

    def fee(self, specs: Specs, rates: Rates, account: str, symbol: str, size: float, price: float, asked: Side, time_us: int) -> float:
        """Return the commission in account money, in cents; raises ExecutionError 1008 for a missing rate, whatever the schema."""
        rule = self.symbols.get(symbol, self.defaults)
        fee_ccy = rule.fee_ccy or account
        value = size * contract_size(specs, symbol, LOT_SIZE) * price
        notional = convert(rates, value, quote_currency(specs, symbol), fee_ccy, time_us)
        side_fee = max(rule.base(size, notional) * self.multiplier, rule.min_fee * self.multiplier)
        return rounded(convert(rates, side_fee * rule.sides(asked), fee_ccy, account, time_us), 2)


@dataclass(frozen=True, slots=True)
class Costs:
    """The fees of a simulator: commission if there is one, else the fee model if there is one, else none."""

    specs: Specs
    rates: Rates | None
    account: str
    fee_model: FeeModel | None
    commission: Commission | None

    def fee(self, symbol: str, size: float, price: float, asked: Side, time_us: int) -> float:
        """Return the fee of one side of a trade in account money; raises ExecutionError 1008 for a missing rate."""
        if self.commission is not None:
            return self.commission.fee(self.specs, self.rates or NO_RATES, self.account, symbol, size, price, asked, time_us)
        return 0.0 if self.fee_model is None else self.fee_model.fee(self.specs, symbol, size, price)


def read_fee_model(value: Any, name: str) -> FeeModel:
    """Read the fee model of a configuration; raises ExecutionError 1001, 1004."""
    return FeeModel(**values.fields(value, name, dict.fromkeys(("per_million", "lot_size", "min_fee"), values.number())))


def read_commission(value: Any, name: str) -> Commission:
    """Read the commission of a configuration, the rules of symbols completed by the defaults; raises ExecutionError 1001, 1004."""
    read = values.fields(value, name, _READERS)
    defaults = CommissionRule(**read.get("defaults", {}))
    symbols = {symbol: replace(defaults, **rule) for symbol, rule in read.get("symbols", {}).items()}
    return Commission(defaults=defaults, symbols=symbols, multiplier=read.get("multiplier", 1.0))


def _read_rule(value: Any, name: str) -> dict[str, Any]:
    return values.fields(value, name, _RULE_READERS)


def _read_multiplier(value: Any, name: str) -> float:
    """Read a factor: negative is 0, and what is no finite number is 1."""
    try:
        factor = values.double(value, name)
    except ExecutionError:
        return 1.0
    return max(0.0, factor) if math.isfinite(factor) else 1.0


_RULE_READERS: Mapping[str, values.Reader] = {
    "schema": values.one_of(*Schema),
    "side": values.one_of(*Side),
    "fee_ccy": values.text,
    **dict.fromkeys(("per_lot", "rate_per_million", "pct", "min_fee"), values.number()),
}
_READERS: Mapping[str, values.Reader] = {
    "defaults": _read_rule,
    "symbols": values.named(_read_rule),
    "multiplier": _read_multiplier,
}
