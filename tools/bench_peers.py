"""Times the port against the tools that a user would otherwise pick: the same bars, the same orders, the same trades, the same minute.

Every tool runs in an environment of its own below .peers, pinned by constraints-peers.txt, and in a process of its own that is asked
for one run at a time, so that a slow phase of the machine hits all of them. A tool whose trade list differs is not compared.
Exit codes: 0 all goals are met, 1 a goal is missed or trades differ, 3 something is missing.
"""
# ruff: noqa: INP001, S603, T201 - a script, not a package; starting programs and saying what they took is what it is for

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / "tools" / "peers"
sys.path[:0] = [str(SCRIPTS), str(ROOT)]

from brute import Loop, compiled, exits_of, held  # noqa: E402 - the scripts are beside this file, not in a package
from market import Market, Trades, market  # noqa: E402 - as above

ENVIRONMENTS = ROOT / ".peers"
CONSTRAINTS = ROOT / "constraints-peers.txt"
BARS = 100_000
ROUNDS = 9
HALF = 0.5
MISSED, MISSING = 1, 3


class PortMissingError(Exception):
    """The port does not run, so that there is nothing to compare with."""


@dataclass(frozen=True)
class Peer:
    """A tool: its environment with its packages, its script, and how many times faster the port is to be."""

    name: str
    goal: float
    environment: str
    packages: tuple[str, ...]
    script: str
    arguments: tuple[str, ...] = ()


PEERS = (
    Peer("backtesting.py", 100.0, "backtesting", ("backtesting",), "run_backtesting.py"),
    Peer("vectorbt", 3.0, "vectorbt", ("vectorbt", "vectorbt-rust"), "run_vectorbt.py", ("numba",)),
    Peer("vectorbt, its Rust engine", 1.0, "vectorbt", ("vectorbt", "vectorbt-rust"), "run_vectorbt.py", ("rust",)),
)


@dataclass
class Tool:
    """A tool that runs: its process, its trades, and the nanoseconds of its runs."""

    process: subprocess.Popen[str]
    trades: Trades
    samples_ns: list[int] = field(default_factory=list)

    def run(self) -> int:
        """Ask for a run and return its nanoseconds; raises RuntimeError when the process has ended."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the tool's process ended")
        return int(line)


def main() -> int:
    """Compare with every tool that is there, then with the loop in C; returns the exit code."""
    with tempfile.TemporaryDirectory(prefix="bench-peers-") as name:
        folder = Path(name)
        made = market(BARS)
        for column in Market.__slots__:
            np.save(folder / f"{column}.npy", getattr(made, column))
        try:
            codes = [*compare_tools(folder, len(made.entries)), compare_with_loop(folder)]
        except PortMissingError as error:
            print(f"the port is {error}; build it with `make setup`")
            return MISSING
    return max(codes)


def compare_tools(folder: Path, orders: int) -> Iterator[int]:
    """Yield one exit code a tool."""
    print(f"{BARS:,} bars, {orders} long positions entered at the close, stop and target 0.3 % away; median of {ROUNDS} rounds\n")
    with ExitStack() as stack:
        port = stack.enter_context(started(Path(sys.executable), "run_omega.py", folder, environment={**os.environ, "PYTHONPATH": _path()}))
        if isinstance(port, str):
            raise PortMissingError(port)
        tools: list[tuple[Peer, Tool]] = []
        for peer in PEERS:
            found = _ready(stack, peer, folder)
            problem = found if isinstance(found, str) else ""
            if isinstance(found, Tool):
                differs = port.trades.differs_from(found.trades)
                problem = f"not compared, because its trades differ: {differs}" if differs else ""
            if problem:
                print(f"{peer.name:28}{problem}")
                yield MISSING if isinstance(found, str) else MISSED
            elif isinstance(found, Tool):
                tools.append((peer, found))
        take_turns([port, *(tool for _, tool in tools)])
        print(f"{'port':28}{median(port.samples_ns) / 1e6:10.2f} ms   {len(port.trades.entry_bar)} trades")
        for peer, tool in tools:
            yield tell(peer.name, tool.samples_ns, port.samples_ns, peer.goal)


def take_turns(tools: Sequence[Tool]) -> None:
    """Run all tools in every round, in another order each time; the run before the timed one is thrown away."""
    order = random.Random(0)  # noqa: S311 - no secret
    for _ in range(ROUNDS):
        turn = list(tools)
        order.shuffle(turn)
        for tool in turn:
            tool.run()
            tool.samples_ns.append(tool.run())


def compare_with_loop(folder: Path) -> int:
    """Time whole backtests that hold positions against the loop in C that only tests them."""
    from omega_rust.execution import run_backtest  # noqa: PLC0415 - the port may be missing, and the other tools are still worth timing

    try:
        function = compiled(folder)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"\nloop in C: missing, because `cc` cannot compile it ({error})")
        return MISSING
    positions = held()
    loop = Loop(function, positions)
    _, tests, expected = loop.run()
    given = exits_of(run_backtest(*positions.arguments), positions)
    if given != expected:
        print("\nloop in C: not compared, because its exits differ from the port's")
        return MISSED
    loop_ns, port_ns = [], []
    for _ in range(ROUNDS):
        loop_ns.append(min(loop.run()[0] for _ in range(3)))
        port_ns.append(min(_timed(lambda: run_backtest(*positions.arguments)) for _ in range(3)))
    print(f"\n{tests:,} exit tests of up to 1,000 held positions, {len(given)} exits, the same in both")
    print(f"{'loop in C':28}{tests / median(loop_ns):10.2f} tests a nanosecond")
    print(f"{'port, whole backtest':28}{tests / median(port_ns):10.2f} tests a nanosecond")
    return tell("loop in C", loop_ns, port_ns, HALF)


def tell(name: str, other_ns: Sequence[int], port_ns: Sequence[int], goal: float) -> int:
    """Print how many times as fast the port is, paired round by round, and whether that is enough."""
    ratios = [other / own for other, own in zip(other_ns, port_ns, strict=True)]
    met = median(ratios) >= goal
    spread, verdict = f"{min(ratios):.2f} to {max(ratios):.2f}", f"goal {goal:g}x: {'met' if met else 'MISSED'}"
    print(f"{name:28}{median(other_ns) / 1e6:10.2f} ms   port {median(ratios):.2f}x as fast ({spread}), {verdict}")
    return 0 if met else MISSED


def _timed(run: Callable[[], object]) -> int:
    started_ns = time.perf_counter_ns()
    run()
    return time.perf_counter_ns() - started_ns


def _ready(stack: ExitStack, peer: Peer, folder: Path) -> Tool | str:
    python = ENVIRONMENTS / peer.environment / "bin" / "python"
    missing = installed(python, peer.packages)
    return missing or stack.enter_context(started(python, peer.script, folder, *peer.arguments, environment=_plain()))


@contextmanager
def started(python: Path, script: str, folder: Path, *arguments: str, environment: dict[str, str]) -> Iterator[Tool | str]:
    """Start a tool and wait for its first run; gives what is missing instead, in words, when it does not come that far."""
    with (folder / f"{script}.log").open("w+", encoding="utf-8") as log:
        command = [str(python), str(SCRIPTS / script), str(folder), *arguments]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if line:
                yield Tool(process, Trades(*(np.array(column) for column in json.loads(line).values())))
            else:
                log.seek(0)
                yield f"missing: it did not run ({(log.read().strip().splitlines() or ['it said nothing'])[-1]})"
        finally:
            process.kill()
            process.communicate()


def installed(python: Path, packages: Sequence[str]) -> str:
    """Make an environment with these packages unless it is there; returns what is missing, in words, or an empty text."""
    stamp = python.parent.parent / "installed"
    digest = hashlib.sha256(CONSTRAINTS.read_bytes() + " ".join(packages).encode()).hexdigest()
    if stamp.is_file() and stamp.read_text("utf-8") == digest:
        return ""
    print(f"installing {', '.join(packages)} into {python.parent.parent.relative_to(ROOT)}", file=sys.stderr)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--constraint", str(CONSTRAINTS), *packages]
    for command in ([sys.executable, "-m", "venv", "--clear", str(python.parent.parent)], pip):
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=_plain())
        if done.returncode:
            words = [line for line in done.stderr.strip().splitlines() if line] or [f"exit {done.returncode}"]
            return f"missing: {', '.join(packages)} cannot be installed ({words[-1]})"
    stamp.write_text(digest, encoding="utf-8")
    return ""


def _plain() -> dict[str, str]:
    """Return the variables for a tool that must not see this project."""
    return {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PIP_CONSTRAINT"}}


def _path() -> str:
    return os.pathsep.join([str(SCRIPTS), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])


if __name__ == "__main__":
    if shutil.which("cc") is None:
        print("there is no C compiler `cc`; the loop in C will be missing", file=sys.stderr)
    sys.exit(main())
