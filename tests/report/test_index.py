"""The portfolio page."""

from __future__ import annotations

from types import ModuleType

from harness.report import index, json_report


def test_the_worst_migration_comes_first(sample: ModuleType) -> None:
    """NO-GO stands above INCONCLUSIVE above GO."""
    text = index.render([sample.signed(), sample.unsigned(), sample.failing()])
    assert text.index(">NO-GO<") < text.index(">INCONCLUSIVE<") < text.index(">GO<")


def test_stored_reports_give_the_same_page(sample: ModuleType) -> None:
    """A run and its report.json read back are shown alike."""
    runs = [sample.failing(), sample.signed()]
    stored = [json_report.read_back(json_report.render(run)) for run in runs]
    assert index.render(stored) == index.render(runs)


def test_each_migration_leads_to_its_report(sample: ModuleType) -> None:
    """The title links to the page beside the index."""
    assert 'href="rating/report.html"' in index.render([sample.failing()])


def test_a_link_stays_inside(sample: ModuleType) -> None:
    """A migration's name cannot lead out of the folder of reports."""
    text = index.render([sample.hostile("../../x'javascript:alert(1)")])
    assert 'href="..%2F..%2Fx%27javascript%3Aalert%281%29/report.html"' in text


def test_an_empty_portfolio_says_so() -> None:
    """Without reports the page says how to make one."""
    assert "No migration has a report yet" in index.render([])


def test_numbers_that_are_none_do_not_count(sample: ModuleType) -> None:
    """NaN counts and ratios are left out of the sums."""
    assert "nothing was compared" in index.render([sample.hostile("x")])


def test_records_cannot_reach_the_page(sample: ModuleType, nasty: str) -> None:
    """Whatever a record says, the page has no tag of it and can be encoded."""
    text = index.render([sample.hostile(nasty)])
    assert "<script" not in text
    assert "<img" not in text
    assert text.encode()
