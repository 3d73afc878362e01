"""An object with state, for tests: the reference of every ledger in `ledger_ports`."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from itertools import cycle
from typing import Self


class LedgerError(ValueError):
    """What a ledger refuses."""


class Ledger:
    """Amounts under keys, several under one key, up to a limit on their sum."""

    def __init__(self, limit: float) -> None:
        """Begin empty; raises LedgerError for a limit below zero."""
        if limit < 0:
            raise LedgerError("[1001] the limit is below zero")
        self.limit = limit
        self.entries: list[tuple[str, float]] = []

    def add(self, key: str, amount: float) -> float:
        """Add an amount and return the sum of all."""
        if math.isnan(amount):
            raise LedgerError("[2004] the amount is no number")
        if self.total() + amount > self.limit:
            raise LedgerError("[2005] over the limit")
        self.entries.append((key, amount))
        return self.total()

    def remove(self, key: str) -> int:
        """Remove all amounts under a key and return how many there were."""
        kept = [entry for entry in self.entries if entry[0] != key]
        if len(kept) == len(self.entries):
            raise LedgerError("[1003] there is no such key")
        removed = len(self.entries) - len(kept)
        self.entries = kept
        return removed

    def total(self) -> float:
        """Return the sum of all amounts."""
        result = 0.0
        for _, amount in self.entries:
            result += amount
        return result

    def items(self) -> list[list[object]]:
        """Return keys and amounts in their order."""
        return [[key, amount] for key, amount in self.entries]

    def save(self) -> str:
        """Return the whole state as text."""
        return json.dumps([self.limit, self.entries])

    @classmethod
    def load(cls, state: str) -> Self:
        """Return a ledger equal to the saved one."""
        limit, entries = json.loads(state)
        made = cls(limit)
        made.entries = [(key, amount) for key, amount in entries]
        return made


def programs() -> list[tuple[list[object], list[tuple[str, list[object]]]]]:
    """Yield a real program."""
    return [([100.0], [("add", ["rent", 40.0]), ("add", ["food", 12.5]), ("remove", ["rent"]), ("total", [])])]


def payments() -> Iterator[tuple[str, float]]:
    """Yield three payments over and over."""
    return cycle([("rent", 1.0), ("food", 2.0), ("heat", 3.0)])


def calm(_construct: list[object], steps: list[list[object]]) -> None:
    """Make every amount of a program one."""
    for step in steps:
        if step[0] == "add":
            step[1] = [step[1][0], 1.0]  # type: ignore[index]
