"""What happened beside the answers, kept so that no fallback is ever silent: counters for ever, the last events in full.

Each cause is logged once as a warning under "harness.runtime" and counted from then on, so that a broken port cannot flood the log.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from harness.runtime.failures import text_of

logger = logging.getLogger("harness.runtime")
TEXT_LIMIT = 500


class Kind(StrEnum):
    """What an event is about."""

    FALLBACK = "fallback"  # the reference answered although the port was wanted
    AGREEMENT = "agreement"  # port and reference refused the same call with the same error; counted only
    DIVERGENCE = "divergence"  # a shadow run gave another answer
    SHADOW_FAILED = "shadow-failed"  # a shadow run gave no answer that could be compared


class Cause(NamedTuple):
    """What makes two events the same for counting; never their text, which may differ in every call."""

    kind: Kind
    operation: str
    reason: str
    exception: str


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; `exception` is a type's name, `text` its message cut to 500 characters, `time_ns` since the epoch."""

    kind: Kind
    operation: str
    reason: str
    exception: str
    text: str
    time_ns: int

    @property
    def cause(self) -> Cause:
        """Return what the event is counted under."""
        return Cause(self.kind, self.operation, self.reason, self.exception)


Subscriber = Callable[[Event], object]


class EventLog:
    """A bounded ring of events and their counters; threads may share it, and a forked child starts with an empty one."""

    def __init__(self, *, capacity: int = 1000, clock: Callable[[], int] = time.time_ns) -> None:
        """Keep the last `capacity` events; `clock` gives nanoseconds since the epoch."""
        self._capacity = capacity
        self._clock = clock
        self._subscribers: tuple[Subscriber, ...] = ()
        self._start()

    def record(self, kind: Kind, operation: str, *, reason: str, error: BaseException | None = None, text: str = "") -> Event:
        """Count, keep, log and publish one event; nothing that a subscriber or the error's own text does is raised."""
        exception = type(error).__name__ if error is not None else ""
        event = Event(kind, operation, reason, exception, (text or text_of(error))[:TEXT_LIMIT], self._clock())
        with self._lock():
            self._ring.append(event)
        if self._count(event.cause) == 1:
            logger.warning("%s of %s: %s %s %s (counted from now on)", kind, operation, reason, exception, event.text)
        for subscriber in self._subscribers:
            _tell(subscriber, event)
        return event

    def count(self, kind: Kind, operation: str, *, reason: str, error: BaseException | None = None) -> None:
        """Count what is no trouble, without keeping, logging or publishing it."""
        self._count(Cause(kind, operation, reason, type(error).__name__ if error is not None else ""))

    def counts(self) -> dict[str, int]:
        """Return how often each kind of event happened."""
        totals: Counter[str] = Counter()
        for cause, count in self.causes().items():
            totals[str(cause.kind)] += count
        return dict(totals)

    def causes(self) -> dict[Cause, int]:
        """Return how often each cause happened."""
        with self._lock():
            return dict(self._counts)

    def recent(self) -> tuple[Event, ...]:
        """Return the kept events, the oldest first."""
        with self._lock():
            return tuple(self._ring)

    def subscribe(self, callback: Subscriber) -> Callable[[], None]:
        """Call back with every event from now on, in the thread that caused it; returns what ends the subscription."""
        self._subscribers = (*self._subscribers, callback)

        def unsubscribe() -> None:
            self._subscribers = tuple(kept for kept in self._subscribers if kept is not callback)

        return unsubscribe

    def clear(self) -> None:
        """Forget events and counters, so that every cause is logged once more; subscribers stay."""
        self._start()

    def _start(self) -> None:
        self._process = os.getpid()
        self._guard = threading.Lock()
        self._ring: deque[Event] = deque(maxlen=self._capacity)
        self._counts: Counter[Cause] = Counter()

    def _lock(self) -> threading.Lock:
        """Return the lock of this process; one that a fork copied may be held for ever by a thread that was not."""
        if self._process != os.getpid():
            self._start()
        return self._guard

    def _count(self, cause: Cause) -> int:
        with self._lock():
            self._counts[cause] += 1
            return self._counts[cause]


def _tell(subscriber: Subscriber, event: Event) -> None:
    with suppress(Exception):
        subscriber(event)


log = EventLog()
counts = log.counts
causes = log.causes
recent = log.recent
subscribe = log.subscribe
clear = log.clear
