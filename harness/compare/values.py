"""Walks two values side by side and names every place where they differ; start at `differences`."""

from __future__ import annotations

from typing import Any

from harness.compare.columns import Tables
from harness.compare.containers import mappings, sequences, sets
from harness.compare.found import Found
from harness.compare.kinds import NUMBERS, SEQUENCES, kind_of
from harness.compare.leaves import by_text, byte_strings, complexes, dates, decimals, durations, enums, nothing, numbers, texts
from harness.compare.ndarrays import arrays
from harness.compare.objects import dataclasses, objects
from harness.compare.paths import at
from harness.compare.streams import as_table
from harness.compare.walk import Comparer, Walk
from harness.contract.policy import Policy
from harness.model import Difference

_PLAIN = frozenset({bool, int, float, str})


def differences(reference: Any, candidate: Any, policy: Policy, *, path: str = "value", limit: int = 20) -> tuple[Difference, ...]:
    """Return where two values differ beyond the policy, () when they count as equal.

    At most `limit` differences come back, in the order of the document, among them always the worst by absolute error, by relative error
    and by ULPs. Raises HarnessError EXTRA_MISSING when Arrow data is to be compared and pyarrow is not installed.
    """
    walk = Walk(Found(limit), _values)
    try:
        _values(reference, candidate, policy, path, walk)
    except RecursionError:
        walk.add(path, "too-deep", "nested too deeply to compare", "nested too deeply to compare")
    return walk.found.kept()


def _values(reference: Any, candidate: Any, policy: Policy, path: str, walk: Walk) -> None:
    """Compare two values of any kind."""
    if type(reference) is type(candidate) and type(reference) in _PLAIN and reference and reference == candidate:
        return
    chosen = at(policy, path)
    if chosen is not None and not (chosen.arrow and _read_as_tables(reference, candidate, chosen, path, walk)):
        _by_kind(reference, candidate, chosen, path, walk)


def _by_kind(reference: Any, candidate: Any, policy: Policy, path: str, walk: Walk) -> None:
    left, right = kind_of(reference), kind_of(candidate)
    if left in NUMBERS and right in NUMBERS:
        numbers(reference, candidate, policy, path, walk)
    elif left in SEQUENCES and right in SEQUENCES and not left == right == "array":
        sequences(reference, candidate, policy, path, walk)
    elif left != right:
        walk.types_differ(path, reference, candidate)
    else:
        _COMPARERS[left](reference, candidate, policy, path, walk)


def _read_as_tables(reference: Any, candidate: Any, policy: Policy, path: str, walk: Walk) -> bool:
    """Compare as tables what both sides can be read as; one that cannot be read beside one that can is a difference."""
    if not all(isinstance(value, bytes) or kind_of(value) == "table" for value in (reference, candidate)):
        return False
    if isinstance(reference, bytes) and reference == candidate and policy.nan_equal and not policy.fields:
        return True
    left, right = as_table(reference), as_table(candidate)
    if left is None and right is None:
        return False
    if left is None or right is None:
        walk.add(path, "undecodable", *("no Arrow data" if table is None else f"{table.num_rows} rows" for table in (left, right)))
    else:
        Tables(walk).tables(left, right, policy, path)
    return True


def _tables(reference: Any, candidate: Any, policy: Policy, path: str, walk: Walk) -> None:
    """Compare tables, and as objects what only looks like one."""
    left, right = as_table(reference), as_table(candidate)
    if left is None or right is None:
        objects(reference, candidate, policy, path, walk)
    else:
        Tables(walk).tables(left, right, policy, path)


def _columns(reference: Any, candidate: Any, policy: Policy, path: str, walk: Walk) -> None:
    Tables(walk).columns(reference, candidate, policy, path)


_COMPARERS: dict[str, Comparer] = {
    "None": nothing,
    "enum": enums,
    "complex": complexes,
    "str": texts,
    "bytes": byte_strings,
    "dict": mappings,
    "set": sets,
    "array": arrays,
    "decimal": decimals,
    "datetime": dates,
    "date": dates,
    "time": by_text,
    "timedelta": durations,
    "numpy": by_text,
    "dataclass": dataclasses,
    "object": objects,
    "table": _tables,
    "column": _columns,
}
