"""Counts over all checks what a port must never do: die, hang, or answer with numbers that are none."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from harness.model import Evidence, Outcome, OutcomeKind

ACCIDENTS = (OutcomeKind.PANIC, OutcomeKind.CRASH, OutcomeKind.TIMEOUT, OutcomeKind.OUT_OF_MEMORY)


class Tally:
    """Accidents and unexpected NaN or infinities of each port, over every call that any check made."""

    def __init__(self) -> None:
        """Start from nothing."""
        self.calls: Counter[str] = Counter()
        self.kinds: Counter[tuple[str, OutcomeKind]] = Counter()
        self.nonfinite: Counter[str] = Counter()

    def count(self, port: str, outcome: Outcome, reference: Outcome | None = None) -> None:
        """Take one outcome of `port`; with the reference's beside it, also look for numbers that only the port made non-finite."""
        self.calls[port] += 1
        self.kinds[port, outcome.kind] += 1
        if reference is not None and reference.kind is outcome.kind is OutcomeKind.VALUE:
            self.nonfinite[port] += count_nonfinite(outcome.value) > count_nonfinite(reference.value)

    def evidence(self) -> Iterator[Evidence]:
        """Yield the counts as evidence, one record a port and metric."""
        for port, calls in sorted(self.calls.items()):
            accidents = sum(self.kinds[port, kind] for kind in ACCIDENTS)
            panics = self.kinds[port, OutcomeKind.PANIC]
            for metric, count in (("crashes", accidents), ("panics", panics), ("unexpected_nonfinite", self.nonfinite[port])):
                yield Evidence("outcomes", "", port, f"outcomes.{metric}", float(count), "count", n=calls, floor=1)


def count_nonfinite(value: Any) -> int:
    """Count NaN and infinities anywhere in a value of plain containers; Arrow bytes are the comparison's business."""
    if isinstance(value, float):
        return not math.isfinite(value)
    if isinstance(value, Mapping):
        return sum(count_nonfinite(item) for item in value.values())
    if isinstance(value, list | tuple):
        return sum(count_nonfinite(item) for item in value)
    return 0
