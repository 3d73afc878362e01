"""What stands inside a mapping is read strictly, and every fault has its number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reference_py.execution import ExecutionError, values


def code_of(read: Callable[[], Any]) -> int:
    """Return the code with which something is refused."""
    with pytest.raises(ExecutionError) as caught:
        read()
    return caught.value.code


READERS = {"a": values.text, "b": values.flag}


def test_fields_reads_the_keys_that_are_there() -> None:
    """Keys may be left out unless they are required."""
    assert values.fields({"b": True}, "x", READERS) == {"b": True}


def test_unknown_keys_come_before_wrong_types() -> None:
    """A typing error in a name is reported even if something else is wrong as well."""
    assert code_of(lambda: values.fields({"a": 1, "c": 2}, "x", READERS)) == 1001


def test_fields_are_checked_in_the_order_of_the_readers() -> None:
    """Every language reports the same fault first, whatever the order in the mapping."""
    assert code_of(lambda: values.fields({"b": 1}, "x", READERS, required=("a",))) == 1008


@pytest.mark.parametrize("given", [None, [], "text", 3])
def test_only_mappings_are_mappings(given: Any) -> None:
    """Anything else has the wrong type."""
    assert code_of(lambda: values.fields(given, "x", READERS)) == 1004


@pytest.mark.parametrize(
    ("reader", "given", "code"),
    [
        (values.text, 1, 1004),
        (values.text, "\ud800", 1004),
        (values.flag, 1, 1004),
        (values.double, "1.0", 1004),
        (values.double, None, 1004),
        (values.double, 10**400, 1004),
        (values.integer, 1.0, 1004),
        (values.integer, 2**63, 1004),
        (values.number(), float("nan"), 1001),
        (values.number(), float("inf"), 1001),
        (values.number(lambda x: x > 0.0), 0.0, 1001),
        (values.at_least(1), 0, 1001),
        (values.seed, -1, 1001),
        (values.seed, 2**64, 1001),
        (values.seed, "1", 1004),
        (values.one_of("a", "b"), "c", 1001),
        (values.one_of("a", "b"), 1, 1004),
        (values.sequence(values.text), "text", 1004),
        (values.sequence(values.text), [1], 1004),
        (values.named(values.text), {1: "a"}, 1004),
        (values.named(values.text), [], 1004),
    ],
)
def test_every_fault_has_its_number(reader: values.Reader, given: Any, code: int) -> None:
    """1004 for another type, 1001 for a value out of range."""
    assert code_of(lambda: reader(given, "x")) == code


@pytest.mark.parametrize(
    ("reader", "given", "expected"),
    [
        (values.double, 3, 3.0),
        (values.double, True, 1.0),
        (values.integer, -(2**63), -(2**63)),
        (values.seed, 2**64 - 1, 2**64 - 1),
        (values.optional(values.text, absent=""), None, ""),
        (values.optional(values.text), "a", "a"),
        (values.sequence(values.double), (1, 2.5), (1.0, 2.5)),
        (values.named(values.double), {"a": 1}, {"a": 1.0}),
    ],
)
def test_what_fits_is_read(reader: values.Reader, given: Any, expected: Any) -> None:
    """Numbers become doubles, lists become tuples."""
    assert reader(given, "x") == expected


def test_only_ascii_letters_are_raised() -> None:
    """Languages disagree on the rest."""
    assert values.upper("eur\u00e4ß1") == "EUR\u00e4ß1"
