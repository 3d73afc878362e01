"""Ranges: what is refused, values that land on their steps, and the points of a grid by arithmetic."""

from __future__ import annotations

import itertools
import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reference_py.optimizer import OptimizerError, ParamRange
from reference_py.optimizer.space import grid_point, grid_size, read_space

GRID = {
    "b": {"type": "float", "low": 0.0, "high": 0.3, "step": 0.1},
    "a": {"type": "int", "low": 1, "high": 7, "step": 3},
    "c": {"type": "categorical", "choices": ["x", "y"]},
}


@pytest.mark.parametrize(
    "one",
    [
        {"type": "float", "low": 1.0, "high": 0.5},
        {"type": "float", "low": 0.0},
        {"type": "float", "low": 0.0, "high": math.inf},
        {"type": "float", "low": math.nan, "high": 1.0},
        {"type": "float", "low": 0.0, "high": 1.0, "step": 0.0},
        {"type": "float", "low": 0.0, "high": 1.0, "step": -0.1},
        {"type": "float", "low": 0.0, "high": 1.0, "step": math.nan},
        {"type": "float", "low": 0.1, "high": 1.0, "step": 0.1, "log": True},
        {"type": "float", "low": 0.0, "high": 1.0, "log": True},
        {"type": "float", "low": 0.0, "high": 1.0, "choices": [1.0]},
        {"type": "float", "low": "0", "high": 1.0},
        {"type": "float", "low": True, "high": 2.0},
        {"type": "float", "low": 0.0, "high": 1.0, "log": 1},
        {"type": "int", "low": 3, "high": 2},
        {"type": "int", "low": 1.0, "high": 2},
        {"type": "int", "low": 1, "high": 2**53 + 1},
        {"type": "int", "low": 1, "high": 5, "step": 0},
        {"type": "int", "low": 0, "high": 5, "log": True},
        {"type": "int", "low": 1, "high": 5, "step": 2, "log": True},
        {"type": "int", "low": 1, "high": True},
        {"type": "categorical"},
        {"type": "categorical", "choices": []},
        {"type": "categorical", "choices": "ab"},
        {"type": "categorical", "choices": ["a", "a"]},
        {"type": "categorical", "choices": [1, True]},
        {"type": "categorical", "choices": [None]},
        {"type": "categorical", "choices": [math.nan]},
        {"type": "categorical", "choices": ["a"], "low": 0},
        {"type": "categorical", "choices": ["a"], "log": True},
        {"type": "bool"},
        {"low": 0.0, "high": 1.0},
        {"type": "float", "low": 0.0, "high": 1.0, "unit": "s"},
        [0.0, 1.0],
        None,
    ],
)
def test_a_range_that_says_nothing_is_refused(one: Any) -> None:
    """Each fault is 6002, whose shared number is 1001."""
    with pytest.raises(OptimizerError) as caught:
        read_space({"p": one})
    assert (caught.value.code, caught.value.module_code) == (1001, 6002)
    assert caught.value.message.count("6002") == 1


@pytest.mark.parametrize("space", [{}, None, [], "x", {1: {"type": "int", "low": 1, "high": 2}}])
def test_a_space_has_named_ranges(space: Any) -> None:
    """An empty space, or none at all, is 6002."""
    with pytest.raises(OptimizerError, match="6002 INVALID_PARAM_SPACE"):
        read_space(space)


def test_names_are_sorted() -> None:
    """The order of the mapping does not matter."""
    assert list(read_space(GRID)) == ["a", "b", "c"]


def test_a_range_survives_its_plain_form() -> None:
    """As a mapping and back."""
    for one in read_space(GRID).values():
        assert ParamRange(**one.as_dict()) == one


def test_values_land_on_their_steps() -> None:
    """What binary arithmetic leaves beside a step is put upon it."""
    one = ParamRange("float", 0.1, 0.7, 0.1)
    assert one.snap(0.1 + 0.2) == 0.3
    assert one.snap(0.7) == 0.7
    assert one.snap(0.699999999) == 0.7


def test_halves_are_rounded_up() -> None:
    """Away from zero, which above low is upwards."""
    assert [ParamRange("float", 0.0, 1.0, 0.1).snap(value) for value in (0.05, 0.15, 0.25, 0.949999)] == [0.1, 0.2, 0.3, 0.9]


def test_values_stay_within_whole_steps() -> None:
    """The last step below high is the end."""
    one = ParamRange("float", 0.0, 1.0, 0.3)
    assert one.steps == 3
    assert one.snap(1.0) == 0.9
    assert one.snap(-1.0) == 0.0


@given(st.integers(-1000, 1000), st.integers(1, 500), st.integers(0, 200), st.floats(0.0, 1.0))
def test_every_snapped_value_is_low_plus_whole_steps(low: int, step: int, count: int, share: float) -> None:
    """In exact decimal arithmetic, within the bounds, and snapping again changes nothing."""
    floor, size = low / 100, step / 1000
    one = ParamRange("float", floor, floor + size * (count + 0.5), size)
    snapped = one.snap(one.bounds[0] + share * (one.bounds[1] - one.bounds[0]))
    assert isinstance(snapped, float)
    assert (Decimal(repr(snapped)) - Decimal(repr(floor))) % Decimal(repr(size)) == 0
    assert one.bounds[0] <= snapped <= one.bounds[1]
    assert one.snap(snapped) == snapped


def test_other_values_pass() -> None:
    """Without a step, on a logarithm, for ints and choices nothing is moved."""
    assert ParamRange("float", 0.0, 1.0).snap(0.123) == 0.123
    assert ParamRange("float", 0.1, 1.0, log=True).snap(0.123) == 0.123
    assert ParamRange("int", 0, 9).snap(4) == 4
    assert ParamRange("categorical", choices=("a",)).snap("a") == "a"


def test_codes_lead_back_to_values() -> None:
    """Choices by index, ints as doubles."""
    space = read_space(GRID)
    assert (space["a"].code(4), space["b"].code(0.2), space["c"].code("y")) == (4.0, 0.2, 1.0)
    for one, value in ((space["a"], 4), (space["b"], 0.2), (space["c"], "y")):
        back = one.value(one.code(value))
        assert (back, type(back)) == (value, type(value))


def test_the_grid_is_the_product_with_the_last_name_fastest() -> None:
    """Every point once, in the order of nested loops over the sorted names."""
    space = read_space(GRID)
    points = [tuple(grid_point(space, number).values()) for number in range(grid_size(space))]
    assert points == list(itertools.product((1, 4, 7), (0.0, 0.1, 0.2, 0.3), ("x", "y")))


@given(st.lists(st.integers(1, 6), min_size=1, max_size=5))
def test_every_point_comes_once(sizes: list[int]) -> None:
    """Whatever the sizes."""
    space = read_space({f"p{place}": {"type": "int", "low": 0, "high": size - 1} for place, size in enumerate(sizes)})
    points = {tuple(grid_point(space, number).values()) for number in range(grid_size(space))}
    assert len(points) == math.prod(sizes)


def test_a_grid_needs_steps() -> None:
    """A float range without one is 6002, unless it is a single value."""
    assert grid_size(read_space({"x": {"type": "float", "low": 2.0, "high": 2.0}})) == 1
    with pytest.raises(OptimizerError, match="6002"):
        grid_size(read_space({"x": {"type": "float", "low": 0.0, "high": 1.0}}))


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e3), st.integers(0, 50))
def test_grid_values_are_exact(low: float, step: float, place: int) -> None:
    """The value at a step is the double nearest to the decimal sum."""
    assume(low + step * 60 > low)
    one = ParamRange("float", low, low + step * 60, step)
    assert one.at(place) == float(Decimal(repr(low)) + place * Decimal(repr(step)))
