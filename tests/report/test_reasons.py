"""The verdict in words, and the way to GO."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import pytest

from harness.model import Decision, Reason, Result, Verdict
from harness.report.document import RunDocument
from harness.report.gates import gate_rows
from harness.report.reasons import reason_rows, sentence

FAILING = (
    "Of 16 gates, 3 fail, 2 cannot be decided, 1 fails but only warns, 1 is waived, 9 pass. "
    "1 more reason stands against GO. 1 sign-off is missing."
)


def said(document: RunDocument) -> str:
    """Return the sentence of a run."""
    gates = gate_rows(document)
    return sentence(document, reason_rows(document, gates), gates)


def with_reason(document: RunDocument, code: str) -> str:
    """Return the command that a reason with this code leads to."""
    reason = Reason(code, Decision.INCONCLUSIVE, "something")
    changed = replace(document, verdict=replace(document.verdict, reasons=(reason,)))
    return reason_rows(changed, gate_rows(changed))[0].command


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("unsigned", "All 15 gates pass. Only 3 sign-offs are missing."),
        ("signed", "All 15 gates pass. Nothing is missing."),
        (
            "failing",
            FAILING,
        ),
        ("empty", "Nothing was judged: no gate was read from the runbook."),
    ],
)
def test_the_verdict_reads_as_a_sentence(sample: ModuleType, name: str, words: str) -> None:
    """The sentence says why, from counts that are true."""
    assert said(getattr(sample, name)()) == words


def test_a_single_gate_is_singular(sample: ModuleType) -> None:
    """One gate is not spoken of as many."""
    document = replace(sample.unsigned(), verdict=Verdict(Decision.GO, (), sample.gates()[:1], ()))
    assert said(document) == "The only gate passes. Nothing is missing."


def test_nothing_passes_without_saying_so(sample: ModuleType) -> None:
    """When no gate passes, passing is not mentioned."""
    failed = tuple(replace(judged, result=Result.FAIL) for judged in sample.gates()[4:6])
    document = replace(sample.unsigned(), verdict=Verdict(Decision.NO_GO, (), failed, ()))
    assert said(document) == "Of 2 gates, 2 fail."


def test_what_forces_no_go_comes_first(sample: ModuleType) -> None:
    """Reasons are ordered by what they force, warnings last."""
    document = sample.failing()
    turned = replace(document, verdict=replace(document.verdict, reasons=document.verdict.reasons[::-1]))
    decisions = [row.decision for row in reason_rows(turned, gate_rows(turned))]
    assert decisions == [Decision.NO_GO] * 3 + [Decision.INCONCLUSIVE] * 4 + [Decision.GO]


def test_a_reason_speaks_in_the_runbooks_words(sample: ModuleType) -> None:
    """A reason about a gate names the threshold as the runbook does, and links to it."""
    document = sample.failing()
    row = reason_rows(document, gate_rows(document))[0]
    assert (row.subject, row.source) == ("Score divergence > 0.001 zwischen Python und Rust", "runbooks/rating.md:88")
    assert row.anchor in {gate.anchor for gate in gate_rows(document)}


def test_alike_reasons_keep_their_own_gates(sample: ModuleType) -> None:
    """Two gates that are open for the same cause are told apart by their place."""
    first, second = sample.gates()[9:11]
    judged = tuple(replace(one, result=Result.INCONCLUSIVE, reason=f"not measured ({one.gate.source})") for one in (first, second))
    reasons = tuple(Reason("gate-unmeasured", Decision.INCONCLUSIVE, one.reason, one.gate.source) for one in judged)
    document = replace(sample.unsigned(), verdict=Verdict(Decision.INCONCLUSIVE, reasons, judged, ()))
    assert [row.subject for row in reason_rows(document, gate_rows(document))] == [first.gate.text, second.gate.text]


@pytest.mark.parametrize(
    ("code", "command"),
    [
        ("signoff-missing", "harness signoff rating --role ROLE --name NAME"),
        ("signoff-stale", "harness signoff rating --role ROLE --name NAME"),
        ("gate-unbound", "harness runbook lint rating"),
        ("claim-contradicted", "harness runbook sync rating"),
        ("prerequisite-unevidenced", "harness runbook lint rating"),
        ("prerequisite-open", "harness check rating"),
        ("too-noisy", "harness check rating --budget 2m"),
        ("check-inconclusive", "harness doctor"),
        ("evidence-stale", "harness check rating"),
        ("something-new", "harness check rating"),
    ],
)
def test_every_reason_leads_somewhere(sample: ModuleType, code: str, command: str) -> None:
    """Each reason names the command to type next, also one that is not known yet."""
    assert with_reason(sample.unsigned(), code) == command
