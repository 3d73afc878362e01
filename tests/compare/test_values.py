"""Tests the walk over two values: equal things are equal, and whatever differs is found and located."""

from __future__ import annotations

import copy
import math
import re
from collections import OrderedDict, namedtuple
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from harness.compare import differences
from harness.compare.paths import quoted
from harness.contract.policy import Policy, close, exact

NAN = math.nan
LOOSE = replace(exact, types=False)


@dataclass(frozen=True)
class Score:
    """A dataclass for comparison."""

    value: Any
    name: str = "score"


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.binary(max_size=8),
    st.datetimes(),
    st.dates(),
    st.times(),
    st.timedeltas(),
    st.decimals(),
    st.complex_numbers(),
)
KEYS = st.one_of(st.text(max_size=4), st.integers(-3, 3))
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=5),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(KEYS, inner, max_size=4),
        st.frozensets(st.one_of(st.integers(), st.floats(), st.text(max_size=3)), max_size=4),
        st.builds(Score, inner),
        st.lists(st.floats(), min_size=32, max_size=40),
    ),
    max_leaves=12,
)


def leaves(value: Any, path: str = "value") -> Iterator[tuple[str, Any]]:
    """Yield the path and value of every leaf that `replaced` can change."""
    if isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from leaves(item, f"{path}[{index}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, f"{path}[{key!r}]" if isinstance(key, int) else f"{path}[{quoted(key)}]")
    elif isinstance(value, Score):
        yield from leaves(value.value, f"{path}.value")
    elif not isinstance(value, frozenset):
        yield path, value


def replaced(value: Any, target: str, new: Any, path: str = "value") -> Any:
    """Return a copy with the leaf at a path replaced."""
    if path == target:
        return new
    if isinstance(value, list | tuple):
        return type(value)(replaced(item, target, new, f"{path}[{index}]") for index, item in enumerate(value))
    if isinstance(value, dict):
        return {
            key: replaced(item, target, new, f"{path}[{key!r}]" if isinstance(key, int) else f"{path}[{quoted(key)}]")
            for key, item in value.items()
        }
    return Score(replaced(value.value, target, new, f"{path}.value"), value.name) if isinstance(value, Score) else value


def changed(leaf: Any) -> Any:  # noqa: PLR0911 - one way for each type
    """Return another value of the same type, as near as the type allows."""
    if leaf is None or isinstance(leaf, complex):
        return "something"
    if isinstance(leaf, bool):
        return not leaf
    if isinstance(leaf, int):
        return leaf + 1
    if isinstance(leaf, float):
        return 0.0 if math.isnan(leaf) else -leaf if leaf == 0 else math.nextafter(leaf, 0.0)
    if isinstance(leaf, str):
        return leaf + "x"
    if isinstance(leaf, bytes):
        return leaf + b"x"
    if isinstance(leaf, Decimal):
        return Decimal(1) if leaf.is_nan() or leaf.is_infinite() else leaf.next_plus()
    if isinstance(leaf, timedelta):
        return timedelta(microseconds=1) if not leaf else timedelta()
    return "another time"


def paths(reference: Any, candidate: Any, policy: Policy = exact) -> list[str]:
    """Return where two values differ."""
    return [item.path for item in differences(reference, candidate, policy)]


def kinds(reference: Any, candidate: Any, policy: Policy = exact) -> list[str]:
    """Return how two values differ."""
    return [item.kind for item in differences(reference, candidate, policy)]


@settings(deadline=None)
@given(VALUES)
def test_a_value_equals_its_copy(value: Any) -> None:
    """No value differs from its deep copy, with NaN, both zeros and infinities anywhere in it."""
    for policy in (exact, LOOSE, close(rel=1e-9), replace(exact, arrow=True, key=("value",))):
        assert differences(value, copy.deepcopy(value), policy) == ()


@settings(deadline=None)
@given(VALUES, st.data())
def test_one_changed_leaf_is_found_where_it_is(value: Any, data: st.DataObject) -> None:
    """Whichever leaf changes, however little, it is the only difference, and its path is named."""
    found = dict(leaves(value))
    assume(found)
    target = data.draw(st.sampled_from(sorted(found)))
    planted = replaced(value, target, changed(found[target]))
    for reference, candidate in ((value, planted), (planted, value)):
        where = differences(reference, candidate, exact)
        assert [item.path.removesuffix(".real").removesuffix(".imag") for item in where] == [target]


@settings(deadline=None)
@given(VALUES, VALUES)
def test_comparison_is_symmetric(left: Any, right: Any) -> None:
    """Two values are equal in both directions or in neither."""
    assert bool(differences(left, right, exact)) == bool(differences(right, left, exact))


@settings(deadline=None)
@given(VALUES, VALUES)
def test_what_is_exactly_equal_is_equal_with_tolerance(left: Any, right: Any) -> None:
    """A tolerance never makes a difference out of what was equal."""
    if not differences(left, right, exact):
        assert not differences(left, right, close(abs=1e-9, rel=1e-9, ulps=2))


class TestTypes:
    """Whether values of different types count as equal."""

    @pytest.mark.parametrize(
        ("reference", "candidate"),
        [(1, 1.0), (1, True), (0.0, False), ([1], (1,)), ("a", b"a"), (None, 0), (None, NAN), (b"a", bytearray(b"a")), ({}, []),
         ((), None), (Decimal(1), 1), (date(2020, 1, 1), datetime(2020, 1, 1, tzinfo=UTC)), (np.array([1.0]), [1.0]),
         (np.int64(1), 1.0), (np.bool_(1), 1)],
    )  # fmt: skip
    def test_types_are_told_apart(self, reference: Any, candidate: Any) -> None:
        """What Python would call equal differs when its type does, and nothing that has no type in common is equal."""
        assert kinds(reference, candidate) == kinds(candidate, reference) == ["type"]
        assert type(reference).__name__ in differences(reference, candidate, exact)[0].reference

    @pytest.mark.parametrize(
        ("reference", "candidate"), [(1, 1.0), (1, True), ([1, 2.0], (1, 2.0)), (np.array([1, 2]), [1, 2.0]), (np.float32(0.5), 0.5)]
    )
    def test_types_may_play_no_part(self, reference: Any, candidate: Any) -> None:
        """Without `types`, numbers are numbers and sequences are sequences."""
        assert differences(reference, candidate, LOOSE) == ()
        assert differences(candidate, reference, LOOSE) == ()

    @pytest.mark.parametrize(
        ("reference", "candidate"), [("1", 1), (None, False), ([1], {1}), (np.array([1, 2]), [1, 3]), (2**53, 2.0**53 + 2), (b"a", "a")]
    )
    def test_without_types_values_still_count(self, reference: Any, candidate: Any) -> None:
        """Without `types`, different values and unrelated types still differ."""
        assert differences(reference, candidate, LOOSE)

    def test_large_integers_are_not_rounded(self) -> None:
        """An integer that no float can hold differs from the float nearest to it."""
        assert differences(2**53 + 1, float(2**53), LOOSE)
        assert differences(10**400, math.inf, LOOSE)
        assert differences(10**400, 10**400 + 1, exact)[0].abs_error == 1.0

    @pytest.mark.parametrize(
        ("scalar", "plain"),
        [(np.float64(0.1), 0.1), (np.int32(7), 7), (np.bool_(0), False), (np.str_("a"), "a"), (np.bytes_(b"a"), b"a"),
         (np.float32(0.5), 0.5), (np.complex128(1j), 1j), (np.uint64(2**64 - 1), 2**64 - 1)],
    )  # fmt: skip
    def test_numpy_scalars_are_their_numbers(self, scalar: Any, plain: Any) -> None:
        """A numpy scalar equals the Python value that it holds, and differs from another."""
        assert differences(scalar, plain, exact) == differences(plain, scalar, exact) == ()
        assert differences([scalar], ["other"], exact)

    def test_subclasses_are_what_they_stand_for(self) -> None:
        """An ordered dict is a dict and a named tuple a tuple; the order of keys says nothing."""
        point = namedtuple("point", "x y")  # noqa: PYI024 - its type is not the matter
        assert differences(OrderedDict(a=1, b=2), {"b": 2, "a": 1}, exact) == ()
        assert differences(point(1, 2), (1, 2), exact) == ()


class TestContainers:
    """Lists, dicts and sets."""

    def test_paths_read_like_python(self) -> None:
        """A path can be pasted behind the value's name."""
        reference = {"scores": [{"a b": 1, 7: (1, 2)}]}
        candidate = {"scores": [{"a b": 2, 7: (1, 3)}]}
        assert paths(reference, candidate) == ['value["scores"][0]["a b"]', 'value["scores"][0][7][1]']

    def test_lengths(self) -> None:
        """A list that is too long or short is a difference of length, and what both have is still compared."""
        assert kinds([1, 2, 3], [1, 5]) == ["length", "value"]
        assert kinds([0.5] * 40, [0.5] * 39 + [0.25, 1.0]) == ["length", "value"]
        assert kinds([], [None]) == ["length"]

    def test_missing_and_extra_keys(self) -> None:
        """A key that only one side has is missing or extra, even when its value is None."""
        assert [(item.path, item.kind) for item in differences({"a": None, "b": 1}, {"b": 1, "c": None}, exact)] == [
            ('value["a"]', "missing"),
            ('value["c"]', "extra"),
        ]

    def test_keys_that_look_alike(self) -> None:
        """The keys 1, True and 1.0 are three keys; NaN as a key is one."""
        assert sorted(kinds({1: "a"}, {True: "a"})) == ["extra", "missing"]
        assert sorted(kinds({1: "a"}, {1.0: "a"})) == ["extra", "missing"]

    @pytest.mark.parametrize(
        "make",
        [
            lambda: float("nan"),
            lambda: (float("nan"), 1),
            lambda: complex(1, float("nan")),
            lambda: Decimal("NaN"),
            lambda: frozenset({float("nan")}),
            lambda: np.float64(float("nan")),
            lambda: date(2020, 1, 1),
            lambda: None,
        ],
    )
    def test_keys_of_any_kind(self, make: Any) -> None:
        """A key is found on the other side by its value, NaN included, and its item is compared."""
        assert kinds({make(): 1}, {make(): 1}) == []
        assert kinds({make(): 1}, {make(): 2}) == ["value"]
        assert sorted(kinds({make(): 1}, {"other": 1})) == ["extra", "missing"]
        assert kinds({make()}, {make()}) == []

    def test_atoms_at_once_mind_types(self) -> None:
        """A long list of ones is not a long list of trues, and not one of floats."""
        assert len(paths([1] * 50, [1] * 49 + [True])) == 1
        assert len(paths([1] * 50, [1] * 49 + [1.0])) == 1
        assert not paths(["a", None, 1] * 20, ["a", None, 1] * 20)

    def test_sets(self) -> None:
        """Members are told by value and type; numbers left over are paired, so that a tolerance applies."""
        assert kinds({1, 2}, {2, 3}) == ["value"]
        assert sorted(kinds({"a"}, {"b"})) == ["extra", "missing"]
        assert kinds({1.0, NAN}, {float("nan"), 1.0}) == []
        assert kinds({1.0, 2.0}, {1.0 + 1e-12, 2.0}, close(abs=1e-9)) == []
        assert kinds({1}, {1.0}) == ["type"]
        assert kinds({1, 2, 3}, {1, 2}) == ["missing"]

    def test_nothing_is_too_deep_for_an_answer(self) -> None:
        """Lists within lists beyond what can be walked are called different, not equal, and do not break the run."""
        deep: list[Any] = []
        for _ in range(100_000):
            deep = [deep]
        assert kinds(deep, [deep]) == ["too-deep"]

    def test_texts_and_bytes_are_shown_where_they_differ(self) -> None:
        """Of long texts, the part around the first difference is shown, with its place."""
        found = differences("a" * 5000 + "b", "a" * 5000 + "c", exact)[0]
        assert found.kind == "text"
        assert re.search(r"ab' from \d+ of 5001$", found.reference)
        assert re.search(r"ac' from \d+ of 5001$", found.candidate)
        assert kinds(b"a" * 500, b"a" * 501) == ["bytes"]
        assert kinds("\ud800", "\ud801") == ["text"]


class TestKeys:
    """Lists of records, matched by key."""

    policy = replace(exact, key=("id",))

    def test_order_plays_no_part(self) -> None:
        """Records are compared with their namesakes, and located where the reference has them."""
        reference = [{"id": 1, "v": 1.0}, {"id": 2, "v": 2.0}, {"id": 3, "v": 3.0}]
        candidate = [{"id": 3, "v": 3.5}, {"id": 1, "v": 1.0}, {"id": 4, "v": 4.0}]
        found = [(item.path, item.kind) for item in differences(reference, candidate, self.policy)]
        assert found == [('value[2]["v"]', "value"), ("value[1]", "missing"), ("value[2]", "extra")]
        assert not differences(reference, reference[::-1], self.policy)
        assert differences(reference, reference[::-1], exact)

    def test_repeated_keys(self) -> None:
        """Records with the same key are matched in their order, and one too few is missing."""
        same = [{"id": 1, "v": 1}, {"id": 1, "v": 2}]
        assert not differences(same, list(same), self.policy)
        assert kinds(same, same[:1], self.policy) == ["missing"]

    def test_records_without_the_key(self) -> None:
        """Lists of which not every item has the key are compared by place."""
        assert not differences([{"id": 1}, 5], [{"id": 1}, 5], self.policy)
        assert paths([{"id": 1}, 5], [5, {"id": 1}], self.policy) == ["value[0]", "value[1]"]
