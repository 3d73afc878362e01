"""Lets a tool be timed from another process: runs its job once to warm up, then whenever it is told to.

Each line of the answer is JSON: first what came out, in what setting, and how much memory that took, then the nanoseconds of one run for
every line that was read: the median of as many runs as fit into a moment, after one that is thrown away, because another tool has just had
the processor's caches.
"""
# ruff: noqa: INP001 - a script's neighbour, not a package

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, TextIO, TypeVar

from memory import with_peak

MOMENT_NS = 100_000_000
# A run as long as this does not notice cold caches.
LONG_NS = 500_000_000
TRIES = 4
Run = Callable[[], Any]
Setting = TypeVar("Setting")


@dataclass(frozen=True)
class Job:
    """What is timed, what turns its result into plain values, and the setting that the tool chose, if it had a choice."""

    run: Run
    told: Callable[[Any], Any]
    setting: str = ""


def serve(prepare: Callable[[Path], Job]) -> None:
    """Answer on standard output; `prepare` gets the folder of the inputs."""
    answers, sys.stdout = sys.stdout, sys.stderr
    job = prepare(Path(sys.argv[1]))
    result, peak_bytes = with_peak(job.run)
    _say(answers, {"answer": job.told(result), "setting": job.setting, "peak_bytes": peak_bytes})
    gc.collect()
    for _ in sys.stdin:
        _say(answers, sample_ns(job.run))


def sample_ns(run: Run) -> int:
    """Return the median nanoseconds of runs, one at least."""
    first_ns = timed_ns(run)
    if first_ns >= LONG_NS:
        return first_ns
    samples_ns = [timed_ns(run)]
    while sum(samples_ns) < MOMENT_NS:
        samples_ns.append(timed_ns(run))
    return int(median(samples_ns))


def fastest(runs: Mapping[Setting, Run]) -> Setting:
    """Return the setting with the shortest run, after trying all in turn a few times, so that a slow phase of the machine hits each."""
    took_ns = {setting: timed_ns(run) for setting, run in runs.items()}
    for _ in range(TRIES - 1):
        for setting, run in runs.items():
            took_ns[setting] = min(took_ns[setting], timed_ns(run))
    return min(took_ns, key=took_ns.__getitem__)


def timed_ns(run: Run) -> int:
    """Return the nanoseconds of one run."""
    started_ns = time.perf_counter_ns()
    run()
    return time.perf_counter_ns() - started_ns


def _say(answers: TextIO, what: Any) -> None:
    answers.write(json.dumps(what) + "\n")
    answers.flush()
