"""Compares lists, tuples, dicts and sets: by place, by key, or as members, whichever their kind goes by."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np

from harness.compare.arrays import number_errors, report
from harness.compare.kinds import NUMBERS, kind_of
from harness.compare.matching import Matched, keys_of, match
from harness.compare.paths import item
from harness.compare.show import show
from harness.compare.walk import Walk
from harness.contract.policy import Policy

_LONG = 32
_ATOMS = frozenset({type(None), bool, int, str, bytes})


def sequences(reference: Any, candidate: Any, policy: Policy, path: str, walk: Walk) -> None:
    """Compare lists, tuples and numpy arrays in any combination, as lists."""
    if policy.types and kind_of(reference) != kind_of(candidate):
        walk.types_differ(path, reference, candidate)
        return
    left, right = (value.tolist() if isinstance(value, np.ndarray) else value for value in (reference, candidate))
    if not isinstance(left, list | tuple) or not isinstance(right, list | tuple):
        walk.values(left, right, policy, path, walk)
    elif not _same_at_once(left, right):
        _items(left, right, policy, path, walk)


def _items(reference: Sequence[Any], candidate: Sequence[Any], policy: Policy, path: str, walk: Walk) -> None:
    keys = (keys_of(reference, policy.key), keys_of(candidate, policy.key)) if policy.key else (None, None)
    if keys[0] is not None and keys[1] is not None:
        _matched_items(match(keys[0], keys[1]), (reference, candidate), policy, path, walk)
    else:
        _by_place(reference, candidate, policy, path, walk)


def _same_at_once(reference: Sequence[Any], candidate: Sequence[Any]) -> bool:
    """Tell of long sequences of plain values that they are the same, types and all; False says nothing."""
    if len(reference) < _LONG or len(reference) != len(candidate) or not _ATOMS.issuperset(map(type, reference)):
        return False
    return all(map(operator.is_, map(type, reference), map(type, candidate))) and list(reference) == list(candidate)


def _by_place(reference: Sequence[Any], candidate: Sequence[Any], policy: Policy, path: str, walk: Walk) -> None:
    if len(reference) != len(candidate):
        walk.add(path, "length", f"{len(reference)} items", f"{len(candidate)} items")
    common = min(len(reference), len(candidate))
    if common >= _LONG and not (policy.fields or policy.ignore) and _all_floats(reference) and _all_floats(candidate):
        left, right = (np.array(values[:common], dtype=np.float64) for values in (reference, candidate))
        report(walk.found, left, right, number_errors(left, right, policy), lambda index: f"{path}[{index}]")
        return
    for index, (one, other) in enumerate(zip(reference, candidate, strict=False)):
        walk.values(one, other, policy, f"{path}[{index}]", walk)


def _all_floats(values: Sequence[Any]) -> bool:
    return set(map(type, values)) == {float}


def _matched_items(matched: Matched, sides: tuple[Sequence[Any], Sequence[Any]], policy: Policy, path: str, walk: Walk) -> None:
    reference, candidate = sides
    for place, other in matched.pairs:
        walk.values(reference[place], candidate[other], policy, f"{path}[{place}]", walk)
    for place in matched.missing:
        walk.only_reference(f"{path}[{place}]", reference[place], policy)
    for place in matched.extra:
        walk.only_candidate(f"{path}[{place}]", candidate[place], policy)


def mappings(reference: Mapping[Any, Any], candidate: Mapping[Any, Any], policy: Policy, path: str, walk: Walk) -> None:
    """Compare mappings by key, whatever the order; keys that look alike without being so are told apart: 1, 1.0 and True."""
    if not set(map(type, chain(reference, candidate))) <= {str}:
        _mappings_of_any(reference, candidate, policy, path, walk)
        return
    for key, value in reference.items():
        if key in candidate:
            walk.values(value, candidate[key], policy, item(path, key), walk)
        else:
            walk.only_reference(item(path, key), value, policy)
    for key in candidate:
        if key not in reference:
            walk.only_candidate(item(path, key), candidate[key], policy)


def _mappings_of_any(reference: Mapping[Any, Any], candidate: Mapping[Any, Any], policy: Policy, path: str, walk: Walk) -> None:
    left, right = list(reference.items()), list(candidate.items())
    matched = match([key for key, _ in left], [key for key, _ in right])
    for place, other in matched.pairs:
        walk.values(left[place][1], right[other][1], policy, item(path, left[place][0]), walk)
    for place in matched.missing:
        walk.only_reference(item(path, left[place][0]), left[place][1], policy)
    for place in matched.extra:
        walk.only_candidate(item(path, right[place][0]), right[place][1], policy)


def sets(reference: Any, candidate: Any, policy: Policy, path: str, walk: Walk) -> None:
    """Compare sets by their members; numbers left over on both sides are paired in rising order, so that tolerances apply."""
    left, right = sorted(reference, key=show), sorted(candidate, key=show)
    matched = match(left, right)
    missing, extra = [left[place] for place in matched.missing], [right[place] for place in matched.extra]
    if len(missing) == len(extra) and all(map(_is_number, chain(missing, extra))):
        for one, other in zip(sorted(missing), sorted(extra), strict=True):
            walk.values(one, other, policy, _member(path, one), walk)
        return
    for value in missing:
        walk.only_reference(_member(path, value), value, policy)
    for value in extra:
        walk.only_candidate(_member(path, value), value, policy)


def _is_number(value: Any) -> bool:
    return kind_of(value) in NUMBERS and bool(value == value)  # noqa: PLR0124 - only NaN differs from itself


def _member(path: str, value: Any) -> str:
    return f"{path}{{{show(value)}}}"
