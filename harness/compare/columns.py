"""Compares Arrow tables column by column, vectorised, and locates what differs by column and row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from harness.compare.arrays import Array, Locate, number_errors, report
from harness.compare.identical import identical
from harness.compare.matching import ABSENT, match
from harness.compare.paths import at, quoted
from harness.compare.show import show
from harness.compare.streams import pyarrow
from harness.compare.walk import Walk
from harness.contract.policy import Policy
from harness.model import Difference

_SECONDS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
_DAY_SECONDS = 86400.0


@dataclass(frozen=True, slots=True)
class Pairs:
    """Which row of the reference goes with which of the candidate."""

    reference: Array
    candidate: Array


class Tables:
    """One comparison of Arrow data within a walk, which compares single values where a type has no vectorised way."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.found = walk.found
        self.pa = pyarrow()

    def tables(self, reference: Any, candidate: Any, policy: Policy, path: str) -> None:
        """Compare schemas, lengths, then every column that both have."""
        if policy.nan_equal and not policy.fields and identical(reference, candidate, self.pa):
            return
        names = [name for name in reference.schema.names if at(policy, _column(path, name)) is not None]
        others = [name for name in candidate.schema.names if at(policy, _column(path, name)) is not None]
        if names != others:
            self.walk.differ(path, "schema", names, others)
        rows = self._rows(reference, candidate, policy, path)
        for position, other in _paired(names, others, reference.schema.names, candidate.schema.names):
            step = _column(path, reference.schema.names[position])
            self._schema_field(reference.schema.field(position), candidate.schema.field(other), policy, step)
            left, right = reference.column(position).take(rows.reference), candidate.column(other).take(rows.candidate)
            self.columns(left, right, policy, step, rows.reference)

    def columns(self, reference: Any, candidate: Any, policy: Policy, path: str, rows: Array | None = None) -> None:
        """Compare two columns, `rows` saying which row each item is; types that differ are compared value by value if they play no part."""
        chosen = at(policy, path)
        if chosen is None:
            return
        locate: Locate = (lambda row: f"{path}[{row}]") if rows is None else (lambda row: f"{path}[{rows[row]}]")
        if len(reference) != len(candidate):
            self.walk.add(path, "length", f"{len(reference)} items", f"{len(candidate)} items")
            reference, candidate = (column[: min(len(reference), len(candidate))] for column in (reference, candidate))
        if reference.type == candidate.type:
            self._arrays(_whole(self.pa, reference), _whole(self.pa, candidate), chosen, locate)
        elif chosen.types:
            self.walk.add(path, "type", str(reference.type), str(candidate.type))
        else:
            self._values(reference, candidate, chosen, locate)

    def _rows(self, reference: Any, candidate: Any, policy: Policy, path: str) -> Pairs:
        """Pair the rows by the policy's key where both sides have it, else by place."""
        keyed = policy.key and all(name in table.schema.names for name in policy.key for table in (reference, candidate))
        if not keyed:
            if reference.num_rows != candidate.num_rows:
                self.walk.add(path, "length", f"{reference.num_rows} rows", f"{candidate.num_rows} rows")
            rows = np.arange(min(reference.num_rows, candidate.num_rows))
            return Pairs(rows, rows)
        left, right = ([tuple(row.values()) for row in table.select(policy.key).to_pylist()] for table in (reference, candidate))
        matched = match(left, right)
        for row in matched.missing:
            self.walk.add(f"{path}[{row}]", "missing", show(left[row]), ABSENT)
        for row in matched.extra:
            self.walk.add(f"{path}[{row}]", "extra", ABSENT, show(right[row]))
        return Pairs(
            np.array([pair[0] for pair in matched.pairs], dtype=np.int64), np.array([pair[1] for pair in matched.pairs], dtype=np.int64)
        )

    def _schema_field(self, reference: Any, candidate: Any, policy: Policy, path: str) -> None:
        chosen = at(policy, path)
        if chosen is None or not chosen.types:
            return
        if reference.nullable != candidate.nullable:
            self.walk.add(path, "nullability", *("null allowed" if field.nullable else "not null" for field in (reference, candidate)))

    def _arrays(self, reference: Any, candidate: Any, policy: Policy, locate: Locate) -> None:
        """Compare two arrays of one type and length: first which rows are null, then the values of the others."""
        present = self._present(reference, candidate, locate)
        if present.size != len(reference):
            reference, candidate = (array.take(self.pa.array(present)) for array in (reference, candidate))
            locate = _moved(locate, present)
        if len(reference):
            self._filled(reference, candidate, policy, locate)

    def _present(self, reference: Any, candidate: Any, locate: Locate) -> Array:
        """Return the rows that neither side leaves out, and report those that only one does."""
        if not (reference.null_count or candidate.null_count):
            return np.arange(len(reference))
        left, right = (array.is_valid().to_numpy(zero_copy_only=False) for array in (reference, candidate))
        for row in np.flatnonzero(left != right)[: self.found.limit].tolist():
            self.walk.add(locate(row), "null", show(_python(reference[row])), show(_python(candidate[row])))
        return np.flatnonzero(left & right)

    def _filled(self, reference: Any, candidate: Any, policy: Policy, locate: Locate) -> None:
        types = self.pa.types
        kind = reference.type
        if types.is_floating(kind) or types.is_integer(kind) or types.is_boolean(kind):
            self._numbers(reference.to_numpy(zero_copy_only=False), candidate.to_numpy(zero_copy_only=False), policy, locate)
        elif types.is_temporal(kind) and not types.is_interval(kind):
            self._times(reference, candidate, policy, locate)
        elif types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
            self._lists(reference, candidate, policy, locate)
        elif types.is_struct(kind):
            self._structs(reference, candidate, policy, locate)
        elif types.is_dictionary(kind):
            self._arrays(reference.dictionary_decode(), candidate.dictionary_decode(), policy, locate)
        else:
            self._others(reference, candidate, policy, locate)

    def _numbers(self, reference: Array, candidate: Array, policy: Policy, locate: Locate) -> None:
        report(self.found, reference, candidate, number_errors(reference, candidate, policy), locate)

    def _times(self, reference: Any, candidate: Any, policy: Policy, locate: Locate) -> None:
        """Compare times as integers, a tolerance in seconds, and show them as times."""
        whole = self.pa.int64() if reference.type.bit_width == np.dtype(np.int64).itemsize * 8 else self.pa.int32()
        left, right = (array.view(whole).to_numpy() for array in (reference, candidate))
        scale = _unit_seconds(self.pa, reference.type)
        errors = number_errors(left, right, policy, scale=scale)
        for row in errors.index[: self.found.limit].tolist():
            gap = abs(int(left[row]) - int(right[row])) * scale
            shown = (show(_python(reference[row])), show(_python(candidate[row])))
            self.found.add(Difference(locate(row), "value", *shown, gap))

    def _lists(self, reference: Any, candidate: Any, policy: Policy, locate: Locate) -> None:
        """Compare the lengths of lists, then the items of the lists of equal length as one long array."""
        lengths, others = (_lengths(array) for array in (reference, candidate))
        for row in np.flatnonzero(lengths != others)[: self.found.limit].tolist():
            self.walk.add(locate(row), "length", f"{lengths[row]} items", f"{others[row]} items")
        alike = np.flatnonzero(lengths == others)
        if alike.size != lengths.size:
            reference, candidate = (array.take(self.pa.array(alike)) for array in (reference, candidate))
        starts = np.concatenate([[0], np.cumsum(lengths[alike])])

        def locate_item(index: int) -> str:
            position = int(np.searchsorted(starts, index, side="right")) - 1
            return f"{locate(int(alike[position]))}[{index - int(starts[position])}]"

        self._arrays(reference.flatten(), candidate.flatten(), policy, locate_item)

    def _structs(self, reference: Any, candidate: Any, policy: Policy, locate: Locate) -> None:
        for position, left, right in zip(range(reference.type.num_fields), reference.flatten(), candidate.flatten(), strict=True):
            step = f"[{quoted(reference.type.field(position).name)}]"
            chosen = at(policy, locate(0) + step)
            if chosen is not None:
                self._arrays(left, right, chosen, _inside(locate, step))

    def _others(self, reference: Any, candidate: Any, policy: Policy, locate: Locate) -> None:
        """Compare what is not numeric: equal arrays at once if they hold no floats, else row by row."""
        if not _holds_floats(self.pa, reference.type):
            if reference.equals(candidate):
                return
            if not self.pa.types.is_nested(reference.type):
                rows = self._unequal(reference, candidate)
                reference, candidate = (array.take(self.pa.array(rows)) for array in (reference, candidate))
                locate = _moved(locate, rows)
        self._values(reference, candidate, policy, locate)

    def _unequal(self, reference: Any, candidate: Any) -> Array:
        import pyarrow.compute as pc  # noqa: PLC0415 - as pyarrow itself

        try:
            return np.flatnonzero(pc.not_equal(reference, candidate).to_numpy(zero_copy_only=False))
        except self.pa.ArrowNotImplementedError:
            return np.arange(len(reference))

    def _values(self, reference: Any, candidate: Any, policy: Policy, locate: Locate) -> None:
        for row, (left, right) in enumerate(zip(reference, candidate, strict=True)):
            self.walk.values(_python(left), _python(right), policy, locate(row), self.walk)


def _column(path: str, name: str) -> str:
    return f"{path}.column[{quoted(name)}]"


def _paired(names: list[str], others: list[str], all_names: list[str], all_others: list[str]) -> Iterator[tuple[int, int]]:
    """Pair columns by name; the second column of a name goes with the second on the other side."""
    used: dict[str, int] = {}
    for position, name in enumerate(all_names):
        if name in names and name in others:
            places = [place for place, other in enumerate(all_others) if other == name]
            turn = used.get(name, 0)
            used[name] = turn + 1
            if turn < len(places):
                yield position, places[turn]


def _whole(pa: Any, column: Any) -> Any:
    """Return one array for a column, whatever its chunks, its extension type taken off."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    return column.storage if isinstance(column, pa.ExtensionArray) else column


def _moved(locate: Locate, rows: Array) -> Locate:
    return lambda index: locate(int(rows[index]))


def _inside(locate: Locate, step: str) -> Locate:
    return lambda index: locate(index) + step


def _lengths(array: Any) -> Array:
    lengths: Array = array.value_lengths().to_numpy(zero_copy_only=False).astype(np.int64)
    return lengths


def _unit_seconds(pa: Any, kind: Any) -> float:
    if pa.types.is_date32(kind):
        return _DAY_SECONDS
    return _SECONDS["ms" if pa.types.is_date64(kind) else kind.unit]


def _holds_floats(pa: Any, kind: Any) -> bool:
    if pa.types.is_nested(kind):
        return any(_holds_floats(pa, kind.field(position).type) for position in range(kind.num_fields))
    return bool(pa.types.is_floating(kind)) or isinstance(kind, pa.BaseExtensionType)


def _python(scalar: Any) -> Any:
    """Return a scalar as Python's; a time finer than Python's as its text or number."""
    try:
        return scalar.as_py()
    except (ValueError, ImportError, KeyError):
        return scalar.value
