"""The page as data: everything of a run is there."""

from __future__ import annotations

from types import ModuleType

from harness.model import EvidenceStatus
from harness.report.page import page


def test_boxes_that_need_a_look_come_first(sample: ModuleType) -> None:
    """Contradicted claims stand above open ones, claims and what is evidenced."""
    statuses = [row.status for row in page(sample.failing()).checklist]
    assert statuses == ["contradicted", "open", "claimed", "evidenced", "evidenced"]


def test_a_box_leads_to_its_gate(sample: ModuleType) -> None:
    """A box names the gates that stand for it; one that is not there gets no link."""
    shown = page(sample.unsigned())
    linked = next(row for row in shown.checklist if row.gates)
    assert linked.gates[0][1] in {gate.anchor for gate in shown.gates}
    assert page(sample.hostile("!")).checklist[0].gates[0][0] == "!"


def test_a_title_is_never_empty(sample: ModuleType) -> None:
    """A run without a title is called by its migration."""
    assert page(sample.empty()).title == "nothing"


def test_what_is_not_measured_is_listed_first(sample: ModuleType) -> None:
    """The long table of evidence begins with what is in doubt, so that cutting it hides none."""
    document = sample.failing()
    doubtful = tuple(item for item in sample.hostile("x").evidence if item.status is EvidenceStatus.ERROR)
    shown = page(type(document)(document.migration, "", document.verdict, (*document.evidence, *doubtful)))
    assert [row.status for row in shown.evidence[: len(doubtful)]] == ["error"] * len(doubtful)


def test_warnings_are_no_reasons(sample: ModuleType) -> None:
    """What only warns is kept apart from what stands in the way."""
    shown = page(sample.failing())
    assert (len(shown.reasons), len(shown.warnings)) == (7, 1)
