"""Times callables against each other inside one process, so that a slow phase of the machine hits all of them alike.

Samples are taken in quads, first second second first or the other way round at random: whatever grows or shrinks during a quad then
hits both callables equally. A sample is the fastest of three runs where calls are short, since an interruption only ever adds. Where a
call is long, it evens out by itself what happens meanwhile, and half a quad is taken, in an order at random.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable
from itertools import repeat
from typing import Any

from harness.formats.packing import pack, unpack

SAMPLE_NS = 1_500_000
RUNS = 3
WARM_UP_NS = 20_000_000
LONG_NS = 200_000_000
LEAST_QUADS = 6
_MOST_REPEATS = 1 << 20

Function = Callable[..., Any]


def time_functions(functions: list[Function], packed: bytes, rounds: int, budget_seconds: float, seed: int) -> list[list[float]]:
    """Return nanoseconds per call, one list per function, one mean of two samples per quad (one sample where calls are long).

    Takes `rounds` quads, fewer when the budget ends, but never fewer than LEAST_QUADS. All functions get the same argument objects,
    because the place of a buffer in memory alone makes a difference; those that change them get fresh ones for every sample.
    """
    bench = _Bench(packed, functions)
    for function in functions:
        bench.calibrate(function)
    order = random.Random(seed)  # noqa: S311 - no secret, and the same seed must give the same order
    samples: list[list[float]] = [[] for _ in functions]
    end_ns = time.perf_counter_ns() + int(budget_seconds * 1e9)
    collecting = gc.isenabled()
    gc.disable()
    try:
        while len(samples[0]) < LEAST_QUADS or (len(samples[0]) < rounds and time.perf_counter_ns() < end_ns):
            bench.quad(samples, order)
    finally:
        if collecting:
            gc.enable()
    return samples


class _Bench:
    """The arguments, and how often each function is to be called in one sample."""

    def __init__(self, packed: bytes, functions: list[Function]) -> None:
        self.packed = packed
        self.functions = functions
        self.arguments: list[Any] = unpack(packed)
        self.repeats: list[int] = []
        self.changing = False
        self.long = False

    def calibrate(self, function: Function) -> None:
        """Warm the function up, and find how many calls make a sample long enough for the clock."""
        before = pack(self.arguments, opaque=True)
        started_ns = time.perf_counter_ns()
        function(*self.arguments)
        if pack(self.arguments, opaque=True) != before:
            self.changing = True
            self.arguments = unpack(self.packed)
        repeats = 1
        while not self.changing and repeats < _MOST_REPEATS:
            sample_ns = self._run(function, self.arguments, repeats)
            self.long |= sample_ns >= LONG_NS
            if sample_ns >= SAMPLE_NS and time.perf_counter_ns() - started_ns >= WARM_UP_NS:
                break
            repeats = repeats if sample_ns >= SAMPLE_NS else _more(repeats, sample_ns)
        self.repeats.append(repeats)

    def quad(self, samples: list[list[float]], order: random.Random) -> None:
        """Add one quad to the samples, or half of one."""
        turn = list(range(len(self.functions)))
        order.shuffle(turn)
        totals = [0.0] * len(turn)
        times = 1 if self.long else 2
        for index in (*turn, *reversed(turn))[: times * len(turn)]:
            totals[index] += self.sample(index)
        gc.collect(0)
        for index, total in enumerate(totals):
            samples[index].append(total / times)

    def sample(self, index: int) -> float:
        """Return nanoseconds per call of one sample of a function."""
        function = self.functions[index]
        if self.changing:
            return float(self._run(function, unpack(self.packed), 1))
        runs = min(RUNS, self.repeats[index])
        repeats = self.repeats[index] // runs
        return min(self._run(function, self.arguments, repeats) for _ in range(runs)) / repeats

    @staticmethod
    def _run(function: Function, arguments: list[Any], repeats: int) -> int:
        started_ns = time.perf_counter_ns()
        for _ in repeat(None, repeats):
            function(*arguments)
        return time.perf_counter_ns() - started_ns


def _more(repeats: int, sample_ns: int) -> int:
    """Aim a little above the shortest sample, at most tenfold at a time, since the first samples are slow."""
    wanted = int(repeats * 1.2 * SAMPLE_NS / max(sample_ns, 1)) + 1
    return min(max(wanted, repeats + 1), 10 * repeats, _MOST_REPEATS)
