"""A breadcrumb in shared memory: the worker notes which case it has in hand, so that a death is pinned to it without a search."""

from __future__ import annotations

import mmap
import os
import tempfile
import time

_BYTES = 24


class Crumb:
    """Three numbers behind a file descriptor without a name: index of the case in hand plus one, since when, and its step plus one.

    The time is that of `time.monotonic_ns`, which is the same clock in every process of the machine.
    """

    def __init__(self, descriptor: int) -> None:
        """Map an open descriptor of at least 24 bytes; the descriptor may be closed afterwards."""
        self._map = mmap.mmap(descriptor, _BYTES)
        self._numbers = memoryview(self._map).cast("Q")

    def take(self, index: int) -> None:
        """Note that a case is in hand from now on."""
        self._numbers[2] = 0
        self._numbers[1] = time.monotonic_ns()
        self._numbers[0] = index + 1

    def step(self, number: int) -> None:
        """Note that the case in hand goes on to a step, which has a time of its own."""
        self._numbers[1] = time.monotonic_ns()
        self._numbers[2] = number + 1

    def drop(self) -> None:
        """Note that no case is in hand."""
        self._numbers[0] = 0

    def read(self) -> tuple[int, int] | None:
        """Return the index in hand and its start in monotonic nanoseconds, or None."""
        index, started_ns = self._numbers[0], self._numbers[1]
        return (index - 1, started_ns) if index else None

    def read_step(self) -> int | None:
        """Return the step that the case in hand has reached, None for a case without steps."""
        return self._numbers[2] - 1 if self._numbers[0] and self._numbers[2] else None

    def close(self) -> None:
        """Give the memory back."""
        self._numbers.release()
        self._map.close()


def open_shared() -> int:
    """Return a new descriptor of shared memory that has no name, so that nothing is left whoever dies first."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("harness-crumb")
    else:
        with tempfile.TemporaryFile() as unnamed:
            descriptor = os.dup(unnamed.fileno())
    os.ftruncate(descriptor, _BYTES)
    return descriptor
