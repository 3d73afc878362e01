"""Compares values that have nothing inside: numbers, texts, bytes, decimals, points in time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np

from harness.compare.arrays import number_errors, report
from harness.compare.kinds import kind_of
from harness.compare.numbers import decimal_difference, number_difference, sized
from harness.compare.show import LONGEST, show, show_typed
from harness.compare.walk import Walk
from harness.contract.policy import Policy
from harness.model import Difference

_DOUBLE = np.dtype(np.float64)
_BYTE_TYPES = (bytes, bytearray, memoryview)


def numbers(reference: Any, candidate: Any, policy: Policy, path: str, walk: Walk) -> None:
    """Compare bool, int and float in any combination, Python's or numpy's; floats that are not 64 bits wide in their own width."""
    if kind_of(reference) != kind_of(candidate) and policy.types:
        walk.found.add(sized(path, "type", _plain(reference), _plain(candidate), (show_typed(reference), show_typed(candidate))))
    elif any(isinstance(value, np.floating) and value.dtype != _DOUBLE for value in (reference, candidate)):
        dtype = np.result_type(np.asarray(reference), np.asarray(candidate))
        left, right = (np.asarray([value], dtype=dtype) for value in (reference, candidate))
        report(walk.found, left, right, number_errors(left, right, policy), lambda _: path)
    elif difference := number_difference(path, _plain(reference), _plain(candidate), policy):
        walk.found.add(difference)


def _plain(number: Any) -> Any:
    """Return a number as Python's own int or float; a bool counts as an int."""
    return float(number) if isinstance(number, float | np.floating) else int(number)


def complexes(reference: Any, candidate: Any, policy: Policy, path: str, walk: Walk) -> None:
    """Compare complex numbers by their parts."""
    walk.values(reference.real, candidate.real, policy, f"{path}.real", walk)
    walk.values(reference.imag, candidate.imag, policy, f"{path}.imag", walk)


def decimals(reference: Any, candidate: Any, policy: Policy, path: str, walk: Walk) -> None:
    """Compare decimals."""
    if difference := decimal_difference(path, reference, candidate, policy):
        walk.found.add(difference)


def texts(reference: str, candidate: str, _policy: Policy, path: str, walk: Walk) -> None:
    """Compare texts code point by code point."""
    if reference != candidate:
        walk.add(path, "text", *_around(reference, candidate))


def byte_strings(reference: Any, candidate: Any, policy: Policy, path: str, walk: Walk) -> None:
    """Compare bytes; bytes and bytearray are different types."""
    if policy.types and _byte_type(reference) is not _byte_type(candidate):
        walk.types_differ(path, reference, candidate)
    elif bytes(reference) != bytes(candidate):
        walk.add(path, "bytes", *_around(bytes(reference), bytes(candidate)))


def _byte_type(value: Any) -> type:
    return next(kind for kind in _BYTE_TYPES if isinstance(value, kind))


def _around(reference: Any, candidate: Any) -> tuple[str, str]:
    """Show both near the first place where they differ, and say where that is when it is far in."""
    pairs = enumerate(zip(reference, candidate, strict=False))
    first = next((place for place, (left, right) in pairs if left != right), min(len(reference), len(candidate)))
    start = max(0, first - LONGEST // 4) if max(len(reference), len(candidate)) > LONGEST // 2 else 0
    left, right = (_excerpt(text, start) for text in (reference, candidate))
    return left, right


def _excerpt(text: Any, start: int) -> str:
    """Show a part of a text or bytes, with its place when it is not all."""
    part = text[start : start + LONGEST // 2]
    return show(part) if len(part) == len(text) else f"{show(part)} from {start} of {len(text)}"


def enums(reference: Any, candidate: Any, _policy: Policy, path: str, walk: Walk) -> None:
    """Compare enum members by the names of type and member, since a port has its own types."""
    if type(reference).__name__ != type(candidate).__name__ or reference.name != candidate.name:
        walk.differ(path, "value", reference, candidate)


def dates(reference: Any, candidate: Any, policy: Policy, path: str, walk: Walk) -> None:
    """Compare dates, with or without time: by their text, which tells time zones apart, or with a tolerance in seconds."""
    if isinstance(reference, datetime) and (reference.utcoffset() is None) != (candidate.utcoffset() is None):
        walk.differ(path, "time-zone", reference, candidate)
    elif reference.isoformat() != candidate.isoformat():
        gap_seconds = abs((reference - candidate).total_seconds())
        if gap_seconds or policy.types:
            _gap(reference, candidate, policy, gap_seconds, path, walk)


def durations(reference: Any, candidate: Any, policy: Policy, path: str, walk: Walk) -> None:
    """Compare time spans, a tolerance in seconds."""
    if reference != candidate:
        _gap(reference, candidate, policy, abs((reference - candidate).total_seconds()), path, walk)


def _gap(reference: Any, candidate: Any, policy: Policy, gap_seconds: float, path: str, walk: Walk) -> None:
    if not (policy.abs_tol and gap_seconds <= policy.abs_tol):
        kind = "value" if gap_seconds else "time-zone"
        walk.found.add(Difference(path, kind, show(reference), show(candidate), gap_seconds))


def by_text(reference: Any, candidate: Any, _policy: Policy, path: str, walk: Walk) -> None:
    """Compare values that their type and text say all about: times of day, numpy's own times."""
    if type(reference) is not type(candidate) or repr(reference) != repr(candidate):
        walk.differ(path, "value", reference, candidate)


def nothing(_reference: None, _candidate: None, _policy: Policy, _path: str, _walk: Walk) -> None:
    """Find None equal to None."""
