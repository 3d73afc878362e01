"""Times the port and its peers in turn, after their answers were seen to be the same: one comparison is one row a peer."""
# ruff: noqa: INP001 - a script's neighbour, not a package

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from table import MISSED, UNCLEAR, Compared, Refused, Row
from tool import ROOT, SCRIPTS, Tool, ToolMissingError, install, plain, started

ENVIRONMENTS = ROOT / ".peers"
# What the port is made of: the scripts beside this one, the project, and the package that speaks with Julia.
SEARCHED = (SCRIPTS, ROOT, ROOT / "targets_julia")
# Says where two answers first differ, the port's first; an empty text when they do not.
Differs = Callable[[Any, Any], str]


@dataclass(frozen=True)
class Peer:
    """Something to time: how many times as fast the port is to be, if anything, its environment with its packages, and its script.

    Without an environment of its own it runs in the project's, as the port does.
    """

    name: str
    goal: float | None
    environment: str
    packages: tuple[str, ...]
    script: str
    arguments: tuple[str, ...] = ()

    def start(self, folder: Path) -> AbstractContextManager[Tool]:
        """Install it where it is not, and start it; raises ToolMissingError, here or when the context is entered."""
        if not self.environment:
            searched = os.pathsep.join(str(one) for one in SEARCHED)
            return started(Path(sys.executable), self.script, folder, *self.arguments, environment={**os.environ, "PYTHONPATH": searched})
        python = ENVIRONMENTS / self.environment / "bin" / "python"
        install(python, self.packages)
        return started(python, self.script, folder, *self.arguments, environment=plain())


@dataclass(frozen=True)
class Comparison:
    """What came of it: the port, and for every peer its row and the tool, if it ran."""

    port: Tool
    rows: tuple[Row, ...]
    tools: tuple[Tool | None, ...]


def compare(port: Peer, peers: Sequence[Peer], folder: Path, differs: Differs, *, rounds: int) -> Comparison:
    """Start all, compare their answers with the port's, and time those that agree; raises ToolMissingError when the port does not run."""
    with ExitStack() as stack:
        own = stack.enter_context(port.start(folder))
        found = [ready(stack, peer, folder, own, differs) for peer in peers]
        take_turns(own, [tool for tool in found if isinstance(tool, Tool)], rounds)
        rows = tuple(row(peer, one, rounds) for peer, one in zip(peers, found, strict=True))
    return Comparison(own, rows, tuple(tool if isinstance(tool, Tool) else None for tool in found))


def ready(stack: ExitStack, peer: Peer, folder: Path, port: Tool, differs: Differs) -> Tool | Refused:
    """Start a peer, and compare its answer with the port's; gives the reason when there is nothing to time."""
    try:
        tool = stack.enter_context(peer.start(folder))
    except ToolMissingError as error:
        return Refused(peer.name, f"missing: {error}", UNCLEAR)
    where = differs(port.answer, tool.answer)
    return Refused(peer.name, f"no ratio, because it differs: {where}", MISSED) if where else tool


def take_turns(port: Tool, tools: Sequence[Tool], rounds: int) -> None:
    """Run all tools in every round, in another order each time, each between two runs of the port, so that both meet the same load.

    Every round begins with a run of the port, even without any tool. A tool that ends keeps fewer samples than there are rounds; raises
    ToolMissingError when the port does.
    """
    order = random.Random(0)  # noqa: S311 - no secret
    running = list(tools)
    for _ in range(rounds):
        port.samples_ns.append(port.run())
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


def row(peer: Peer, found: Tool | Refused, rounds: int) -> Row:
    """Return the line of a peer."""
    if isinstance(found, Refused):
        return found
    if len(found.samples_ns) < rounds:
        return Refused(peer.name, "missing: it ended while it was timed", UNCLEAR)
    return Compared(f"{peer.name}{found.setting}", found.samples_ns, found.port_ns, peer.goal)
