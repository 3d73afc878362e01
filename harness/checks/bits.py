"""Whether two answers of one implementation are the same to the bit, which is more than a contract asks of two implementations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from harness.compare import compare_outcomes
from harness.contract import Operation, arrow
from harness.formats.values import pack
from harness.model import Difference, Outcome

_PLAIN = (bool, int, float, str)


def bits_differ(operation: Operation, first: Outcome, second: Outcome) -> tuple[Difference, ...]:
    """Return where two outcomes of one implementation differ, () when they are the same to the bit.

    Tolerances of the contract play no part, what it ignores does. The order of keys counts, the padding of Arrow data does not.
    """
    found = compare_outcomes(first, second, replace(arrow(), ignore=operation.compare.ignore), "type")
    if found or operation.compare.ignore or pack(_skeleton(first.value), opaque=True) == pack(_skeleton(second.value), opaque=True):
        return found
    return (Difference("value", "bits", "one order of keys, or bits of NaN", "another"),)


def _skeleton(value: Any) -> Any:
    """Return a value with nothing left where there is more than plain Python data."""
    if isinstance(value, Mapping):
        return {key: _skeleton(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_skeleton(item) for item in value]
    return value if isinstance(value, _PLAIN) else None
