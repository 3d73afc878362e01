"""Facts about timings and memory: structure and order of magnitude, never an absolute time."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any

import pytest

from harness.drivers import stopwatch
from harness.drivers.stopwatch import LEAST_QUADS, time_functions
from harness.drivers.timing import BenchWorker, Timings, peak_memory, time_parts, time_together
from harness.errors import Code, HarnessError
from harness.formats.values import pack


@pytest.fixture
def timed(tmp_path: Path, fakes: str) -> Any:
    """Return `time_together` for fakes by name."""

    def call(reference: str | None, candidate: str, *arguments: Any, **options: Any) -> Timings:
        settings = {"rounds": 12, "budget_seconds": 20.0, "timeout_seconds": 60.0} | options
        paths = (reference and f"ports:{reference}", f"ports:{candidate}")
        with BenchWorker(tmp_path, search_path=[fakes]) as worker:
            return time_together(worker, *paths, arguments, **settings)

    return call


def test_both_sides_have_one_number_per_quad(timed: Any) -> None:
    """The samples of the sides belong together in pairs, and the proof names both."""
    timings = timed("correct", "off_by_one", 1.5)

    assert (len(timings.reference_ns), len(timings.candidate_ns)) == (12, 12)
    assert min(timings.reference_ns + timings.candidate_ns) > 0
    assert [(ran.implementation, ran.target) for ran in timings.rans] == [("reference", "ports:correct"), ("port", "ports:off_by_one")]


def test_a_callable_is_as_fast_as_itself(timed: Any) -> None:
    """Timed against itself, the median ratio is near one, also on a machine that is busy with other work."""
    timings = timed("correct", "correct", 1.5, rounds=40)

    ratios = [left / right for left, right in zip(timings.reference_ns, timings.candidate_ns, strict=True)]
    assert 0.8 < statistics.median(ratios) < 1.25


def test_a_slow_side_is_slower(timed: Any) -> None:
    """A callable that sleeps 20 ms is much slower than one that multiplies, whatever the machine does."""
    timings = timed("correct", "slow", 1.5, rounds=6)

    assert statistics.median(timings.candidate_ns) > 100 * statistics.median(timings.reference_ns)
    assert statistics.median(timings.candidate_ns) >= 20e6


def test_a_port_can_be_timed_alone(timed: Any) -> None:
    """Without a reference there is one side."""
    timings = timed(None, "correct", 1.5)

    assert (len(timings.reference_ns), len(timings.candidate_ns), len(timings.rans)) == (0, 12, 1)


def test_the_budget_ends_the_rounds_but_not_before_the_least(timed: Any) -> None:
    """With no budget left there are still as many quads as an interval needs."""
    assert len(timed("correct", "correct", 1.5, rounds=10_000, budget_seconds=0.0).candidate_ns) == LEAST_QUADS


def test_a_worker_is_kept_until_it_fails(tmp_path: Path, fakes: str) -> None:
    """One process takes measurement after measurement; after one that failed, the next gets another."""
    options = {"rounds": 6, "budget_seconds": 20.0, "timeout_seconds": 60.0}
    with BenchWorker(tmp_path, search_path=[fakes]) as worker:
        time_together(worker, "ports:correct", "ports:off_by_one", (1.5,), **options)
        first = worker._worker
        time_together(worker, None, "ports:correct", (1.5,), **options)
        assert worker._worker is first
        with pytest.raises(HarnessError):
            time_together(worker, None, "ports:crashing", (1.5,), **options)
        assert len(time_together(worker, None, "ports:correct", (1.5,), **options).candidate_ns) == 6
        assert worker._worker is not first
    assert worker._worker is None


def test_the_parts_of_a_port_are_timed_against_its_whole(tmp_path: Path, fakes: str) -> None:
    """The whole comes first, the part second."""
    options = {"rounds": 6, "budget_seconds": 20.0, "timeout_seconds": 60.0}
    with BenchWorker(tmp_path, search_path=[fakes]) as worker:
        timings = time_parts(worker, "ports:slow", "ports:correct", (1.5,), **options)

    assert statistics.median(timings.reference_ns) > statistics.median(timings.candidate_ns)


def test_callables_that_change_their_arguments_get_fresh_ones() -> None:
    """Every timed call of a sorting callable finds its list unsorted."""
    seen = []

    def sorting(values: list[float]) -> None:
        seen.append(list(values))
        values.sort()

    time_functions([sorting, sorted], pack([[3.0, 1.0, 2.0]]), 6, 10.0, 0)
    assert seen == [[3.0, 1.0, 2.0]] * len(seen)


@pytest.mark.parametrize(("long_ns", "calls"), [(10**12, 2), (1, 1)])
def test_half_a_quad_is_enough_where_a_call_is_long(monkeypatch: pytest.MonkeyPatch, long_ns: int, calls: int) -> None:
    """Long calls are sampled once a quad, short ones twice; either way there is one number per quad."""
    monkeypatch.setattr(stopwatch, "LONG_NS", long_ns)
    monkeypatch.setattr(stopwatch, "WARM_UP_NS", 0)
    called = []

    def slow() -> None:
        called.append(1)
        time.sleep(0.005)

    (samples,) = time_functions([slow], pack([]), 6, 10.0, 0)

    assert len(samples) == 6
    assert len(called) == 2 + 6 * calls


@pytest.mark.parametrize(
    ("candidate", "argument", "code", "words"),
    [
        ("raising", -1.0, Code.WORKER_FAILED, "[1005]"),
        ("crashing", 1.0, Code.WORKER_FAILED, "SIGSEGV"),
        ("missing", 1.0, Code.CALLABLE_MISSING, "missing"),
    ],
)
def test_what_cannot_be_timed_is_an_error_with_its_words(timed: Any, candidate: str, argument: float, code: Code, words: str) -> None:
    """A callable that raises, dies or is not there gives no timing."""
    with pytest.raises(HarnessError) as raised:
        timed("correct", candidate, argument)

    assert raised.value.code is code
    assert words in raised.value.cause


def test_a_measurement_that_hangs_is_stopped(timed: Any) -> None:
    """The time for the whole measurement is kept."""
    with pytest.raises(HarnessError, match="did not answer TimeTogether"):
        timed(None, "hanging_on_zero", 0.0, timeout_seconds=1.0)


def test_what_a_call_imports_is_remembered(tmp_path: Path) -> None:
    """A second measurement of a target needs one call, because the modules are there from the start."""
    (tmp_path / "importing.py").write_text("def call():\n    import colorsys\n\n    return colorsys.ONE_THIRD\n")
    imports: dict[str, list[str]] = {}

    for _ in range(2):
        peak_memory("importing:call", (), root=tmp_path, search_path=[str(tmp_path)], imports=imports)
        assert imports == {"importing:call": ["colorsys"]}


def test_the_peak_is_what_the_call_takes(tmp_path: Path, fakes: str) -> None:
    """Fifty megabytes that are given back are seen, and a call that takes nothing takes next to nothing."""
    size_bytes = 50_000_000
    peak = peak_memory("ports:allocating", (size_bytes,), root=tmp_path, search_path=[fakes])
    nothing = peak_memory("ports:correct", (1.0,), root=tmp_path, search_path=[fakes])

    assert 0.9 * size_bytes < peak < 1.5 * size_bytes
    assert nothing < 0.1 * size_bytes


def test_memory_that_receiving_the_arguments_left_free_does_not_hide_the_call(tmp_path: Path) -> None:
    """Whoever has freed a large block once, as by reading a library, gets smaller ones from holes that the kernel counts already."""
    call = "def call(data):\n    return len([b'y' * 100_000 for _ in range(len(data) // 100_000)])\n"
    (tmp_path / "late.py").write_text(f"SIZE = len(b'x' * 30_000_000)\n{call}")
    size_bytes = 8_000_000
    peak = peak_memory("late:call", (b"x" * size_bytes,), root=tmp_path, search_path=[str(tmp_path)])

    assert 0.9 * size_bytes < peak < 1.5 * size_bytes


def test_what_a_call_imports_is_no_part_of_its_peak(tmp_path: Path) -> None:
    """A module of fifty megabytes is imported by the first call only."""
    (tmp_path / "heavy.py").write_text("DATA = b'x' * 50_000_000\n")
    (tmp_path / "late.py").write_text("def call(size_bytes):\n    import heavy\n    return len(b'y' * size_bytes)\n")
    peak = peak_memory("late:call", (10_000_000,), root=tmp_path, search_path=[str(tmp_path)])

    assert 9_000_000 < peak < 15_000_000
