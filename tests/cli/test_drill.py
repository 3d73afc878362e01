"""Facts about `harness drill`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.checks.base import Context, Finding
from harness.checks.drill import DrillCheck
from harness.model import Case, CheckRecord, Difference, Divergence, Evidence, EvidenceStatus, Outcome, OutcomeKind
from tests.cli.conftest import Call
from tests.conftest import Shop


def drilled(monkeypatch: pytest.MonkeyPatch, *findings: Finding) -> None:
    """Let a drill find this."""

    def run(_check: DrillCheck, _context: Context) -> Iterator[Finding]:
        return iter(findings)

    monkeypatch.setattr(DrillCheck, "run", run)


MEASURED = Evidence("drill", "total", "", "drill.failures", 0.0, "count", n=13, floor=1)
NOTHING = Outcome(OutcomeKind.SKIPPED)
FAILED = Divergence(
    "id", "drill", "total", "facade", "drill", "drill FLAG=off", 1, Case("1", "total", ()), NOTHING, NOTHING,
    (Difference("FLAG=off", "drill", "reference", "the port answered"),),
)  # fmt: skip


def test_a_drill_in_order_is_exit_code_0(shop: Shop, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was measured is shown."""
    drilled(monkeypatch, MEASURED)
    result = call(shop, "drill", "shop")

    assert (result.exit_code, result.stdout) == (0, "drill.failures = 0.0 count (n=13)\n")


def test_a_failed_step_is_exit_code_1(shop: Shop, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """With who answered instead."""
    drilled(monkeypatch, FAILED, MEASURED)
    result = call(shop, "drill", "shop")

    assert result.exit_code == 1
    assert "FAILED  drill FLAG=off: the port answered" in result.stdout


def test_a_drill_that_could_not_be_made_is_exit_code_3(shop: Shop, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the reason."""
    drilled(monkeypatch, CheckRecord("drill", "", "", EvidenceStatus.INCONCLUSIVE, 0, 1, 0.0, note="no facade"))
    result = call(shop, "drill", "shop")

    assert (result.exit_code, result.stdout) == (3, "inconclusive: no facade\n")


def test_a_migration_without_a_flag_has_nothing_to_rehearse(shop: Shop, call: Call) -> None:
    """It says so, and is not taken for a rehearsal that went well."""
    result = call(shop, "drill", "shop")

    assert result.exit_code == 3
    assert "nothing to rehearse" in result.stdout


def test_nothing_is_stored(shop: Shop, call: Call) -> None:
    """A rehearsal by hand is no evidence."""
    call(shop, "drill", "shop")

    assert not (shop.root / "reports").exists()


def test_an_unknown_migration_is_exit_code_2(shop: Shop, call: Call) -> None:
    """With the nearest name."""
    assert "did you mean 'shop'?" in call(shop, "drill", "shp").stderr
