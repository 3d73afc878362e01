"""Tables are seen to be the same only when every bit is, and never wrongly."""

from __future__ import annotations

import struct
from typing import Any

import pyarrow as pa
import pytest

from harness.compare.identical import identical

ROWS: dict[str, Any] = {"x": [1.5, float("nan"), None], "n": [1, 2, None], "s": ["a", "", None], "b": [True, None, False]}


def table(**changed: Any) -> pa.Table:
    """Return a table of flat columns, some of them changed."""
    return pa.table(ROWS | changed)


def test_equal_tables_of_flat_columns_are_identical() -> None:
    """NaN and nulls in the same places do not make a difference."""
    assert identical(table(), table(), pa)


def test_dictionaries_are_identical_when_their_values_are() -> None:
    """The order in which values were met plays no part."""
    one, other = (pa.DictionaryArray.from_arrays(*parts) for parts in (([0, 1], ["a", "b"]), ([1, 0], ["b", "a"])))

    assert identical(table(s=pa.chunked_array([one.take([0, 1, 0])])), table(s=pa.chunked_array([other.take([0, 1, 0])])), pa)


@pytest.mark.parametrize(
    "changed",
    [
        {"x": [1.5, 2.0, None]},
        {"x": [1.5, None, float("nan")]},
        {"n": [1, 3, None]},
        {"s": ["a", None, ""]},
        {"b": [True, False, False]},
        {"x": pa.array([1.5, 1.0, None], pa.float32())},
        {"y": [1, 2, 3]},
    ],
    ids=["value", "null and NaN", "integer", "null and text", "null and flag", "type", "column"],
)
def test_another_value_null_type_or_column_is_seen(changed: dict[str, Any]) -> None:
    """One place is enough."""
    assert not identical(table(), table(**changed), pa)


def test_zeros_of_different_sign_and_other_nans_are_not_identical() -> None:
    """Equality of floats would not tell them apart, bits do."""
    odd = struct.unpack("<d", struct.pack("<Q", 0x7FF8_0000_0000_0001))[0]
    zeros, nans = ([pa.table({"x": pa.array([x])}) for x in pair] for pair in ((0.0, -0.0), (float("nan"), odd)))

    assert not identical(*zeros, pa)
    assert not identical(*nans, pa)


def test_tables_of_another_length_are_not_identical() -> None:
    """A missing row is a difference."""
    assert not identical(table(), table().slice(1), pa)


def test_slices_are_identical_by_what_they_hold() -> None:
    """Where a slice begins in its buffers plays no part."""
    assert identical(table().slice(1), pa.table({name: values[1:] for name, values in ROWS.items()}, schema=table().schema), pa)


def test_a_column_that_may_hold_nulls_is_another_schema() -> None:
    """Nullability is part of what is compared in full."""
    strict = pa.schema([pa.field("x", pa.float64(), nullable=False)])

    assert not identical(pa.table({"x": [1.0]}), pa.table({"x": [1.0]}, schema=strict), pa)


def test_nested_columns_are_left_to_the_full_comparison() -> None:
    """Floats may hide in them."""
    nested = pa.table({"x": [[1.0], [2.0]]})

    assert not identical(nested, nested, pa)
