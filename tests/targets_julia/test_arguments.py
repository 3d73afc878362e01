"""Arguments are refused as the reference refuses them: the same kind, the same number, the same one first."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

import omega_julia
from reference_py import optimizer as reference

ONE = {"a": 1.0}
HUGE = 10**400
NAN, INF = math.nan, math.inf

BAD_RUNS: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    "metrics no mapping": (([("a", 1.0)], None, "weighted_score"), {}),
    "perturbations a list": ((ONE, [[0.0]], "weighted_score"), {}),
    "evaluator a number": ((ONE, None, 3), {}),
    "columns a set": ((ONE, None, "weighted_score"), {"columns": {"a"}}),
    "columns text": ((ONE, None, "weighted_score"), {"columns": "a"}),
    "weights a mapping": ((ONE, None, "weighted_score"), {"weights": {"a": 1.0}}),
    "weights of two dimensions": ((ONE, None, "weighted_score"), {"weights": np.ones((1, 1))}),
    "count a float": ((ONE, None, "weighted_score"), {"n_simulations": 3.0}),
    "count 0": ((ONE, None, "weighted_score"), {"n_simulations": 0}),
    "count too large": ((ONE, None, "weighted_score"), {"n_simulations": 10_000_001}),
    "seed text": ((ONE, None, "weighted_score"), {"seed": "1"}),
    "seed negative": ((ONE, None, "weighted_score"), {"seed": -1}),
    "seed too large": ((ONE, None, "weighted_score"), {"seed": 2**64}),
    "confidence text": ((ONE, None, "weighted_score"), {"confidence": "0.9"}),
    "confidence None": ((ONE, None, "weighted_score"), {"confidence": None}),
    "confidence 0": ((ONE, None, "weighted_score"), {"confidence": 0.0}),
    "confidence NaN": ((ONE, None, "weighted_score"), {"confidence": NAN}),
    "confidence huge": ((ONE, None, "weighted_score"), {"confidence": HUGE}),
    "spread text": ((ONE, None, "weighted_score"), {"spread": "1"}),
    "spread negative": ((ONE, None, "weighted_score"), {"spread": -0.1}),
    "spread infinite": ((ONE, None, "weighted_score"), {"spread": INF}),
    "no metrics": (({}, None, "weighted_score"), {}),
    "key a number": (({1: 1.0}, None, "weighted_score"), {}),
    "value text": (({"a": "1"}, None, "weighted_score"), {}),
    "value None": (({"a": None}, None, "weighted_score"), {}),
    "value huge": (({"a": HUGE}, None, "weighted_score"), {}),
    "unknown evaluator": ((ONE, None, "sharpe"), {}),
    "evaluator empty": ((ONE, None, ""), {}),
    "column a number": ((ONE, None, "weighted_score"), {"columns": [1]}),
    "columns of others": ((ONE, None, "weighted_score"), {"columns": ["b"]}),
    "columns twice": ((ONE, None, "weighted_score"), {"columns": ["a", "a"]}),
    "no columns": ((ONE, None, "weighted_score"), {"columns": []}),
    "matrix of integers": ((ONE, np.zeros((2, 1), dtype=int), "weighted_score"), {}),
    "matrix of float32": ((ONE, np.zeros((2, 1), dtype=np.float32), "weighted_score"), {}),
    "matrix of the other byte order": ((ONE, np.zeros((2, 1), dtype=">f8"), "weighted_score"), {}),
    "matrix of one dimension": ((ONE, np.zeros(2), "weighted_score"), {}),
    "matrix of three dimensions": ((ONE, np.zeros((2, 1, 1)), "weighted_score"), {}),
    "matrix too wide": ((ONE, np.zeros((2, 2)), "weighted_score"), {}),
    "matrix without rows": ((ONE, np.zeros((0, 1)), "weighted_score"), {}),
    "weights of another": ((ONE, None, "equity_path"), {"weights": [1.0]}),
    "weights of a function": ((ONE, None, len), {"weights": [1.0]}),
    "weights too many": ((ONE, None, "weighted_score"), {"weights": [1.0, 2.0]}),
    "weights text": ((ONE, None, "weighted_score"), {"weights": ["1"]}),
    "weights NaN": ((ONE, None, "weighted_score"), {"weights": [NAN]}),
    "several faults": (({}, None, "sharpe"), {"seed": -1, "n_simulations": 0}),
    "kind before setting": ((ONE, None, "sharpe"), {"n_simulations": 0, "spread": "1"}),
    "nothing finite": (({"a": NAN}, None, "weighted_score"), {}),
    "overflow": (({"a": 1e308}, None, "weighted_score"), {"spread": 0.5}),
}
GOOD_RUNS: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    "integers": (({"a": 1, "b": True}, None, "weighted_score"), {}),
    "numpy numbers": (({"a": np.float32(0.1)}, None, "weighted_score"), {"n_simulations": np.int64(3), "confidence": np.float64(0.5)}),
    "fractions": (({"a": Fraction(1, 3)}, None, "weighted_score"), {"spread": Fraction(1, 7)}),
    "mapping of another class": ((MappingProxyType(ONE), None, "weighted_score"), {}),
    "odd names": (({"": 1.0, "\t": 2.0, "\n=\\": 3.0, "😀": 4.0, "\ud800": 5.0}, None, "weighted_score"), {}),
    "weights as array": (({"a": 1.0, "b": 2.0}, None, "weighted_score"), {"weights": np.array([1, 2])}),
    "weights as tuple": (({"a": 1.0}, None, "weighted_score"), {"weights": (2,)}),
    "reversed matrix": (({"a": 1.0, "b": 2.0}, np.arange(8.0).reshape(4, 2)[::-1, ::-1], "weighted_score"), {"columns": ("b", "a")}),
    "fortran order": (({"a": 1.0, "b": 2.0}, np.asfortranarray(np.arange(8.0).reshape(4, 2)), "weighted_score"), {}),
    "one row": (({"a": 1.0, "b": 2.0}, np.zeros((1, 2)), "weighted_score"), {}),
    "spread of nothing": ((ONE, None, "weighted_score"), {"spread": -0.0}),
}
BAD_DATA: dict[str, tuple[Any, ...]] = {
    "text": ("123",),
    "a set": ({1.0},),
    "float32": (np.zeros(3, np.float32),),
    "two dimensions": (np.zeros((2, 2)),),
    "no dimension": (np.array(1.0),),
    "text inside": ([1.0, "2"],),
    "empty": ([],),
    "NaN": ([1.0, NAN],),
    "count 0": ([1.0, 2.0], 0),
    "count a float": ([1.0, 2.0], 2.0),
    "confidence 1": ([1.0, 2.0], 10, 1.0),
    "confidence text": ([1.0, 2.0], 10, "1"),
    "seed negative": ([1.0, 2.0], 10, 0.9, -1),
    "empty and count 0": ([], 0),
    "float32 and count 0": (np.zeros(3, np.float32), 0),
    "overflow": ([1.7e308, 1.6e308],),
}


def _what(function: Callable[..., Any], *arguments: Any, **named: Any) -> tuple[Any, ...]:
    try:
        return ("value", function(*arguments, **named))
    except (omega_julia.OptimizerError, reference.OptimizerError) as error:
        return (error.code, error.module_code)
    except (TypeError, OverflowError) as error:
        return (type(error),)


@pytest.mark.parametrize("name", BAD_RUNS)
@pytest.mark.usefixtures("julia")
def test_a_run_is_refused_as_the_reference_refuses_it(name: str) -> None:
    """Kind or number of the first fault."""
    arguments, named = BAD_RUNS[name]
    found = _what(omega_julia.monte_carlo_robustness, *arguments, **named)

    assert found == _what(reference.monte_carlo_robustness, *arguments, **named)
    assert found[0] != "value"


@pytest.mark.parametrize("name", GOOD_RUNS)
@pytest.mark.usefixtures("julia")
def test_a_run_is_taken_as_the_reference_takes_it(name: str) -> None:
    """Numbers of any class, names of any text, arrays of any strides."""
    arguments, named = GOOD_RUNS[name]
    found = _what(omega_julia.monte_carlo_robustness, *arguments, **named)

    assert found == _what(reference.monte_carlo_robustness, *arguments, **named)
    assert found[0] == "value"


@pytest.mark.parametrize("name", BAD_DATA)
@pytest.mark.usefixtures("julia")
def test_data_are_refused_as_the_reference_refuses_them(name: str) -> None:
    """Kind or number of the first fault."""
    found = _what(omega_julia.bootstrap_ci, *BAD_DATA[name])

    assert found == _what(reference.bootstrap_ci, *BAD_DATA[name])
    assert found[0] != "value"


@pytest.mark.usefixtures("julia")
@pytest.mark.parametrize(
    "fails", [lambda _: "1", lambda _: None, lambda metrics: metrics["b"], lambda _: HUGE], ids=["text", "None", "raises", "huge"]
)
def test_a_function_that_fails_is_an_objective_error(fails: Callable[[dict[str, float]], Any]) -> None:
    """What it raises is the cause, and the number is 2000 with 6003 as the module's own."""
    with pytest.raises(omega_julia.OptimizerError, match="6003 OBJECTIVE_ERROR") as raised:
        omega_julia.monte_carlo_scores(ONE, None, fails)

    assert (raised.value.code, raised.value.module_code) == (2000, 6003)
    assert raised.value.__cause__ is not None


@pytest.mark.usefixtures("julia")
@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, SystemExit])
def test_what_ends_a_process_passes_through_a_function(error: type[BaseException]) -> None:
    """An interruption is no failing evaluator."""

    def interrupt(_: dict[str, float]) -> float:
        raise error

    with pytest.raises(error):
        omega_julia.monte_carlo_scores(ONE, None, interrupt)


@pytest.mark.usefixtures("julia")
def test_a_function_is_called_once_per_simulation_in_order() -> None:
    """Every call gets a dictionary of its own, its names sorted, beyond the size of one block too."""
    seen: list[dict[str, float]] = []

    def note(metrics: dict[str, float]) -> float:
        seen.append(metrics)
        return metrics["a"]

    metrics = {f"b{number:03}": 1.0 for number in range(300)} | {"a": 2.0}
    scores = omega_julia.monte_carlo_scores(metrics, None, note, n_simulations=500)

    assert [one["a"] for one in seen] == scores
    assert list(seen[0]) == sorted(metrics)
    assert len({id(one) for one in seen}) == 500
    assert scores == reference.monte_carlo_scores(metrics, None, lambda one: one["a"], n_simulations=500)


@pytest.mark.usefixtures("julia")
def test_a_function_may_ask_julia_itself() -> None:
    """No lock is held while it runs."""

    def inner(metrics: dict[str, float]) -> float:
        return omega_julia.monte_carlo_robustness(metrics, None, "weighted_score", n_simulations=3)["mean"]

    assert len(omega_julia.monte_carlo_scores(ONE, None, inner, n_simulations=4)) == 4


@pytest.mark.parametrize(
    ("named", "error"),
    [
        ({"threads": 0}, omega_julia.OptimizerError),
        ({"threads": 1025}, omega_julia.OptimizerError),
        ({"threads": 1.0}, TypeError),
        ({"timeout_seconds": 0.0}, omega_julia.OptimizerError),
        ({"timeout_seconds": NAN}, omega_julia.OptimizerError),
        ({"timeout_seconds": "1"}, TypeError),
    ],
    ids=str,
)
def test_what_a_call_may_use_is_checked(named: dict[str, Any], error: type[Exception]) -> None:
    """Before a Julia is started."""
    with pytest.raises(error):
        omega_julia.monte_carlo_robustness(ONE, None, "weighted_score", **named)
    with pytest.raises(error):
        omega_julia.bootstrap_ci([1.0, 2.0], **named)
