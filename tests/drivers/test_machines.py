"""Facts about objects in workers: programs played there, accidents pinned to steps, and questions beyond single calls."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.drivers import Driver
from harness.drivers.crumb import Crumb, open_shared
from harness.drivers.questions import call_together, grown, released
from harness.errors import Code, HarnessError
from harness.machines.programs import step_of_failure
from harness.model import Case, OutcomeKind

Drive = Callable[..., Driver]
ADD = [["add", ["a", 1.0]], ["add", ["b", 2.0]]]


def program(*steps: list[Any]) -> Case:
    """Make a program on a ledger."""
    return Case("p", "Ledger", ([100.0], list(steps), ["items"]))


def test_a_machine_is_loaded_as_a_player(drive: Drive) -> None:
    """Behind the prefix a class becomes what plays programs on it, and the proof names the class's own file."""
    driver = drive("machine:ledger_ports.Correct")
    ran = driver.load()

    assert (ran.target, Path(ran.file).name) == ("machine:ledger_ports.Correct", "ledger_ports.py")
    (outcome,) = driver.call([program(*ADD)], timeout_seconds=5)
    assert outcome.value[-1] == {"gave": 3.0, "state": {"items": [["a", 1.0], ["b", 2.0]]}}


def test_a_class_that_is_not_there_is_missing(drive: Drive) -> None:
    """The prefix changes nothing about what is an absent port."""
    assert drive("machine:ledger_ports.Absent").call([program()], timeout_seconds=5)[0].kind is OutcomeKind.NOT_MIGRATED


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Panics", OutcomeKind.PANIC),
        ("Crashes", OutcomeKind.CRASH),
        ("Hangs", OutcomeKind.TIMEOUT),
        ("Exits", OutcomeKind.CRASH),
    ],
)
def test_an_accident_is_noted_with_its_step(drive: Drive, name: str, kind: OutcomeKind) -> None:
    """Whatever ends a program says in which step, and the next program is played."""
    driver = drive(f"machine:ledger_ports.{name}")
    outcomes = driver.call([program(*ADD, ["remove", ["b"]], ["total", []]), program(*ADD)], timeout_seconds=0.5)

    assert [outcome.kind for outcome in outcomes] == [kind, OutcomeKind.VALUE]
    assert step_of_failure(outcomes[0].failure) == 3


def test_the_time_is_that_of_a_step(drive: Drive) -> None:
    """A program whose steps are quick may take longer than one step may."""
    (outcome,) = drive("machine:machines_that_wait.Waits").call([Case("p", "Waits", ([], [["wait", [0.2]]] * 5, []))], timeout_seconds=0.6)

    assert outcome.kind is OutcomeKind.VALUE


def test_a_crumb_tells_the_step() -> None:
    """What one process notes the other reads; a case begins without a step."""
    descriptor = open_shared()
    ours, theirs = Crumb(descriptor), Crumb(descriptor)
    os.close(descriptor)
    theirs.take(7)
    assert ours.read_step() is None

    theirs.step(0)
    assert ours.read_step() == 0
    theirs.step(3)
    assert ours.read_step() == 3
    theirs.take(8)

    assert ours.read_step() is None
    ours.close()
    theirs.close()


def test_a_driver_can_serve_another_callable(drive: Drive, cases: Callable[..., list[Case]]) -> None:
    """The worker stays, the callable changes, also to one that is not there and back."""
    driver = drive("ports.where")
    before = driver.call(cases(1.0), timeout_seconds=5)[0].value["pid"]

    driver.switch("ports.correct")
    assert driver.call(cases(1.0), timeout_seconds=5)[0].value == 2.0
    driver.switch("ports.absent")
    assert driver.call(cases(1.0), timeout_seconds=5)[0].kind is OutcomeKind.NOT_MIGRATED
    driver.switch("ports.where")

    assert driver.call(cases(1.0), timeout_seconds=5)[0].value["pid"] == before


def test_a_worker_may_work_elsewhere(drive: Drive, cases: Callable[..., list[Case]]) -> None:
    """The folder of work is not the root, whose modules are imported all the same."""
    found = drive("ports.where", folder=Path("/")).call(cases(1.0), timeout_seconds=5)[0].value

    assert found["cwd"] == "/"


def test_many_threads_are_answered_alike(drive: Drive, cases: Callable[..., list[Case]]) -> None:
    """Each case has one answer with its count, and all calls are counted."""
    found = call_together(drive("ports.correct"), cases(1.0, 2.0), threads=4, copies=0, seconds=0.05, timeout_seconds=20)

    assert [[outcome.value for outcome, _ in answers] for answers in found.outcomes] == [[2.0], [4.0]]
    assert found.calls == sum(count for answers in found.outcomes for _, count in answers) >= 8


def test_answers_that_differ_are_all_kept(drive: Drive, cases: Callable[..., list[Case]]) -> None:
    """What a shared counter answers differs from call to call; the first eight are kept, the others counted."""
    found = call_together(drive("ports.stateful"), cases(1.0), threads=4, copies=0, seconds=0.05, timeout_seconds=20)

    assert len(found.outcomes[0]) == 8
    assert found.calls > 8


def test_objects_live_at_the_same_time(drive: Drive) -> None:
    """So many programs are played as there are to be copies, each on an object of its own."""
    found = call_together(
        drive("machine:ledger_ports.Correct"), [program(*ADD), program()], threads=4, copies=50, seconds=0.05, timeout_seconds=20
    )

    assert [sum(count for _, count in answers) for answers in found.outcomes] == [25, 25]
    assert all(len(answers) == 1 for answers in found.outcomes)


def test_a_crash_among_threads_is_an_outcome(drive: Drive, cases: Callable[..., list[Case]]) -> None:
    """The worker is gone, its end is told, and a new one answers the next call."""
    driver = drive("ports.crashing_beside_another")
    found = call_together(driver, cases(1.0), threads=4, copies=0, seconds=0.2, timeout_seconds=20)

    assert found.ended is not None
    assert found.ended.kind is OutcomeKind.CRASH
    assert driver.call(cases(1.0), timeout_seconds=5)[0].value == 2.0


def test_a_deadlock_is_an_outcome(drive: Drive, cases: Callable[..., list[Case]]) -> None:
    """Threads that never come back end with the time that they have."""
    found = call_together(drive("ports.deadlocking"), cases(1.0), threads=4, copies=0, seconds=0.1, timeout_seconds=1.0)

    assert found.ended is not None
    assert found.ended.kind is OutcomeKind.TIMEOUT


@pytest.mark.parametrize(
    ("name", "low", "high"), [("computing_alone", 0.0, 0.3), ("computing_beside_others", 0.5, 1.0), ("correct", 0.0, 0.5)]
)
def test_a_kept_lock_is_told_from_a_released_one(
    drive: Drive, cases: Callable[..., list[Case]], name: str, low: float, high: float
) -> None:
    """Plain Python and native code that keeps the lock let nobody in; what gives it away does."""
    shares, call_ns = released(drive(f"ports.{name}"), cases(1.0)[0], seconds=0.1, timeout_seconds=20)

    assert low <= sorted(shares)[len(shares) // 2] <= high
    assert call_ns > 0


def test_memory_is_watched_in_windows(drive: Drive, cases: Callable[..., list[Case]]) -> None:
    """A leak grows in two windows in a row; what leaks nothing stops growing at once."""
    leaking = grown(drive("ports.leaking"), cases(1.0), seconds=0.05, windows=6, timeout_seconds=60)
    still = grown(drive("ports.correct"), cases(1.0), seconds=0.05, windows=6, timeout_seconds=60)

    assert leaking.growing == 2
    assert leaking.resident_bytes[-1] - leaking.resident_bytes[0] > 24 * leaking.calls * 500_000
    assert still.growing == 0
    assert still.calls > leaking.calls


def test_a_case_that_is_changed_by_its_call_is_made_anew(drive: Drive, cases: Callable[..., list[Case]]) -> None:
    """An argument that grows with every call would look like a leak of the callable."""
    found = grown(drive("ports.growing"), cases([1.0]), seconds=0.1, windows=6, timeout_seconds=60)

    assert found.growing == 0


def test_a_death_during_a_measurement_is_said(drive: Drive, cases: Callable[..., list[Case]]) -> None:
    """A question that kills the worker is an error of the measurement, with its cause."""
    with pytest.raises(HarnessError) as caught:
        grown(drive("ports.crashing"), cases(1.0), seconds=0.05, windows=1, timeout_seconds=20)

    assert caught.value.code is Code.WORKER_FAILED
    assert "SIGSEGV" in caught.value.cause


def test_a_question_that_takes_too_long_ends(drive: Drive, cases: Callable[..., list[Case]]) -> None:
    """The worker is stopped, and nothing is left of it."""
    began = time.monotonic()
    with pytest.raises(HarnessError):
        released(drive("ports.hanging_on_zero"), cases(0.0)[0], seconds=0.1, timeout_seconds=0.5)

    assert time.monotonic() - began < 60
