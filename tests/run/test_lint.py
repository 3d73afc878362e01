"""Facts about linting a runbook against what the last run measured."""

from __future__ import annotations

import pytest

from harness.errors import Code, HarnessError
from harness.run import fix_runbook, lint_runbook
from tests.conftest import Shop

UNBOUND = "- [ ] Speed-up of the port: at least 3x\n- [ ] The colour is right in < 7 places\n"


def with_line(shop: Shop, line: str = UNBOUND) -> None:
    """Add lines to the acceptance criteria."""
    shop.change("runbooks/shop.md", "- [ ] Every property holds", f"{line}- [ ] Every property holds")


def remarks(shop: Shop) -> list[str]:
    """Return the codes of all findings."""
    return [remark.code for remark in lint_runbook(shop.project(), "shop")]


def test_an_unbound_threshold_is_found_with_its_line(shop: Shop) -> None:
    """Before anything was measured."""
    with_line(shop)
    found = [remark for remark in lint_runbook(shop.project(), "shop") if "unbound" in remark.code]

    assert [str(remark.source) for remark in found] == ["runbooks/shop.md:18"]


def test_a_metric_that_nothing_gates_is_named_after_a_run(checked: Shop) -> None:
    """What is measured could be gated."""
    assert any("gated" in code for code in remarks(checked))


def test_without_a_run_nothing_is_said_about_measuring(shop: Shop) -> None:
    """A fresh runbook is linted for what it says."""
    assert not any("gated" in code or "measured" in code for code in remarks(shop))


def test_a_fix_writes_the_proposal_behind_the_line(shop: Shop) -> None:
    """What it wrote is told, and the threshold is bound from then on."""
    with_line(shop)
    [written] = fix_runbook(shop.project(), "shop")

    assert written.startswith("runbooks/shop.md:18: written: <!-- gate: ")
    assert not any("unbound" in code for code in remarks(shop))


def test_a_fix_of_a_table_row_stays_inside_the_row(shop: Shop) -> None:
    """The table is still a table."""
    shop.change(
        "runbooks/shop.md",
        "## Sign-off\n",
        "## Performance targets\n\n| what | limit |\n| --- | --- |\n| Elegance | < 7 |\n\n## Sign-off\n",
    )
    fix_runbook(shop.project(), "shop")
    row = next(line for line in (shop.root / "runbooks" / "shop.md").read_text("utf-8").splitlines() if "Elegance" in line)

    assert row.startswith("| Elegance | < 7 <!-- gate: ")
    assert row.endswith(" |")


def test_nothing_to_fix_writes_nothing(shop: Shop) -> None:
    """A runbook in order stays as it is, to the byte."""
    before = (shop.root / "runbooks" / "shop.md").stat().st_mtime_ns

    assert fix_runbook(shop.project(), "shop") == []
    assert (shop.root / "runbooks" / "shop.md").stat().st_mtime_ns == before


def test_edited_evidence_is_not_linted_against(checked: Shop) -> None:
    """A stored run that cannot be trusted is an error here, too."""
    path = checked.root / "reports" / "shop" / "evidence.jsonl"
    path.write_bytes(path.read_bytes().replace(b"total", b"other"))

    with pytest.raises(HarnessError) as caught:
        lint_runbook(checked.project(), "shop")

    assert caught.value.code is Code.FILE_EDITED
