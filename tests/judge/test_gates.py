"""Tests a gate on all evidence of its metric, and what its failure forces."""

from __future__ import annotations

import pytest
from judge_builders import GO, NO_GO, OPEN, codes, gate, measured, one, trigger, verdict

from harness.model import Action, Decision, Gate, Interval, Result, Role, Source


def test_unbound_threshold() -> None:
    """A threshold that no metric is bound to is named, never ignored."""
    found = verdict((gate(), gate(metric="", text="p99 latency")))
    assert (found.decision, codes(found)) == (OPEN, ["gate-unbound"])
    assert found.reasons[0].source == Source("runbooks/rating.md", 12)


def test_unmeasured_metric() -> None:
    """A metric without evidence is open."""
    found = verdict((gate(metric="benchmark.speedup"),))
    assert (found.decision, codes(found)) == (OPEN, ["gate-unmeasured"])
    assert "benchmark.speedup" in found.reasons[0].text


def test_every_piece_must_pass() -> None:
    """One port that fails beside one that passes fails the gate, and the failing value is shown."""
    found = one(gate(), measured(0.0, port="rust"), measured(0.5, port="julia"), measured(0.0, operation="batch"))
    assert (found.result, found.value) == (Result.FAIL, 0.5)
    assert "julia" in found.reason


def test_failure_beats_open_among_pieces() -> None:
    """A measured failure is not hidden by another operation that was not measured."""
    assert one(gate(), measured(None), measured(0.5)).result is Result.FAIL
    assert one(gate(), measured(None), measured(0.0)).result is Result.INCONCLUSIVE


@pytest.mark.parametrize(
    ("judged_gate", "values", "worst"),
    [
        (gate("<", 10.0), (1.0, 3.0, 2.0), 3.0),
        (gate(">=", 1.0), (5.0, 2.0, 9.0), 2.0),
        (trigger(">", 10.0), (1.0, 3.0, 2.0), 3.0),
        (trigger("<", 1.0), (5.0, 2.0, 9.0), 2.0),
        (gate("in", 0.0, upper=10.0), (5.0, 9.0, 4.0), 9.0),
    ],
)
def test_the_worst_value_is_shown(judged_gate: Gate, values: tuple[float, ...], worst: float) -> None:
    """Among values that pass, the one nearest to the limit is shown."""
    found = one(judged_gate, *(measured(value, port=str(value)) for value in values))
    assert (found.result, found.value) == (Result.PASS, worst)


@pytest.mark.parametrize("subject", ["batch-1k", "rating", "rust"])
def test_subject_chooses_by_workload_operation_or_port(subject: str) -> None:
    """A gate with a subject is judged on what is about it alone."""
    chosen = measured(0.0, subject="batch-1k")
    other = measured(9.0, subject="batch-10k", operation="other", port="julia")
    assert one(gate(subject=subject), chosen, other).result is Result.PASS
    assert one(gate(subject="batch-10k"), chosen, other).result is Result.FAIL


def test_subject_that_was_not_measured() -> None:
    """A subject without evidence is open, and the reason names those that were measured."""
    found = verdict((gate(subject="batch-1m"),), (measured(subject="batch-1k"),))
    assert codes(found) == ["gate-unmeasured"]
    assert "batch-1k" in found.reasons[0].text


def test_a_prerequisite_that_is_not_met_is_inconclusive() -> None:
    """Without its preparation a port cannot be judged, which is not the same as judged wrong."""
    found = verdict((gate("<", 0.1, role=Role.PREREQUISITE, action=Action.BLOCK),), (measured(0.5),))
    assert (found.decision, codes(found)) == (Decision.INCONCLUSIVE, ["prerequisite-failed"])


@pytest.mark.parametrize("role", [Role.TRIGGER, Role.ACCEPTANCE, Role.TARGET])
@pytest.mark.parametrize("action", [Action.ROLLBACK, Action.FALLBACK, Action.BLOCK])
def test_failures_stop(role: Role, action: Action) -> None:
    """A failed gate is NO-GO, unless it only warns or is a prerequisite."""
    found = verdict((gate(">" if role is Role.TRIGGER else "<", 0.1, role=role, action=action),), (measured(0.5),))
    assert (found.decision, codes(found)) == (NO_GO, ["trigger-fired" if role is Role.TRIGGER else "gate-failed"])


def test_a_failed_warning_warns() -> None:
    """A gate that only warns leaves the verdict at GO, with the failure as a warning."""
    found = verdict((gate(action=Action.WARN),), (measured(0.5),))
    assert (found.decision, codes(found)) == (GO, ["gate-warning"])
    assert found.gates[0].result is Result.FAIL


def test_a_noisy_warning_warns() -> None:
    """Noise around a limit that only warns cannot matter to the decision."""
    found = verdict((gate("<", 1.0, action=Action.WARN),), (measured(1.0, interval=Interval(0.5, 1.5)),))
    assert (found.decision, codes(found)) == (GO, ["gate-warning"])


def test_an_unmeasured_warning_is_open() -> None:
    """A threshold without a measurement is open, though it would only warn."""
    assert verdict((gate(action=Action.WARN, metric="other"),)).decision is OPEN
    assert verdict((gate(action=Action.WARN, metric=""),)).decision is OPEN
