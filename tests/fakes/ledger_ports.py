"""Ledgers of another make: one that is right, and one for every way in which objects with state go wrong."""

from __future__ import annotations

import ctypes
import json
import math
import os
import time
from typing import Any, ClassVar, Self


class LedgerError(RuntimeError):
    """What a ledger refuses, under a type of its own."""


class PanicException(BaseException):
    """Looks like the exception that PyO3 raises for a Rust panic."""


class Correct:
    """Does as the reference does, with parallel lists."""

    def __init__(self, limit: float) -> None:
        if limit < 0:
            raise LedgerError("[1001] negative limit")
        self.limit = limit
        self.keys: list[str] = []
        self.amounts: list[float] = []

    def add(self, key: str, amount: float) -> float:
        """Add an amount and return the sum."""
        if math.isnan(amount):
            raise LedgerError("[2004] NaN")
        if self.total() + amount > self.limit:
            raise LedgerError("[2005] limit")
        self.keys.append(key)
        self.amounts.append(amount)
        return self.total()

    def remove(self, key: str) -> int:
        """Remove what is under a key and return how many there were."""
        places = [place for place, known in enumerate(self.keys) if known == key]
        if not places:
            raise LedgerError("[1003] no key")
        self.drop(places)
        return len(places)

    def drop(self, places: list[int]) -> None:
        """Remove the entries at these places."""
        self.keys = [key for place, key in enumerate(self.keys) if place not in places]
        self.amounts = [amount for place, amount in enumerate(self.amounts) if place not in places]

    def total(self) -> float:
        """Return the sum."""
        result = 0.0
        for amount in self.amounts:
            result += amount
        return result

    def items(self) -> list[list[Any]]:
        """Return keys and amounts."""
        return [[key, amount] for key, amount in zip(self.keys, self.amounts, strict=True)]

    def save(self) -> str:
        """Return the state as text."""
        return json.dumps([self.limit, self.keys, self.amounts])

    @classmethod
    def load(cls, state: str) -> Self:
        """Return a ledger with a saved state."""
        limit, keys, amounts = json.loads(state)
        made = cls(limit)
        made.keys, made.amounts = keys, amounts
        return made


class RemovesByAmount(Correct):
    """Removes what has the same amount as the first entry under the key."""

    def remove(self, key: str) -> int:
        """Remove what is under a key and return how many there were."""
        if key not in self.keys:
            raise LedgerError("[1003] no key")
        wanted = self.amounts[self.keys.index(key)]
        places = [place for place, amount in enumerate(self.amounts) if amount == wanted]
        self.drop(places)
        return len(places)


class SharesItsKeys(Correct):
    """Keeps the count of removals for all ledgers together, and adds it to the sum from the third on."""

    removals: ClassVar[list[str]] = []

    def remove(self, key: str) -> int:
        """Remove what is under a key and return how many there were."""
        self.removals.append(key)
        return super().remove(key)

    def total(self) -> float:
        """Return the sum."""
        return super().total() + (len(self.removals) if len(self.removals) > 2 else 0)


class KeepsItself(Correct):
    """Keeps every ledger that was ever made."""

    everything: ClassVar[list[Any]] = []

    def __init__(self, limit: float) -> None:
        super().__init__(limit)
        self.everything.append(self)


class LosesItsLimit(Correct):
    """Comes back from its saved state without its limit."""

    @classmethod
    def load(cls, state: str) -> Self:
        """Return a ledger with a saved state."""
        made = super().load(state)
        made.limit = math.inf
        return made


class Panics(Correct):
    """Panics when the second entry is removed."""

    def drop(self, places: list[int]) -> None:
        """Remove the entries at these places."""
        if 1 in places:
            raise PanicException("index out of bounds: the len is 1 but the index is 1")
        super().drop(places)


class Crashes(Correct):
    """Reads from address zero when the second entry is removed."""

    def drop(self, places: list[int]) -> None:
        """Remove the entries at these places."""
        if 1 in places:
            ctypes.string_at(0)
        super().drop(places)


class Hangs(Correct):
    """Never comes back from removing the second entry."""

    def drop(self, places: list[int]) -> None:
        """Remove the entries at these places."""
        while 1 in places:
            time.sleep(60)
        super().drop(places)


class Exits(Correct):
    """Leaves the process when the second entry is removed."""

    def drop(self, places: list[int]) -> None:
        """Remove the entries at these places."""
        if 1 in places:
            os._exit(3)
        super().drop(places)


class GoesNegative(Correct):
    """Forgets the limit of the sum for amounts of exactly one."""

    def add(self, key: str, amount: float) -> float:
        """Add an amount and return the sum."""
        if amount == 1.0:
            self.keys.append(key)
            self.amounts.append(amount)
            return self.total()
        return super().add(key, amount)


class Scratch(Correct):
    """Sums in a buffer that all threads share."""

    buffer: ClassVar[list[float]] = []

    def total(self) -> float:
        """Return the sum."""
        self.buffer.clear()
        for amount in self.amounts:
            self.buffer.append(amount)
            time.sleep(0)
        result = 0.0
        for amount in self.buffer:
            result += amount
        return result
