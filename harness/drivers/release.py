"""Whether a callable lets other threads of the interpreter run while it computes.

Another thread wakes every tenth of a millisecond and counts. The interpreter is told never to take turns by itself, so that the count
grows during a call only while the callable has given the interpreter's lock away, however short or long the call is.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from harness.formats.packing import unpack

TICK_SECONDS = 5e-5
SLICE_SECONDS = 0.01
NEVER_SECONDS = 1000.0
FEWEST = 4


class _Ticker(threading.Thread):
    """Counts its own wakings."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.count = 0
        self.stopped = False

    def run(self) -> None:
        while not self.stopped:
            self.count += 1
            time.sleep(TICK_SECONDS)


def shares(function: Callable[..., Any], packed: bytes, seconds: float) -> tuple[list[float], int]:
    """Return shares of 0..1, one a pair of slices beside calls and beside idleness, and the mean nanoseconds of a call."""
    arguments = unpack(packed)
    _quietly(function, arguments)
    ticker = _Ticker()
    usual = sys.getswitchinterval()
    sys.setswitchinterval(NEVER_SECONDS)
    try:
        ticker.start()
        return _slices(function, arguments, ticker, seconds)
    finally:
        ticker.stopped = True
        sys.setswitchinterval(usual)


def _slices(function: Callable[..., Any], arguments: list[Any], ticker: _Ticker, seconds: float) -> tuple[list[float], int]:
    found: list[float] = []
    calls, spent_ns = 0, 0
    end = time.monotonic() + seconds
    while len(found) < FEWEST or time.monotonic() < end:
        started_ns, before = time.perf_counter_ns(), ticker.count
        time.sleep(SLICE_SECONDS)
        between_ns, between = time.perf_counter_ns(), ticker.count
        calls += _for_a_while(function, arguments)
        after_ns, after = time.perf_counter_ns(), ticker.count
        idle, busy = (between - before) / (between_ns - started_ns), (after - between) / (after_ns - between_ns)
        found.append(min(1.0, busy / idle) if idle else 0.0)
        spent_ns += after_ns - between_ns
    return found, spent_ns // calls


def _for_a_while(function: Callable[..., Any], arguments: list[Any]) -> int:
    """Call until a slice is over, at least once; return how often."""
    end, calls = time.perf_counter() + SLICE_SECONDS, 0
    while not calls or time.perf_counter() < end:
        _quietly(function, arguments)
        calls += 1
    return calls


def _quietly(function: Callable[..., Any], arguments: list[Any]) -> None:
    with contextlib.suppress(Exception):
        function(*arguments)
