"""How many lots put the wanted amount of money at risk (spec 6)."""

from __future__ import annotations

from collections.abc import Mapping

from reference_py.execution.errors import ErrorCode, ExecutionError
from reference_py.execution.position import Position
from reference_py.execution.rates import NO_RATES, Rates, convert, try_convert
from reference_py.execution.rounding import floor, rounded
from reference_py.execution.symbols import Specs, SymbolSpec, quote_currency

UNIT_VALUE = 100_000.0
SMALLEST_LOT = 0.01
TOLERANCE = 1e-12


def quantised(raw: float, spec: SymbolSpec | None) -> float:
    """Return the size that can be traded: whole steps above the smallest lot, rounded down, never less than the smallest lot."""
    if spec is None:
        return max(SMALLEST_LOT, rounded(raw, 2))
    if raw <= spec.smallest_lot:
        return spec.smallest_lot
    return rounded(_whole_steps(raw, spec), 8)


def lots_at_risk(risk: float, stop_distance: float, pip_value: float, spec: SymbolSpec) -> float:
    """Return the lot sizer's size; raises ExecutionError 2001 for a pip that is worth nothing."""
    stop_pips = stop_distance / spec.pip_size
    raw = 0.0
    if stop_pips > 0.0:
        product = stop_pips * pip_value
        if product == 0.0:
            raise ExecutionError(ErrorCode.DIVISION_BY_ZERO, f"{stop_pips} pips of {pip_value} are worth nothing")
        raw = risk / product
    return spec.smallest_lot if raw <= spec.smallest_lot else _whole_steps(raw, spec)


def _whole_steps(raw: float, spec: SymbolSpec) -> float:
    steps = floor((raw - spec.smallest_lot + TOLERANCE) / spec.lot_step)
    size = spec.smallest_lot + steps * spec.lot_step
    return size if spec.volume_max is None else min(size, spec.volume_max)


class Sizer:
    """Sizes positions; a unit value once found is kept for good, even if rates change (spec 2)."""

    def __init__(self, specs: Specs, rates: Rates | None, account: str, *, lot_sizer: bool, tick_mode: bool) -> None:
        self._specs = specs
        self._rates = rates
        self._account = account
        self._lot_sizer = lot_sizer
        self._tick_mode = tick_mode
        self.unit_values: dict[str, float] = {}

    def copy(self) -> Sizer:
        """Return a sizer that learns by itself from here on."""
        other = Sizer(self._specs, self._rates, self._account, lot_sizer=self._lot_sizer, tick_mode=self._tick_mode)
        other.unit_values = dict(self.unit_values)
        return other

    def market_size(self, position: Position, time_us: int) -> float:
        """Return the size of a market order; with ticks the lot sizer's answer is quantised once more (spec 9)."""
        size = self.size(position, time_us)
        sized_by_lots = self._lot_sizer and position.requested_size is None
        return quantised(size, self._specs.get(position.symbol)) if sized_by_lots and self._tick_mode else size

    def size(self, position: Position, time_us: int) -> float:
        """Return the size asked for, or that of the risk; raises ExecutionError 1008 for a missing rate or specification, 2001."""
        spec = self._specs.get(position.symbol)
        if position.requested_size is not None:
            return quantised(position.requested_size, spec)
        assert position.stop_loss is not None, "a signal without stop names its size"
        stop_distance = abs(position.entry_price - position.stop_loss)
        if self._lot_sizer:
            return self._lots(position.symbol, position.risk_per_trade, stop_distance, time_us)
        product = stop_distance * self._unit_value(position.symbol, time_us)
        return quantised(position.risk_per_trade / product if product > 0.0 else 0.0, spec)

    def _lots(self, symbol: str, risk: float, stop_distance: float, time_us: int) -> float:
        spec = self._specs.get(symbol)
        if spec is None:
            raise ExecutionError(ErrorCode.MISSING_FIELD, f"the lot sizer needs a specification of {symbol!r}")
        quote = quote_currency(self._specs, symbol)
        pip_value = convert(self._rates or NO_RATES, spec.contract_size * spec.pip_size, quote, self._account, time_us)
        return lots_at_risk(risk, stop_distance, pip_value, spec)

    def _unit_value(self, symbol: str, time_us: int) -> float:
        if symbol not in self.unit_values:
            self.unit_values[symbol] = unit_value(self._specs, self._rates, self._account, symbol, time_us)
        return self.unit_values[symbol]


def unit_value(specs: Mapping[str, SymbolSpec], rates: Rates | None, account: str, symbol: str, time_us: int) -> float:
    """Return what a move of one unit of the price is worth per lot in account money; raises ExecutionError 1008 for a missing rate."""
    spec = specs.get(symbol)
    if spec is not None and spec.tick_value != 0.0 and spec.tick_size != 0.0:
        return spec.tick_value / spec.tick_size
    if rates is None:
        return UNIT_VALUE
    amount = (spec.contract_size if spec is not None else 0.0) or UNIT_VALUE
    quote = quote_currency(specs, symbol)
    if rates.strict:
        return convert(rates, amount, quote, account, time_us)
    converted = try_convert(rates, amount, quote, account, time_us)
    return UNIT_VALUE if converted is None else converted
