"""Shrinking finds planted minimal cases, never grows a case, and keeps it failing."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.cases import make_case, shrink, size_of
from harness.cases.numbers import floats, generator
from harness.cases.tables import from_rows, stream_bytes
from harness.contract import Columns, batch, columns, ipc, one_of
from harness.model import Case

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.binary(max_size=8)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner, max_size=4) | st.tuples(inner, inner),
    max_leaves=12,
)


def shrunk(*arguments: Any, fails: Callable[..., bool], within: Columns | None = None, budget_rounds: int = 200) -> tuple[Any, ...]:
    """Shrink arguments while a predicate of them holds."""

    def still_diverges(cases: Sequence[Case]) -> int | None:
        return next((place for place, case in enumerate(cases) if fails(*case.arguments)), None)

    case = make_case("operation", arguments)
    return shrink(case, still_diverges, within=within, budget_rounds=budget_rounds).arguments


def same_kind(value: Any) -> Any:
    """Describe a value by its types all the way down, without lengths."""
    if isinstance(value, dict):
        return "dict"
    return type(value)


@given(VALUES, st.integers(0, 2**16))
def test_the_result_still_fails_and_is_not_larger(value: Any, salt: int) -> None:
    """For an arbitrary, reproducible predicate, the result satisfies it, keeps its type, and comes no later in the order."""

    def fails(candidate: Any) -> bool:
        return candidate is value or hash((repr(candidate), salt)) % 3 == 0

    (found,) = shrunk(value, fails=fails)
    assert fails(found)
    assert size_of((found,)) <= size_of((value,))
    assert same_kind(found) == same_kind(value)


@given(VALUES)
def test_everything_shrinks_to_the_simplest_of_its_type(value: Any) -> None:
    """Where everything fails, containers and texts become empty and numbers zero."""
    (found,) = shrunk(value, fails=lambda _: True)
    assert found in (None, False, 0, 0.0, "", b"", [], {}) or (type(found) is tuple and len(found) == 0)


@given(VALUES)
def test_every_candidate_is_simpler_than_what_it_came_from(value: Any) -> None:
    """Nothing that is offered is as large as the case itself, so shrinking cannot run in circles."""
    case = make_case("operation", (value,))
    seen: list[Case] = []

    def keep(cases: Sequence[Case]) -> int | None:
        seen.extend(cases)
        return None

    assert shrink(case, keep) == case
    assert all(size_of(other.arguments) < size_of(case.arguments) for other in seen)


@given(st.integers(0, 2**32), st.integers(1, 400))
def test_one_negative_number_in_a_list_is_found(seed: int, length: int) -> None:
    """A list of which any negative number makes it fail becomes a single small one."""
    values = [*floats(generator(seed), length).tolist(), -123.456]
    assert shrunk(values, fails=lambda xs: any(x < 0 for x in xs)) == ([-1.0],)


@pytest.mark.parametrize(("value", "fails", "minimal"), [
    (987654321987, lambda n: n > 123456, 123457),
    (-987654321987, lambda n: n < -5, -6),
    (3.14159265, lambda x: x > 3, 4.0),
    (0.123456789, lambda x: 0.1 < x < 0.2, 0.12),
    (1.7e308, lambda x: x > 1e200, 1e300),
    (-7.5, lambda x: math.copysign(1, x) < 0, -0.0),
    (float("-inf"), math.isinf, math.inf),
    ("hello wörld", lambda text: "ö" in text, "ö"),
    ("hello", lambda text: len(text) >= 2, "00"),
    (b"\x01\x02\xff\x03", lambda data: 255 in data, b"\xff"),
    (bytearray(b"abc"), lambda data: len(data) == 3, bytearray(3)),
    ([5, 3, 9, 3, 7], lambda xs: len(xs) != len(set(xs)), [0, 0]),
    ({"a": 1, "b": [4, 5, 6], "c": 3}, lambda held: len(held.get("b", ())) > 1, {"b": [0, 0]}),
    ({2020: 1.234, 2021: -7.77, 2022: 8.0}, lambda held: held.get(2021, 0) < -1, {2021: -2.0}),
    ((1.5, 2.5, True), lambda held: len(held) > 2 and held[2], (0.0, 0.0, True)),
    ({3, 4, 5}, lambda held: 4 in held, {4}),
])  # fmt: skip
def test_planted_minimal_values_are_found(value: Any, fails: Callable[[Any], bool], minimal: Any) -> None:
    """Numbers end at the nearest simple one, sequences at the fewest items, each of the type it had."""
    (found,) = shrunk(value, fails=fails)
    assert (found, type(found), repr(found)) == (minimal, type(minimal), repr(minimal))


def test_nan_stays_where_it_is_needed() -> None:
    """Of many numbers only the NaN remains when it alone makes the case fail."""
    (found,) = shrunk([1.0, float("nan"), 2.0], fails=lambda xs: any(map(math.isnan, xs)))
    assert [repr(x) for x in found] == ["nan"]


def test_arguments_shrink_one_by_one() -> None:
    """Only what the fault needs keeps its size; the other arguments become plain."""
    found = shrunk({"a": 5.5}, [1, 2, 3], "long text", 77, fails=lambda _a, xs, text, n: 2 in xs and n > 10 and text is not None)
    assert found == ({}, [2], "", 11)


def rows(count: int) -> list[dict[str, Any]]:
    """Make rows of which only number 200 is bad."""
    return [{"a": float(place), "b": None if place == 200 else 1.5, "c": [1.0, 2.0], "s": "text"} for place in range(count)]


TABLE: dict[str, Any] = {"a": "float64", "b": "float64?", "c": "list<float64>", "s": "string"}


def test_one_bad_row_of_a_batch_is_found() -> None:
    """A RecordBatch of 257 rows with one bad row becomes that row alone, its other cells plain, with the same schema."""
    given_batch = from_rows(batch(**TABLE), rows(257))
    (found,) = shrunk(given_batch, fails=lambda held: held.column("b").null_count > 0)
    assert found.schema.equals(given_batch.schema)
    assert found.to_pylist() == [{"a": 0.0, "b": None, "c": [], "s": ""}]


def test_one_bad_row_of_a_stream_is_found() -> None:
    """Stream bytes of several batches become one batch of one row, in few round trips."""
    made = from_rows(ipc(**TABLE), rows(257))
    data = stream_bytes(made.schema, [made.slice(0, 100), made.slice(100)])
    trips = []

    def fails(held: bytes) -> bool:
        trips.append(1)
        return any(row["a"] > 150.5 and len(row["c"]) > 1 for row in pa.ipc.open_stream(held).read_all().to_pylist())

    (found,) = shrunk(data, fails=fails)
    reader = pa.ipc.open_stream(found)
    batches = list(reader)
    assert [part.to_pylist() for part in batches] == [[{"a": 151.0, "b": None, "c": [0.0, 0.0], "s": ""}]]
    assert reader.schema.equals(made.schema)


def test_a_fault_of_two_batches_keeps_two_batches() -> None:
    """When only a stream of several batches fails, two small ones remain."""
    made = from_rows(ipc(**TABLE), rows(40))
    data = stream_bytes(made.schema, [made.slice(place, 10) for place in (0, 10, 20, 30)])
    (found,) = shrunk(data, fails=lambda held: len(list(pa.ipc.open_stream(held))) >= 2)
    assert [part.num_rows for part in pa.ipc.open_stream(found)] == [0, 0]


def test_a_fault_in_the_offset_of_a_slice_keeps_the_slice() -> None:
    """When a batch fails for being a slice, what remains is still one."""
    made = from_rows(batch(**TABLE), rows(40)).slice(9)
    (found,) = shrunk(made, fails=lambda held: held.num_rows > 0 and held.column(0).offset > 0)
    assert (found.num_rows, found.column(0).offset > 0) == (1, True)


def test_bytes_that_are_no_arrow_stream_shrink_as_bytes() -> None:
    """A cut stream is no longer a stream, and shrinks byte by byte."""
    made = from_rows(ipc(**TABLE), rows(3))
    (found,) = shrunk(stream_bytes(made.schema, [made])[:200], fails=lambda held: held[:4] == b"\xff" * 4)
    assert found == b"\xff" * 4


def test_arrays_keep_their_type_layout_and_mark() -> None:
    """A read-only array with gaps shrinks to one that still has both."""
    array = np.repeat(np.array([1.5, -2.5, 3.5], np.float32), 2)[::2]
    array.flags.writeable = False
    (found,) = shrunk(array, fails=lambda held: len(held) > 1 and (held < 0).any())
    assert (sorted(found.tolist()), found.dtype, found.flags.c_contiguous, found.flags.writeable) == ([-1.0, 0.0], np.float32, False, False)
    (number,) = shrunk(np.int32(77), fails=lambda held: held > 5)
    assert (number, type(number)) == (6, np.int32)


def test_within_a_contract_candidates_keep_to_its_types() -> None:
    """Ranges, least lengths and keys of records hold on the way down, and None is tried where it is allowed."""
    types = columns(x="float64[0.25..1]", xs="list<int64[5..9]>[2..6]", record="{a: float64, b: float64?}", n="int64?")
    found = shrunk(0.77, [9, 8, 7, 6], {"a": 3.3, "b": 2.2}, 5, fails=lambda *_: True, within=types)
    assert found == (1.0, [5, 5], {"a": 0.0, "b": None}, None)


def test_rounds_are_bounded() -> None:
    """The predicate is asked no more often than the budget says."""
    asked = []

    def still_diverges(cases: Sequence[Case]) -> int | None:
        asked.append(len(cases))
        return 0

    shrink(make_case("operation", (list(range(10_000)),)), still_diverges, budget_rounds=7)
    assert 0 < len(asked) <= 7
    assert shrunk([1, 2], fails=lambda _: True, budget_rounds=0) == ([1, 2],)


def test_dear_divergences_are_met_rarely() -> None:
    """With batches that begin with one, hardly more candidates diverge than there are steps; large batches meet them all over again."""
    values = floats(generator(1), 500).tolist()

    def met(first_batch: int) -> int:
        count = 0

        def still_diverges(cases: Sequence[Case]) -> int | None:
            nonlocal count
            found = [place for place, case in enumerate(cases) if any(x < 0 for x in case.arguments[0])]
            count += len(found)
            return found[0] if found else None

        assert shrink(make_case("operation", (values,)), still_diverges, first_batch=first_batch).arguments == ([-1.0],)
        return count

    assert met(1) < met(16) / 2


def test_one_round_offers_many_candidates() -> None:
    """A case of a thousand items that cannot shrink is settled in a few round trips."""
    asked = []
    given_list = floats(generator(1), 1_000).tolist()

    def still_diverges(cases: Sequence[Case]) -> int | None:
        asked.append(len(cases))
        return None

    shrink(make_case("operation", (given_list,)), still_diverges)
    assert len(asked) < sum(asked) / 100


def test_the_result_is_the_same_every_time() -> None:
    """Two runs from one case end at the same id."""
    values = floats(generator(2), 300).tolist()
    first, second = (shrunk(values, fails=lambda xs: sum(abs(x) > 1 for x in xs) >= 3) for _ in range(2))
    assert repr(first) == repr(second)


def test_a_recorded_value_outside_of_the_choices_shrinks_as_what_it_is() -> None:
    """What a contract chooses from does not bind a value that was recorded elsewhere; other choices stay whole."""
    within = columns(config=one_of({"a": 1, "b": 2}, {}))

    assert shrunk({"a": 1, "c": 7}, fails=lambda config: "c" in config, within=within) == ({"c": 0},)
    assert shrunk({"a": 1, "b": 2}, fails=lambda config: "b" in config, within=within) == ({"a": 1, "b": 2},)


def test_parts_go_before_what_is_left_becomes_plain() -> None:
    """In a few rounds two long lists of numbers with many digits are both short, though neither is plain yet."""
    numbers = [place + 1 / 3 for place in range(200)]
    found = shrunk(numbers, list(numbers), fails=lambda one, other: bool(one and other), budget_rounds=20)

    assert [len(part) for part in found] == [1, 1]
