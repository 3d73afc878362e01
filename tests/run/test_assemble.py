"""Facts about putting stored evidence, the runbook of today and the sign-offs together."""

from __future__ import annotations

import pytest

from harness.errors import Code, HarnessError
from harness.model import Decision
from harness.run import assemble
from harness.run.assemble import measured_metrics
from harness.stores.evidence import EvidenceStore
from tests.conftest import Shop, codes


def test_only_the_sign_off_is_missing_after_a_run_of_a_project_in_order(checked: Shop) -> None:
    """Everything that a machine can give is there."""
    document = checked.gate()

    assert document.verdict.decision is Decision.INCONCLUSIVE
    assert {reason.code for reason in document.verdict.reasons} == {"signoff-missing"}


def test_with_the_sign_off_it_is_go(checked: Shop) -> None:
    """A person accepted exactly this evidence."""
    checked.sign()

    assert checked.gate().verdict.decision is Decision.GO


def test_judging_again_gives_the_same(checked: Shop) -> None:
    """The judge has no clock and no memory."""
    assert checked.gate() == checked.gate()


def test_judging_writes_nothing(checked: Shop) -> None:
    """Stored evidence stays as it is."""
    before = {path: path.read_bytes() for path in checked.root.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    checked.gate()

    assert {path: path.read_bytes() for path in checked.root.rglob("*") if path.is_file() and "__pycache__" not in path.parts} == before


def test_without_a_run_there_is_nothing_to_judge(shop: Shop) -> None:
    """The error names the verb that measures."""
    with pytest.raises(HarnessError) as caught:
        shop.gate()

    assert caught.value.code is Code.EVIDENCE_MISSING
    assert "harness check" in caught.value.hint


def test_a_run_that_was_killed_before_its_first_finding_is_no_evidence(shop: Shop) -> None:
    """An empty run is told apart from a run that found nothing wrong."""
    with pytest.raises(RuntimeError), EvidenceStore(shop.root / "reports" / "shop").begin({}):
        raise RuntimeError

    with pytest.raises(HarnessError) as caught:
        shop.gate()

    assert caught.value.code is Code.EVIDENCE_MISSING


def test_the_runbook_of_today_is_the_judge_and_its_change_is_seen(checked: Shop) -> None:
    """A stricter limit judges the old evidence, which is stale at the same time."""
    checked.change("runbooks/shop.md", "golden.divergences <= 0", "golden.cases >= 100000")
    document = checked.gate()

    assert "evidence-stale" in codes(document)
    assert any(result.gate.metric == "golden.cases" and result.result.value == "fail" for result in document.verdict.gates)


def test_a_gate_that_nobody_can_read_keeps_from_go(checked: Shop) -> None:
    """A finding in the runbook that makes it doubtful is a reason with its line."""
    checked.change("runbooks/shop.md", "golden.divergences <= 0", "golden.divergences <= many")
    reasons = [reason for reason in checked.gate().verdict.reasons if reason.source is not None and "shop.md" in reason.source.file]

    assert reasons
    assert all(reason.decision is Decision.INCONCLUSIVE for reason in reasons)


def test_the_document_carries_the_digest_that_sign_offs_are_bound_to(checked: Shop) -> None:
    """It is the one of the stored lines."""
    assert checked.gate().evidence_digest == EvidenceStore(checked.root / "reports" / "shop").evidence_digest()


def test_the_document_names_runbook_and_people(checked: Shop) -> None:
    """The report shows who signed what."""
    checked.sign()
    document = assemble(checked.project(), "shop")

    assert document.runbook_file == "runbooks/shop.md"
    assert [signed.name for signed in document.signoffs] == ["A. Person"]


def test_metrics_are_named_once(checked: Shop) -> None:
    """Several operations and ports measure the same metric."""
    names = measured_metrics(checked.gate().evidence)

    assert names == sorted(set(names))
    assert "differential.divergences" in names
