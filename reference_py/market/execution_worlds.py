"""Made-up markets in any number, each with a trouble of its own; the same everywhere for the same seed.

Prices are whole ticks, so that equal prices, touched levels and flat bars happen all the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from reference_py.market.execution_tables import Doubles, Flags, Side, Whole, bars, random_numbers, same_word, signals, ticks, words

WORLD_STREAM = 7
START_US = 1_700_000_000_000_000
BAR_US = 60_000_000

Arguments = tuple[bytes, bytes, dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """How a market behaves: prices in ticks, chances per bar or per signal.

    `entries_per_bar`, `changes_per_bar` and `exits_per_bar` are expected numbers of signals per bar and symbol. `spiteful` is the share
    of rows that are to be rejected.
    """

    symbols: tuple[str, ...] = ("EURUSD",)
    bars: int = 400
    tick: float = 0.00001
    start_ticks: int = 110_000
    step_ticks: int = 12
    spread_ticks: int = 3
    gap_ticks: int = 0
    gap_chance: float = 0.0
    no_ask_chance: float = 0.0
    invalid_chance: float = 0.0
    entries_per_bar: float = 0.1
    changes_per_bar: float = 0.02
    exits_per_bar: float = 0.02
    level_ticks: int = 40
    wrong_side_chance: float = 0.0
    absent_chance: float = 0.0
    pending_chance: float = 0.5
    trail_chance: float = 0.1
    spiteful: float = 0.0
    config: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Market:
    """The bars of all symbols, step by step, symbol by symbol; `symbol` is a place in the world's names."""

    symbol: Whole
    times: Whole
    bid: Side
    ask: Side


def backtest(world: World, seed: int) -> Arguments:
    """Return (bars_ipc, signals_ipc, config) in candle mode."""
    random = random_numbers(seed, WORLD_STREAM)
    market = _market(world, random)
    rows = len(market.times)
    missing, invalid = random.random(rows) < world.no_ask_chance, random.random(rows) < world.invalid_chance
    table = bars(words(market.symbol, world.symbols), market.times, market.bid, market.ask, no_ask=missing, invalid=invalid)
    return table, _signals(world, market, random), {"seed": seed, **world.config}


def tick_backtest(world: World, seed: int) -> Arguments:
    """Return (ticks_ipc, signals_ipc, config) in tick mode: the closes of the bars are the quotes."""
    random = random_numbers(seed, WORLD_STREAM)
    market = _market(world, random)
    table = ticks(words(market.symbol, world.symbols), market.times, market.bid.close, market.ask.close)
    return table, _signals(world, market, random), {"seed": seed, "mode": "tick", **world.config}


def backtest_world(bars: int, seed: int) -> Arguments:
    """Return (bars_ipc, signals_ipc, config) to time a whole run: one symbol, a signal every 100 bars, about as many trades.

    Two thirds are market orders, the others wait; stops and targets lie where a hundred bars usually reach them.
    """
    world = World(
        bars=bars,
        entries_per_bar=0.01,
        changes_per_bar=0.0,
        exits_per_bar=0.0,
        level_ticks=60,
        pending_chance=1.0 / 3.0,
        trail_chance=0.0,
        config=REALISTIC,
    )
    return backtest(world, seed)


def signal_batch(n: int, seed: int) -> bytes:
    """Return n entries of four symbols as an Arrow IPC stream: half of them market orders, the others limit and stop orders."""
    world = World(symbols=("EURUSD", "GBPUSD", "AUDUSD", "XAUUSD"), bars=max(1, -(-n // 4)), trail_chance=0.25, config=REALISTIC)
    random = random_numbers(seed, WORLD_STREAM)
    market = _market(world, random)
    return _table(world, market, _entries(world, market, np.arange(n), random))


def open_positions(n: int, seed: int) -> tuple[dict[str, Any], bytes, dict[str, Any]]:
    """Return (config, signals_ipc, candle): a configuration, signals that open n positions of one symbol, and a later candle.

    The candle hits about one position in 300, the others stay; every level differs.
    """
    random = random_numbers(seed, WORLD_STREAM)
    longs = random.random(n) < 0.5
    sign = np.where(longs, 1.0, -1.0)
    distance = 0.001 * (1.0 + random.random(n) * 30.0)
    near = random.random(n) < 1.0 / 300.0
    table = signals(
        np.full(n, START_US),
        direction=words(np.where(longs, 0, 1), ["long", "short"]),
        symbol=same_word(n, "EURUSD"),
        entry=np.full(n, 1.1),
        sl=1.1 - sign * np.where(near, 0.0002, distance),
        tp=1.1 + sign * distance * 2.0,
    )
    bid = {"open": 1.1, "high": 1.10025, "low": 1.09975, "close": 1.1}
    ask = {name: price + 0.00003 for name, price in bid.items()}
    return dict(REALISTIC), table, {"symbol": "EURUSD", "time": START_US + BAR_US, "bid": bid, "ask": ask}


EURUSD = {
    "contract_size": 100_000.0,
    "tick_size": 0.00001,
    "tick_value": 1.0,
    "base_currency": "EUR",
    "quote_currency": "USD",
}
REALISTIC: Mapping[str, Any] = {
    "initial_balance": 100_000.0,
    "slippage": {"fixed": 0.2, "random": 0.3},
    "seed": 42,
    "commission": {"defaults": {"schema": "per_lot", "per_lot": 2.5}},
    "specs": {"EURUSD": EURUSD},
}


def _market(world: World, random: np.random.Generator) -> Market:
    """Return random walks in whole ticks that never reach zero."""
    count, symbols = world.bars, len(world.symbols)
    shape = (count, symbols)
    moves = _whole(random, shape, -world.step_ticks, world.step_ticks)
    gaps = np.where(random.random(shape) < world.gap_chance, _whole(random, shape, -world.gap_ticks, world.gap_ticks), 0)
    walk = np.cumsum(moves + gaps, axis=0)
    close = np.abs(world.start_ticks + walk) + 1
    opens = np.abs(world.start_ticks + walk - moves) + 1
    above, below = _whole(random, shape, 0, world.step_ticks), _whole(random, shape, 0, world.step_ticks)
    high, low = np.maximum(opens, close) + above, np.maximum(1, np.minimum(opens, close) - below)
    bid = Side(*((prices * world.tick).ravel() for prices in (opens, high, low, close)))
    spread: Doubles = _whole(random, shape, 0, 2 * world.spread_ticks).ravel() * np.float64(world.tick)
    times = START_US + np.repeat(np.arange(count, dtype=np.int64), symbols) * BAR_US
    return Market(np.tile(np.arange(symbols), count), times, bid, bid.shifted(spread))


@dataclass(frozen=True, slots=True)
class Rows:
    """Columns of signals: the row of the market in which each is made, and what it says; kinds are places in KINDS and so on."""

    at: Whole
    kind: Whole
    direction: Whole
    order: Whole
    entry: Doubles
    sl: Doubles
    tp: Doubles
    size: Doubles
    trail: Doubles


KINDS = ("entry", "exit", "modify", "noise")
DIRECTIONS = ("long", "short", None, "sideways")
ORDERS = ("market", "limit", "stop", "iceberg")


def _signals(world: World, market: Market, random: np.random.Generator) -> bytes:
    """Return entries, changes and exits, mixed in order of time."""
    rows = len(market.times)
    entries = _entries(world, market, _some(random, rows, world.entries_per_bar), random)
    changes = _changes(world, market, _some(random, rows, world.changes_per_bar), random)
    exits = _exits(market, _some(random, rows, world.exits_per_bar), random)
    together = [np.concatenate([getattr(part, name) for part in (changes, exits, entries)]) for name in Rows.__slots__]
    order = np.argsort(together[0], kind="stable")
    return _table(world, market, _spoilt(world, Rows(*(column[order] for column in together)), random))


def _entries(world: World, market: Market, at: Whole, random: np.random.Generator) -> Rows:
    """Return entries near the open of their bars; what waits lies up to one step away, on either side."""
    count = len(at)
    at = at % max(1, len(market.times))
    long = random.random(count) < 0.5
    price = np.where(long, market.ask.open[at], market.bid.open[at])
    pending = random.random(count) < world.pending_chance
    order = np.where(pending, np.where(random.random(count) < 0.5, 1, 2), np.where(random.random(count) < 0.1, 3, 0))
    away = _whole(random, (count,), -world.step_ticks, world.step_ticks) * world.tick
    entry = np.where(pending, price + away, price)
    turned = np.where(random.random(count) < world.wrong_side_chance, -1.0, 1.0)
    sign = np.where(long, 1.0, -1.0) * turned
    levels = [1 + _whole(random, (count,), 0, world.level_ticks) for _ in range(2)]
    size = np.where(random.random(count) < 0.2, _whole(random, (count,), 0, 300) * 0.007, np.nan)
    no_stop = (random.random(count) < world.absent_chance) & ~np.isnan(size)
    return Rows(
        at=at,
        kind=np.zeros(count, dtype=np.int64),
        direction=np.where(long, 0, 1),
        order=order,
        entry=entry,
        sl=np.where(no_stop, np.nan, entry - sign * (levels[0] * world.tick)),
        tp=np.where(random.random(count) < world.absent_chance, np.nan, entry + sign * (levels[1] * world.tick)),
        size=size,
        trail=np.where(random.random(count) < world.trail_chance, levels[0] * world.tick, np.nan),
    )


def _changes(world: World, market: Market, at: Whole, random: np.random.Generator) -> Rows:
    """Return new levels around the price for whatever is there, or for one direction."""
    count = len(at)
    open_price = market.bid.open[at]
    offset = [_whole(random, (count,), -world.level_ticks, world.level_ticks) * world.tick for _ in range(2)]
    return Rows(
        at=at,
        kind=np.full(count, 2),
        direction=_whole(random, (count,), 0, 2),
        order=np.zeros(count, dtype=np.int64),
        entry=np.full(count, np.nan),
        sl=np.where(random.random(count) < 0.3, np.nan, open_price + offset[0]),
        tp=np.where(random.random(count) < 0.5, np.nan, open_price + offset[1]),
        size=np.full(count, np.nan),
        trail=np.where(random.random(count) < world.trail_chance, np.abs(offset[0]) + world.tick, np.nan),
    )


def _exits(market: Market, at: Whole, random: np.random.Generator) -> Rows:
    """Return exits at the open."""
    count, absent = len(at), np.full(len(at), np.nan)
    return Rows(
        at=at,
        kind=np.ones(count, dtype=np.int64),
        direction=_whole(random, (count,), 0, 2),
        order=np.zeros(count, dtype=np.int64),
        entry=market.bid.open[at],
        sl=absent,
        tp=absent,
        size=absent,
        trail=absent,
    )


def _spoilt(world: World, rows: Rows, random: np.random.Generator) -> Rows:
    """Return the rows with some of their cells made impossible."""
    count = len(rows.at)

    def hit() -> Flags:
        return random.random(count) < world.spiteful

    return Rows(
        at=rows.at,
        kind=np.where(hit(), 3, rows.kind),
        direction=np.where(hit(), _whole(random, (count,), 2, 3), rows.direction),
        order=rows.order,
        entry=np.where(hit(), np.nan, rows.entry),
        sl=np.where(hit(), np.inf, rows.sl),
        tp=rows.tp,
        size=np.where(hit(), -np.inf, rows.size),
        trail=np.where(hit(), -1.0, rows.trail),
    )


def _table(world: World, market: Market, rows: Rows) -> bytes:
    count = len(rows.at)
    return signals(
        market.times[rows.at],
        direction=words(rows.direction, DIRECTIONS),
        symbol=words(market.symbol[rows.at], world.symbols),
        order_type=words(rows.order, ORDERS),
        signal_type=words(rows.kind, KINDS),
        entry=rows.entry,
        sl=rows.sl,
        tp=rows.tp,
        size=rows.size,
        trail_distance=rows.trail,
        trail_step=np.full(count, world.tick),
        trail_activation=np.full(count, 2.0 * world.tick),
        magic_number=pa.array(np.arange(count)),
    )


def _some(random: np.random.Generator, rows: int, per_bar: float) -> Whole:
    """Return rows of the market, so many per bar on average, in order, with repetitions."""
    return np.sort(_whole(random, (round(rows * per_bar),), 0, rows - 1))


def _whole(random: np.random.Generator, shape: tuple[int, ...], low: int, high: int) -> Whole:
    """Return integers of [low, high]."""
    return low + np.floor(random.random(shape) * (high - low + 1)).astype(np.int64)
