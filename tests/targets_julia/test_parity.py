"""Julia and the reference give the same bits: at any number of threads, optimised or not, with bounds checked or not."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import omega_julia
from omega_julia.find import Julia
from reference_py import optimizer as reference

CONFIGURATIONS = {
    "1 thread": {"OMEGA_JULIA_THREADS": "1"},
    "2 threads": {"OMEGA_JULIA_THREADS": "2"},
    "3 threads": {"OMEGA_JULIA_THREADS": "3"},
    "-O0": {"OMEGA_JULIA_FLAGS": "-O0"},
    "-O3": {"OMEGA_JULIA_FLAGS": "-O3"},
    "--check-bounds=yes": {"OMEGA_JULIA_FLAGS": "--check-bounds=yes"},
    "plain processor": {"OMEGA_JULIA_FLAGS": "-C x86-64"},
    "interpreted": {"OMEGA_JULIA_FLAGS": "--compile=min"},
}
# An interpreter takes a second for most of these calls.
INTERPRETED_CALLS = 5
METRICS: Mapping[str, Mapping[str, float]] = {
    "weighted_score": {"z": 1e-3, "a": -7.25, "m": 1e9, "k": 0.1, "b": 3.0, "c": 5.5, "d": -0.0, "e": 1.0, "f": 2.0},
    "final_rating": {"robustness": 0.8, "stability": 0.7, "cost_shock": 0.9, "dropout": 0.6, "stress_penalty": 0.2, "profit_factor": 1.7},
    "strategy_rating": {"Winrate (%)": 45.5, "Avg R-Multiple": 0.61, "Net Profit": 510.0, "profit_factor": 1.21, "drawdown_eur": 990.0},
    "robustness_score": {"profit": 1000.0, "avg_r": 0.7, "winrate": 50.0, "drawdown": 300.0, "other": 1.0},
    "cost_shock_score": {"profit": 1000.0, "drawdown": 300.0, "sharpe": 1.4},
    "equity_path": {"drift": 0.0005, "volatility": 0.01, "cost": 0.0001, "drawdown_weight": 0.5},
}
ODD = (0.0, -0.0, 1e-320, 1e308, -1e308, math.inf, -math.inf, math.nan, 5e-324, 1e-9)
NAMES = sorted({name for metrics in METRICS.values() for name in metrics})

Answer = tuple[str, Any]


def _bits(value: Any) -> Any:
    """Return something that is equal only for equal bits."""
    if isinstance(value, float):
        return struct.pack("<d", value) if not math.isnan(value) else b"NaN"
    if isinstance(value, dict):
        return [(key, _bits(item)) for key, item in value.items()]
    if isinstance(value, list | tuple):
        return [_bits(item) for item in value]
    return (type(value), value)


def _ask(function: Callable[..., Any], *arguments: Any, **named: Any) -> Answer:
    """Return the bits of an answer, or the number or type of the error."""
    try:
        return "value", _bits(function(*arguments, **named))
    except (omega_julia.OptimizerError, reference.OptimizerError) as error:
        return "code", (error.code, error.module_code)
    except (TypeError, OverflowError, ValueError) as error:
        return "type", type(error)


def _matrix(rows: int, columns: int, seed: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(seed).normal(0.0, 0.3, (rows, columns))


def _calls() -> Iterator[tuple[str, tuple[Any, ...], dict[str, Any]]]:
    """Yield calls that reach every evaluator, every shape of matrix and every setting."""
    for name, metrics in METRICS.items():
        yield "monte_carlo_scores", (metrics, None, name), {"n_simulations": 70}
        yield "monte_carlo_scores", (metrics, _matrix(65, len(metrics), 1), name), {"seed": 2**64 - 1}
        yield "monte_carlo_robustness", (metrics, None, name), {"n_simulations": 41, "seed": 0, "spread": 0.9, "confidence": 0.8}
        yield "monte_carlo_robustness", (metrics, _matrix(130, len(metrics), 2)[::2], name), {"n_simulations": 50}
    weights = [0.1 * place for place in range(9)]
    yield "monte_carlo_robustness", (METRICS["weighted_score"], None, "weighted_score"), {"weights": weights}
    yield "monte_carlo_robustness", (METRICS["weighted_score"], _matrix(9, 40, 3).T, "weighted_score"), {"columns": list("zambcdefk")}
    yield "monte_carlo_robustness", ({"a": 1.0}, None, "weighted_score"), {"n_simulations": 1}
    yield "monte_carlo_robustness", ({"a": 1.0}, None, lambda metrics: 3.0 * metrics["a"]), {"n_simulations": 100}
    for length in (1, 2, 3, 4, 5, 7, 8, 9, 63, 500):
        yield "bootstrap_ci", (np.random.default_rng(length).normal(size=length), 90), {"seed": length}
    yield "bootstrap_ci", ([1e16, 1.0, -1e16, 3.0], 50, 0.5), {}


@cache
def _expected() -> list[Answer]:
    return [_ask(getattr(reference, name), *arguments, **named) for name, arguments, named in _calls()]


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_the_bits_are_those_of_the_reference(julia: Julia, monkeypatch: pytest.MonkeyPatch, name: str) -> None:  # noqa: ARG001 - must be there
    """Scores, summaries and intervals are equal, whatever Julia is told about speed."""
    for variable, value in CONFIGURATIONS[name].items():
        monkeypatch.setenv(variable, value)
    every = INTERPRETED_CALLS if name == "interpreted" else 1
    found = [_ask(getattr(omega_julia, name), *arguments, **named) for name, arguments, named in islice(_calls(), None, None, every)]

    assert found == _expected()[::every]
    assert {kind for kind, _ in found} == {"value"}


numbers = st.floats() | st.sampled_from(ODD)
metrics_ = st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=4), numbers, min_size=1, max_size=9)


@pytest.mark.usefixtures("julia")
@settings(max_examples=150)
@given(metrics_, st.sampled_from(sorted(METRICS)), st.data())
def test_any_metrics_give_the_same_scores(metrics: dict[str, float], evaluator: str, data: st.DataObject) -> None:
    """NaN, infinities, zeros, denormals and names that no evaluator knows included; so do the errors of summaries."""
    rows = data.draw(st.integers(1, 4))
    flat = data.draw(st.lists(numbers, min_size=rows * len(metrics), max_size=rows * len(metrics)))
    matrix = data.draw(st.none() | st.just(np.array(flat).reshape(rows, len(metrics))))
    named = {"n_simulations": 5, "seed": data.draw(st.integers(0, 2**64 - 1))}
    for name in ("monte_carlo_scores", "monte_carlo_robustness"):
        arguments = (metrics, matrix, evaluator)
        assert _ask(getattr(omega_julia, name), *arguments, **named) == _ask(getattr(reference, name), *arguments, **named)


@pytest.mark.usefixtures("julia")
@settings(max_examples=150)
@given(st.lists(numbers, max_size=12), st.integers(1, 40), st.floats(0.001, 0.999), st.integers(0, 2**64 - 1))
def test_any_data_give_the_same_interval(data: list[float], count: int, confidence: float, seed: int) -> None:
    """Intervals, and the refusals of what has none."""
    found = _ask(omega_julia.bootstrap_ci, data, count, confidence, seed)

    assert found == _ask(reference.bootstrap_ci, data, count, confidence, seed)


@pytest.mark.usefixtures("julia")
def test_a_large_run_is_the_same_in_every_simulation() -> None:
    """Ten thousand paths, as the benchmark runs them, agree where the reference computed them: in the first thousand."""
    metrics = METRICS["equity_path"]
    found = omega_julia.monte_carlo_scores(metrics, None, "equity_path", n_simulations=10_000)

    assert _bits(found[:1000]) == _bits(reference.monte_carlo_scores(metrics, None, "equity_path", n_simulations=1000))


@pytest.mark.usefixtures("julia")
def test_rows_of_numpy_are_the_rows_of_julia() -> None:
    """A row far into the stream starts where numpy's does."""
    rows, seed = 100_000, 7
    uniforms = np.random.Generator(np.random.Philox(key=np.array([seed, 4], dtype=np.uint64), counter=0)).random((rows, 8))
    expected = 1.0 * (1.0 + 0.1 * (2.0 * uniforms[:, 0] - 1.0))
    found = omega_julia.monte_carlo_scores({"a": 1.0}, None, "weighted_score", n_simulations=rows, seed=seed)

    assert found == expected.tolist()
