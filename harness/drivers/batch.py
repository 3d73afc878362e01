"""What was asked of an implementation and what has been answered so far, kept by the parent so that no death can lose it."""

from __future__ import annotations

from typing import Any

from harness.errors import Code, HarnessError
from harness.model import OutcomeKind

_PART_BYTES = 8 << 20
_PART_CASES = 10_000
_KINDS = {kind.value for kind in OutcomeKind}


class Batch:
    """The packed cases and their answers, each an item of `messages.Outcomes`; `cost` and `lost` count what went wrong on the way."""

    def __init__(self, packed: list[bytes], timeout_seconds: float) -> None:
        self.packed = packed
        self.timeout_seconds = timeout_seconds
        self.waiting = list(range(len(packed)))
        self.answers: list[Any] = [None] * len(packed)
        self.cost = 0
        self.lost = 0

    def next_part(self) -> list[int]:
        """Return the indices of the next cases, few enough for one message."""
        total = 0
        for count, index in enumerate(self.waiting[:_PART_CASES]):
            total += len(self.packed[index])
            if count and total > _PART_BYTES:
                return self.waiting[:count]
        return self.waiting[:_PART_CASES]

    def fill(self, sent: list[int], items: list[list[Any]]) -> None:
        """Keep answers whose index counts within the cases that were sent."""
        for item in items:
            if not is_answer(item) or not 0 <= item[0] < len(sent):
                raise HarnessError(Code.PROTOCOL_BROKEN, "the worker's channel carries an outcome that is none", cause=repr(item)[:200])
            self.answers[sent[item[0]]] = item

    def put(self, index: int, answer: list[Any]) -> None:
        """Keep an answer that the parent found out by itself."""
        self.answers[index] = answer

    def settle(self) -> None:
        """Keep waiting for what has no answer yet."""
        self.waiting = [index for index in self.waiting if self.answers[index] is None]

    def skip(self) -> None:
        """Give up on the rest, and say so."""
        words = "not run: the implementation ended too many workers in this batch"
        for index in self.waiting:
            self.put(index, [index, OutcomeKind.SKIPPED.value, None, ["skipped", words, None, ""], None, 0])
        self.waiting = []


def is_answer(item: list[Any]) -> bool:
    """Tell an item of `messages.Outcomes`."""
    match item:
        case [int(), str() as kind, bytes() | None, None | [str(), str(), str() | None, str()], bytes() | None, int()]:
            return kind in _KINDS
    return False
