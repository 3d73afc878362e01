"""JUnit XML: well-formed, and never green by accident."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType
from xml.etree import ElementTree as ET

import pytest

from harness.model import CheckRecord, EvidenceStatus
from harness.report import junit
from harness.report.document import RunDocument


def tree(document: RunDocument) -> ET.Element:
    """Render and parse."""
    return ET.fromstring(junit.render(document))


def outcomes(document: RunDocument, suite: str) -> list[str]:
    """Return what each case of a suite came to: the tag of its outcome, or "pass"."""
    found = tree(document).find(f"testsuite[@name='rating.{suite}']")
    assert found is not None
    tags = ("failure", "error", "skipped")
    return [next((child.tag for child in case if child.tag in tags), "pass") for case in found.findall("testcase")]


def test_one_case_a_gate_a_check_and_the_verdict(sample: ModuleType) -> None:
    """Every gate, every check on an operation and port, and the verdict is a test case."""
    document = sample.failing()
    root = tree(document)
    assert len(root.findall("testsuite/testcase")) == len(document.verdict.gates) + len(document.checks) + 1
    assert root.get("tests") == str(len(document.verdict.gates) + len(document.checks) + 1)


def test_results_have_their_meaning(sample: ModuleType) -> None:
    """A failed gate is a failure, an open one an error, a waived one skipped, a warning passes."""
    assert outcomes(sample.failing(), "gates") == ["failure"] * 3 + ["error"] * 2 + ["pass", "skipped"] + ["pass"] * 9


def test_a_divergence_fails_its_check(sample: ModuleType) -> None:
    """The check that found a divergence on this operation and port fails, and says how to see it again."""
    document = sample.failing()
    assert outcomes(document, "checks").count("failure") == 2
    texts = [failure.text or "" for failure in tree(document).iter("failure")]
    assert any("input: stability_score([0.0, nan], None)" in text and "again: harness replay 8d41f0c2ab" in text for text in texts)


@pytest.mark.parametrize(("name", "outcome"), [("signed", "pass"), ("unsigned", "skipped"), ("failing", "failure")])
def test_the_verdict_is_a_case(sample: ModuleType, name: str, outcome: str) -> None:
    """GO passes, missing sign-offs skip, NO-GO fails."""
    assert outcomes(getattr(sample, name)(), "verdict") == [outcome]


def test_an_open_verdict_is_an_error(sample: ModuleType) -> None:
    """INCONCLUSIVE for anything but sign-offs is never green."""
    root = tree(sample.empty())
    assert root.get("errors") == "1"


@pytest.mark.parametrize("status", [EvidenceStatus.INCONCLUSIVE, EvidenceStatus.MISSING, EvidenceStatus.ERROR])
def test_an_open_check_is_an_error(sample: ModuleType, status: EvidenceStatus) -> None:
    """A check that did not settle is an error with its note."""
    document = replace(sample.signed(), checks=(CheckRecord("golden", "op", "rust", status, 5, 1, 0.1, note="why"),))
    assert outcomes(document, "checks") == ["error"]


@pytest.mark.parametrize(("cases", "floor"), [(0, 0), (3, 10)])
def test_too_few_cases_are_an_error(sample: ModuleType, cases: int, floor: int) -> None:
    """A check that examined nothing, or less than its floor, is an error."""
    document = replace(sample.signed(), checks=(CheckRecord("golden", "op", "rust", EvidenceStatus.MEASURED, cases, floor, 0.1),))
    assert outcomes(document, "checks") == ["error"]


def test_thresholds_are_properties(sample: ModuleType) -> None:
    """A gate carries its limit, value, interval and place as properties."""
    case = tree(sample.unsigned()).find("testsuite/testcase")
    assert case is not None
    facts = {item.get("name"): item.get("value") for item in case.iter("property")}
    assert (facts["source"], facts["limit"], facts["value"]) == ("runbooks/rating.md:31", "must be ≥ 8x", "143x")


def test_any_text_makes_well_formed_xml(sample: ModuleType, nasty: str) -> None:
    """Whatever a record says, the XML can be parsed and encoded."""
    text = junit.render(sample.hostile(nasty))
    assert len(ET.fromstring(text.encode()).findall("testsuite")) == 3


def test_counts_are_those_of_the_cases(run: RunDocument) -> None:
    """The totals at the top are what the cases add up to."""
    root = tree(run)
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert int(root.get(attribute, "-1")) == len(root.findall(f"testsuite/testcase/{tag}"))
