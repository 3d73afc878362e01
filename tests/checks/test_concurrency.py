"""Facts about the concurrency check: threads that disturb each other are found, a lock that is kept is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from harness.checks import concurrency
from harness.checks.concurrency import ConcurrencyCheck
from harness.model import EvidenceStatus, OutcomeKind
from tests.checks.subjects import ledgers, operation

if TYPE_CHECKING:
    from collections.abc import Callable


def test_what_keeps_nothing_passes(examined: Callable[..., Any]) -> None:
    """Many threads are answered as one alone."""
    found = examined(ConcurrencyCheck(), operation("raising"))

    assert found.divergences == []
    assert found.value("concurrency.divergences") == 0
    assert found.value("concurrency.calls") > 100
    assert found.record().status is EvidenceStatus.MEASURED


def test_a_shared_buffer_is_found(examined: Callable[..., Any]) -> None:
    """Threads that overwrite each other's work give other answers than one alone."""
    found = examined(ConcurrencyCheck(), operation("scratching"))

    assert found.value("concurrency.divergences") > 0
    assert found.divergences[0].check == "concurrency"


def test_a_thousand_objects_at_once_answer_as_one(examined: Callable[..., Any]) -> None:
    """Programs on objects that live at the same time do not touch each other."""
    found = examined(ConcurrencyCheck(), ledgers("Correct"))

    assert found.value("concurrency.divergences") == 0
    assert found.value("concurrency.calls") == concurrency.OBJECTS


def test_objects_that_share_a_buffer_are_found(examined: Callable[..., Any]) -> None:
    """An object that computes where all others do is caught, and a program is shown."""
    found = examined(ConcurrencyCheck(), ledgers("Scratch"))

    assert found.value("concurrency.divergences") > 0
    assert found.divergences[0].case.arguments[1]


@pytest.mark.parametrize(("port", "kind"), [("crashing_beside_another", OutcomeKind.CRASH), ("deadlocking", OutcomeKind.TIMEOUT)])
def test_an_accident_among_threads_is_found(
    examined: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, port: str, kind: OutcomeKind
) -> None:
    """A crash and a deadlock that only threads bring about are outcomes, and the run goes on."""
    monkeypatch.setattr(concurrency, "PATIENCE_SECONDS", 1.0)
    monkeypatch.setattr(concurrency, "SHRINK_SECONDS", 0.0)

    found = examined(ConcurrencyCheck(), operation(port, timeout_seconds=0.5))

    assert found.value("concurrency.divergences") > 0
    assert found.divergences[0].candidate.kind is kind


def test_what_is_unstable_alone_is_left_to_determinism(examined: Callable[..., Any]) -> None:
    """Without a serial answer there is nothing to compare with, and that is inconclusive, not equal."""
    found = examined(ConcurrencyCheck(), operation("stateful"))

    assert found.divergences == []
    assert found.record().status is EvidenceStatus.INCONCLUSIVE


@pytest.mark.parametrize(("port", "low", "high"), [("computing_alone", 0.0, 0.3), ("computing_beside_others", 0.5, 1.0)])
def test_the_interpreters_lock_is_watched(examined: Callable[..., Any], port: str, low: float, high: float) -> None:
    """Another thread makes progress beside a call that gives the lock away, and none beside one that keeps it."""
    share = examined(ConcurrencyCheck(), operation(port)).value("concurrency.gil_released")

    assert share is not None
    assert low <= share <= high


def test_short_calls_say_nothing_about_the_lock(examined: Callable[..., Any]) -> None:
    """Where no call is long enough to see, nothing is claimed."""
    assert "concurrency.gil_released" not in {item.metric for item in examined(ConcurrencyCheck(), operation("identity")).evidence}


def test_an_operation_can_be_left_out(examined: Callable[..., Any]) -> None:
    """The contract's word keeps an operation from being examined."""
    assert examined(ConcurrencyCheck(), operation("scratching", without=("concurrency",))).records == []


def test_an_absent_port_is_inconclusive(examined: Callable[..., Any]) -> None:
    """What cannot be called has not been shown to be safe."""
    assert examined(ConcurrencyCheck(), operation("absent")).record().status is EvidenceStatus.INCONCLUSIVE
