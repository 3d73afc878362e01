"""Programs of calls on one simulator: single steps to be put together at will, and whole runs taken apart into steps.

Steps drawn by themselves carry times relative to a clock that starts at zero; `on_one_clock` puts a program's steps onto one clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from itertools import count
from typing import Any

import numpy as np
import pyarrow as pa

from reference_py.execution.arrow import to_ipc
from reference_py.execution.workloads import save_run
from reference_py.market.execution_small import small_config, small_world
from reference_py.market.execution_tables import SIDES, TIME, random_numbers, signals_of_rows
from reference_py.market.execution_worlds import BAR_US, REALISTIC, START_US

STEP_STREAM = 9
TICK, MIDDLE = 0.0001, 11_000
PIPS = (0.0001, 0.001)
FURTHEST_US = 10 * BAR_US
REAL_PROGRAMS = 9
CONFIGS = 40
LONGEST = 90
TIMED = ("evaluate_exits", "evaluate_and_close", "manage", "observe_tick", "process_tick")

Row = dict[str, Any]
Calls = list[list[Any]]


def candle_configs() -> Iterator[tuple[Any, ...]]:
    """Yield (config,) in candle mode."""
    return _configs("candle")


def tick_configs() -> Iterator[tuple[Any, ...]]:
    """Yield (config,) in tick mode."""
    return _configs("tick")


def signal_steps() -> Iterator[tuple[Any, ...]]:
    """Yield (signals_ipc,): up to four signals, most of them of the present bar, and changes of the least amount after some entries."""
    return ((_signals(random_numbers(seed, STEP_STREAM)),) for seed in count())


def signal_table_steps() -> Iterator[tuple[Any, ...]]:
    """Yield (signals,) as record batches."""
    return ((pa.ipc.open_stream(step).read_next_batch(),) for (step,) in signal_steps())


def candle_steps() -> Iterator[tuple[Any, ...]]:
    """Yield (candle,): most of them one bar later than the one before."""
    return ((_candle(random_numbers(seed, STEP_STREAM)),) for seed in count(1000))


def tick_steps() -> Iterator[tuple[Any, ...]]:
    """Yield (tick,)."""
    return ((_tick(random_numbers(seed, STEP_STREAM)),) for seed in count(2000))


def time_steps() -> Iterator[tuple[Any, ...]]:
    """Yield (time_us,): the present bar, the one before, the next, and one that is far away."""
    return ((bars * BAR_US,) for bars in (0, 1, -1, 9))


def update_steps() -> Iterator[tuple[Any, ...]]:
    """Yield (updates_ipc,): new levels, and positions closed by hand."""
    return ((_updates(random_numbers(seed, STEP_STREAM)),) for seed in count(3000))


def update_table_steps() -> Iterator[tuple[Any, ...]]:
    """Yield (updates,) as record batches."""
    return ((pa.ipc.open_stream(step).read_next_batch(),) for (step,) in update_steps())


def on_one_clock(construct: list[Any], calls: Calls) -> tuple[list[Any], Calls]:
    """Return a program whose steps follow each other in time; times that are far off stay as they are."""
    clock = START_US
    placed = []
    for method, arguments in calls:
        if method in TIMED and _is_near(arguments[0], "time"):
            clock += arguments[0]["time"]
            placed.append([method, [{**arguments[0], "time": clock}]])
        elif method == "update" and isinstance(arguments[0], int) and abs(arguments[0]) <= FURTHEST_US:
            placed.append([method, [clock + arguments[0]]])
        else:
            placed.append([method, [_shifted(argument, clock) for argument in arguments]])
    return construct, placed


def candle_programs() -> Iterator[tuple[list[Any], Calls]]:
    """Yield whole runs in candle mode as (construct, steps)."""
    return (_program(4 * seed) for seed in range(1, REAL_PROGRAMS))


def tick_programs() -> Iterator[tuple[list[Any], Calls]]:
    """Yield whole runs in tick mode as (construct, steps)."""
    return (_program(4 * seed + 3) for seed in range(REAL_PROGRAMS))


def finish_run_cases() -> Iterator[tuple[Any, ...]]:
    """Yield (config, before, state, after): runs cut in two, with the state that the reference saved in between, in this process."""
    for seed in count():
        (config,), calls = _program(seed)
        steps = [[method, *arguments] for method, arguments in calls]
        half = len(steps) // 2
        yield config, steps[:half], save_run(config, steps[:half]), steps[half:]


def _configs(mode: str) -> Iterator[tuple[Any, ...]]:
    yield ({**deepcopy(dict(REALISTIC)), "mode": mode},)
    for seed in range(CONFIGS):
        random = random_numbers(seed, STEP_STREAM)
        drawn = small_config(random)
        drawn["specs"] = _with_other_pips(drawn.get("specs", {}), random)
        yield ({**drawn, "seed": seed, "mode": mode},)


def _with_other_pips(specs: Row, random: np.random.Generator) -> Row:
    """Return the specifications with pips that differ, by more than a step of prices, so that it shows whose pips are used."""
    first = _whole(random, 0, 1)
    return {name: {**spec, "pip_size": PIPS[(first + place) % 2]} for place, (name, spec) in enumerate(specs.items())}


def _program(seed: int) -> tuple[list[Any], Calls]:
    """Return a small run as the calls that its loop makes."""
    market_ipc, signals_ipc, config = small_world(seed)
    config.pop("start", None)
    market = pa.ipc.open_stream(market_ipc).read_all().to_pylist()
    signals = pa.ipc.open_stream(signals_ipc).read_all()
    times = signals.column("timestamp").cast(pa.int64()).to_pylist()
    calls: Calls = []
    done = 0
    for row in market:
        time_us = _microseconds(row)
        until = done + sum(time <= time_us for time in times[done:])
        arriving = (
            [["process_signals_batch", [to_ipc(signals.slice(done, until - done).combine_chunks().to_batches()[0])]]]
            if until > done
            else []
        )
        done = until
        calls += _candle_calls(row, arriving) if "bid_open" in row else _tick_calls(row, arriving)
    return [config], calls[:LONGEST]


def _candle_calls(row: Row, arriving: Calls) -> Calls:
    candle = {
        "symbol": row["symbol"],
        "time": _microseconds(row),
        "bid": _side(row, "bid"),
        "ask": _side(row, "ask"),
        "valid": row["valid"],
    }
    return [*arriving, ["evaluate_and_close", [candle]], ["manage", [candle]], ["update", [candle["time"]]]]


def _tick_calls(row: Row, arriving: Calls) -> Calls:
    tick = {"symbol": row["symbol"], "time": _microseconds(row), "bid": row["bid"], "ask": row["ask"]}
    return [["observe_tick", [tick]], *arriving, ["process_tick", [tick]], ["update", [tick["time"]]]]


def _side(row: Row, side: str) -> Row | None:
    prices = {name: row[f"{side}_{name}"] for name in SIDES}
    return None if None in prices.values() else prices


def _microseconds(row: Row) -> int:
    return pa.scalar(row["timestamp"], TIME).cast(pa.int64()).as_py()  # type: ignore[no-any-return]  # pyarrow has no types


def _signals(random: np.random.Generator) -> bytes:
    rows = [_signal(random) for _ in range(1 + _whole(random, 0, 3))]
    nudged = [_nudge(row) for row in rows if row["signal_type"] == "entry" and row["sl"] is not None and random.random() < 0.25]
    return signals_of_rows(rows + nudged)


def _nudge(entry: Row) -> Row:
    """Return a change that moves the stop of an entry by the least amount."""
    kept = {name: entry[name] for name in ("timestamp", "symbol", "direction")}
    return {**kept, "signal_type": "modify", "sl": float(np.nextafter(entry["sl"], 0.0))}


def _signal(random: np.random.Generator) -> Row:
    """Return a signal of the present bar; a few are of a bar nearby."""
    kind = _choice(random, {"entry": 12, "exit": 3, "modify": 4, "noise": 1})
    row: Row = {"timestamp": _whole(random, -1, 1) * BAR_US if random.random() < 0.1 else 0, "symbol": _symbol(random), "signal_type": kind}
    if kind == "entry":
        return row | _entry(random)
    row |= {"direction": _choice(random, {None: 2, "long": 1, "short": 1})}
    row |= {"position_id": f"{row['symbol']}#{_whole(random, 1, 6)}"} if random.random() < 0.3 else {}
    levels = {"entry": _price(random)} if kind == "exit" else {"sl": _level(random), "tp": _level(random), **_trail(random, 0.2)}
    return row | levels


def _entry(random: np.random.Generator) -> Row:
    """Return an entry; one in ten has its levels on the wrong side or none."""
    long = random.random() < 0.5
    price = _price(random)
    sign = (1.0 if long else -1.0) * (-1.0 if random.random() < 0.1 else 1.0)
    row = {
        "direction": "long" if long else "short",
        "order_type": _choice(random, {"market": 4, "limit": 3, "stop": 3}),
        "entry": price,
        "sl": price - sign * _whole(random, 0, 12) * TICK,
        "tp": price + sign * _whole(random, 0, 12) * TICK,
        "scenario": _choice(random, {None: 3, "a scenario": 1}),
        **_trail(random, 0.25),
    }
    if random.random() < 0.25:
        row |= {"size": _whole(random, 0, 300) * 0.007}
    return row | ({"sl": None} if "size" in row and random.random() < 0.4 else {})


def _trail(random: np.random.Generator, chance: float) -> Row:
    if random.random() >= chance:
        return {}
    return {f"trail_{name}": _whole(random, 0, 8) * TICK for name in ("distance", "step", "activation")}


def _updates(random: np.random.Generator) -> bytes:
    rows = [_update(random) for _ in range(1 + _whole(random, 0, 1))]
    names = {"position_id": pa.utf8(), "stop_loss": pa.float64(), "take_profit": pa.float64(), "status": pa.utf8()}
    names |= {"exit_price": pa.float64(), "exit_time": TIME, "reason": pa.utf8()}
    columns = [pa.array([row.get(name) for row in rows], kind) for name, kind in names.items()]
    return to_ipc(pa.RecordBatch.from_arrays(columns, names=list(names)))


def _update(random: np.random.Generator) -> Row:
    row: Row = {"position_id": f"{_symbol(random)}#{_whole(random, 1, 6)}", "stop_loss": _level(random), "take_profit": _level(random)}
    if random.random() < 0.3:
        row |= {
            "status": "closed",
            "exit_price": _price(random),
            "exit_time": 0,
            "reason": _choice(random, {None: 1, "by hand": 1, "partial_exit": 2}),
        }
    return row


def _candle(random: np.random.Generator) -> Row:
    prices = [_whole(random, -10, 10) for _ in range(2)]
    ticks = {"open": prices[0], "high": max(prices) + _whole(random, 0, 4), "low": min(prices) - _whole(random, 0, 4), "close": prices[1]}
    spread = _whole(random, 0, 2)
    bid, ask = ({name: (MIDDLE + tick + more) * TICK for name, tick in ticks.items()} for more in (0, spread))
    return {
        "symbol": _symbol(random),
        "time": _later(random),
        "bid": None if random.random() < 0.03 else bid,
        "ask": None if random.random() < 0.15 else ask,
        "valid": random.random() >= 0.03,
    }


def _tick(random: np.random.Generator) -> Row:
    bid = _whole(random, -14, 14)
    return {
        "symbol": _symbol(random),
        "time": _later(random),
        "bid": (MIDDLE + bid) * TICK,
        "ask": (MIDDLE + bid + _whole(random, 0, 2)) * TICK,
    }


def _later(random: np.random.Generator) -> int:
    return BAR_US if random.random() < 0.8 else 0


def _symbol(random: np.random.Generator) -> str:
    return "EURUSD" if random.random() < 0.6 else "GBPUSD"


def _price(random: np.random.Generator) -> float:
    return (MIDDLE + _whole(random, -14, 14)) * TICK


def _level(random: np.random.Generator) -> float | None:
    return _price(random) if random.random() < 0.6 else None


def _whole(random: np.random.Generator, low: int, high: int) -> int:
    return low + int(random.random() * (high - low + 1))


def _choice(random: np.random.Generator, weights: Mapping[Any, int]) -> Any:
    words = [word for word, weight in weights.items() for _ in range(weight)]
    return words[int(random.random() * len(words))]


def _is_near(mapping: Any, name: str) -> bool:
    return isinstance(mapping, Mapping) and type(mapping.get(name)) is int and abs(mapping[name]) <= FURTHEST_US


def _shifted(argument: Any, by_us: int) -> Any:
    """Return a table with its times moved by so much; what is no such table, or is far off, stays as it is."""
    try:
        table = argument if isinstance(argument, pa.RecordBatch) else pa.ipc.open_stream(argument).read_next_batch()
        for name in ("timestamp", "exit_time"):
            if name in table.schema.names:
                table = _with_times(table, name, by_us)
    except (pa.ArrowException, TypeError, ValueError, StopIteration):
        return argument
    return table if isinstance(argument, pa.RecordBatch) else to_ipc(table)


def _with_times(table: pa.RecordBatch, name: str, by_us: int) -> pa.RecordBatch:
    times = table.column(name).cast(pa.int64()).to_pylist()
    moved = [time if time is None or abs(time) > FURTHEST_US else time + by_us for time in times]
    return table.set_column(table.schema.get_field_index(name), name, pa.array(moved).cast(TIME))
