"""Facts about the memory check: what is kept with every call is a leak, what is kept once is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from harness.checks.memory import MemoryCheck, leaks
from harness.contract import columns
from harness.model import EvidenceStatus
from harness.stats import mean_growth
from tests.checks.subjects import ledgers, operation

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.contract import Contract


@pytest.mark.parametrize("port", ["identity", "raising", "churning", "caching", "printing"])
def test_what_gives_its_memory_back_does_not_leak(examined: Callable[..., Any], port: str) -> None:
    """Plain calls, refusals, large buffers that come and go, and a cache that fills up once are no leaks."""
    found = examined(MemoryCheck(), operation(port))

    assert found.value("memory.leaks") == 0
    assert found.value("memory.slope_bytes") <= 16
    assert found.record().status is EvidenceStatus.MEASURED


@pytest.mark.parametrize(("port", "least"), [("leaking", 500_000), ("leaking_a_little", 50), ("leaking_refusals", 50), ("stateful", 4)])
def test_what_is_kept_with_every_call_is_a_leak(examined: Callable[..., Any], port: str, least: float) -> None:
    """A megabyte, a hundred bytes, a kilobyte on the way out and a single number in a list are all seen, with their size."""
    found = examined(MemoryCheck(), operation(port))

    assert found.value("memory.leaks") == 1
    (slope,) = [item for item in found.evidence if item.metric == "memory.slope_bytes"]
    assert slope.value > least
    assert slope.interval.low > 0


@pytest.mark.parametrize(("falls", "leaking"), [(0.0, True), (-2.0, False)])
def test_what_rises_often_and_falls_as_far_is_no_leak(falls: float, *, leaking: bool) -> None:
    """An allocator may take a page in every third block and give two back now and then; a leak gives nothing back."""
    readings = [0.0]
    for block in range(24):
        readings.append(readings[-1] + 4096 * (1.0 if block % 3 == 0 else falls if block % 6 == 5 else 0.0))

    assert leaks(2, mean_growth(readings, 100, grain=4096)) is leaking


def test_a_machine_takes_part(examined: Callable[..., Any]) -> None:
    """Objects that are gone leave nothing behind; those that are kept for ever are a leak."""
    assert examined(MemoryCheck(), ledgers("Correct")).value("memory.leaks") == 0
    assert examined(MemoryCheck(), ledgers("KeepsItself")).value("memory.leaks") == 1


def allocating(size_bytes: int) -> Contract:
    """Return the contract of an operation that takes so much memory at its peak, against a reference that takes 32 MB."""
    declared = operation("allocating_twice", reference="ports.allocating", inputs=columns(size_bytes="int64[0..1000]"))
    declared.operations["correct"].workload("whole", lambda size: (size,), size=size_bytes)
    return declared


def test_the_peak_is_compared_with_the_references(examined: Callable[..., Any]) -> None:
    """A port that takes twice as much has a ratio of about two."""
    ratio = examined(MemoryCheck(), allocating(32_000_000)).value("memory.peak_ratio")

    assert 1.8 < ratio < 2.2


def test_two_peaks_that_are_too_small_to_tell_are_equal(examined: Callable[..., Any]) -> None:
    """A few bytes against fewer are no ratio of anything."""
    assert examined(MemoryCheck(), allocating(10)).value("memory.peak_ratio") == 1.0


def test_an_absent_port_is_inconclusive(examined: Callable[..., Any]) -> None:
    """What cannot be called has not been shown to give its memory back."""
    assert examined(MemoryCheck(), operation("absent")).record().status is EvidenceStatus.INCONCLUSIVE


def test_an_operation_can_be_left_out(examined: Callable[..., Any]) -> None:
    """The contract's word keeps an operation from being examined."""
    assert examined(MemoryCheck(), operation("leaking", without=("memory",))).records == []
