"""Facts about the check that is part of every run: who is there as the port."""

from __future__ import annotations

from harness.checks.provenance import ProvenanceCheck
from harness.model import EvidenceStatus
from tests.checks.conftest import InProcess, Make, Run

CHECK = ProvenanceCheck()


def test_a_port_that_ran_is_recorded_with_both_files(make: Make, run: Run) -> None:
    """The record names what was loaded on both sides."""
    record = run(CHECK, make()).record()

    assert record.status is EvidenceStatus.MEASURED
    assert [ran.file for ran in record.ran] == ["/reference.py", "/port.py"]


def test_a_missing_port_is_inconclusive_with_its_reason(make: Make, run: Run) -> None:
    """However few checks a run does, it cannot miss that the port is not there."""
    record = run(CHECK, make(None)).record()

    assert record.status is EvidenceStatus.INCONCLUSIVE
    assert "never built" in record.note


def test_the_port_is_called_before_it_is_asked_what_it_imported(make: Make, run: Run) -> None:
    """An import at the first call is seen, too."""
    context = make()
    workers: InProcess = context.workers  # type: ignore[assignment]
    operation = context.contract.operations["double"]

    def late(x: float) -> float:
        workers.modules["port"] = frozenset({operation.reference.rpartition(".")[0]})
        return x * 2.0

    workers.functions = {**workers.functions, "port": late}

    assert "imported the reference" in run(CHECK, context).record().note
