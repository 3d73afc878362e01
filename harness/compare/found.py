"""Collects differences while a value is walked, and keeps the few that tell most."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from harness.model import Difference

_PRUNE_AT = 4096
UNSIZED_ULPS = 2**64 - 1
Measure = Callable[[Difference], float]


def abs_size(difference: Difference) -> float:
    """Return the absolute error; a difference that is no number, or has a NaN, is infinite."""
    return _size(difference.abs_error)


def rel_size(difference: Difference) -> float:
    """Return the relative error; a difference that is no number, or has a NaN, is infinite."""
    return _size(difference.rel_error)


def ulp_size(difference: Difference) -> int:
    """Return the error in units in the last place; what cannot be counted in them is further than any two numbers are apart."""
    if difference.ulps is not None:
        return difference.ulps
    return 0 if difference.abs_error == 0 else UNSIZED_ULPS


def _size(error: float | None) -> float:
    return math.inf if error is None or math.isnan(error) else error


MEASURES: tuple[Measure, ...] = (abs_size, rel_size, ulp_size)


class Found:
    """The differences seen so far; `limit` bounds how many are kept at the end, never fewer than one."""

    def __init__(self, limit: int) -> None:
        self.limit = max(1, limit)
        self._items: list[Difference] = []

    def add(self, difference: Difference) -> None:
        """Take one difference; the order of taking is the order of the document."""
        self._items.append(difference)
        if len(self._items) > max(_PRUNE_AT, 2 * self.limit):
            self._items = list(keep(self._items, self.limit))

    def extend(self, differences: Iterable[Difference]) -> None:
        """Take several."""
        for difference in differences:
            self.add(difference)

    def kept(self) -> tuple[Difference, ...]:
        """Return the worst by each measure and the first ones, in the order they were taken."""
        return keep(self._items, self.limit)


def keep(items: Sequence[Difference], limit: int) -> tuple[Difference, ...]:
    """Return at most `limit` items in their order: the worst by each measure, then the first."""
    if len(items) <= limit:
        return tuple(items)
    worst = (max(range(len(items)), key=lambda index: measure(items[index])) for measure in MEASURES)
    chosen = list(dict.fromkeys([*worst, *range(limit + len(MEASURES))]))[:limit]
    return tuple(items[index] for index in sorted(chosen))
