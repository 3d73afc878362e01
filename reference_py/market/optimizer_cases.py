"""Arguments for every operation of the optimizer that ports must answer to the bit: real ones, drawn ones, and each kind of trouble.

`<operation>_cases` yields tuples of positional arguments; every call makes fresh values, so nobody can spoil another's input.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

import numpy as np

from reference_py.market.backtest import rows
from reference_py.market.execution_tables import Doubles, random_numbers
from reference_py.market.optimizer_tables import STREAM, faulty_rows, other_schemas, plain_row, raw_stream, trial_rows, trial_streams
from reference_py.optimizer.schema import to_ipc

__all__ = [
    "aggregate_results_cases",
    "bootstrap_ci_cases",
    "bootstrap_data",
    "path_metrics",
    "perturbations",
    "robustness_with_cases",
    "scores_with_cases",
    "trial_streams",
]

Cases = Iterator[tuple[Any, ...]]

BASES: Mapping[str, Mapping[str, float]] = {
    "weighted_score": {"profit": 1200.0, "avg_r": 0.25, "winrate": 55.0, "ärger": -3.5, "Z": 1e-3},
    "final_rating": {"robustness": 0.8, "stability": 0.7, "cost_shock": 0.9, "dropout": 0.85, "stress_penalty": 0.2, "profit_factor": 1.6},
    "strategy_rating": {"Winrate (%)": 46.0, "Avg R-Multiple": 0.62, "Net Profit": 520.0, "profit_factor": 1.25, "drawdown_eur": 980.0},
    "robustness_score": {"profit": 1200.0, "avg_r": 0.25, "winrate": 55.0, "drawdown": 300.0},
    "cost_shock_score": {"profit": 1200.0, "drawdown": 300.0, "sharpe": 1.1},
    "equity_path": {"drift": 0.0004, "volatility": 0.01, "cost": 0.0001, "drawdown_weight": 0.5},
}
ROWS = (1, 2, 3, 7, 40)
TROUBLES = (math.nan, math.inf, -math.inf, -1.0, 0.0, -0.0, 1e308, -1e308, 5e-324)
SEEDS = (0, 1, 987654321, 2**63, 2**64 - 1)
LENGTHS = (1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 31, 100)
CONFIDENCES = (0.95, 0.5, 0.9, 0.999999, 1e-9, 0.0, 1.0, -0.1, math.nan)


def path_metrics() -> dict[str, float]:
    """Return the metrics of the equity-path workload."""
    return dict(BASES["equity_path"])


def perturbations(n_rows: int, columns: int, seed: int, trouble: float = 0.0) -> Doubles:
    """Return a matrix drawn evenly from -0.3 to 0.3, the same for the same arguments; `trouble` is the share of unusual values."""
    random = random_numbers(seed, STREAM)
    matrix: Doubles = random.random((n_rows, columns)) * 0.6 - 0.3
    unusual = random.random((n_rows, columns)) < trouble
    drawn = np.array(TROUBLES)[random.integers(0, len(TROUBLES), (n_rows, columns))]
    return np.where(unusual, drawn, matrix)


def bootstrap_data(length: int, seed: int) -> Doubles:
    """Return results of trades: mostly small losses, some large gains."""
    random = random_numbers(seed, STREAM)
    drawn: Doubles = random.random(length) * random.random(length) * 300.0 - 60.0
    return drawn


def robustness_with_cases() -> Cases:
    """Yield (base_metrics, perturbations, evaluator, settings)."""
    yield from scores_with_cases()
    for number, confidence in enumerate(CONFIDENCES):
        yield _base("equity_path"), None, "equity_path", {"n_simulations": 20 + number, "confidence": confidence}
    yield _base("weighted_score"), np.full((4, 5), math.nan), "weighted_score", None
    yield {"a": 1e308, "b": 1e308}, np.zeros((3, 2)), "weighted_score", {"weights": [1.0, 0.0]}
    yield {"a": 1.7e308}, np.array([[0.0], [-2.0]]), "weighted_score", {"weights": [1.0]}


def scores_with_cases() -> Cases:
    """Yield (base_metrics, perturbations, evaluator, settings): every evaluator, drawn and given perturbations, then the troubles."""
    for evaluator in BASES:
        yield from _drawn(evaluator)
        yield from _given(evaluator)
    yield from _odd_metrics()
    yield from _odd_matrices()
    yield from _odd_settings()


def bootstrap_ci_cases() -> Cases:
    """Yield (data, n_bootstrap, confidence, seed): real results, lengths around the blocks of the generator, then the troubles."""
    for number, row in enumerate(list(rows().values())[::40]):
        yield np.array(row.trade_results or [0.0]), 50 + number, 0.95, number
    for length in LENGTHS:
        for seed in SEEDS[:3]:
            yield bootstrap_data(length, seed), 30, 0.9, seed
    yield bootstrap_data(2000, 5), 20, 0.95, 2**64 - 1
    for value in (0.0, -0.0, 0.1, -5e-324, 1.7e308):
        yield np.full(3, value), 10, 0.95, None
    for confidence in CONFIDENCES:
        yield bootstrap_data(10, 2), 25, confidence, 3
    yield from _odd_data()


def aggregate_results_cases() -> Cases:
    """Yield (results,): pieces in any order and grouping, repeated and contradicting trials, and every faulty stream."""
    for count, parts in ((0, 1), (1, 1), (2, 2), (30, 1), (30, 4), (101, 7)):
        streams = trial_streams(count, parts, seed=count)
        yield (streams,)
        yield (streams[::-1],)
        yield (streams + streams[: parts // 2],)
    yield ([],)
    yield from _repeated()
    yield from _contradicting()
    for name, schema in other_schemas().items():
        yield ([raw_stream([plain_row(more=1.0, params=[("x", "1")] if name == "text_params" else [("x", 0.5)])], schema)],)
    for row in faulty_rows().values():
        yield ([raw_stream([plain_row(trial_id=9), row, plain_row(trial_id=10)])],)
    yield from _broken_bytes()


def _base(evaluator: str) -> dict[str, float]:
    return dict(BASES[evaluator])


def _drawn(evaluator: str) -> Cases:
    for number, seed in enumerate(SEEDS):
        yield _base(evaluator), None, evaluator, {"n_simulations": 5 + number, "seed": seed, "spread": 0.1 * number}
    yield _base(evaluator), None, evaluator, {"n_simulations": 300}


def _given(evaluator: str) -> Cases:
    columns = len(BASES[evaluator])
    for count in ROWS:
        yield _base(evaluator), perturbations(count, columns, seed=count), evaluator, None
        yield _base(evaluator), perturbations(count, columns, count, trouble=0.2), evaluator, {"n_simulations": 5, "seed": count}
    names = sorted(BASES[evaluator])
    yield _base(evaluator), perturbations(6, columns, seed=6), evaluator, {"columns": names[::-1]}


def _odd_metrics() -> Cases:
    """Yield metrics that are missing, unknown, unusual or no metrics at all."""
    for evaluator in BASES:
        yield {"unknown": 1.0}, None, evaluator, {"n_simulations": 3}
        yield dict.fromkeys(BASES[evaluator], math.nan), None, evaluator, {"n_simulations": 3}
        yield dict.fromkeys(BASES[evaluator], -math.inf), None, evaluator, {"n_simulations": 3}
        yield {**_base(evaluator), **{f"more {k}": float(k) for k in range(9)}}, None, evaluator, {"n_simulations": 6}
    for base in ({}, {"a": "1"}, {"a": None}, {1: 1.0}, {"a": 10**400}, {"a": 3, "b": True}, [("a", 1.0)], None):
        yield deepcopy(base), None, "weighted_score", {"n_simulations": 3}


def _odd_matrices() -> Cases:
    """Yield matrices that are empty, of another shape or type, and ones without finite values."""
    base = {"a": 1.0, "b": -0.0}
    for matrix in (
        np.zeros((0, 2)),
        np.zeros((3, 1)),
        np.zeros((3, 3)),
        np.zeros((0, 0)),
        np.zeros(2),
        np.zeros((2, 2, 2)),
        np.zeros((3, 2), dtype=np.float32),
        np.zeros((3, 2), dtype=np.int64),
        np.full((3, 2), -1.0),
        np.full((3, 2), math.inf),
        [[0.0, 0.0]],
    ):
        yield dict(base), deepcopy(matrix), "weighted_score", None


def _odd_settings() -> Cases:
    """Yield settings at and beyond their limits, and of other kinds."""
    for settings in (
        {"n_simulations": 0},
        {"n_simulations": -1},
        {"n_simulations": 10_000_001},
        {"n_simulations": 1.5},
        {"seed": -1},
        {"seed": 2**64},
        {"seed": 1.0},
        {"spread": -0.1},
        {"spread": math.nan},
        {"spread": math.inf},
        {"spread": "0.1"},
        {"columns": ["a"]},
        {"columns": ["a", "a"]},
        {"columns": ["a", "c"]},
        {"columns": ["b", 1]},
        {"columns": "ab"},
        {"weights": [1.0, -2.0]},
        {"weights": [1.0]},
        {"weights": [1.0, math.nan]},
        {"weights": [1.0, "2"]},
        {"weights": 1.0},
        {"n_simulations": 0, "seed": -1},
    ):
        yield {"a": 2.0, "b": 3.0}, None, "weighted_score", {"n_simulations": 4, **settings}
    yield {"a": 2.0}, None, "equity_path", {"weights": [1.0], "n_simulations": 2}
    for evaluator in ("", "median", "Weighted_Score", 7, None):
        yield {"a": 2.0}, None, evaluator, {"n_simulations": 2}


def _odd_data() -> Cases:
    """Yield data that are none, of another shape or type, not finite, or too large to add."""
    for data in (
        np.zeros(0),
        [],
        [1, 2, 3],
        [1.5],
        (True, 2.0),
        ["1", 2.0],
        [1.0, None],
        np.zeros((2, 2)),
        np.zeros(3, dtype=np.float32),
        np.array([1.0, math.nan]),
        np.array([math.inf, 1.0]),
        np.array([1.7e308, 1.6e308, -1.0]),
        np.array([0.0, -0.0]),
        np.array([5e-324, -5e-324, 0.0]),
        "12",
        None,
    ):
        yield deepcopy(data), 12, 0.95, 1
    for count, seed in ((0, 1), (-1, 1), (10_000_001, 1), (1.5, 1), (5, -1), (5, 2**64), (5, 0.5), (1, None), (2, 1)):
        yield bootstrap_data(5, 1), count, 0.95, seed


def _repeated() -> Cases:
    """Yield trials that come twice with other durations, in other orders of keys, and with null for no attributes."""
    rows_once = trial_rows(6, seed=1)
    later = [row._replace(duration_seconds=row.duration_seconds * 2.0) for row in rows_once]
    yield ([to_ipc(later), to_ipc(rows_once)],)
    yield ([to_ipc(rows_once), to_ipc(later)],)
    pairs = [("a", 1.0), ("b", math.nan)]
    yield ([raw_stream([plain_row(params=pairs, user_attrs=[])]), raw_stream([plain_row(params=pairs[::-1], duration_seconds=-0.0)])],)
    yield ([raw_stream([plain_row(trial_id=k % 3) for k in range(9)], batch_rows=2)],)
    yield ([raw_stream([plain_row(value=math.inf), plain_row(trial_id=1, value=-math.inf)])],)


def _contradicting() -> Cases:
    """Yield pairs of rows of one trial that differ in one cell."""
    different: tuple[dict[str, Any], ...] = (
        {"value": 1.2500000000000002},
        {"params": [("x", 0.25)]},
        {"params": [("y", 0.5)]},
        {"params": []},
        {"state": "FAIL", "value": math.nan},
        {"user_attrs": [("k", "v")]},
    )
    for changes in different:
        yield ([raw_stream([plain_row()]), raw_stream([plain_row(**changes)])],)
    yield ([raw_stream([plain_row(value=0.0)]), raw_stream([plain_row(value=-0.0)])],)


def _broken_bytes() -> Cases:
    """Yield bytes that are no stream, cut ones, and what is not even bytes."""
    good = to_ipc(trial_rows(5, seed=3))
    for results in (
        [b""],
        [b"ARROW1"],
        [good[:40]],
        [good[: len(good) // 2]],
        [good, b"\0" * 64],
        [b"x", raw_stream([plain_row(trial_id=-1)])],
    ):
        yield (results,)
    kinds: tuple[Any, ...] = (None, good, [good, None], ["text"], (good,), [bytearray(good)], {})
    for kind in kinds:
        yield (kind,)
