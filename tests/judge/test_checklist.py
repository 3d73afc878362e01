"""Tests that a tick is a claim, and that only evidence makes it true."""

from __future__ import annotations

import pytest
from judge_builders import GO, NO_GO, OPEN, box, codes, gate, measured, verdict

from harness.model import Action, ClaimStatus, Decision


@pytest.mark.parametrize(
    ("value", "ticked", "status", "decision", "code"),
    [
        (0.0, True, ClaimStatus.EVIDENCED, GO, None),
        (0.0, False, ClaimStatus.EVIDENCED, OPEN, "prerequisite-open"),
        (None, True, ClaimStatus.CLAIMED, OPEN, "prerequisite-unevidenced"),
        (None, False, ClaimStatus.OPEN, OPEN, "prerequisite-open"),
        (1.0, True, ClaimStatus.CONTRADICTED, NO_GO, "claim-contradicted"),
        (1.0, False, ClaimStatus.OPEN, NO_GO, "prerequisite-open"),
    ],
)
def test_prerequisites(value: float | None, ticked: bool, status: ClaimStatus, decision: Decision, code: str | None) -> None:  # noqa: FBT001 - a case
    """A prerequisite must be ticked and its gates must pass; every other combination has its own reason."""
    found = verdict(evidence=(measured(value),), checklist=(box(ticked=ticked),))
    assert (found.checklist[0].status, found.decision) == (status, decision)
    assert (code in codes(found)) == (code is not None)


def test_a_claim_that_nothing_measures() -> None:
    """A ticked prerequisite without a gate, or with the id of none, is not evidenced."""
    for gate_ids in ((), ("unknown",), ("g1", "unknown")):
        found = verdict(checklist=(box(gate_ids=gate_ids),))
        assert (found.checklist[0].status, codes(found)) == (ClaimStatus.CLAIMED, ["prerequisite-unevidenced"])


def test_other_boxes_do_not_stop() -> None:
    """A box that is no prerequisite may be open or merely claimed."""
    found = verdict(checklist=(box(prerequisite=False, ticked=False, gate_ids=()), box(prerequisite=False, gate_ids=())))
    assert found.decision is GO
    assert [item.status for item in found.checklist] == [ClaimStatus.OPEN, ClaimStatus.CLAIMED]


def test_contradicted_warning() -> None:
    """A ticked box against a gate that only warns makes the verdict open: the runbook says what is not true."""
    found = verdict((gate(action=Action.WARN),), (measured(1.0),), checklist=(box(prerequisite=False),))
    assert (found.decision, found.checklist[0].status) == (OPEN, ClaimStatus.CONTRADICTED)


def test_one_failing_gate_of_several() -> None:
    """A box with several gates, or several of one id, is contradicted by any of them."""
    for second in (gate("<", 0.5, id="g2"), gate("<", 0.5)):
        found = verdict((gate("<", 1.0), second), (measured(0.7),), checklist=(box(gate_ids=tuple({"g1", second.id})),))
        assert found.checklist[0].status is ClaimStatus.CONTRADICTED
