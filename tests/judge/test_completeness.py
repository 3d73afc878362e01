"""Tests what must be there besides passing gates: whole and fresh runs, checks that saw something, sign-offs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from judge_builders import DIGEST, GO, NO_GO, OPEN, codes, measured, record, verdict

from harness.model import EvidenceStatus, SignOff

SIGNED = SignOff("Tech Lead", "Ada", DIGEST, "2026-01-01")


def test_stale_evidence() -> None:
    """Evidence that is older than what it is about is refused by name."""
    found = verdict(stale=("the port's build",))
    assert (found.decision, codes(found)) == (OPEN, ["evidence-stale"])
    assert "the port's build" in found.reasons[0].text


def test_checks_left_out() -> None:
    """A run of some checks only is never GO, and names the others."""
    found = verdict(left_out=("drill", "benchmark"))
    assert codes(found) == ["checks-left-out"]
    assert "drill, benchmark" in found.reasons[0].text


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ({"status": EvidenceStatus.ERROR, "note": "worker died"}, "check-error"),
        ({"status": EvidenceStatus.INCONCLUSIVE, "note": "worker died"}, "check-inconclusive"),
        ({"status": EvidenceStatus.MISSING, "note": "worker died"}, "check-inconclusive"),
        ({"cases": 0, "floor": 0}, "no-cases"),
        ({"cases": 199}, "check-below-floor"),
    ],
)
def test_checks_that_prove_nothing(broken: dict[str, Any], code: str) -> None:
    """Such a check keeps passed gates from GO, and is named with its note."""
    found = verdict(records=(record(), record(**broken)))
    assert (found.decision, codes(found)) == (OPEN, [code])
    assert "differential on rust of rating" in found.reasons[0].text
    assert broken.get("note", "") in found.reasons[0].text


def test_an_aborting_port_does_not_hide_a_failure() -> None:
    """A check that broke beside a gate that failed is still NO-GO."""
    assert verdict(evidence=(measured(1.0),), records=(record(status=EvidenceStatus.ERROR),)).decision is NO_GO


def test_signed_by_everyone() -> None:
    """With a sign-off of each role for this evidence nothing is missing; case and spaces of the role do not matter."""
    assert verdict(signoff_roles=("Tech Lead",), signoffs=(SIGNED,)).decision is GO
    assert verdict(signoff_roles=(" tech lead",), signoffs=(SIGNED,)).decision is GO


def test_missing_signoff() -> None:
    """Each role without a sign-off is a reason of its own."""
    found = verdict(signoff_roles=("Tech Lead", "QA", "Ops"), signoffs=(SIGNED,))
    assert (found.decision, codes(found)) == (OPEN, ["signoff-missing", "signoff-missing"])
    assert "QA" in found.reasons[0].text


def test_signoff_for_other_evidence() -> None:
    """A sign-off for other evidence is stale."""
    old = replace(SIGNED, evidence_digest="d0")
    found = verdict(signoff_roles=("Tech Lead",), signoffs=(old,))
    assert (found.decision, codes(found)) == (OPEN, ["signoff-stale"])
    assert verdict(signoff_roles=("Tech Lead",), signoffs=(old, SIGNED)).decision is GO


def test_signoff_of_nobody() -> None:
    """A sign-off without a name is none."""
    assert codes(verdict(signoff_roles=("Tech Lead",), signoffs=(replace(SIGNED, name=" "),))) == ["signoff-missing"]


def test_signoff_for_evidence_without_digest() -> None:
    """Evidence without a digest cannot be signed for."""
    empty = replace(SIGNED, evidence_digest="")
    assert verdict(signoff_roles=("Tech Lead",), signoffs=(empty,), evidence_digest="").decision is OPEN
