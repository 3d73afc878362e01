"""Compares the optimizer's ports with numpy, numba, scipy, pandas and Optuna: the same draws, the same trials, the same points."""
# ruff: noqa: INP001, T201 - a script's neighbour, not a package; saying what the tools took is what it is for

from __future__ import annotations

import math
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from paths import STEPS, Paths
from streams import CONTRARY, REPEATED, TIMED, save_streams
from table import UNCLEAR, Peak, Refused, Row, memory_table, table
from turns import Comparison, Differs, Peer, compare

from harness.compare import differences
from harness.contract import Policy, close, exact
from reference_py.market.optimizer_cases import bootstrap_data, path_metrics, trial_streams
from reference_py.market.optimizer_tables import plain_row, raw_stream

ROUNDS, FEW_ROUNDS = 11, 7
SIMULATIONS, RESAMPLES, LENGTH, TRIALS, PARTS = 10_000, 10_000, 2_000, 10_000, 8
GRIDS = (100, 300)
MOST_BYTES = 8_000_000
SAME_SUM = close(rel=1e-9)
OWN = "", ()
NUMBA = "numba", ("numba",)
SCIPY = "scipy", ("scipy",), "run_scipy.py"
PANDAS = "pandas", ("pandas", "pyarrow")


def compare_optimizer(folder: Path) -> list[Row]:
    """Print all tables; raises ToolMissingError when a port does not run."""
    Paths(path_metrics()).save(folder)
    np.save(folder / "data.npy", bootstrap_data(LENGTH, seed=1))
    _save_trials(folder)
    return [*compare_paths(folder), *compare_bootstrap(folder), *compare_merging(folder), *compare_grids(folder)]


def compare_paths(folder: Path) -> list[Row]:
    """Print the tables of Monte-Carlo: one thread against Python, numpy and numba, two threads against one, and the start-up."""
    count = str(SIMULATIONS)
    peers = (
        reference("paths", SIMULATIONS, 40.0),
        Peer("numpy", None, *NUMBA, "run_numpy.py", (count,)),
        Peer("numba, Philox compiled by it", None, *NUMBA, "run_numba.py", (count, "own")),
        Peer("numba, numpy's generator", None, *NUMBA, "run_numba.py", (count, "numpy")),
    )
    print(f"Monte-Carlo: {SIMULATIONS:,} equity paths of {STEPS} steps; every score is the same to the last bit; {ROUNDS} rounds\n")
    single = compare(port("paths", SIMULATIONS), peers, folder, differs(exact), rounds=ROUNDS)
    show(single, SIMULATIONS, "Julia, one thread")
    double = compare(port("paths", SIMULATIONS, threads=2), [julia("paths", SIMULATIONS)], folder, differs(exact), rounds=ROUNDS)
    show(double, SIMULATIONS, "Julia, two threads")
    return [*single.rows, *double.rows, *compare_start(folder, single)]


def compare_start(folder: Path, warm: Comparison) -> list[Row]:
    """Print how long the first answer takes, and let Julia start at the number of simulations that pays for it."""
    first = compare(port("started", 1), (), folder, differs(exact), rounds=FEW_ROUNDS)
    python = warm.tools[0]
    count = break_even(first.port.samples_ns, python.samples_ns, warm.port.samples_ns) if python is not None else None
    if count is None:
        return [Refused("Julia's start", "unknown when it pays", UNCLEAR)]
    done = compare(port("started", count), [reference("paths", count, None)], folder, differs(exact), rounds=FEW_ROUNDS)
    print(f"Julia's start, from nothing to the first answer, everything compiled: {median(first.port.samples_ns) / 1e6:.0f} ms")
    print(f"Computed from it, both take as long for {count:,} simulations; measured there, start included, {FEW_ROUNDS} rounds\n")
    show(done, count, "Julia, started for it")
    return list(done.rows)


def break_even(start_ns: list[int], reference_ns: list[int], port_ns: list[int]) -> int | None:
    """Return from how many simulations on a Julia that has to start first beats the reference, both growing evenly; None if never."""
    saved_ns = (median(reference_ns) - median(port_ns)) / SIMULATIONS
    return math.ceil(median(start_ns) / saved_ns) if saved_ns > 0 else None


def compare_bootstrap(folder: Path) -> list[Row]:
    """Print the tables of the bootstrap and of its memory."""
    count = str(RESAMPLES)
    others = reference("bootstrap", RESAMPLES, None), Peer("scipy, its default", None, *SCIPY, (count, "default"))
    single_peers = (Peer("scipy, its fastest", 1.5, *SCIPY, (count, "fastest")), *others)
    double_peers = (Peer("scipy, its fastest", 2.5, *SCIPY, (count, "fastest")), julia("bootstrap", RESAMPLES))
    print(f"\nBootstrap: {LENGTH:,} points, {RESAMPLES:,} resamples; the reference's interval to the last bit,")
    print(f"scipy's to {SAME_SUM.rel_tol:g} when it draws the same numbers, which the timed runs do not; {ROUNDS} rounds\n")
    single = compare(port("bootstrap", RESAMPLES), single_peers, folder, bootstrap_differs, rounds=ROUNDS)
    show(single, RESAMPLES, "Julia, one thread")
    double = compare(port("bootstrap", RESAMPLES, threads=2), double_peers, folder, bootstrap_differs, rounds=ROUNDS)
    show(double, RESAMPLES, "Julia, two threads")
    peaks = [*peaks_of(single, "Julia, one thread", single_peers), *peaks_of(double, "Julia, two threads", ())]
    print(f"{memory_table(peaks)}\n", flush=True)
    return [*single.rows, *double.rows, *peaks]


def peaks_of(done: Comparison, name: str, peers: tuple[Peer, ...]) -> list[Peak]:
    """Return what the first run of the port took, both its processes together, and those of the peers."""
    own = Peak(name, done.port.peak_bytes, MOST_BYTES)
    return [own, *(Peak(f"{peer.name}{tool.setting}", tool.peak_bytes) for peer, tool in zip(peers, done.tools, strict=False) if tool)]


def compare_merging(folder: Path) -> list[Row]:
    """Print the table of merged trials."""
    peers = (
        Peer("pandas", 20.0, *PANDAS, "run_pandas.py", ("objects",)),
        Peer("pandas, columns in Arrow", None, *PANDAS, "run_pandas.py", ("arrow",)),
        Peer("pyarrow alone", None, *PANDAS, "run_pyarrow.py"),
        reference("aggregate", TRIALS, None),
    )
    print(
        f"Aggregation: {TRIALS:,} trials in {PARTS} streams; the same rows, repeated trials once, contrary ones refused; {ROUNDS} rounds\n"
    )
    done = compare(port("aggregate", TRIALS), peers, folder, differs(exact), rounds=ROUNDS)
    show(done, TRIALS, "Rust")
    return list(done.rows)


def compare_grids(folder: Path) -> list[Row]:
    """Print the tables of the grid, and how the time of both grows with it."""
    rows: list[Row] = []
    medians_ns: list[tuple[float, float]] = []
    for points in GRIDS:
        print(f"Grid: {points} points, next to no work in each; the same points; {FEW_ROUNDS} rounds\n")
        sampler = Peer("Optuna's GridSampler", None, *OWN, "run_optuna.py", (str(points),))
        done = compare(port("grid", points), [sampler], folder, differs(exact), rounds=FEW_ROUNDS)
        show(done, points, "HybridOptimizer")
        rows += done.rows
        if done.tools[0] is not None:
            medians_ns.append((median(done.port.samples_ns), median(done.tools[0].samples_ns)))
    if len(medians_ns) == len(GRIDS):
        own, other = (exponent(*times) for times in zip(*medians_ns, strict=True))
        print(
            f"From {GRIDS[0]} to {GRIDS[1]} points the time grows with the power {own:.2f} in the port, {other:.2f} in Optuna's sampler",
            flush=True,
        )
    return rows


def exponent(small_ns: float, large_ns: float) -> float:
    """Return e where time grows as size**e between the two grids."""
    return math.log(large_ns / small_ns) / math.log(GRIDS[1] / GRIDS[0])


def port(work: str, amount: int, *, threads: int = 1) -> Peer:
    """Return the port that does some work."""
    return Peer("port", None, *OWN, "run_optimizer.py", (work, str(amount), str(threads)))


def julia(work: str, amount: int) -> Peer:
    """Return the port on one thread as what its two threads are compared with."""
    return Peer("Julia, one thread", None, *OWN, "run_optimizer.py", (work, str(amount), "1"))


def reference(work: str, amount: int, goal: float | None) -> Peer:
    """Return the plain Python reference for some work."""
    return Peer("plain Python reference", goal, *OWN, "run_reference.py", (work, str(amount)))


def differs(policy: Policy) -> Differs:
    """Return what says where two answers first differ under a policy."""

    def where(expected: Any, found: Any) -> str:
        first = next(iter(differences(expected, found, policy, path="answer", limit=1)), None)
        return f"{first.path} {first.candidate} instead of {first.reference}" if first else ""

    return where


def bootstrap_differs(expected: Any, found: Any) -> str:
    """Ask scipy, which adds in another order, for the same sums, and everybody else for the same bits."""
    return differs(SAME_SUM if "same draws" in found else exact)(expected, {name: found[name] for name in expected})


def show(done: Comparison, work: int, name: str) -> None:
    """Print a table."""
    print(f"{table(done.rows, port_ns=done.port.samples_ns, work=work, port=name)}\n", flush=True)


def _save_trials(folder: Path) -> None:
    """Write the streams; a repeated trial has two durations, a contrary one two values."""
    twice = [raw_stream([plain_row(duration_seconds=seconds), plain_row(trial_id=number)]) for number, seconds in ((4, 0.5), (2, 0.25))]
    contrary = [raw_stream([plain_row(value=value)]) for value in (1.25, 1.5)]
    save_streams(folder, {TIMED: trial_streams(TRIALS, PARTS, seed=1), REPEATED: twice, CONTRARY: contrary})
