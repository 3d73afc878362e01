"""Facts about inputs that a binding mistreats although the arithmetic behind it is right."""

from __future__ import annotations

from typing import Any

from harness.checks.boundary import BoundaryCheck
from harness.model import EvidenceStatus, Outcome, OutcomeKind
from tests.checks.conftest import InProcess, Make, Run, double

CHECK = BoundaryCheck()


def strict(x: Any) -> float:
    """Take only what is a float."""
    if type(x) is not float:
        raise TypeError("not a float")
    return x * 2.0


def test_the_same_function_on_both_sides_differs_nowhere(make: Make, run: Run) -> None:
    """Whatever the probes are, equal sides answer or refuse alike."""
    found = run(CHECK, make())

    assert found.divergences == []
    assert found.of("boundary.divergences").value == 0.0
    assert found.record().status is EvidenceStatus.MEASURED


def test_foreign_types_are_tried(make: Make, run: Run) -> None:
    """A port that refuses an integer where the reference computes is found, although floats agree."""
    found = run(CHECK, make(strict))

    assert found.divergences
    assert all(divergence.candidate.kind is OutcomeKind.ERROR for divergence in found.divergences)


def test_the_number_of_probes_is_evidence(make: Make, run: Run) -> None:
    """No divergence among no probes would mean nothing."""
    found = run(CHECK, make())

    assert found.of("boundary.cases").value == found.record().cases > 10


def test_calls_with_too_few_and_too_many_arguments_are_tried(make: Make, run: Run) -> None:
    """A port that swallows any number of arguments differs from a function that refuses them."""
    found = run(CHECK, make(lambda *given: double(given[0]) if given else 0.0))

    assert any(len(divergence.case.arguments) != 1 for divergence in found.divergences)


def test_an_operation_can_be_left_unprobed(make: Make, run: Run) -> None:
    """A contract may say that an operation is only called from inside."""
    found = run(CHECK, make(probe_boundary=False))

    assert (found.evidence, found.records) == ([], [])


def test_a_crash_on_a_foreign_type_is_a_divergence(make: Make, run: Run) -> None:
    """The reference refuses a word, the port dies of it."""
    found = run(CHECK, make(lambda x: Outcome(OutcomeKind.CRASH) if isinstance(x, str) else double(x)))

    assert OutcomeKind.CRASH in {divergence.candidate.kind for divergence in found.divergences}


def test_a_doubtful_port_is_inconclusive(make: Make, run: Run) -> None:
    """Alike is no proof when it may be the same thing."""
    context = make()
    workers: InProcess = context.workers  # type: ignore[assignment]
    workers.modules["port"] = frozenset({"toy"})

    assert run(CHECK, context).record().status is EvidenceStatus.INCONCLUSIVE
