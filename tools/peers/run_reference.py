"""Does the optimizer's work with the plain Python reference; the second argument names the work, the third says how much there is."""
# ruff: noqa: INP001 - a script, run in the project's environment

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from paths import answer_of as paths_answer
from paths import read_paths
from serve import Job, serve
from streams import TIMED, read_streams
from streams import answer_of as streams_answer

from reference_py.optimizer import OptimizerError, aggregate_results, bootstrap_ci, monte_carlo_robustness, monte_carlo_scores

SEED = 1


def paths(folder: Path, count: int) -> Job:
    """Simulate equity paths."""
    told = read_paths(folder)
    settings: dict[str, Any] = {"n_simulations": count, "seed": told.seed, "spread": told.spread}
    return Job(
        lambda: monte_carlo_robustness(told.metrics, None, "equity_path", confidence=told.confidence, **settings),
        lambda summed: paths_answer(summed, monte_carlo_scores(told.metrics, None, "equity_path", **settings)),
    )


def bootstrap(folder: Path, count: int) -> Job:
    """Bootstrap an interval."""
    data = np.load(folder / "data.npy")
    return Job(lambda: bootstrap_ci(data, count, seed=SEED), lambda found: {"lower": found[0], "upper": found[1]})


def aggregate(folder: Path, _: int) -> Job:
    """Merge streams of trials."""
    streams = read_streams(folder, TIMED)
    return Job(lambda: aggregate_results(streams), lambda merged: streams_answer(folder, aggregate_results, merged, OptimizerError))


WORKS: Mapping[str, Callable[[Path, int], Job]] = {"paths": paths, "bootstrap": bootstrap, "aggregate": aggregate}

if __name__ == "__main__":
    work, amount = sys.argv[2:]
    serve(lambda folder: WORKS[work](folder, int(amount)))
