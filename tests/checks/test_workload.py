"""Facts about measuring one workload until the gates on it can decide."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.checks import workload
from harness.checks.benchmark import BenchmarkCheck
from harness.contract import Floor
from harness.model import EvidenceStatus
from harness.runbook.parse import Runbook, read_runbook
from tests.checks.conftest import Make, Run, Stopwatch, timed

CHECK = BenchmarkCheck()


def gated(root: Path, *gates: str) -> Runbook:
    """Return a runbook with these gates."""
    lines = [f"- [ ] Fast enough <!-- gate: {gate} -->" for gate in gates]
    (root / "toy.md").write_text("\n".join(["# Toy", "", "## Acceptance criteria", "", *lines, ""]), "utf-8")
    return read_runbook(root / "toy.md", root=root)


def test_the_speed_up_is_the_ratio_of_pairs(make: Make, run: Run, stopwatch: Stopwatch) -> None:
    """Four times as fast, with an interval around it."""
    found = run(CHECK, timed(make())).of("benchmark.speedup")

    assert stopwatch.asked
    assert found.value == pytest.approx(4.0)
    assert found.interval is not None
    assert found.interval.low <= 4.0 <= found.interval.high
    assert found.subject == "many"


@pytest.mark.parametrize(("metric", "seconds"), [("time", 0.002), ("reference_time", 0.008)])
def test_times_are_in_seconds_and_keep_their_samples(make: Make, run: Run, stopwatch: Stopwatch, metric: str, seconds: float) -> None:
    """A baseline can be made of them later."""
    found = run(CHECK, timed(make())).of(f"benchmark.{metric}")

    assert found.value == pytest.approx(seconds, rel=0.01)
    assert found.unit == "s"
    assert len(found.provenance["samples_ns"]) == found.n == stopwatch.asked[0][2]


def test_the_port_against_itself_sets_the_noise(make: Make, run: Run, stopwatch: Stopwatch) -> None:
    """What differs between two runs of the same thing is no speed-up."""
    found = run(CHECK, timed(make())).of("benchmark.noise")

    assert found.value == pytest.approx(1.0)
    assert ("toy_port.double", "toy_port.double") in {(reference, candidate) for reference, candidate, _ in stopwatch.asked}


def test_scaling_is_an_exponent_over_the_sizes(make: Make, run: Run, stopwatch: Stopwatch) -> None:
    """Linear work has the exponent one, and every size its time."""
    found = run(CHECK, timed(make(), sizes=(10, 100, 1000)))

    assert stopwatch.asked
    assert found.of("benchmark.scaling.exponent").value == pytest.approx(1.0, abs=0.01)
    assert found.of("benchmark.scaling.time.1000").value == pytest.approx(0.02, rel=0.01)


def test_the_share_at_the_boundary_is_measured_where_a_crossing_is_named(make: Make, run: Run, stopwatch: Stopwatch) -> None:
    """One part of twenty, as a fraction."""
    found = run(CHECK, timed(make(), boundary="toy_port.cross")).of("benchmark.boundary.share")

    assert stopwatch.asked
    assert found.value == pytest.approx(0.05)
    assert found.unit == "fraction"


def test_memory_is_compared(make: Make, run: Run, stopwatch: Stopwatch) -> None:
    """Extra bytes of both sides, and their ratio."""
    found = run(CHECK, timed(make()))

    assert stopwatch.asked
    assert [found.of(f"benchmark.memory.{name}").value for name in ("extra_bytes", "reference_extra_bytes", "ratio")] == [1000, 4000, 0.25]


def test_a_reference_without_measurable_memory_gives_no_ratio(make: Make, run: Run, stopwatch: Stopwatch) -> None:
    """Nothing is divided by zero, and nothing is passed."""
    stopwatch.peaks["toy.double"] = 0

    found = run(CHECK, timed(make())).of("benchmark.memory.ratio")

    assert (found.value, found.status) == (None, EvidenceStatus.INCONCLUSIVE)


def test_a_workload_of_the_port_alone_has_no_speed_up(make: Make, run: Run, stopwatch: Stopwatch) -> None:
    """A round trip that the reference has no use for has a time, and no ratio."""
    found = run(CHECK, timed(make(), port_only=True))

    assert stopwatch.asked[0][0] is None
    assert {evidence.metric for evidence in found.evidence} == {"benchmark.time", "benchmark.noise"}


def test_the_rounds_follow_the_floor(make: Make, run: Run, stopwatch: Stopwatch) -> None:
    """A contract that asks for more rounds gets more."""
    run(CHECK, timed(make(floor=Floor(rounds=30))))

    assert stopwatch.asked[0][2] >= 30


def test_a_gate_that_passes_ends_the_sampling(make: Make, run: Run, stopwatch: Stopwatch, tmp_path: Path) -> None:
    """What is decided needs no more samples."""
    context = replace(timed(make()), runbook=gated(tmp_path, "benchmark.speedup[many] >= 2"))

    run(CHECK, context)

    assert len(stopwatch.pairs()) == 1


def test_a_gate_that_fails_is_confirmed_by_further_samples(make: Make, run: Run, stopwatch: Stopwatch, tmp_path: Path) -> None:
    """A port that is too slow stays too slow, with all samples together as the evidence."""
    context = replace(timed(make()), runbook=gated(tmp_path, "benchmark.speedup[many] >= 50"))

    found = run(CHECK, context).of("benchmark.speedup")

    assert len(stopwatch.pairs()) == workload.ATTEMPTS
    assert found.n == sum(rounds for _, _, rounds in stopwatch.pairs())


def test_a_gate_of_another_workload_asks_for_nothing(make: Make, run: Run, stopwatch: Stopwatch, tmp_path: Path) -> None:
    """Only gates on this workload keep it being sampled."""
    context = replace(timed(make()), runbook=gated(tmp_path, "benchmark.speedup[other] >= 50"))

    run(CHECK, context)

    assert len(stopwatch.pairs()) == 1


def test_a_workload_can_limit_the_threads_of_both_sides(make: Make, run: Run, stopwatch: Stopwatch) -> None:
    """A ratio on one thread is measured on one thread."""
    run(CHECK, timed(make(), threads=1))

    assert all(environment["RAYON_NUM_THREADS"] == environment["OMP_NUM_THREADS"] == "1" for environment in stopwatch.environments)


def test_a_workload_can_set_variables_for_both_sides(make: Make, run: Run, stopwatch: Stopwatch) -> None:
    """A runtime that goes by a variable of its own can be limited as well."""
    run(CHECK, timed(make(), environment={"TOY_THREADS": "1"}))

    assert all(environment["TOY_THREADS"] == "1" for environment in stopwatch.environments)
