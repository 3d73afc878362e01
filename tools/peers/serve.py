"""Lets a tool be timed from another process: loads the market, runs once to warm up, then runs whenever it is told to.

Each line of the answer is JSON: first the trades, then the nanoseconds of one run for every line that was read: the median of as many
runs as fit into a moment, after one that is thrown away, because another tool has just had the processor's caches.
"""
# ruff: noqa: INP001 - a script's neighbour, not a package

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, TextIO

import numpy as np
from market import Market, Trades

MOMENT_NS = 100_000_000
Run = Callable[[], Any]


def serve(prepare: Callable[[Market], tuple[Run, Callable[[Any], Trades]]]) -> None:
    """Answer on standard output; `prepare` gives what is timed, and what reads the trades from its result."""
    answers, sys.stdout = sys.stdout, sys.stderr
    folder = Path(sys.argv[1])
    run, trades_of = prepare(Market(*(np.load(folder / f"{name}.npy") for name in Market.__slots__)))
    trades = trades_of(run())
    _say(answers, {name: getattr(trades, name).tolist() for name in Trades.__slots__})
    gc.collect()
    for _ in sys.stdin:
        timed_ns(run)
        _say(answers, sample_ns(run))


def sample_ns(run: Run) -> int:
    """Return the median nanoseconds of runs, one at least."""
    samples_ns = [timed_ns(run)]
    while sum(samples_ns) < MOMENT_NS:
        samples_ns.append(timed_ns(run))
    return int(median(samples_ns))


def timed_ns(run: Run) -> int:
    """Return the nanoseconds of one run."""
    started_ns = time.perf_counter_ns()
    run()
    return time.perf_counter_ns() - started_ns


def _say(answers: TextIO, what: Any) -> None:
    answers.write(json.dumps(what) + "\n")
    answers.flush()
