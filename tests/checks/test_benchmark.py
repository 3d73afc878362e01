"""Facts about what a benchmark records of reference and port."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.checks.benchmark import BenchmarkCheck
from harness.checks.workers import Workers
from harness.contract import Floor, columns, contract
from harness.model import EvidenceStatus
from tests.checks.conftest import Findings, InProcess, Make, Run, Stopwatch, collect, context_of, timed

CHECK = BenchmarkCheck()


def test_a_doubtful_build_is_timed_and_inconclusive(make: Make, run: Run, stopwatch: Stopwatch) -> None:
    """A debug build is never fast."""
    context = timed(make())
    workers: InProcess = context.workers  # type: ignore[assignment]
    workers.rans["port"] = replace(workers.ran(context.contract.operations["double"], "port"), profile="debug")

    found = run(CHECK, context)

    assert stopwatch.asked
    assert {evidence.status for evidence in found.evidence} == {EvidenceStatus.INCONCLUSIVE}
    assert "debug build" in found.record().note


def test_a_missing_port_is_not_timed(make: Make, run: Run, stopwatch: Stopwatch) -> None:
    """There is one record, and it says what is missing."""
    found = run(CHECK, timed(make(None)))

    assert stopwatch.asked == []
    assert found.evidence == []
    assert found.record().status is EvidenceStatus.INCONCLUSIVE


def test_an_operation_without_workloads_is_not_timed(make: Make, run: Run, stopwatch: Stopwatch) -> None:
    """What nobody named is not a workload."""
    assert run(CHECK, make()).records == []
    assert stopwatch.asked == []


@pytest.mark.slow
def test_real_workers_are_timed(tmp_path: Path) -> None:
    """A port that sleeps a twentieth of the reference's time is far faster, measured in one worker."""
    (tmp_path / "slowly.py").write_text("import time\n\ndef wait(x):\n    time.sleep(0.004)\n    return x\n")
    (tmp_path / "quickly.py").write_text("import time\n\ndef wait(x):\n    time.sleep(0.0002)\n    return x\n")
    declared = contract(reference="slowly", ports={"port": "quickly"})
    declared.operation("wait", inputs=columns(x="float64"), floor=Floor(rounds=6))(
        lambda operation: operation.workload("once", lambda _size: (1.0,), size=1)
    )
    with Workers(tmp_path) as workers:
        found: Findings = collect(CHECK.run(context_of(declared, workers, tmp_path, budget_seconds=1.0)))

    assert (found.of("benchmark.speedup").value or 0.0) > 3.0
    assert found.record().status is EvidenceStatus.MEASURED
