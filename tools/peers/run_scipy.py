"""Bootstraps the interval of a mean with scipy; what is timed is `scipy.stats.bootstrap`, method percentile, with a vectorised mean.

The third argument names the batch: `fastest` tries several sizes and takes the fastest, `default` leaves it to scipy, which takes all at
once. Timed runs draw from numpy's default generator. The answer draws the reference's numbers instead, so that both can be compared.
"""
# ruff: noqa: INP001 - a script, run in an environment of its own

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import bootstrap
from serve import Job, fastest, serve

BATCHES = (10, 20, 50, 100, 200, 500, 1000, None)
SEED, STREAM, CONFIDENCE = 1, 5, 0.95
SMALL = 100


class SameDraws(np.random.Generator):
    """Positions as the reference draws them: one uniform number each, times the length."""

    def integers(self, low: Any, high: Any = None, size: Any = None, *_: Any, **__: Any) -> Any:
        """Return positions from 0 to below `high`."""
        assert low == 0
        return (self.random(size) * high).astype(np.int64)


def prepare(folder: Path) -> Job:
    """Choose the batch; the data must fill whole blocks of the generator, four numbers each."""
    data, count = np.load(folder / "data.npy"), int(sys.argv[2])
    batch = fastest({size: partial(interval, data, count, size) for size in BATCHES}) if sys.argv[3] == "fastest" else None
    interval(data, SMALL, batch)

    def told(_: Any) -> dict[str, Any]:
        same = interval(data, count, batch, SameDraws(np.random.Philox(key=np.array([SEED, STREAM], dtype=np.uint64))))
        return {"lower": same[0], "upper": same[1], "same draws": True}

    return Job(partial(interval, data, count, batch), told, f", batch={batch}")


def interval(data: Any, count: int, batch: int | None, random: Any = SEED) -> tuple[float, float]:
    """Return the interval."""
    found = bootstrap(
        (data,), np.mean, n_resamples=count, batch=batch, vectorized=True, confidence_level=CONFIDENCE, method="percentile", rng=random
    )
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


if __name__ == "__main__":
    serve(prepare)
