"""Expressions make the value again to the bit."""

from __future__ import annotations

import datetime as dt
import decimal
import math
import struct
import zoneinfo
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.formats.extensions import EncodeError
from harness.formats.values import pack
from harness.stores import reproduction
from harness.stores.literals import literal

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(max_size=100) | st.complex_numbers()
    | st.decimals() | st.dates() | st.datetimes(timezones=st.none() | st.just(dt.UTC)) | st.times() | st.timedeltas()
)  # fmt: skip
KEYS = st.integers() | st.text() | st.booleans() | st.none()
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner) | st.tuples(inner) | st.tuples(inner, inner) | st.dictionaries(KEYS, inner) | st.frozensets(KEYS),
    max_leaves=10,
)


def evaluated(expression: str) -> Any:
    """Evaluate an expression with nothing but what a reproducer has."""
    names = {name: getattr(reproduction, name) for name in ("decoded", "nan_of", "array", "scalar", "arrow")}
    return eval(expression, {**names, "datetime": dt, "decimal": decimal, "zoneinfo": zoneinfo})


@given(VALUES)
def test_plain_values_survive(value: Any) -> None:
    """Whatever the value, its expression gives one that packs to the same bytes."""
    assert pack(evaluated(literal(value))) == pack(value)


@given(st.integers(0, 2**64 - 1))
def test_every_bit_of_a_float_survives(bits: int) -> None:
    """NaN payloads, signs of zero and subnormals are in the expression."""
    value = struct.unpack(">d", struct.pack(">Q", bits))[0]
    assert struct.pack(">d", evaluated(literal(value))) == struct.pack(">d", value)


@pytest.mark.parametrize("value", [
    np.float32(0.1), np.int8(-1), np.str_("ü"), np.bytes_(b"x"), np.datetime64("2024-02-29", "D"), np.bool_(1), np.float64(math.nan),
    np.arange(6).reshape(2, 3), np.asfortranarray(np.ones((2, 3))), np.repeat(np.arange(3.0), 2)[::2], np.zeros((0, 2)), np.array(1.5),
    np.arange(3, dtype=">i4"), pa.RecordBatch.from_pydict({"a": [1.0, None]}),
    pa.RecordBatch.from_pydict({"a": list(range(20))}).slice(9, 2),
    pa.array([[1], None]), pa.table({"a": [1, 2]}), pa.RecordBatch.from_pydict({"a": pa.array([], pa.int32())}),
    bytearray(b"x" * 99), {1, 2},
    10**5000, -(10**5000), dt.datetime(2024, 2, 29, tzinfo=zoneinfo.ZoneInfo("UTC")),
], ids=lambda value: type(value).__name__)  # fmt: skip
def test_unusual_values_survive(value: Any) -> None:
    """Arrays keep type, shape, order and gaps, batches their offset, huge integers every digit."""
    assert pack(evaluated(literal(value))) == pack(value)


def test_a_read_only_array_stays_read_only() -> None:
    """The mark is part of the expression."""
    array = np.arange(3)
    array.flags.writeable = False
    assert not evaluated(literal(array)).flags.writeable


def test_a_value_without_an_expression_is_refused() -> None:
    """An arbitrary object has none, wherever it stands."""
    for value in (object(), [object()], {"a": object()}):
        with pytest.raises(EncodeError):
            literal(value)
