"""What a metric is, and how a line of a runbook can be seen to mean it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from harness.model import Bound


class Direction(StrEnum):
    """Which way a metric is better."""

    LOWER = "lower"
    HIGHER = "higher"


@dataclass(frozen=True, slots=True)
class Metric:
    """A quantity of the evidence with its base unit ("s", "bytes", "fraction", "ratio", "count" or none), and how runbooks call it.

    `patterns` are regular expressions over a line in either language; any of them binds the line. `implied` is the bound that must
    hold when a line states no number ("== 0"); empty when a number is needed. `per_workload` metrics have a subject.
    """

    name: str
    unit: str
    direction: Direction
    text_en: str
    text_de: str
    patterns: tuple[str, ...] = ()
    implied: Bound | None = None
    per_workload: bool = False

    def matches(self, text: str) -> bool:
        """Tell whether a line of a runbook means this metric."""
        return any(re.search(pattern, text, re.IGNORECASE) for pattern in self.patterns)

    def measures(self, bound: Bound) -> bool:
        """Tell whether a bound can be one on this metric: in its unit, and no range of values where failures are counted."""
        counts_failures = self.implied is not None and self.implied.comparator == "=="
        return unit_kind(self.unit) == unit_kind(bound.unit) and not (counts_failures and bound.comparator == "in")


_KINDS = {"count": "", "exponent": "", "ratio": "x"}


def unit_kind(unit: str) -> str:
    """Put all units that are written alike into one kind: counts and exponents are plain numbers, a ratio is written `8x`."""
    return _KINDS.get(unit, unit)
