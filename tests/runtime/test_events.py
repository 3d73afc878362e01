"""Events: counted for ever, kept within bounds, logged once per cause."""

from __future__ import annotations

import logging
import os
import threading

import pytest

from harness.runtime.events import TEXT_LIMIT, Event, EventLog, Kind


class _SpeechlessError(Exception):
    """An exception whose own text fails."""

    def __str__(self) -> str:
        """Fail instead of telling."""
        raise ValueError("no text")


def test_an_event_keeps_what_happened_and_when() -> None:
    """Kind, operation, reason, exception type and text, and the clock's time make an event."""
    log = EventLog(clock=lambda: 42)

    event = log.record(Kind.FALLBACK, "total", reason="port-raised", error=ValueError("too much"))

    assert event == Event(Kind.FALLBACK, "total", "port-raised", "ValueError", "too much", 42)
    assert log.recent() == (event,)


def test_the_ring_is_bounded_and_the_counters_are_not() -> None:
    """Old events make room, but none is ever uncounted."""
    log = EventLog(capacity=3)
    for number in range(10):
        log.record(Kind.FALLBACK, "total", reason="port-raised", text=str(number))

    assert [event.text for event in log.recent()] == ["7", "8", "9"]
    assert log.counts() == {"fallback": 10}


def test_a_cause_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    """A broken port cannot flood the log: the first event of a cause warns, whatever later texts say."""
    log = EventLog()
    with caplog.at_level(logging.WARNING, logger="harness.runtime"):
        for number in range(5):
            log.record(Kind.FALLBACK, "total", reason="port-raised", error=ValueError(str(number)))
        log.record(Kind.FALLBACK, "total", reason="port-raised", error=TypeError("another cause"))

    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"]
    assert "total" in caplog.text
    assert "another cause" in caplog.text


def test_what_is_only_counted_is_neither_kept_nor_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Agreements are good news."""
    log = EventLog()
    log.count(Kind.AGREEMENT, "total", reason="both-raised")

    assert (log.counts(), log.recent(), caplog.records) == ({"agreement": 1}, (), [])


def test_subscribers_hear_every_event_until_they_leave() -> None:
    """A subscription ends with the function that it returned."""
    log, heard = EventLog(), []
    leave = log.subscribe(heard.append)
    first = log.record(Kind.FALLBACK, "total", reason="port-raised")
    leave()
    log.record(Kind.FALLBACK, "total", reason="port-raised")

    assert heard == [first]


def test_a_broken_subscriber_disturbs_nobody() -> None:
    """What a subscriber raises reaches neither the caller nor the next subscriber."""
    log, heard = EventLog(), []
    log.subscribe(lambda _: 1 / 0)
    log.subscribe(heard.append)

    event = log.record(Kind.FALLBACK, "total", reason="port-raised")

    assert heard == [event]


def test_a_subscriber_may_cause_events_itself() -> None:
    """No lock is held while subscribers run."""
    log = EventLog()
    log.subscribe(lambda event: log.count(Kind.AGREEMENT, event.operation, reason="heard"))

    log.record(Kind.FALLBACK, "total", reason="port-raised")

    assert log.counts() == {"fallback": 1, "agreement": 1}


def test_long_and_impossible_texts_are_survived() -> None:
    """A text is cut, and an exception that cannot tell its text is counted all the same."""
    log = EventLog()

    assert len(log.record(Kind.FALLBACK, "total", reason="r", text="x" * 10_000).text) == TEXT_LIMIT
    assert log.record(Kind.FALLBACK, "total", reason="r", error=_SpeechlessError()).exception == "_SpeechlessError"


def test_clearing_starts_anew_and_keeps_subscribers() -> None:
    """After clear, nothing is counted, and subscribers still hear."""
    log, heard = EventLog(), []
    log.subscribe(heard.append)
    log.record(Kind.FALLBACK, "total", reason="r")
    log.clear()

    assert (log.counts(), log.recent()) == ({}, ())
    log.record(Kind.FALLBACK, "total", reason="r")
    assert len(heard) == 2


def test_threads_lose_no_event() -> None:
    """Counting from many threads at once gives the sum of their events."""
    log = EventLog(capacity=10)
    threads = [threading.Thread(target=lambda: [log.record(Kind.FALLBACK, "total", reason="r") for _ in range(500)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert log.counts() == {"fallback": 2000}


def test_a_forked_child_starts_empty_even_if_the_lock_was_held() -> None:
    """A lock that another thread held at the fork does not hang the child, and the parent's events are not the child's."""
    log = EventLog()
    log.record(Kind.FALLBACK, "total", reason="r")
    with log._lock():
        child = os.fork()
        if child == 0:
            log.record(Kind.FALLBACK, "total", reason="r")
            os._exit(0 if log.counts() == {"fallback": 1} else 1)
    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0
    assert log.counts() == {"fallback": 1}
