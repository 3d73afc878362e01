"""Small made-up markets without end, every trouble drawn anew for each: many of them find what a few large ones miss."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from itertools import count
from typing import Any

import numpy as np
import pyarrow as pa

from reference_py.market.execution_tables import random_numbers
from reference_py.market.execution_worlds import BAR_US, EURUSD, START_US, Arguments, World, backtest, open_positions, tick_backtest

SMALL_STREAM = 8
MOST_BARS = 40
FEW_WORLDS = 3
SYMBOLS = ("EURUSD", "GBPUSD", "USDCHF")
POUND = {"contract_size": 100_000.0, "pip_size": 0.0001, "quote_currency": "USD", "volume_min": 0.1, "volume_step": 0.05, "volume_max": 3.0}
FRANC = {"contract_size": 50_000.0, "pip_size": 0.00005, "volume_max": None, "base_currency": "USD", "quote_currency": "CHF"}

Config = dict[str, Any]

OPTIONS: Mapping[str, tuple[Any, ...]] = {
    "specs": ({"EURUSD": EURUSD, "GBPUSD": POUND, "USDCHF": FRANC}, {}, {"EURUSD": {**EURUSD, "volume_max": 0.5, "volume_step": 0.03}}),
    "slippage": (None, {"fixed": 0.2, "random": 0.3}, {"fixed": -1.0}, {"random": 7.0}),
    "exit_slippage": ("entry_sign", "adverse"),
    "pip_buffer_factor": (0.5, 0.0, 3.0),
    "symbol_filter": (True, True, False),
    "commission": (
        None,
        {"defaults": {"schema": "per_lot", "per_lot": 2.5}},
        {"defaults": {"schema": "percent_of_notional", "pct": 0.00003, "side": "exit", "min_fee": 0.07}, "multiplier": 1.3},
        {"defaults": {"rate_per_million": 25.0}, "symbols": {"EURUSD": {"side": "entry", "fee_ccy": "EUR"}}},
    ),
    "fee": (None, {"per_million": 30.0}, {"per_million": 5.0, "min_fee": 0.2, "lot_size": 1000.0}),
    "rates": (
        {"static": {"USDCHF": 0.9, "EURUSD": 1.1}},
        {"static": {"CHFUSD": 1.1, "EURUSD": 1.1234}},
        None,
        {"strict": False, "series": {"EURUSD": {"times": [START_US, START_US + 9 * BAR_US], "bid": [1.1, 1.2], "ask": [1.1002, None]}}},
    ),
    "lot_sizer": (False, False, False, True),
    "timeout_us": (None, None, 5 * BAR_US),
    "account_currency": ("USD", "USD", "EUR"),
    "initial_balance": (10_000.0, 0.0, 1e9),
    "risk_per_trade": (100.0, 0.1, 1234.5),
    "start": (None, None, None, START_US + 7 * BAR_US),
}


def small_world_cases() -> Iterator[tuple[Any, ...]]:
    """Yield (bars_ipc, signals_ipc, config) for ever, every fourth over quotes, every fifth without disturbance."""
    return (small_world(seed) for seed in count())


def small_table_cases() -> Iterator[tuple[Any, ...]]:
    """Yield (bars, signals, config) of small markets with record batches in place of bytes, without end."""
    for bars_ipc, signals_ipc, config in small_world_cases():
        bars, signals = (pa.ipc.open_stream(data).read_next_batch() for data in (bars_ipc, signals_ipc))
        yield bars, signals, config


def small_world(seed: int) -> Arguments:
    """Return (bars_ipc, signals_ipc, config) of one small market."""
    random = random_numbers(seed, SMALL_STREAM)
    tick_mode = seed % 4 == 3
    world = _world(random, small_config(random))
    if seed % 5 == 0:
        world = _undisturbed(world)
    return (tick_backtest if tick_mode else backtest)(world, seed)


def small_config(random: np.random.Generator) -> Config:
    """Return a configuration with something drawn for each of its parts, or left out."""
    drawn = {name: _one(random, choices) for name, choices in OPTIONS.items() if random.random() < 0.8 or name == "rates"}
    return deepcopy(drawn)


def run_backtests_cases() -> Iterator[tuple[Any, ...]]:
    """Yield (jobs,): a few small markets in one call, without end."""
    return (([small_world(seed) for seed in range(first, first + FEW_WORLDS)],) for first in count(0, FEW_WORLDS))


def signal_cases() -> Iterator[tuple[Any, ...]]:
    """Yield (config, signals_ipc) in candle mode without end."""
    for seed in count():
        _, signals_ipc, config = small_world(4 * seed)
        yield {name: value for name, value in config.items() if name != "start"}, signals_ipc


def signals_only_cases() -> Iterator[tuple[Any, ...]]:
    """Yield (signals_ipc,) without end."""
    return ((signals_ipc,) for _, signals_ipc in signal_cases())


def exit_cases() -> Iterator[tuple[Any, ...]]:
    """Yield (config, signals_ipc, candle) without end: candles of every height under a book of up to a hundred positions."""
    for seed in count():
        random = random_numbers(seed, SMALL_STREAM)
        config, signals_ipc, candle = open_positions(1 + int(random.random() * 100), seed)
        reach = float(random.random() ** 4) * 0.05
        for side in ("bid", "ask"):
            candle[side] |= {"high": candle[side]["high"] + reach, "low": candle[side]["low"] - reach}
        if seed % 5 == 4:
            candle["ask"] = None
        yield {**config, **small_config(random), "start": None}, signals_ipc, candle


def _world(random: np.random.Generator, config: Config) -> World:
    def chance(most: float) -> float:
        return float(_one(random, (0.0, 0.0, random.random() * most)))

    return World(
        symbols=SYMBOLS[: _one(random, (1, 1, 1, 2, 3))],
        bars=1 + int(random.random() * MOST_BARS),
        step_ticks=_one(random, (12, 0, 1, 40)),
        spread_ticks=_one(random, (3, 0, 1, 20)),
        gap_ticks=_one(random, (0, 200)),
        gap_chance=chance(0.5),
        no_ask_chance=chance(0.6),
        invalid_chance=chance(0.4),
        entries_per_bar=random.random() * 0.6,
        changes_per_bar=chance(0.5),
        exits_per_bar=chance(0.3),
        level_ticks=_one(random, (40, 1, 8, 200)),
        wrong_side_chance=chance(0.5),
        absent_chance=chance(0.5),
        pending_chance=_one(random, (0.5, 0.0, 1.0)),
        trail_chance=chance(1.0),
        spiteful=chance(0.2),
        config=config,
    )


def _undisturbed(world: World) -> World:
    """Return a world in which a second symbol could trade unnoticed: one symbol, every ask, no draws."""
    kept = {name: value for name, value in world.config.items() if name not in {"slippage", "symbol_filter", "commission"}}
    return replace(world, symbols=SYMBOLS[:1], no_ask_chance=0.0, config=kept)


def _one(random: np.random.Generator, choices: tuple[Any, ...]) -> Any:
    return choices[int(random.random() * len(choices))]
