"""Times the port against the tools that a user would otherwise pick: the same bars, the same orders, the same trades, the same minutes.

Every tool runs in an environment of its own below .peers, pinned by constraints-peers.txt, and in a process of its own that is asked
for one run at a time, so that a slow phase of the machine hits all of them. A tool whose trade list differs gets no ratio.
Exit codes: 0 all goals are met, 1 a goal is missed or trades differ, 3 something is missing, or the machine is too noisy to tell.
"""
# ruff: noqa: INP001, T201 - a script, not a package; saying what the tools took is what it is for

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / "tools" / "peers"
sys.path[:0] = [str(SCRIPTS), str(ROOT)]

from brute import BARS as HELD_BARS  # noqa: E402 - the scripts are beside this file, not in a package
from brute import POSITIONS, Exits, Held, Loop, compiled, exits_of, held  # noqa: E402 - as above
from market import Market, market  # noqa: E402 - as above
from serve import timed_ns  # noqa: E402 - as above
from table import MET, MISSED, UNCLEAR, Compared, Refused, table  # noqa: E402 - as above
from tool import Tool, ToolMissingError, install, plain, started  # noqa: E402 - as above

ENVIRONMENTS = ROOT / ".peers"
BARS = 100_000
ROUNDS, RUNS_A_ROUND = 31, 5
Row = Compared | Refused


@dataclass(frozen=True)
class Peer:
    """A tool: its environment with its packages, its script, and how many times as fast the port is to be."""

    name: str
    goal: float
    environment: str
    packages: tuple[str, ...]
    script: str
    arguments: tuple[str, ...] = ()


VECTORBT = "vectorbt", ("vectorbt", "vectorbt-rust"), "run_vectorbt.py"
PEERS = (
    Peer("backtesting.py", 100.0, "backtesting", ("backtesting",), "run_backtesting.py"),
    Peer("vectorbt, compiled by numba", 3.0, *VECTORBT, ("numba",)),
    Peer("vectorbt, its Rust engine", 1.0, *VECTORBT, ("rust",)),
)


def main() -> int:
    """Compare with every tool that is there, then with the loop in C; returns the exit code."""
    with tempfile.TemporaryDirectory(prefix="bench-peers-") as name:
        folder = Path(name)
        try:
            return worst([*compare_tools(folder), *compare_with_loop(folder)])
        except ToolMissingError as error:
            print(f"the port is missing: {error}; `make setup` builds it")
            return UNCLEAR


def worst(rows: Sequence[Row]) -> int:
    """Return one exit code for all: a miss outweighs what is missing or unclear."""
    codes = {row.code for row in rows}
    return next((code for code in (MISSED, UNCLEAR) if code in codes), MET)


def compare_tools(folder: Path) -> list[Row]:
    """Print the table of the tools with an environment of their own; raises ToolMissingError when the port does not run."""
    made = market(BARS)
    for column in Market.__slots__:
        np.save(folder / f"{column}.npy", getattr(made, column))
    with ExitStack() as stack:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(SCRIPTS), str(ROOT)])}
        port = stack.enter_context(started(Path(sys.executable), "run_omega.py", folder, environment=environment))
        found = {peer.name: ready(stack, peer, folder, port) for peer in PEERS}
        take_turns(port, [tool for tool in found.values() if isinstance(tool, Tool)])
        rows = [_row(peer, found[peer.name]) for peer in PEERS]
    print(f"{BARS:,} bars, {len(made.entries)} long positions entered at the close, stop and target 0.3 % away; {ROUNDS} rounds")
    print(
        f"Every tool with a ratio has the same {len(port.trades.entry_bar)} trades: bars and prices of entry and exit, to the last bit.\n"
    )
    print(table(rows, port_ns=port.samples_ns, work=BARS))
    return rows


def ready(stack: ExitStack, peer: Peer, folder: Path, port: Tool) -> Tool | Refused:
    """Install and start a tool, and compare its trades with the port's; gives the reason when there is nothing to time."""
    python = ENVIRONMENTS / peer.environment / "bin" / "python"
    try:
        install(python, peer.packages)
        tool = stack.enter_context(started(python, peer.script, folder, *peer.arguments, environment=plain()))
    except ToolMissingError as error:
        return Refused(peer.name, f"missing: {error}", UNCLEAR)
    differs = port.trades.differs_from(tool.trades)
    return Refused(peer.name, f"no ratio, because its trades differ: {differs}", MISSED) if differs else tool


def take_turns(port: Tool, tools: Sequence[Tool]) -> None:
    """Run all tools in every round, in another order each time, each between two runs of the port, so that both meet the same load.

    A tool that ends keeps fewer samples than there are rounds; raises ToolMissingError when the port does.
    """
    order = random.Random(0)  # noqa: S311 - no secret
    running = list(tools)
    port.samples_ns.append(port.run())
    for _ in range(ROUNDS):
        order.shuffle(running)
        for tool in tuple(running):
            before_ns = port.run()
            try:
                taken_ns = tool.run()
            except ToolMissingError:
                running.remove(tool)
                continue
            tool.samples_ns.append(taken_ns)
            tool.port_ns.append((before_ns + port.run()) // 2)
            port.samples_ns.append(tool.port_ns[-1])


def _row(peer: Peer, found: Tool | Refused) -> Row:
    if isinstance(found, Refused):
        return found
    if len(found.samples_ns) < ROUNDS:
        return Refused(peer.name, "missing: it ended while it was timed", UNCLEAR)
    return Compared(peer.name, found.samples_ns, found.port_ns, peer.goal)


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
    print(table([row], port_ns=port_ns, work=tests, port="port, whole backtest"))
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


if __name__ == "__main__":
    sys.exit(main())
