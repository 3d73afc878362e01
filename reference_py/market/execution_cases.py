"""Arguments for every operation of the execution simulator: real ones from the S&P 500, made-up ones with a trouble each.

`<operation>_cases` yields tuples of positional arguments; every call makes fresh values, so nobody can spoil another's input.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

import pyarrow as pa

from reference_py.market.execution_series import SYMBOL, chosen, daily_bars, daily_ticks, strategy_signals
from reference_py.market.execution_worlds import (
    BAR_US,
    EURUSD,
    REALISTIC,
    START_US,
    Arguments,
    World,
    backtest,
    backtest_world,
    open_positions,
    signal_batch,
    tick_backtest,
)

__all__ = [
    "WORLDS",
    "backtest_boundary_cases",
    "backtest_world",
    "open_positions",
    "run_backtest_cases",
    "run_backtest_tables_cases",
    "run_backtests_cases",
    "signal_batch",
    "signals_boundary_cases",
    "world",
]

Cases = Iterator[tuple[Any, ...]]

SPX = {"contract_size": 1.0, "tick_size": 0.01, "tick_value": 0.01, "pip_size": 0.1, "quote_currency": "USD", "volume_max": 1000.0}
EURO_ACCOUNT = {"account_currency": "EUR", "rates": {"static": {"EURUSD": 1.1234}}}
REAL_CONFIGS: tuple[Mapping[str, Any], ...] = (
    {
        "specs": {SYMBOL: SPX},
        "slippage": {"fixed": 0.2, "random": 0.3},
        "seed": 1,
        "commission": {"defaults": {"pct": 0.0001, "schema": "percent_of_notional"}},
    },
    {
        "specs": {SYMBOL: SPX},
        "fee": {"per_million": 30.0, "min_fee": 0.05},
        "pip_buffer_factor": 0.0,
        "timeout_us": 40 * 24 * 3600 * 1_000_000,
    },
    {**EURO_ACCOUNT, "specs": {SYMBOL: {**SPX, "tick_value": 0.0}}, "slippage": {"random": 2.0}, "seed": 3, "exit_slippage": "adverse"},
)
TWO_SYMBOLS = ("EURUSD", "GBPUSD")
YEN = {"contract_size": 100_000.0, "pip_size": 0.01, "quote_currency": "JPY", "volume_min": 0.1, "volume_step": 0.1, "volume_max": 5.0}
PER_MILLION = {"schema": "per_million_notional", "rate_per_million": 25.0, "min_fee": 0.3}

WORLDS: Mapping[str, World] = {
    "plain": World(config=REALISTIC),
    "several_symbols": World(
        symbols=("EURUSD", "GBPUSD", "USDCHF"),
        entries_per_bar=0.08,
        config={**REALISTIC, "commission": {"defaults": PER_MILLION}, "rates": {"static": {"USDCHF": 0.9}}},
    ),
    "without_symbol_filter": World(symbols=TWO_SYMBOLS, no_ask_chance=0.1, config={**REALISTIC, "symbol_filter": False}),
    "gaps": World(gap_ticks=400, gap_chance=0.2, config=REALISTIC),
    "missing_asks": World(no_ask_chance=0.4, config=REALISTIC),
    "invalid_bars": World(invalid_chance=0.3, no_ask_chance=0.2, config=REALISTIC),
    "equal_prices": World(step_ticks=1, spread_ticks=0, level_ticks=2, config={**REALISTIC, "slippage": None, "pip_buffer_factor": 0.0}),
    "flat_market": World(step_ticks=0, spread_ticks=0, level_ticks=1, config={"pip_buffer_factor": 0.0}),
    "wrong_side_levels": World(wrong_side_chance=0.6, config=REALISTIC),
    "absent_levels": World(absent_chance=0.6, trail_chance=0.6, config=REALISTIC),
    "crowded_bars": World(bars=120, entries_per_bar=2.0, level_ticks=15, exits_per_bar=0.05, config=REALISTIC),
    "exits_and_entries_together": World(bars=200, entries_per_bar=0.8, exits_per_bar=0.6, changes_per_bar=0.0, config=REALISTIC),
    "modifies_while_pending": World(pending_chance=1.0, changes_per_bar=0.4, exits_per_bar=0.01, config=REALISTIC),
    "trailing": World(trail_chance=1.0, changes_per_bar=0.1, level_ticks=25, config=REALISTIC),
    "prices_near_zero": World(
        tick=1e-6, start_ticks=40, config={"slippage": {"fixed": 1.0}, "specs": {"EURUSD": {**EURUSD, "pip_size": 1e-6}}}
    ),
    "prices_near_1e9": World(
        tick=0.25,
        start_ticks=4_000_000_000,
        step_ticks=4000,
        level_ticks=9000,
        config={"specs": {"EURUSD": {"pip_size": 1.0, "volume_max": None}}},
    ),
    "lot_sizer_and_time_out": World(config={**REALISTIC, "lot_sizer": True, "timeout_us": 20 * BAR_US}),
    "yen_account": World(
        symbols=("EURJPY",),
        tick=0.001,
        start_ticks=160_000,
        config={
            "account_currency": "CHF",
            "specs": {"EURJPY": YEN},
            "commission": {"defaults": {**PER_MILLION, "fee_ccy": "EUR"}, "symbols": {"EURJPY": {"side": "entry"}}, "multiplier": 1.5},
            "rates": {
                "static": {"USDJPY": 150.0, "EURUSD": 1.1},
                "series": {"usdchf": {"times": [START_US, START_US + 200 * BAR_US], "bid": [0.9, 0.91], "ask": [0.9002, 0.9102]}},
            },
        },
    ),
    "missing_rates": World(config={"account_currency": "SEK", "rates": {"strict": False}, "fee": {"per_million": 30.0}}),
    "rejected_rows": World(spiteful=0.15, entries_per_bar=0.3, config=REALISTIC),
    "late_start": World(config={**REALISTIC, "start": START_US + 150 * BAR_US}),
    "unseeded": World(config={"slippage": {"fixed": 0.2, "random": 5.0}, "seed": None}),
}
TICK_WORLDS: Mapping[str, World] = {
    "ticks": World(bars=800, config=REALISTIC),
    "ticks_of_several_symbols": World(symbols=TWO_SYMBOLS, entries_per_bar=0.2, config={**REALISTIC, "lot_sizer": False}),
    "tick_orders_without_price": World(spiteful=0.1, trail_chance=0.5, config=REALISTIC),
    "ticks_with_lot_sizer": World(config={**REALISTIC, "lot_sizer": True, "timeout_us": 15 * BAR_US, "exit_slippage": "adverse"}),
}
SEEDS = (1, 2, 3)
LONG_BARS = 100_000


def world(name: str, seed: int) -> Arguments:
    """Return the arguments (bars_ipc, signals_ipc, config) of a named world; raises KeyError for an unknown name."""
    make, settings = (backtest, WORLDS[name]) if name in WORLDS else (tick_backtest, TICK_WORLDS[name])
    bars_ipc, signals_ipc, config = make(settings, seed)
    return bars_ipc, signals_ipc, deepcopy(config)


def run_backtest_cases() -> Cases:
    """Yield (bars_ipc, signals_ipc, config): the strategies on the S&P 500, every world with every seed, and one of 100,000 bars."""
    yield from _real_runs()
    for name in (*WORLDS, *TICK_WORLDS):
        for seed in SEEDS:
            yield world(name, seed)
    yield backtest_world(LONG_BARS, seed=9)


def run_backtest_tables_cases() -> Cases:
    """Yield (bars, signals, config) of the worlds with record batches in place of bytes."""
    for name in (*WORLDS, *TICK_WORLDS):
        bars_ipc, signals_ipc, config = world(name, seed=4)
        yield _batch(bars_ipc), _batch(signals_ipc), config


def backtest_tables(bars: int, seed: int) -> tuple[Any, ...]:
    """Return (bars, signals, config) of `backtest_world` with record batches in place of bytes."""
    bars_ipc, signals_ipc, config = backtest_world(bars, seed)
    return _batch(bars_ipc), _batch(signals_ipc), config


def run_backtests_cases() -> Cases:
    """Yield (jobs,): all worlds of a seed in one call."""
    return (([world(name, seed) for name in (*WORLDS, *TICK_WORLDS)],) for seed in SEEDS)


def backtest_boundary_cases() -> Cases:
    """Yield (bars_ipc, signals_ipc, config)."""
    return (world(name, seed=5) for name in (*WORLDS, *TICK_WORLDS))


def signals_boundary_cases() -> Cases:
    """Yield (signals_ipc,): single rows, batches and an empty one."""
    return ((signal_batch(n, seed),) for seed, n in enumerate((0, 1, 2, 7, 64, 257)))


def _real_runs() -> Cases:
    """Yield a run of every chosen strategy; every third one sells, every fourth one is run over quotes."""
    for number, strategy in enumerate(chosen()):
        config = deepcopy(dict(REAL_CONFIGS[number % len(REAL_CONFIGS)]))
        signals_ipc = strategy_signals(strategy, sells=number % 3 == 2)
        if number % 4 == 3:
            yield daily_ticks(), signals_ipc, {**config, "mode": "tick"}
        else:
            yield daily_bars(), signals_ipc, config


def _batch(data: bytes) -> pa.RecordBatch:
    return pa.ipc.open_stream(data).read_next_batch()
