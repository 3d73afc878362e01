"""Monte-Carlo robustness: the formulas row by row, what is left out, and every argument that is refused."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_py.market.optimizer_cases import perturbations, robustness_with_cases, scores_with_cases
from reference_py.optimizer import OptimizerError, monte_carlo_robustness, monte_carlo_scores
from reference_py.optimizer.monte_carlo import BLOCK_ROWS, summary
from reference_py.optimizer.workloads import robustness_with, scores_with

BASE = {"b": 2.0, "a": 10.0}
PATH = {"drift": 0.0004, "volatility": 0.01, "drawdown_weight": 0.5}


def numpy_uniforms(seed: int, rows: int, width: int) -> Any:
    """Draw the whole table at once, as the specification defines it."""
    return np.random.Generator(np.random.Philox(key=np.array([seed, 4], dtype=np.uint64), counter=0)).random((rows, width))


def code_of(function: Any, *arguments: Any, **settings: Any) -> int:
    """Return the number of the error that a call must raise."""
    with pytest.raises(OptimizerError) as caught:
        function(*arguments, **settings)
    return caught.value.code


def test_each_row_moves_the_metrics() -> None:
    """Column k belongs to the k-th sorted name, and a metric is multiplied by 1 + perturbation."""
    matrix = np.array([[0.1, 0.0], [0.0, -0.5]])
    assert monte_carlo_scores(BASE, matrix, lambda m: m["a"] + 100.0 * m["b"]) == [10.0 * 1.1 + 200.0, 110.0]


def test_the_evaluator_sees_sorted_names() -> None:
    """A function is given a new dict in the order of the names."""
    seen: list[dict[str, float]] = []
    monte_carlo_scores(BASE, np.zeros((2, 2)), lambda m: len(seen) if seen.append(m) is None else 0.0)
    assert [list(one) for one in seen] == [["a", "b"], ["a", "b"]]
    assert seen[0] is not seen[1]


def test_columns_may_be_named_in_any_order() -> None:
    """A matrix with named columns gives what the sorted matrix gives."""
    matrix = perturbations(5, 2, seed=1)
    named = monte_carlo_scores(BASE, matrix[:, ::-1], "weighted_score", columns=["b", "a"])
    assert named == monte_carlo_scores(BASE, matrix, "weighted_score")


def test_drawn_perturbations_follow_the_formula() -> None:
    """A perturbation is spread * (2u - 1), with u from stream 4, row by row, eight to a row."""
    u = numpy_uniforms(7, 3, 8)
    wanted = [10.0 * (1.0 + 0.2 * (2.0 * row[0] - 1.0)) * 0.5 + 2.0 * (1.0 + 0.2 * (2.0 * row[1] - 1.0)) * 0.5 for row in u]
    assert monte_carlo_scores(BASE, None, "weighted_score", n_simulations=3, seed=7, spread=0.2) == pytest.approx(wanted, rel=1e-15)


def test_a_wide_row_is_drawn_in_whole_blocks() -> None:
    """Nine metrics take twelve numbers of a row."""
    base = {f"m{k}": 1.0 for k in range(9)}
    u = numpy_uniforms(1, 2, 12)
    wanted = [[1.0 * (1.0 + 0.1 * (2.0 * x - 1.0)) for x in row[:9]] for row in u]
    seen: list[list[float]] = []

    def keep(metrics: dict[str, float]) -> float:
        seen.append(list(metrics.values()))
        return 0.0

    monte_carlo_scores(base, None, keep, n_simulations=2, seed=1)
    assert seen == wanted


def test_a_path_draws_after_the_metrics() -> None:
    """The evaluator's numbers begin at word eight of the row, with and without a matrix."""
    u = numpy_uniforms(3, 2, 1008)
    z = (((u[1, 8] + u[1, 9]) + u[1, 10]) + u[1, 11] - 2.0) * 1.7320508075688772
    first_step = 1.0 + 0.01 * z
    drawn = monte_carlo_scores({"volatility": 0.01}, None, "equity_path", n_simulations=2, seed=3, spread=0.0)
    given = monte_carlo_scores({"volatility": 0.01}, np.zeros((2, 1)), "equity_path", seed=3)
    equity = 1.0
    for t in range(250):
        step = (((u[1, 8 + 4 * t] + u[1, 9 + 4 * t]) + u[1, 10 + 4 * t]) + u[1, 11 + 4 * t] - 2.0) * 1.7320508075688772
        equity = equity * (1.0 + 0.01 * step)
    assert drawn == given
    assert drawn[1] == equity - 1.0
    assert first_step != 1.0


def test_blocks_do_not_show() -> None:
    """The first rows of many are those of few, beyond the size in which numbers are drawn."""
    many = monte_carlo_scores(PATH, None, "equity_path", n_simulations=BLOCK_ROWS + 3, seed=5)
    assert many[:10] == monte_carlo_scores(PATH, None, "equity_path", n_simulations=10, seed=5)
    assert len(set(many)) == BLOCK_ROWS + 3


def test_without_a_seed_the_default_one_counts() -> None:
    """None means 987654321."""
    assert monte_carlo_scores(BASE, None, "weighted_score") == monte_carlo_scores(BASE, None, "weighted_score", seed=987654321)


def test_rows_limit_simulations() -> None:
    """The smaller of the two numbers counts."""
    matrix = np.zeros((4, 2))
    assert len(monte_carlo_scores(BASE, matrix, "weighted_score", n_simulations=3)) == 3
    assert monte_carlo_robustness(BASE, matrix, "weighted_score", n_simulations=9)["n"] == 4


def test_a_single_simulation_has_no_spread() -> None:
    """Deviation 0, and both limits the value itself."""
    answer = monte_carlo_robustness(BASE, np.zeros((1, 2)), "weighted_score")
    assert answer == {"mean": 6.0, "std": 0.0, "ci_lower": 6.0, "ci_upper": 6.0, "n": 1, "n_failed": 0}


def test_the_answer_has_a_fixed_order() -> None:
    """Six numbers in the documented order, counts as integers."""
    answer = monte_carlo_robustness(BASE, None, "weighted_score")
    assert list(answer) == ["mean", "std", "ci_lower", "ci_upper", "n", "n_failed"]
    assert [type(value) for value in answer.values()] == [float, float, float, float, int, int]


def test_scores_that_are_not_finite_are_left_out_and_counted() -> None:
    """NaN and infinities change neither mean nor interval."""
    matrix = np.array([[0.0], [math.nan], [1.0], [math.inf], [-math.inf]])
    answer = monte_carlo_robustness({"a": 1.0}, matrix, "weighted_score")
    kept = monte_carlo_robustness({"a": 1.0}, matrix[[0, 2]], "weighted_score")
    assert (answer["n"], answer["n_failed"]) == (2, 3)
    assert {**answer, "n_failed": 0} == kept


def test_without_a_finite_score_there_is_no_answer() -> None:
    """All left out is 2004."""
    assert code_of(monte_carlo_robustness, BASE, np.full((3, 2), math.nan), "weighted_score") == 2004


def test_a_kernel_that_reads_nan_as_zero_still_scores() -> None:
    """What counts is the score, not the perturbation."""
    answer = monte_carlo_robustness({"profit": 1.0, "drawdown": 1.0}, np.array([[math.nan, 0.0]]), "cost_shock_score")
    assert answer["n_failed"] == 0


def test_an_answer_that_overflows_is_refused() -> None:
    """Finite scores whose mean is not finite are 2002."""
    assert code_of(monte_carlo_robustness, {"a": 1.7e308}, np.zeros((3, 1)), "weighted_score") == 2002


def test_negative_zero_scores_become_zero() -> None:
    """So that sorting has no ties to settle."""
    assert math.copysign(1.0, monte_carlo_scores({"a": 0.0}, np.array([[-2.0]]), "weighted_score", weights=[1.0])[0]) == 1.0
    assert math.copysign(1.0, monte_carlo_scores({"a": 1.0}, np.zeros((1, 1)), lambda _: -0.0)[0]) == 1.0


def test_a_failing_function_is_an_objective_error() -> None:
    """What it raises becomes 6003, with the exception as cause."""
    with pytest.raises(OptimizerError, match=r"6003 OBJECTIVE_ERROR.*ZeroDivisionError") as caught:
        monte_carlo_scores(BASE, None, lambda m: m["a"] / 0.0)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert (caught.value.code, caught.value.module_code) == (2000, 6003)


@pytest.mark.parametrize("answer", ["1", None, [1.0], 10**400])
def test_a_function_must_give_a_number(answer: Any) -> None:
    """Anything else is 6003 as well."""
    assert code_of(monte_carlo_scores, BASE, None, lambda _: answer) == 2000


@pytest.mark.parametrize("exception", [MemoryError, KeyboardInterrupt, SystemExit])
def test_some_exceptions_pass_a_function(exception: type[BaseException]) -> None:
    """Out of memory and interruptions are nobody's objective."""

    def stop(_: dict[str, float]) -> float:
        raise exception

    with pytest.raises(exception):
        monte_carlo_scores(BASE, None, stop)


def test_nothing_that_was_given_changes() -> None:
    """Metrics and matrix are only read."""
    base, matrix = dict(BASE), perturbations(4, 2, seed=2)
    before = matrix.copy()
    monte_carlo_robustness(base, matrix, lambda m: m.popitem()[1])
    assert base == BASE
    assert (matrix == before).all()


def test_strides_do_not_matter() -> None:
    """A transposed or sliced matrix gives what its copy gives."""
    matrix = np.asfortranarray(perturbations(12, 2, seed=3))[::-2]
    assert monte_carlo_scores(BASE, matrix, "weighted_score") == monte_carlo_scores(BASE, matrix.copy(), "weighted_score")


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"n_simulations": 0}, 1001),
        ({"n_simulations": 10_000_001}, 1001),
        ({"confidence": 0.0}, 1001),
        ({"confidence": 1.0}, 1001),
        ({"confidence": math.nan}, 1001),
        ({"seed": -1}, 1001),
        ({"seed": 2**64}, 1001),
        ({"spread": -1e-9}, 1001),
        ({"spread": math.inf}, 1001),
        ({"columns": ["a"]}, 1011),
        ({"columns": ["a", "b", "c"]}, 1011),
        ({"columns": ["a", "a"]}, 1011),
        ({"columns": ["a", 2]}, 1004),
        ({"weights": [1.0]}, 1011),
        ({"weights": [1.0, math.inf]}, 1001),
        ({"weights": [1.0, "1"]}, 1004),
    ],
)
def test_settings_out_of_range_are_refused(settings: dict[str, Any], code: int) -> None:
    """Each limit of the document, one step beyond."""
    assert code_of(monte_carlo_robustness, BASE, None, "weighted_score", **settings) == code


@pytest.mark.parametrize(
    ("base", "matrix", "evaluator", "code"),
    [
        ({}, None, "weighted_score", 1010),
        ({1: 1.0}, None, "weighted_score", 1004),
        ({"a": "1"}, None, "weighted_score", 1004),
        ({"a": 10**400}, None, "weighted_score", 1004),
        (BASE, None, "unknown", 1001),
        (BASE, np.zeros((0, 2)), "weighted_score", 1010),
        (BASE, np.zeros((2, 3)), "weighted_score", 1011),
        (BASE, np.zeros((0, 3)), "weighted_score", 1011),
        (BASE, np.zeros(2), "weighted_score", 1011),
        (BASE, np.zeros((2, 2), dtype=np.float32), "weighted_score", 1004),
        (BASE, np.zeros((2, 2), dtype=object), "weighted_score", 1004),
    ],
)
def test_data_that_do_not_fit_are_refused(base: Any, matrix: Any, evaluator: str, code: int) -> None:
    """Metrics, names and matrices, each with its number."""
    assert code_of(monte_carlo_robustness, base, matrix, evaluator) == code


@pytest.mark.parametrize(
    ("arguments", "settings"),
    [
        (([("a", 1.0)], None, "weighted_score"), {}),
        ((BASE, [[0.0, 0.0]], "weighted_score"), {}),
        ((BASE, None, 7), {}),
        ((BASE, None, None), {}),
        ((BASE, None, "weighted_score"), {"n_simulations": 1.0}),
        ((BASE, None, "weighted_score"), {"seed": "1"}),
        ((BASE, None, "weighted_score"), {"spread": None}),
        ((BASE, None, "weighted_score"), {"confidence": "0.9"}),
        ((BASE, None, "weighted_score"), {"columns": "ab"}),
        ((BASE, None, "weighted_score"), {"weights": 2.0}),
        ((BASE, None, "weighted_score"), {"weights": np.zeros((1, 2))}),
    ],
)
def test_arguments_of_another_kind_are_type_errors(arguments: tuple[Any, ...], settings: dict[str, Any]) -> None:
    """A wrong kind has no number."""
    with pytest.raises(TypeError):
        monte_carlo_robustness(*arguments, **settings)


def test_settings_are_checked_before_data() -> None:
    """Of several faults the first of the documented order is reported."""
    assert code_of(monte_carlo_robustness, {}, np.zeros(1), "?", n_simulations=0) == 1001
    assert code_of(monte_carlo_robustness, {}, np.zeros(1), "?") == 1010
    assert code_of(monte_carlo_robustness, BASE, np.zeros(1), "?", columns=["x"]) == 1001
    assert code_of(monte_carlo_robustness, BASE, np.zeros(1, dtype=np.int64), "weighted_score", columns=["x"]) == 1011
    assert code_of(monte_carlo_robustness, BASE, np.zeros(1, dtype=np.int64), "weighted_score") == 1004


def test_weights_belong_to_one_evaluator() -> None:
    """Weights that nothing reads are refused."""
    assert code_of(monte_carlo_robustness, PATH, None, "equity_path", weights=[1.0, 1.0, 1.0]) == 1001


@given(st.integers(0, 2**64 - 1), st.integers(1, 30))
def test_the_interval_holds_the_mean_of_even_noise(seed: int, count: int) -> None:
    """Limits are in order and within the scores."""
    scores = monte_carlo_scores(BASE, None, "weighted_score", n_simulations=count, seed=seed)
    answer = summary(scores, 0.9)
    assert min(scores) <= answer["ci_lower"] <= answer["ci_upper"] <= max(scores)


def test_symmetric_noise_leaves_the_mean_inside() -> None:
    """Rows and their negatives: the interval lies around the unmoved score."""
    half = perturbations(200, 2, seed=4)
    answer = monte_carlo_robustness(BASE, np.concatenate([half, -half]), "weighted_score")
    assert answer["ci_lower"] < answer["mean"] < answer["ci_upper"]
    assert answer["mean"] == pytest.approx(6.0)


def test_every_case_of_the_harness_answers_or_refuses() -> None:
    """No case ends in an error without a number, and both outcomes are common."""
    outcomes: list[bool] = []
    for function, cases in ((robustness_with, robustness_with_cases()), (scores_with, scores_with_cases())):
        for arguments in cases:
            try:
                function(*arguments)
                outcomes.append(True)
            except (OptimizerError, TypeError):
                outcomes.append(False)
    assert outcomes.count(True) > 100
    assert outcomes.count(False) > 50
