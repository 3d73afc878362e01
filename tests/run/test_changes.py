"""Facts about what changed between an earlier report and a run."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from harness.errors import Code, HarnessError
from harness.run import publish, what_changed
from tests.conftest import Shop


@pytest.fixture
def earlier(checked: Shop) -> Path:
    """Return the report of the run that is in order."""
    return checked.root / "reports" / "shop" / "report.json"


def refusal(earlier: Path, shop: Shop) -> HarnessError:
    """Compare and return the error."""
    with pytest.raises(HarnessError) as caught:
        what_changed(earlier, shop.gate())
    return caught.value


def test_the_same_run_changed_nothing(checked: Shop, earlier: Path) -> None:
    """One line says so."""
    assert what_changed(earlier, checked.gate()) == ["nothing changed"]


def test_other_numbers_are_no_change(checked: Shop, earlier: Path) -> None:
    """Another seed measures the same in other cases; results and limits are what is compared."""
    assert what_changed(earlier, checked.check(seed=2)) == ["nothing changed"]


def test_a_sign_off_is_a_change_of_the_verdict(checked: Shop, earlier: Path) -> None:
    """The old and the new verdict are named."""
    checked.sign()

    assert any("INCONCLUSIVE -> GO" in line for line in what_changed(earlier, checked.gate()))


def test_a_gate_that_fails_now_is_named(checked: Shop, earlier: Path) -> None:
    """With its result before and after."""
    checked.change("shopfast.py", "return result", "return result + 1.0")
    lines = what_changed(earlier, checked.check())

    assert any("pass -> fail" in line for line in lines)
    assert any("divergences" in line for line in lines)


def test_a_gate_that_was_removed_is_named(checked: Shop, earlier: Path) -> None:
    """A runbook that asks for less is a change."""
    checked.change("runbooks/shop.md", "- [ ] Every property holds <!-- gate: property.failures <= 0 -->\n", "")

    assert any("property" in line for line in what_changed(earlier, checked.gate()))


def test_a_report_of_another_migration_is_refused(checked: Shop, earlier: Path) -> None:
    """Comparing two different things says nothing."""
    earlier.write_text(earlier.read_text("utf-8").replace('"migration": "shop"', '"migration": "pricing"'), "utf-8")

    assert "'pricing'" in str(refusal(earlier, checked))


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"{}", b"[" * 100_000, json.dumps({"schema_version": 2}).encode()])
def test_something_that_is_no_report_is_refused(checked: Shop, tmp_path: Path, content: bytes) -> None:
    """With its path."""
    path = tmp_path / "report.json"
    path.write_bytes(content)
    error = refusal(path, checked)

    assert error.code is Code.REPORT_INVALID
    assert error.where == str(path)


def test_without_the_extra_the_way_out_is_named(checked: Shop, earlier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The package that does the comparing is optional."""
    monkeypatch.setitem(sys.modules, "deepdiff", None)
    error = refusal(earlier, checked)

    assert error.code is Code.EXTRA_MISSING
    assert "migration-harness[diff]" in error.hint


def test_changes_come_in_a_fixed_order(checked: Shop, earlier: Path) -> None:
    """Two runs of the same comparison read alike."""
    checked.sign()
    document = publish(checked.project(), checked.gate())
    checked.write("before.json", earlier.read_text("utf-8"))

    assert what_changed(earlier, document) == ["nothing changed"]
