"""A package moves on, and what was recorded with the earlier version is neither met nor missed."""

from __future__ import annotations

import json

import pytest

from harness.model import Decision, Result
from harness.run import publish
from tests.conftest import Shop, codes, words


@pytest.fixture
def sampled(shop: Shop) -> Shop:
    """Return a project in order whose outcomes depend on a package in version 1.0."""
    shop.engine("1.0")
    shop.record()
    return shop


def golden_gate(shop: Shop) -> Result:
    """Run the checks and return what became of the gate on recorded outcomes."""
    [gate] = [gate for gate in shop.check().verdict.gates if gate.gate.metric == "golden.divergences"]
    return gate.result


def test_the_same_version_is_compared_as_ever(sampled: Shop) -> None:
    """In order it passes, and a port that left the record fails."""
    assert golden_gate(sampled) is Result.PASS
    sampled.change("shopfast.py", "return result", "return result + 1.0")
    assert golden_gate(sampled) is Result.FAIL


def test_another_version_is_inconclusive_and_the_report_says_why(sampled: Shop) -> None:
    """Both sides moved along, so nothing is known against the port; the reason names all that it takes to go on."""
    sampled.engine("2.0")
    document = publish(sampled.project(), sampled.check())
    report = json.loads((sampled.root / "reports" / "shop" / "report.json").read_text("utf-8"))
    reason = "the recorded outcomes of 'total' depend on shopengine 1.0, and 2.0 is installed: install shopengine 1.0, or record anew"

    assert document.verdict.decision is Decision.INCONCLUSIVE
    assert codes(document) == {"check-inconclusive", "evidence-inconclusive"}
    assert reason in words(document)
    assert any(reason in given["text"] for given in report["reasons"])
    assert report["provenance"]["packages"]["shopengine"] == "2.0"
    assert reason in (sampled.root / "reports" / "shop" / "report.md").read_text("utf-8").replace("\\", "")


def test_another_version_hides_no_fault_that_others_see(sampled: Shop) -> None:
    """The comparison of today's answers goes on, and NO-GO beats INCONCLUSIVE."""
    sampled.engine("2.0")
    sampled.change("shopfast.py", "return result", "return result + 1.0")

    document = sampled.check()

    assert document.verdict.decision is Decision.NO_GO
    assert {"trigger-fired", "evidence-inconclusive"} <= codes(document)


def test_a_record_from_before_the_declaration_is_inconclusive(shop: Shop) -> None:
    """It does not say which version it depends on."""
    shop.engine("1.0", declared=False)
    shop.record()
    shop.engine("1.0")

    document = shop.check()

    assert document.verdict.decision is Decision.INCONCLUSIVE
    assert "whose version was not recorded, and 1.0 is installed: record anew (`harness golden record shop`)" in words(document)


def test_recording_anew_and_accepting_settles_it(sampled: Shop) -> None:
    """The way out that the reason names leads out."""
    sampled.engine("2.0")
    sampled.record()

    assert golden_gate(sampled) is Result.PASS


def test_without_a_declaration_another_version_is_a_mismatch(shop: Shop) -> None:
    """Nobody told the harness that the package decides."""
    shop.engine("1.0", declared=False)
    shop.record()
    shop.engine("2.0", declared=False)

    assert golden_gate(shop) is Result.FAIL
