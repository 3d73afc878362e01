"""Tests the walk over two values: equal things are equal, and whatever differs is found and located."""

from __future__ import annotations

import copy
import math
import re
import uuid
from collections import OrderedDict, namedtuple
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from harness.compare import differences, error_sizes
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


class TestNumbers:
    """Tolerances and the special floats."""

    @pytest.mark.parametrize(
        ("reference", "candidate", "kind"),
        [(NAN, 1.0, "nan"), (math.inf, -math.inf, "infinity"), (math.inf, 1e308, "infinity"), (0.0, -0.0, "sign-of-zero"),
         (0.0, 5e-324, "value"), (1.0, math.nextafter(1.0, 2.0), "value")],
    )  # fmt: skip
    def test_kinds_of_difference(self, reference: float, candidate: float, kind: str) -> None:
        """NaN, infinities and the sign of zero are named as such, alone and in long lists alike."""
        assert kinds(reference, candidate) == kinds(candidate, reference) == [kind]
        assert kinds([1.0] * 50 + [reference], [1.0] * 50 + [candidate]) == [kind]

    @pytest.mark.parametrize("policy", [close(abs=1e300), close(rel=10.0), close(ulps=2**62)])
    @pytest.mark.parametrize(
        ("reference", "candidate"), [(NAN, 1.0), (1.0, NAN), (math.inf, 1.7e308), (1.7e308, math.inf), (math.inf, -math.inf)]
    )
    def test_no_tolerance_covers_nan_and_infinity(self, policy: Policy, reference: float, candidate: float) -> None:
        """NaN and infinity are within no tolerance of anything else, one by one and in arrays."""
        assert differences(reference, candidate, policy)
        assert differences(np.array([reference]), np.array([candidate]), policy)
        assert differences([reference] * 40, [candidate] * 40, policy)

    @pytest.mark.parametrize(
        ("policy", "candidate", "equal"),
        [(close(abs=0.5), 100.5, True), (close(abs=0.5), 100.50001, False), (close(rel=0.01), 101.0, True), (close(rel=0.01), 101.1, False),
         (close(ulps=1), math.nextafter(100.0, 200), True), (close(ulps=1), math.nextafter(math.nextafter(100.0, 200), 200), False),
         (close(abs=1e-9, rel=0.01), 100.9, True), (close(abs=2, rel=1e-9), 101.9, True)],
    )  # fmt: skip
    def test_tolerances(self, policy: Policy, candidate: float, equal: bool) -> None:  # noqa: FBT001 - an expected value
        """Any one of the tolerances is enough, up to and with its limit, in scalars, lists and arrays alike."""
        for make in (lambda x: x, lambda x: [x] * 40, lambda x: np.array([[x, 1.0]]), lambda x: {x}):
            assert (not differences(make(100.0), make(candidate), policy)) is equal

    def test_tolerance_is_relative_to_the_reference(self) -> None:
        """A relative tolerance is a share of the reference: of 0 it is nothing."""
        assert differences(0.0, 1e-300, close(rel=0.5))
        assert not differences(2.0, 1.0, close(rel=0.5))
        assert differences(1.0, 2.0, close(rel=0.5))

    def test_integers_take_tolerances(self) -> None:
        """Counts and nanoseconds take the same tolerances as floats, exactly, but no ULPs."""
        assert not differences(10**18, 10**18 + 5, close(abs=5))
        assert differences(10**18, 10**18 + 6, close(abs=5))
        assert differences(10, 11, close(ulps=5))
        assert not differences(np.array([10**18]), np.array([10**18 + 5]), close(abs=5))

    def test_nan_may_differ_from_nan(self) -> None:
        """Without `nan_equal` no NaN equals any, in scalars, lists and arrays, even in the same object."""
        policy = replace(exact, nan_equal=False)
        for value in (NAN, [NAN] * 40, np.array([NAN]), {"a": NAN}, complex(NAN, 0)):
            assert differences(value, value, policy)

    def test_sign_of_zero_may_play_no_part(self) -> None:
        """Without `signed_zero` both zeros are one, in scalars, lists and arrays."""
        for make in (lambda x: x, lambda x: [x] * 40, lambda x: np.array([x])):
            assert differences(make(0.0), make(-0.0), exact)
            assert not differences(make(0.0), make(-0.0), replace(exact, signed_zero=False))
            assert differences(make(0.0), make(-0.0), replace(exact, abs_tol=1.0))

    def test_errors_are_measured(self) -> None:
        """A difference of numbers carries its absolute and relative error and its ULPs."""
        found = differences(2.0, 2.5, exact)[0]
        assert (found.abs_error, found.rel_error, found.ulps) == (0.5, 0.25, 2**50)

    def test_complex_parts(self) -> None:
        """Complex numbers are compared part by part."""
        assert paths(1 + 2j, 1 + 3j) == ["value.imag"]
        assert paths(np.array([1j, 2j]), np.array([1j, 1 + 2j])) == ["value[1].real"]


class TestDecimals:
    """Decimals have a form besides their value."""

    @pytest.mark.parametrize(
        ("reference", "candidate", "policy", "kind"),
        [("1.0", "1.00", exact, ["decimal-form"]), ("1.0", "1.00", LOOSE, []), ("1.0", "1.00", close(abs=1e-9), []),
         ("0", "-0", exact, ["decimal-form"]),
         ("0", "-0", close(abs=1.0), []), ("NaN", "NaN", exact, []), ("sNaN", "NaN", exact, []), ("NaN", "1", exact, ["nan"]),
         ("1", "1.1", exact, ["value"]), ("1", "1.1", close(abs=0.09), ["value"]), ("1", "1.1", close(abs=0.11), []),
         ("Infinity", "1", close(abs=9), ["value"]),
         ("Infinity", "Infinity", exact, [])],
    )  # fmt: skip
    def test_decimals(self, reference: str, candidate: str, policy: Policy, kind: list[str]) -> None:
        """1.0 and 1.00 differ exactly but not with a tolerance; NaN equals NaN; tolerances are exact."""
        assert kinds(Decimal(reference), Decimal(candidate), policy) == kind


class TestTimes:
    """Points in time and spans."""

    def test_time_zones(self) -> None:
        """The same instant in another zone is another answer, unless types play no part; a naive time never equals an aware one."""
        noon = datetime(2020, 1, 1, 12, tzinfo=UTC)
        later = noon.astimezone(timezone(timedelta(hours=1)))
        assert kinds(noon, later) == ["time-zone"]
        assert kinds(noon, later, LOOSE) == []
        assert kinds(noon, noon.replace(tzinfo=None), LOOSE) == ["time-zone"]

    @pytest.mark.parametrize(
        ("reference", "candidate"),
        [(datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, 0, 0, 2, tzinfo=UTC)), (timedelta(seconds=3), timedelta(seconds=1))],
    )
    def test_tolerance_in_seconds(self, reference: Any, candidate: Any) -> None:
        """An absolute tolerance on times is in seconds, and the error is measured in them."""
        assert differences(reference, candidate, exact)[0].abs_error == 2.0
        assert differences(reference, candidate, close(abs=1.0))
        assert not differences(reference, candidate, close(abs=2.0))

    def test_times_of_day_and_numpy_times(self) -> None:
        """Times of day and numpy's times are equal when their texts and types are, not-a-time included."""
        assert not differences(time(1, 2), time(1, 2), exact)
        assert differences(time(1, 2), time(1, 3), exact)
        assert not differences(np.datetime64("NaT"), np.datetime64("NaT"), exact)
        assert differences(np.datetime64("2020-01-01"), np.datetime64("2020-01-01", "s"), exact)
        assert differences(np.timedelta64(1, "s"), np.timedelta64(2, "s"), exact)


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


class Colour(Enum):
    """An enumeration of the reference."""

    RED = 1
    BLUE = 2


class Plain:
    """An object with attributes and identity alone."""

    other: int

    def __init__(self, value: Any) -> None:
        self.value = value


class Slotted:
    """An object with slots."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


class Spiteful:
    """An object that cannot be compared or shown."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        raise RuntimeError


class TestObjects:
    """Objects are compared by what they hold."""

    @pytest.mark.parametrize("make", [Plain, Slotted, Score, ValueError])
    def test_attributes(self, make: Any) -> None:
        """Objects of one name are compared attribute by attribute, NaN included; identity plays no part."""
        assert not differences(make(NAN), make(NAN), exact)
        assert len(differences(make(1.0), make(2.0), exact)) == 1
        assert differences(make(1.0), make(2.0), exact)[0].path in ("value.value", "value.args[0]")

    def test_a_port_has_its_own_classes(self) -> None:
        """A class of the same name from elsewhere counts as the same, one of another name does not."""
        own = dataclass(type("Score", (), {"__annotations__": {"value": Any, "name": str}, "name": "score"}))
        assert not differences(Score(1), own(1), exact)
        assert kinds(Score(1), Plain(1)) == ["type"]
        own_colour = Enum("Colour", {"RED": 1})
        assert not differences(Colour.RED, own_colour.RED, exact)
        assert kinds(Colour.RED, Colour.BLUE) == ["value"]

    def test_attributes_of_one_side(self) -> None:
        """An attribute that only one side has is missing or extra."""
        more = Plain(1)
        more.other = 2
        assert [(item.path, item.kind) for item in differences(more, Plain(1), exact)] == [("value.other", "missing")]
        assert [(item.path, item.kind) for item in differences(Plain(1), more, exact)] == [("value.other", "extra")]

    def test_their_own_equality(self) -> None:
        """Objects without attributes go by their own equality."""
        number = uuid.uuid4()
        assert not differences(uuid.UUID(int=number.int), number, exact)
        assert not differences(range(3), range(3), exact)
        assert differences(range(3), range(4), exact)
        assert differences(int, str, exact)
        assert not differences(int, int, exact)

    def test_spiteful_objects(self) -> None:
        """An object whose equality and repr raise is different, and the run goes on."""
        found = differences(Spiteful(), Spiteful(), exact)
        assert [item.kind for item in found] == ["value"]
        assert "Spiteful" in found[0].reference


class TestLimit:
    """Not everything is shown, but always the worst."""

    def test_the_worst_are_among_the_few(self) -> None:
        """Of thousands of differences, those worst by each measure are kept, in the order of the document."""
        reference = {f"k{index}": {"v": 1.0} for index in range(9000)}
        candidate = {key: {"v": 1.0 + 1e-9} for key in reference}
        candidate["k7000"] = {"v": 50.0}
        found = differences(reference, candidate, exact, limit=5)
        assert len(found) == 5
        assert found[0].path == 'value["k0"]["v"]'
        assert found[-1].path == 'value["k7000"]["v"]'
        assert error_sizes(found).max_abs == 49.0

    def test_worst_by_each_measure(self) -> None:
        """The largest absolute and the largest relative error need not be in one place; both are kept."""
        noise = [1.0 + index * 1e-7 for index in range(1000)]
        candidate = [value + 1e-9 for value in noise]
        reference = [*noise, 1e12, 1e-12]
        found = differences(reference, [*candidate, 1e12 + 10, 2e-12], exact, limit=3)
        assert error_sizes(found).max_abs == 10.0
        assert error_sizes(found).max_rel == pytest.approx(1.0)

    def test_never_none(self) -> None:
        """A limit of zero still tells that there is a difference."""
        assert len(differences(1, 2, exact, limit=0)) == 1
        assert len(differences([1.0] * 99, [2.0] * 99, exact, limit=0)) == 1
