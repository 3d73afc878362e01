"""Times the ports against the tools that a user would otherwise pick: the same inputs, the same answers, the same minutes.

Every tool runs in an environment of its own below .peers, pinned by constraints-peers.txt, and in a process of its own that is asked
for one run at a time, so that a slow phase of the machine hits all of them. A tool whose answer differs gets no ratio.
Exit codes: 0 all goals are met, 1 a goal is missed or answers differ, 3 something is missing, or the machine is too noisy to tell.
"""
# ruff: noqa: INP001, T201 - a script, not a package; saying what the tools took is what it is for

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tools" / "peers"), str(ROOT)]

from optimizer import compare_optimizer  # noqa: E402 - the scripts are beside this file, not in a package
from simulator import compare_simulator  # noqa: E402 - as above
from table import MET, MISSED, UNCLEAR, Refused, Row  # noqa: E402 - as above
from tool import ToolMissingError  # noqa: E402 - as above

PORTS: dict[str, Callable[[Path], list[Row]]] = {"execution_simulator": compare_simulator, "optimizer": compare_optimizer}
# Migrations of this project that no other tool computes.
ALONE = ("rating",)


def main(arguments: Sequence[str]) -> int:
    """Compare the ports of the migrations that are named, or all; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("migration", nargs="*", help=f"{' or '.join(PORTS)}; none means all")
    named = parser.parse_args(arguments).migration
    if unknown := [name for name in named if name not in (*PORTS, *ALONE)]:
        parser.error(f"no peers of {unknown[0]}; there are those of {', '.join(PORTS)}")
    for name in set(named) & set(ALONE):
        print(f"\n{name}: no other tool computes it")
    return worst([row for name in named or PORTS if name in PORTS for row in rows_of(name)])


def rows_of(name: str) -> list[Row]:
    """Compare one port, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-peers-") as folder:
        print(f"\n{name}\n")
        try:
            return PORTS[name](Path(folder))
        except ToolMissingError as error:
            print(f"the port is missing: {error}; `make setup` builds it")
            return [Refused(name, "missing", UNCLEAR)]


def worst(rows: Sequence[Row]) -> int:
    """Return one exit code for all: a miss outweighs what is missing or unclear."""
    codes = {row.code for row in rows}
    return next((code for code in (MISSED, UNCLEAR) if code in codes), MET)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
