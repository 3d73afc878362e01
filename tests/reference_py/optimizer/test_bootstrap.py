"""Bootstrap: the formula sample by sample, data without spread, and every argument that is refused."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_py.market.optimizer_cases import bootstrap_ci_cases, bootstrap_data
from reference_py.optimizer import OptimizerError, bootstrap_ci
from reference_py.optimizer import bootstrap as module
from reference_py.optimizer.statistics import interval


def by_the_book(data: list[float], count: int, seed: int, width: int) -> list[float]:
    """Draw the whole table at once and add up each sample in order."""
    u = np.random.Generator(np.random.Philox(key=np.array([seed, 5], dtype=np.uint64), counter=0)).random((count, width))
    means = []
    for row in u:
        total = 0.0
        for number in row[: len(data)]:
            total += data[int(number * len(data))]
        means.append(total / len(data))
    return means


@pytest.mark.parametrize(("length", "width"), [(2, 8), (4, 8), (8, 8), (9, 12), (12, 12), (13, 16), (100, 100)])
def test_samples_follow_the_formula(length: int, width: int) -> None:
    """Index floor(u * n), stream 5, a row of whole blocks for each sample."""
    data = bootstrap_data(length, 1).tolist()
    assert bootstrap_ci(data, 40, 0.9, 6) == interval(by_the_book(data, 40, 6, width), 0.9)


def test_blocks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is the same however many numbers are drawn at a time."""
    data = bootstrap_data(10, 2)
    answer = bootstrap_ci(data, 50, seed=1)
    monkeypatch.setattr(module, "BLOCK_NUMBERS", 36)
    assert bootstrap_ci(data, 50, seed=1) == answer


@given(st.floats(-1e300, 1e300), st.integers(1, 20))
def test_a_constant_is_its_own_interval(value: float, length: int) -> None:
    """Exactly, although the mean of equal numbers often is not that number."""
    assert bootstrap_ci([value] * length, 10) == (value, value)


def test_a_single_value_is_its_own_interval() -> None:
    """One value has nothing to draw from."""
    assert bootstrap_ci(np.array([0.1])) == (0.1, 0.1)


def test_negative_zero_is_plain_zero() -> None:
    """Of a constant, and of zeros of either sign."""
    assert [math.copysign(1.0, limit) for limit in (*bootstrap_ci([-0.0, -0.0], 5), *bootstrap_ci([0.0, -0.0], 5))] == [1.0] * 4


def test_lists_and_arrays_are_the_same() -> None:
    """Numbers of any Python kind become doubles."""
    assert bootstrap_ci([1, 2, 5], 30) == bootstrap_ci(np.array([1.0, 2.0, 5.0]), 30) == bootstrap_ci((1.0, 2, 5.0), 30)


def test_the_mean_lies_inside_for_symmetric_data() -> None:
    """Around zero, for data and their negatives."""
    half = bootstrap_data(50, 3)
    low, high = bootstrap_ci(np.concatenate([half, -half]), 200)
    assert low < 0.0 < high


def test_more_confidence_is_wider() -> None:
    """The same samples, seen with more confidence."""
    data = bootstrap_data(40, 4)
    inner, outer = bootstrap_ci(data, 100, 0.5), bootstrap_ci(data, 100, 0.99)
    assert outer[0] < inner[0] < inner[1] < outer[1]


def test_data_stay_as_they_are() -> None:
    """Data are only read."""
    data = bootstrap_data(9, 5)
    before = data.copy()
    bootstrap_ci(data, 10)
    assert (data == before).all()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (([],), 1010),
        ((np.zeros(0),), 1010),
        (([1.0, math.nan],), 1001),
        (([1.0, -math.inf],), 1001),
        ((["1"],), 1004),
        (([1.0, None],), 1004),
        (([10**400],), 1004),
        ((np.zeros(3, dtype=np.float32),), 1004),
        ((np.zeros((2, 2)),), 1011),
        (([1.0], 0), 1001),
        (([1.0], 10_000_001), 1001),
        (([1.0], 5, 0.0), 1001),
        (([1.0], 5, 1.0), 1001),
        (([1.0], 5, math.nan), 1001),
        (([1.0], 5, 0.9, -1), 1001),
        (([1.0], 5, 0.9, 2**64), 1001),
        (([1.7e308, 1.6e308], 5), 2002),
        (([], 0), 1001),
        ((["1"], 0), 1004),
    ],
)
def test_what_does_not_fit_is_refused(arguments: tuple[Any, ...], code: int) -> None:
    """Each with its number, the first of the documented order."""
    with pytest.raises(OptimizerError) as caught:
        bootstrap_ci(*arguments)
    assert caught.value.code == code


@pytest.mark.parametrize("arguments", [("12",), (None,), ({1.0},), ([1.0], 1.0), ([1.0], 5, "0.9"), ([1.0], 5, 0.9, 1.0)])
def test_arguments_of_another_kind_are_type_errors(arguments: tuple[Any, ...]) -> None:
    """A wrong kind has no number."""
    with pytest.raises(TypeError):
        bootstrap_ci(*arguments)


def test_every_case_of_the_harness_answers_or_refuses() -> None:
    """No case ends in an error without a number, and both outcomes are common."""
    answered = refused = 0
    for data, *settings in bootstrap_ci_cases():
        if len(data) < 500 if data is not None else True:
            try:
                low, high = bootstrap_ci(data, *settings)
                assert low <= high
                answered += 1
            except (OptimizerError, TypeError):
                refused += 1
    assert answered > 40
    assert refused > 15
