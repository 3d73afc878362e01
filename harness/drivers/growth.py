"""Whether resident memory grows with every call: many calls in blocks, the process looked at between them.

What grows once, such as a cache or the allocator's own store, grows in one window and not in the next; a leak grows in every one. So
windows follow one another until one does not grow, or two in a row have grown in a third of their blocks.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from harness.drivers.memory import resident_bytes
from harness.formats.packing import pack, unpack
from harness.protocol.messages import Growth, MeasureGrowth

BLOCKS = 24
STEADY = BLOCKS // 3
ENOUGH = 2
MOST_PASSES = 5_000
_DISABLE_HUGE_PAGES = 41


class _Calls:
    """The cases of one callable, and how to call it with all of them; cases that it changes are unpacked for every call."""

    def __init__(self, function: Callable[..., Any], packed: list[bytes]) -> None:
        self.function = function
        self.packed = packed
        self.ready: list[Any] = [unpack(data) for data in packed]
        for place, arguments in enumerate(self.ready):
            before = pack(arguments, opaque=True)
            self._once(arguments)
            if pack(arguments, opaque=True) != before:
                self.ready[place] = None

    def all_of_them(self, passes: int) -> None:
        """Call with every case, so many times."""
        for _ in range(passes):
            for place, arguments in enumerate(self.ready):
                self._once(unpack(self.packed[place]) if arguments is None else arguments)

    def _once(self, arguments: list[Any]) -> None:
        with contextlib.suppress(Exception):
            self.function(*arguments)


def grow(function: Callable[..., Any], message: MeasureGrowth) -> Growth:
    """Watch the memory of many calls; the last window and the number of windows that grew steadily in a row tell a leak."""
    _small_pages()
    calls = _Calls(function, message.arguments)
    passes = _warm_up(calls, message.seconds)
    gc.collect()
    gc.freeze()
    try:
        growing = 0
        for _ in range(message.windows):
            readings = _window(calls, passes)
            rising = sum(after > before for before, after in pairwise(readings))
            if readings[-1] <= readings[0]:
                growing = 0
                break
            growing = growing + 1 if rising >= STEADY else 0
            if growing >= ENOUGH:
                break
    finally:
        gc.unfreeze()
    return Growth(readings, passes * len(message.arguments), growing)


def _warm_up(calls: _Calls, seconds: float) -> int:
    """Call for the time of a window, and return how many passes make a block."""
    started, passes = time.perf_counter(), 0
    while passes < BLOCKS and (passes == 0 or time.perf_counter() - started < seconds):
        calls.all_of_them(1)
        passes += 1
    each = (time.perf_counter() - started) / passes
    found = max(1, min(MOST_PASSES, int(seconds / BLOCKS / max(each, 1e-7))))
    calls.all_of_them(found)
    return found


def _window(calls: _Calls, passes: int) -> list[int]:
    gc.collect()
    readings = [resident_bytes()]
    for _ in range(BLOCKS):
        calls.all_of_them(passes)
        gc.collect()
        readings.append(resident_bytes())
    return readings


def _small_pages() -> None:
    """Ask the kernel to count in small pages, since one huge one would hide a small leak for long."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DISABLE_HUGE_PAGES, 1, 0, 0, 0)
