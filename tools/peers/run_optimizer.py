"""Does the optimizer's work with the ports; what is timed is the function that a user calls.

The second argument names the work, the third says how much of it there is, the fourth how many threads Julia has.
"""
# ruff: noqa: INP001 - a script, run in the project's environment

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from grid import answer_of as grid_answer
from grid import bowl, sides
from omega_rust.optimizer import OptimizerError, aggregate_results
from paths import answer_of as paths_answer
from paths import read_paths
from serve import Job, serve
from streams import TIMED, read_streams
from streams import answer_of as streams_answer

import omega_julia
from omega import config as flags
from omega.hybrid_optimizer import HYBRID, HybridOptimizer

SMALL, SEED = 100, 1


def paths(folder: Path, count: int) -> Job:
    """Simulate equity paths in a Julia that runs."""
    told = read_paths(folder)
    moved: dict[str, Any] = {"seed": told.seed, "spread": told.spread}

    def run(simulations: int = count) -> Mapping[str, float]:
        return omega_julia.monte_carlo_robustness(
            told.metrics, None, "equity_path", n_simulations=simulations, confidence=told.confidence, **moved
        )

    def answer(summed: Mapping[str, float]) -> Mapping[str, Any]:
        return paths_answer(summed, omega_julia.monte_carlo_scores(told.metrics, None, "equity_path", n_simulations=count, **moved))

    run(SMALL)
    return Job(run, answer)


def started(folder: Path, count: int) -> Job:
    """Start Julia, simulate, and end it: what a first call costs where everything is compiled."""
    job = paths(folder, count)

    def run() -> Any:
        omega_julia.reset()
        return job.run()

    return Job(run, job.told)


def bootstrap(folder: Path, count: int) -> Job:
    """Bootstrap an interval."""
    data = np.load(folder / "data.npy")

    def run(resamples: int = count) -> tuple[float, float]:
        return omega_julia.bootstrap_ci(data, resamples, seed=SEED)

    run(SMALL)
    return Job(run, lambda found: {"lower": found[0], "upper": found[1]})


def aggregate(folder: Path, _: int) -> Job:
    """Merge streams of trials in Rust."""
    streams = read_streams(folder, TIMED)
    return Job(lambda: aggregate_results(streams), lambda merged: streams_answer(folder, aggregate_results, merged, OptimizerError))


def grid(_: Path, count: int) -> Job:
    """Search a grid, trials run by Rust."""
    space = {name: {"type": "int", "low": 1, "high": high} for name, high in sides(count).items()}
    flags.set_feature_flag(flags.OPTIMIZER, "on")

    def search() -> Any:
        optimizer = HybridOptimizer({"n_trials": count, "sampler": "grid", "param_space": space, "seed": SEED})
        result = optimizer.optimize(lambda trial: bowl(trial.params), "minimize")
        assert result.backend == HYBRID, result.fallback_reason
        return result

    return Job(search, lambda result: grid_answer(result.best_value, (row.params for row in result.trials)))


WORKS: Mapping[str, Callable[[Path, int], Job]] = {
    "paths": paths,
    "started": started,
    "bootstrap": bootstrap,
    "aggregate": aggregate,
    "grid": grid,
}

if __name__ == "__main__":
    work, amount, threads = sys.argv[2:]
    os.environ["OMEGA_JULIA_THREADS"] = threads
    serve(lambda folder: WORKS[work](folder, int(amount)))
