"""Drawn and edge values are of their type, whatever the type."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.cases.build import LEAP_YEARS, draw
from harness.cases.edges import absent, edges, smallest, typical
from harness.cases.numbers import generator
from harness.contract import Table, parse
from harness.contract.types import ListOf, MapOf, OneOf, Record, Scalar, Type
from harness.errors import Code, HarnessError

SCALARS = st.builds(Scalar, st.sampled_from(["float64", "int64", "int32", "bool", "string", "bytes"]), optional=st.booleans()) | st.builds(
    lambda name, low, width, optional: Scalar(name, optional, float(low), float(low + width)),
    st.sampled_from(["float64", "int64", "int32"]),
    st.integers(-1000, 1000),
    st.integers(0, 1000),
    st.booleans(),
)
KEYS = st.sampled_from([Scalar("string"), Scalar("int64"), Scalar("int32", low=1900, high=2100)])


def _containers(kinds: st.SearchStrategy[Type]) -> st.SearchStrategy[Type]:
    lengths = st.tuples(st.integers(0, 4), st.integers(0, 6)).map(lambda pair: (pair[0], pair[0] + pair[1]))
    return st.one_of(
        st.builds(lambda item, optional, ends: ListOf(item, optional, *ends), kinds, st.booleans(), lengths),
        st.builds(lambda key, value, optional, ends: MapOf(key, value, optional, *ends), KEYS, kinds, st.booleans(), lengths),
        st.builds(Record, st.dictionaries(st.sampled_from("abcd"), kinds, max_size=3), st.booleans(), st.booleans()),
        st.builds(lambda values: OneOf(tuple(values)), st.lists(st.integers() | st.text(), min_size=1, max_size=3)),
    )


KINDS: st.SearchStrategy[Type] = st.recursive(SCALARS, _containers, max_leaves=6)


def is_of(kind: Type, value: Any) -> bool:
    """Tell whether a value is of a type, bounds and lengths included; written apart from the generators."""
    if value is None:
        return kind.optional
    match kind:
        case Scalar():
            return _is_scalar(kind, value)
        case ListOf():
            return type(value) is list and kind.low <= len(value) <= kind.high and all(is_of(kind.item, item) for item in value)
        case MapOf():
            sized = type(value) is dict and kind.low <= len(value) <= kind.high
            return sized and all(is_of(kind.key, key) and is_of(kind.value, item) for key, item in value.items())
        case Record():
            named = type(value) is dict and value.keys() <= kind.fields.keys() and (kind.sparse or value.keys() == kind.fields.keys())
            return named and all(is_of(kind.fields[key], item) for key, item in value.items())
        case _:
            return isinstance(kind, OneOf) and value in kind.values


def _is_scalar(kind: Scalar, value: Any) -> bool:
    expected = {"float64": float, "int64": int, "int32": int, "bool": bool, "string": str, "bytes": bytes}[kind.name]
    if type(value) is not expected:
        return False
    if kind.name.startswith("int") and not -(2 ** (int(kind.name[3:]) - 1)) <= value < 2 ** (int(kind.name[3:]) - 1):
        return False
    if kind.low is None or kind.high is None:
        return True
    return bool(kind.low <= value <= kind.high)


@given(KINDS, st.integers(0, 2**32))
def test_drawn_values_are_of_their_type(kind: Type, seed: int) -> None:
    """Whatever the type, every drawn value is of it."""
    assert all(is_of(kind, value) for value in draw(kind, generator(seed), 20))


@given(KINDS)
def test_edge_typical_and_smallest_values_are_of_their_type(kind: Type) -> None:
    """Whatever the type, its edge values, its typical, its smallest and its absent value are of it."""
    values = [*edges(kind), typical(kind), typical(kind, 3), smallest(kind), absent(kind)]
    assert [value for value in values if not is_of(kind, value)] == []


@given(KINDS, st.integers(0, 2**32))
def test_the_same_seed_draws_the_same_values(kind: Type, seed: int) -> None:
    """Two draws with one seed are alike, value by value."""
    assert repr(draw(kind, generator(seed), 10)) == repr(draw(kind, generator(seed), 10))


def test_lists_come_with_ties_sorted_constant_and_empty() -> None:
    """Three hundred lists hold empty, full, constant, rising and falling ones, and ones with repeated items."""
    lists = draw(parse("list<float64[0..1]>"), generator(1), 300)
    long = [items for items in lists if len(items) > 4]
    assert [] in lists
    assert max(map(len, lists)) == 24
    assert any(len(set(items)) == 1 for items in long)
    assert any(1 < len(set(items)) <= 3 for items in long)
    assert any(all(a <= b for a, b in pairwise(items)) and items[0] < items[-1] for items in long)
    assert any(all(a >= b for a, b in pairwise(items)) and items[0] > items[-1] for items in long)


def test_maps_of_integers_hold_leap_years() -> None:
    """Maps with integer keys cover each of the leap and the almost leap years, in runs of years."""
    maps = draw(parse("map<int64, float64>"), generator(2), 400)
    keys = {key for held in maps for key in held}
    assert set(LEAP_YEARS) <= keys
    assert any(len(held) > 3 and all(b == a + 1 for a, b in pairwise(held)) for held in maps)


def test_edges_of_year_maps_stand_around_leap_years() -> None:
    """The edge values of a map by year hold a run around each leap year."""
    spans = [list(held) for held in edges(parse("map<int64[1890..2110], float64>"))]
    assert all([year - 1, year, year + 1] in spans for year in LEAP_YEARS)


def test_optional_values_are_sometimes_none() -> None:
    """Optional values hold None and values; others never hold None."""
    drawn = draw(parse("{a: float64?, b: float64}"), generator(3), 200)
    assert {row["a"] is None for row in drawn} == {True, False}
    assert all(row["b"] is not None for row in drawn)


def test_sparse_records_lack_keys() -> None:
    """Sparse records come whole and with keys missing; the edge values hold the empty one."""
    kind = Record({"a": Scalar("float64"), "b": Scalar("float64")}, sparse=True)
    assert {tuple(row) for row in draw(kind, generator(4), 300)} == {(), ("a",), ("b",), ("a", "b")}
    assert {} in edges(kind)


def test_texts_go_beyond_ascii() -> None:
    """Drawn texts hold the empty one, number-like ones and letters beyond ASCII."""
    drawn = draw(Scalar("string"), generator(5), 500)
    assert {"", "nan", "1e5"} <= set(drawn)
    assert any(not text.isascii() for text in drawn)


def test_every_edge_of_an_item_stands_alone_in_a_list() -> None:
    """NaN, infinity and minus zero are each the only unusual item of an edge list."""
    singles = [held[0] for held in edges(parse("list<float64>")) if len(held) == 1]
    assert any(math.isnan(item) for item in singles)
    assert math.inf in singles
    assert any(item == 0 and math.copysign(1, item) < 0 for item in singles)


def test_values_of_one_of_are_not_shared() -> None:
    """A mutable choice is copied, so that a call that changes it changes no other case."""
    first, second = draw(OneOf(({"a": 1},)), generator(6), 2)
    first["a"] = 2
    assert second == {"a": 1}


@pytest.mark.parametrize("text", ["float64[2..1]", "int32[3000000000..4000000000]", "list<float64>[3..1]"])
def test_a_range_that_holds_nothing_is_refused(text: str) -> None:
    """An empty range is a broken contract, for draws and for edge values alike."""
    for make in (lambda: draw(parse(text), generator(7), 3), lambda: edges(parse(text))):
        with pytest.raises(HarnessError) as caught:
            make()
        assert caught.value.code is Code.CONTRACT_BROKEN


def test_keys_that_cannot_be_keys_are_refused() -> None:
    """A map by lists, and one with more entries than there are keys, are broken contracts."""
    for kind in (MapOf(parse("list<float64>"), Scalar("float64"), low=1, high=2), MapOf(Scalar("bool"), Scalar("float64"), low=3, high=4)):
        with pytest.raises(HarnessError) as caught:
            draw(kind, generator(8), 5)
        assert caught.value.code is Code.CONTRACT_BROKEN


def test_a_table_inside_another_type_is_refused() -> None:
    """Tables are arguments of their own."""
    for make in (lambda: draw(ListOf(Table({})), np.random.default_rng(1), 9), lambda: edges(ListOf(Table({})))):
        with pytest.raises(HarnessError) as caught:
            make()
        assert caught.value.code is Code.CONTRACT_BROKEN
