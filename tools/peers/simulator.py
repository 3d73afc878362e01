"""Compares the simulator's port with backtesting tools, and with a loop in C: the same bars, the same orders, the same trades."""
# ruff: noqa: INP001, T201 - a script's neighbour, not a package; saying what the tools took is what it is for

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable
from pathlib import Path

from brute import BARS as HELD_BARS
from brute import POSITIONS, Exits, Held, Loop, compiled, exits_of, held
from market import market, trades_differ
from serve import timed_ns
from table import MISSED, UNCLEAR, Compared, Refused, Row, table
from turns import Peer, compare

BARS = 100_000
ROUNDS, RUNS_A_ROUND = 31, 5
PORT = Peer("port", None, "", (), "run_omega.py")
VECTORBT = "vectorbt", ("vectorbt", "vectorbt-rust"), "run_vectorbt.py"
PEERS = (
    Peer("backtesting.py", 100.0, "backtesting", ("backtesting",), "run_backtesting.py"),
    Peer("vectorbt, compiled by numba", 3.0, *VECTORBT, ("numba",)),
    Peer("vectorbt, its Rust engine", 1.0, *VECTORBT, ("rust",)),
)


def compare_simulator(folder: Path) -> list[Row]:
    """Print both tables; raises ToolMissingError when the port does not run."""
    return [*compare_tools(folder), *compare_with_loop(folder)]


def compare_tools(folder: Path) -> list[Row]:
    """Print the table of the tools with an environment of their own; raises ToolMissingError when the port does not run."""
    made = market(BARS)
    made.save(folder)
    done = compare(PORT, PEERS, folder, trades_differ, rounds=ROUNDS)
    count = len(done.port.answer["entry_bar"])
    print(f"{BARS:,} bars, {len(made.entries)} long positions entered at the close, stop and target 0.3 % away; {ROUNDS} rounds")
    print(f"Every tool with a ratio has the same {count} trades: bars and prices of entry and exit, to the last bit.\n")
    print(table(done.rows, port_ns=done.port.samples_ns, work=BARS), flush=True)
    return list(done.rows)


def compare_with_loop(folder: Path) -> list[Row]:
    """Print the table of whole backtests that hold positions against the loop in C that only tests them for their exit."""
    from omega_rust.execution import run_backtest  # noqa: PLC0415 - compare_tools says so when the port is missing

    try:
        function = compiled(folder)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"\nloop in C: missing, because `cc` cannot compile it ({error})")
        return [Refused("loop in C", "missing", UNCLEAR)]
    positions = held()
    loop = Loop(function, positions)
    _, tests, expected = loop.run()
    row, port_ns = loop_row(loop, lambda: run_backtest(*positions.arguments), positions, expected)
    print(f"\n{POSITIONS:,} positions over {HELD_BARS:,} bars, {len(expected)} exits; {tests:,} exit tests a run; {ROUNDS} rounds\n")
    print(table([row], port_ns=port_ns, work=tests, port="port, whole backtest"), flush=True)
    return [row]


def loop_row(loop: Loop, run: Callable[[], dict[str, bytes]], positions: Held, expected: Exits) -> tuple[Row, list[int]]:
    """Time both in turn, after their exits were seen to be the same; gives the port's nanoseconds as well."""
    if exits_of(run(), positions) != expected:
        return Refused("loop in C", "no ratio, because its exits differ from the port's", MISSED), [timed_ns(run)]
    loop_ns: list[int] = []
    port_ns: list[int] = []
    order = random.Random(0)  # noqa: S311 - no secret
    sides: list[tuple[list[int], Callable[[], int]]] = [(loop_ns, lambda: loop.run()[0]), (port_ns, lambda: timed_ns(run))]
    for _ in range(ROUNDS):
        order.shuffle(sides)
        for samples_ns, one_run_ns in sides:
            samples_ns.append(min(one_run_ns() for _ in range(RUNS_A_ROUND)))
    return Compared("loop in C, exit tests only", loop_ns, port_ns, 0.5), port_ns
