"""Facts about the packed and the JSON form of values."""

from __future__ import annotations

import enum
import json
import math
import os
import struct
import subprocess
import sys
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgpack  # type: ignore[import-untyped]  # ships no types
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import Code, HarnessError
from harness.formats.values import EncodeError, Opaque, from_json, pack, to_json, unpack


def through_bytes(value: Any) -> Any:
    """Carry a value through its packed form."""
    return unpack(pack(value))


def through_json(value: Any) -> Any:
    """Carry a value through its JSON form, as text and without the constants that JSON does not have."""
    return from_json(json.loads(json.dumps(to_json(value), allow_nan=False)))


both = pytest.mark.parametrize("carry", [through_bytes, through_json])


class Colour(enum.IntEnum):
    """An enum that is also an integer."""

    RED = 1


class Pair(NamedTuple):
    """A tuple that is more than a tuple."""

    left: int
    right: int


leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(st.characters()),
    st.binary(),
    st.binary().map(bytearray),
    st.complex_numbers(),
    st.decimals(),
    st.dates(),
    st.datetimes(timezones=st.none() | st.just(UTC) | st.just(ZoneInfo("Europe/Berlin")), allow_imaginary=False),
    st.times(),
    st.timedeltas(),
)
keys = st.one_of(st.integers(), st.text(), st.booleans(), st.none(), st.tuples(st.integers(), st.text()), st.binary())
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner), st.lists(inner).map(tuple), st.dictionaries(keys, inner), st.sets(keys), st.sets(keys).map(frozenset)
    ),
    max_leaves=20,
)


def same(left: Any, right: Any) -> bool:
    """Tell whether two values are the same down to types, order of keys and bits of floats."""
    return type(left) is type(right) and _parts(left) == _parts(right)


def _parts(value: Any) -> Any:
    """Return what makes a value itself, in terms that compare by equality."""
    if isinstance(value, float | complex):
        return struct.pack("<dd", value.real, value.imag)
    if isinstance(value, list | tuple):
        return [(type(item), _parts(item)) for item in value]
    if isinstance(value, dict):
        return _parts(list(value.items()))
    return value.as_tuple() if isinstance(value, Decimal) else value


@both
@given(value=values)
def test_every_value_comes_back_the_same(carry: Callable[[Any], Any], value: Any) -> None:
    """A value comes back with its types, the order of its keys and every bit of its floats."""
    assert same(carry(value), value)


@both
@given(bits=st.integers(0, 2**64 - 1))
def test_every_bit_pattern_of_a_float_survives(carry: Callable[[Any], Any], bits: int) -> None:
    """Signalling NaNs, payloads, infinities and both zeros are carried to the bit."""
    (value,) = struct.unpack("<d", struct.pack("<Q", bits))

    assert struct.unpack("<Q", struct.pack("<d", carry([value])[0]))[0] == bits


@both
@pytest.mark.parametrize(
    "value",
    [
        "\ud800",
        "\ud83d\ude00",
        {"\udfff": 1},
        {"$": "tuple", "v": []},
        {"$": 1},
        2**63,
        -(2**63) - 1,
        2**64,
        10**5000,
        Decimal("sNaN12"),
        Decimal("-0E+5"),
        timedelta.min,
        time(1, 2, 3, 4, fold=1),
        datetime(2024, 10, 27, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=1),
        datetime(2024, 1, 1, tzinfo=timezone(timedelta(hours=5, microseconds=7), "odd")),
        date.max,
        (bytearray(b"a"), [b"a", {"k": bytearray(b"b")}]),
        Opaque("a.B", "<B>"),
        {1: "a", "1": "b", (1,): "c", None: "d"},
    ],
    ids=lambda value: type(value).__name__,
)
def test_awkward_values_come_back_the_same(carry: Callable[[Any], Any], value: Any) -> None:
    """The values that other formats lose or confuse come back."""
    assert same(carry(value), value)


@both
@pytest.mark.parametrize(
    "array",
    [
        np.arange(6.0).reshape(2, 3),
        np.arange(6.0).reshape(2, 3).T,
        np.arange(10)[::2],
        np.arange(12).reshape(3, 4)[:, 1:3],
        np.arange(5)[::-1],
        np.array([]),
        np.zeros((0, 3)),
        np.array(1.5),
        np.array([True, False]),
        np.array(["a", "bc"]),
        np.array([b"a", b"bc"]),
        np.array(["2020-01-01", "NaT"], dtype="datetime64[ns]"),
        np.array([1 + 2j]),
        np.array([1, 2], dtype=">i4"),
        np.array([math.nan, -0.0, math.inf], dtype=np.float32),
        np.array([1], dtype=np.longdouble),
    ],
    ids=lambda array: f"{array.dtype}{array.shape}",
)
def test_an_array_keeps_its_type_shape_and_layout(carry: Callable[[Any], Any], array: Any) -> None:
    """An array comes back with its type, shape, bits and memory layout, so that a probe for strides stays one."""
    result = carry(array)

    assert (result.dtype, result.shape, result.tobytes()) == (array.dtype, array.shape, array.tobytes())
    assert (result.flags.c_contiguous, result.flags.f_contiguous) == (array.flags.c_contiguous, array.flags.f_contiguous)


@both
@pytest.mark.parametrize("writeable", [True, False])
def test_an_array_keeps_its_read_only_mark(carry: Callable[[Any], Any], writeable: bool) -> None:  # noqa: FBT001 - a parameter of pytest
    """A read-only array is read-only on the other side, and a writeable one can be written."""
    array = np.arange(3.0)
    array.flags.writeable = writeable

    assert carry(array).flags.writeable is writeable


@both
@pytest.mark.parametrize(
    "scalar",
    [
        np.float32(1.5),
        np.float64("nan"),
        np.int8(-1),
        np.uint64(2**64 - 1),
        np.bool_(1),
        np.str_("ü"),
        np.bytes_(b"a\0"),
        np.datetime64(1, "s"),
    ],
    ids=repr,
)
def test_a_numpy_scalar_keeps_its_type(carry: Callable[[Any], Any], scalar: Any) -> None:
    """A numpy scalar does not become the Python number that it resembles."""
    result = carry(scalar)

    assert (type(result), result.dtype, result.tobytes()) == (type(scalar), scalar.dtype, scalar.tobytes())


BATCH = pa.record_batch({"a": [1, None, 3, 4], "s": ["x", "yy", None, "z"], "l": [[1], [], None, [2, 3]], "b": [True, None, False, True]})


@both
@pytest.mark.parametrize("batch", [BATCH, BATCH.slice(1, 2), BATCH.slice(0, 0), BATCH.slice(3)], ids=["whole", "middle", "empty", "end"])
def test_a_batch_keeps_its_rows_and_the_offset_of_its_slice(carry: Callable[[Any], Any], batch: Any) -> None:
    """A sliced record batch is sliced on the other side too, since ports forget offsets."""
    result = carry(batch)

    assert result.equals(batch)
    if batch.num_rows:
        assert [column.offset for column in result.columns] == [column.offset for column in batch.columns]


@both
@pytest.mark.parametrize("data", [pa.Table.from_batches([BATCH, BATCH]), pa.table({}), BATCH.schema.empty_table(), pa.array([1, None])[1:]])
def test_tables_and_arrays_come_back_equal(carry: Callable[[Any], Any], data: Any) -> None:
    """Arrow tables, without rows and without columns too, and arrays come back as what they were."""
    result = carry(data)

    assert type(result) is type(data)
    assert result.equals(data)


@pytest.mark.parametrize(
    "value",
    [object(), Colour.RED, Pair(1, 2), OrderedDict(a=1), np.array([object()]), memoryview(b"a"), iter([]), len],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("encode", [pack, to_json])
def test_what_cannot_be_carried_is_refused_by_name(encode: Callable[[Any], Any], value: Any) -> None:
    """An argument that no format carries exactly is refused, and the error names its type, however deep it is."""
    with pytest.raises(EncodeError, match=type(value).__name__):
        encode([{"deep": (value,)}])


def test_an_outcome_is_described_where_it_cannot_be_carried() -> None:
    """In an outcome only the part that cannot be carried becomes opaque, without the address that changes with every run."""
    value = {"good": (1.5,), "bad": object()}

    expected = {"good": (1.5,), "bad": Opaque("builtins.object", "<object object at 0x...>")}
    assert unpack(pack(value, opaque=True)) == expected
    assert from_json(to_json(value, opaque=True)) == expected


def test_a_value_whose_repr_raises_is_described_all_the_same() -> None:
    """A broken `__repr__` does not break the report."""

    class Broken:
        def __repr__(self) -> str:
            raise RuntimeError("no words")

    assert unpack(pack(Broken(), opaque=True)).representation == "<its repr raised RuntimeError>"


@pytest.mark.parametrize("encode", [pack, to_json])
def test_a_value_that_holds_itself_is_refused_or_described(encode: Callable[..., Any]) -> None:
    """A circular list ends in an error for arguments and in a description for outcomes, not in a crash."""
    value: list[Any] = []
    value.append(value)

    with pytest.raises(EncodeError):
        encode(value)
    decode = unpack if encode is pack else from_json
    assert decode(encode(value, opaque=True)) == Opaque("builtins.list", "[[...]]")


def test_sets_pack_alike_in_every_process() -> None:
    """The packed bytes of a set do not depend on the hash seed."""
    program = "from harness.formats.values import pack; print(pack({'a', 'b', 'c', ('d', 1), frozenset({'e', 'f'})}).hex())"

    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1


def refusal(data: bytes) -> Code | None:
    """Return the code with which bytes are refused, None when they are a value."""
    try:
        unpack(data)
    except HarnessError as error:
        return error.code
    return None


@given(data=st.binary(max_size=200))
def test_random_bytes_never_do_worse_than_an_error(data: bytes) -> None:
    """Bytes from anywhere are a value or FILE_INVALID, and nothing else."""
    assert refusal(data) in {None, Code.FILE_INVALID}


@given(value=values, position=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_damaged_bytes_never_do_worse_than_an_error(value: Any, position: int, byte: int) -> None:
    """A packed value with one byte replaced is a value or FILE_INVALID."""
    data = bytearray(pack((value, np.arange(3.0), {1, 2})))
    data[position % len(data)] = byte

    assert refusal(bytes(data)) in {None, Code.FILE_INVALID}


HOSTILE = {
    "unknown tag": msgpack.packb(msgpack.ExtType(99, b"")),
    "deep lists": b"\x91" * 100_000 + b"\xc0",
    "huge length": b"\xdd\xff\xff\xff\xff",
    "object array": msgpack.packb(msgpack.ExtType(20, msgpack.packb(["|O", [1], "C", True, b"12345678"]))),
    "array too short": msgpack.packb(msgpack.ExtType(20, msgpack.packb(["<f8", [2], "C", True, b"12345678"]))),
    "array of nothing": msgpack.packb(msgpack.ExtType(20, msgpack.packb(["<U0", [2**40], "C", True, b""]))),
    "negative shape": msgpack.packb(msgpack.ExtType(20, msgpack.packb(["<f8", [-1, -1], "C", True, b"12345678"]))),
    "arrow garbage": msgpack.packb(msgpack.ExtType(30, msgpack.packb(["batch", 0, b"garbage"]))),
    "zone outside": msgpack.packb(msgpack.ExtType(8, msgpack.packb([2024, 1, 1, 0, 0, 0, 0, 0, ["../../etc/passwd"]]))),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_bytes_are_refused(data: bytes) -> None:
    """Bytes made to harm are FILE_INVALID before anything is allocated or executed."""
    assert refusal(data) is Code.FILE_INVALID


def test_deeply_nested_tuples_are_refused() -> None:
    """Nesting that would exhaust the stack is FILE_INVALID."""
    data = msgpack.packb([])
    for _ in range(5000):
        data = msgpack.packb([msgpack.ExtType(1, data)])

    assert refusal(data) is Code.FILE_INVALID


@pytest.mark.parametrize(
    "tree",
    [
        {"$": "nonsense", "v": 1},
        {"$": "tuple"},
        {"$": "tuple", "v": [], "more": 1},
        {"$": "tuple", "v": {}},
        {"$": ["float"], "v": 1},
        {"$": "float", "v": "7ff"},
        {"$": "float", "v": 1},
        {"$": "bytes", "v": "%%%"},
        {"$": "bytes", "v": "ü"},
        {"$": "dict", "v": [[1]]},
        {"$": "dict", "v": [[[], 1]]},
        {"$": "set", "v": [[1]]},
        {"$": "int", "v": "0x1"},
        {"$": "complex", "v": ["a", 1]},
        math.inf,
        object(),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_wrong_tree_is_refused(tree: Any) -> None:
    """A tree that `to_json` does not produce is FILE_INVALID and says where."""
    with pytest.raises(HarnessError) as raised:
        from_json(tree, where="golden.jsonl")

    assert (raised.value.code, raised.value.where) == (Code.FILE_INVALID, "golden.jsonl")
