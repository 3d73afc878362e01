"""Facts about writing what was measured back into the runbook."""

from __future__ import annotations

from pathlib import Path

from harness.model import GateResult, Result
from harness.run import sync_runbook
from harness.run.sync import _value
from tests.conftest import Shop, codes


def runbook(shop: Shop) -> Path:
    """Return the path of the runbook."""
    return shop.root / "runbooks" / "shop.md"


def text(shop: Shop) -> str:
    """Read the runbook."""
    return runbook(shop).read_text("utf-8")


def test_what_is_evidenced_is_ticked_and_listed(checked: Shop) -> None:
    """Each change is told with its line."""
    changes = sync_runbook(checked.project(), "shop")

    assert "- [x] Every property holds" in text(checked)
    assert "runbooks/shop.md:17: ticked: Every property holds" in changes
    assert "| `differential.divergences` | 0 (n=80) | pass |" in text(checked)


def test_what_is_contradicted_is_unticked(diverged: Shop) -> None:
    """A tick against the evidence does not stay."""
    diverged.change("runbooks/shop.md", "- [ ] No recorded outcome", "- [x] No recorded outcome")
    sync_runbook(diverged.project(), "shop")

    assert "- [ ] No recorded outcome" in text(diverged)


def test_a_prerequisite_is_never_ticked_by_the_machine(checked: Shop) -> None:
    """Saying that the preparation is done is a person's claim."""
    checked.change("runbooks/shop.md", "- [x] Outcomes are recorded", "- [ ] Outcomes are recorded")
    sync_runbook(checked.project(), "shop")

    assert "- [ ] Outcomes are recorded" in text(checked)


def test_a_measured_ratio_is_written_in_words(checked: Shop) -> None:
    """A bare "8x" would be read as a threshold the next time."""
    result = GateResult(checked.gate().verdict.gates[0].gate, Result.PASS, "", value=120.0, n=24, unit="x")

    assert _value(result) == "120 times (n=24)"


def test_syncing_again_changes_nothing(checked: Shop) -> None:
    """The same evidence gives the same text."""
    sync_runbook(checked.project(), "shop")
    before = text(checked)

    assert sync_runbook(checked.project(), "shop") == []
    assert text(checked) == before


def test_a_look_changes_nothing(checked: Shop) -> None:
    """Without writing, the changes are only told."""
    before = text(checked)

    assert sync_runbook(checked.project(), "shop", write=False)
    assert text(checked) == before


def test_measured_values_make_no_evidence_stale(checked: Shop) -> None:
    """Only ticks change what people promise; when they are as they should be, the evidence stays fresh."""
    sync_runbook(checked.project(), "shop")
    document = checked.check()
    sync_runbook(checked.project(), "shop")

    assert codes(document) == codes(checked.gate()) == set()


def test_line_endings_and_everything_else_stay(checked: Shop) -> None:
    """Only boxes and the block change."""
    runbook(checked).write_bytes(text(checked).replace("\n", "\r\n").replace("# Runbook: shop", "# Runbook:\fshop\u2028x").encode())
    sync_runbook(checked.project(), "shop")
    after = runbook(checked).read_bytes().decode()

    assert after.count("\n") == after.count("\r\n")
    assert "- [x] Every property holds" in after
    assert "# Runbook:\fshop\u2028x\r\n" in after
