"""What a symbol's contract is made of: sizes, ticks, pips and currencies (spec 1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reference_py.execution import values
from reference_py.execution.errors import ErrorCode, ExecutionError

PIP_SIZE = 0.0001
LOT_STEP = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolSpec:
    """One symbol: contract size in units of the base currency, ticks and pips in units of the price, volumes in lots; 0 is unknown."""

    contract_size: float = 0.0
    tick_size: float = 0.0
    tick_value: float = 0.0
    volume_min: float = 0.01
    volume_step: float = 0.01
    volume_max: float | None = 100.0
    pip_size: float = PIP_SIZE
    base_currency: str = ""
    quote_currency: str = ""

    @property
    def lot_step(self) -> float:
        """Return the step between lots: `volume_step`, or 0.01 where it is 0 (spec 6)."""
        return self.volume_step or LOT_STEP

    @property
    def smallest_lot(self) -> float:
        """Return the smallest size: `volume_min`, or one step where it is 0 (spec 6)."""
        return self.volume_min or self.lot_step


Specs = Mapping[str, SymbolSpec]

_NOT_NEGATIVE = values.number(lambda given: given >= 0.0, "finite and not negative")
_POSITIVE = values.number(lambda given: given > 0.0, "finite and positive")
_OR_ZERO = values.optional(_NOT_NEGATIVE, absent=0.0)
_READERS: Mapping[str, values.Reader] = {
    "contract_size": _OR_ZERO,
    "tick_size": _OR_ZERO,
    "tick_value": _OR_ZERO,
    "volume_min": _OR_ZERO,
    "volume_step": _OR_ZERO,
    "volume_max": values.optional(_POSITIVE),
    "pip_size": _POSITIVE,
    "base_currency": values.text,
    "quote_currency": values.text,
}


def read_spec(value: Any, name: str) -> SymbolSpec:
    """Read a specification; raises ExecutionError 1001, 1004, and 1006 for a largest lot below the smallest."""
    spec = SymbolSpec(**values.fields(value, name, _READERS))
    if spec.volume_max is not None and spec.volume_max < spec.smallest_lot:
        raise ExecutionError(ErrorCode.CONSTRAINT, f"{name}: volume_max {spec.volume_max} is below the smallest lot {spec.smallest_lot}")
    return spec


def pip_size(specs: Specs, symbol: str) -> float:
    """Return the size of a pip in units of the price, 0.0001 for a symbol without specification."""
    spec = specs.get(symbol)
    return PIP_SIZE if spec is None else spec.pip_size


def contract_size(specs: Specs, symbol: str, default: float) -> float:
    """Return the contract size, or `default` where it is 0 or there is no specification."""
    spec = specs.get(symbol)
    return default if spec is None else spec.contract_size or default


def quote_currency(specs: Specs, symbol: str) -> str:
    """Return the currency of the symbol's prices: as specified, else what follows the first three characters, EURUSD to USD."""
    spec = specs.get(symbol)
    return (spec.quote_currency if spec is not None else "") or symbol[3:]
