"""Everything a run depends on besides bars and signals: typed, with defaults, refused before any work is done."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from reference_py.execution import values
from reference_py.execution.fees import Commission, FeeModel, read_commission, read_fee_model
from reference_py.execution.rates import Rates, read_rates
from reference_py.execution.slippage import SlippageConfig, read_slippage
from reference_py.execution.symbols import SymbolSpec, read_spec


class Mode(StrEnum):
    """Bars or quotes."""

    CANDLE = "candle"
    TICK = "tick"


class ExitSlippage(StrEnum):
    """Whether an exit slips in the trader's favour, as the original does, or against the trader."""

    ENTRY_SIGN = "entry_sign"
    ADVERSE = "adverse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Money in the account's currency, times in microseconds; None leaves a part of the simulation out."""

    initial_balance: float = 10_000.0
    risk_per_trade: float = 100.0
    pip_buffer_factor: float = 0.5
    account_currency: str = "USD"
    mode: str = Mode.CANDLE.value
    symbol_filter: bool = True
    exit_slippage: str = ExitSlippage.ENTRY_SIGN.value
    seed: int | None = None
    slippage: SlippageConfig | None = None
    fee: FeeModel | None = None
    commission: Commission | None = None
    lot_sizer: bool = False
    specs: Mapping[str, SymbolSpec] = field(default_factory=dict)
    rates: Rates | None = None
    start: int | None = None
    timeout_us: int | None = None

    @property
    def tick_mode(self) -> bool:
        """Tell whether the run is over quotes."""
        return self.mode == Mode.TICK


_NOT_NEGATIVE = values.number(lambda given: given >= 0.0, "finite and not negative")
_READERS: Mapping[str, values.Reader] = {
    "initial_balance": values.number(),
    "risk_per_trade": _NOT_NEGATIVE,
    "pip_buffer_factor": _NOT_NEGATIVE,
    "account_currency": values.text,
    "mode": values.one_of(*Mode),
    "symbol_filter": values.flag,
    "exit_slippage": values.one_of(*ExitSlippage),
    "seed": values.optional(values.seed),
    "slippage": values.optional(read_slippage),
    "fee": values.optional(read_fee_model),
    "commission": values.optional(read_commission),
    "lot_sizer": values.flag,
    "specs": values.named(read_spec),
    "rates": values.optional(read_rates),
    "start": values.optional(values.integer),
    "timeout_us": values.optional(values.at_least(1)),
}


def read_config(config: Mapping[str, Any] | None) -> Config:
    """Check a configuration.

    Raises:
        TypeError: for neither a mapping nor None.
        ExecutionError: 1001 unknown key, word or number out of range, 1004 type, 1006 contradiction, 1008 missing key.
    """
    if config is None:
        return Config()
    if not isinstance(config, Mapping):
        raise TypeError(f"config must be a mapping or None, not {type(config).__name__}")
    return Config(**values.fields(config, "config", _READERS))


def config_json(config: Config) -> str:
    """Write a configuration with all its defaults, so that `read_config` of the parsed text gives it back."""
    return json.dumps(asdict(config), allow_nan=False)
