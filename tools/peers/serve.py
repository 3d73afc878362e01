"""Lets a tool be timed from another process: loads the market, runs once to warm up, then runs whenever it is told to.

Each line of the answer is JSON: first the trades, then the nanoseconds of every run that was asked for.
"""
# ruff: noqa: INP001, T201 - a script's neighbour, not a package; printing is how it answers

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from market import Market, Trades

Run = Callable[[], Any]


def serve(prepare: Callable[[Market], tuple[Run, Callable[[Any], Trades]]]) -> None:
    """Answer on standard output; `prepare` gives what is timed, and what reads the trades from its result."""
    folder = Path(sys.argv[1])
    run, trades_of = prepare(Market(*(np.load(folder / f"{name}.npy") for name in Market.__slots__)))
    trades = trades_of(run())
    print(json.dumps({name: getattr(trades, name).tolist() for name in Trades.__slots__}), flush=True)
    gc.collect()
    for _ in sys.stdin:
        started_ns = time.perf_counter_ns()
        run()
        print(time.perf_counter_ns() - started_ns, flush=True)
