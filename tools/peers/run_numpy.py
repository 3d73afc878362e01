"""Simulates equity paths with numpy, a chunk of simulations at a time in buffers that stay in the cache; takes the fastest chunk size."""
# ruff: noqa: INP001 - a script, run in an environment of its own

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import numpy as np
from paths import DRAWS_PER_STEP, FIRST_DRAW, ROOT_OF_THREE, STEPS, WIDTH, Doubles, Paths, answer_of, read_paths, summary
from serve import Job, fastest, serve

CHUNKS = (16, 32, 64, 128, 256, 512, 1000)


def prepare(folder: Path) -> Job:
    """Try every chunk size, and take the fastest."""
    paths, count = read_paths(folder), int(sys.argv[2])
    runs = {chunk: partial(simulate, paths, count, chunk) for chunk in CHUNKS}
    best = fastest(runs)
    return Job(runs[best], lambda found: answer_of(found[0], found[1].tolist()), f", chunks of {best}")


def simulate(paths: Paths, count: int, chunk: int) -> tuple[dict[str, float], Doubles]:
    """Return the summary and the scores."""
    random = np.random.Generator(np.random.Philox(key=paths.key))
    scores = np.empty(count)
    numbers, equity, peak = np.empty((chunk, WIDTH)), np.empty((chunk, STEPS)), np.empty((chunk, STEPS))
    for first in range(0, count, chunk):
        rows = min(chunk, count - first)
        random.random(out=numbers[:rows])
        scores[first : first + rows] = _scores(paths, numbers[:rows], equity[:rows], peak[:rows])
    return summary(scores, paths.confidence), scores


def _scores(paths: Paths, numbers: Doubles, equity: Doubles, peak: Doubles) -> Doubles:
    """Score a chunk, all steps at once; `equity` and `peak` are overwritten."""
    moved = paths.base * (1.0 + paths.spread * (2.0 * numbers[:, : len(paths.base)] - 1.0))
    cost, weight, drift, volatility = moved.T
    _changes(numbers, equity)
    equity *= volatility[:, None]
    equity += drift[:, None]
    equity -= cost[:, None]
    equity += 1.0
    np.multiply.accumulate(equity, axis=1, out=equity)
    np.maximum.accumulate(equity, axis=1, out=peak)
    np.maximum(peak, 1.0, out=peak)
    final = equity[:, -1].copy()
    np.subtract(peak, equity, out=equity)
    equity /= peak
    scores: Doubles = (final - 1.0) - weight * equity.max(axis=1) + 0.0
    return scores


def _changes(numbers: Doubles, normal: Doubles) -> None:
    """Write nearly normal numbers, each the sum of four uniform ones, moved and scaled to mean 0 and variance 1."""
    first, *others = (numbers[:, FIRST_DRAW + draw :: DRAWS_PER_STEP] for draw in range(DRAWS_PER_STEP))
    np.add(first, others[0], out=normal)
    for other in others[1:]:
        normal += other
    normal -= 2.0
    normal *= ROOT_OF_THREE


if __name__ == "__main__":
    serve(prepare)
