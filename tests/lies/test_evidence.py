"""Evidence that is missing, old, edited or too thin: none of it may become GO."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from harness.errors import Code, HarnessError
from harness.model import Decision
from harness.report.document import RunDocument

if TYPE_CHECKING:
    from tests.conftest import Shop


def codes_of(document: RunDocument) -> set[str]:
    """Return the codes of all reasons but the missing sign-off."""
    return {reason.code for reason in document.verdict.reasons} - {"signoff-missing"}


def test_a_threshold_that_nothing_measures_is_named(shop: Shop) -> None:
    """A bound added by hand is read, found unbound or unmeasured, and named with its line."""
    shop.change("runbooks/shop.md", "- [ ] Every property holds", "- [ ] Elegance of the code < 7 ms\n- [ ] Every property holds")

    document = shop.check()

    assert document.verdict.decision is Decision.INCONCLUSIVE
    assert any("Elegance" in result.gate.text and result.result.value == "inconclusive" for result in document.verdict.gates)
    assert any(reason.source is not None and reason.source.line > 0 for reason in document.verdict.reasons)


def test_a_threshold_bound_to_an_unmeasured_metric_is_named(shop: Shop) -> None:
    """A binding to something no check made is no pass."""
    shop.change(
        "runbooks/shop.md",
        "- [ ] Every property holds",
        "- [ ] Speed <!-- gate: benchmark.speedup[total] >= 2 -->\n- [ ] Every property holds",
    )

    document = shop.check()

    assert "gate-unmeasured" in codes_of(document)
    assert document.verdict.decision is Decision.INCONCLUSIVE


def test_a_tick_without_evidence_is_only_a_claim(shop: Shop) -> None:
    """A prerequisite that nothing measures keeps the verdict from GO although it is ticked."""
    shop.change("runbooks/shop.md", "## Rollback\n", "- [x] Everyone is happy\n\n## Rollback\n")

    document = shop.check()

    assert document.verdict.decision is Decision.INCONCLUSIVE
    assert "prerequisite-unevidenced" in codes_of(document)


def test_an_unticked_prerequisite_is_inconclusive(shop: Shop) -> None:
    """Evidence does not replace the person who has to say that the preparation is done."""
    shop.change("runbooks/shop.md", "- [x] Outcomes", "- [ ] Outcomes")

    assert "prerequisite-open" in codes_of(shop.check())


def test_inputs_that_yield_nothing_are_inconclusive(shop: Shop) -> None:
    """Zero divergences in zero cases prove nothing."""
    shop.write("nothing.py", "def cases():\n    return iter(())\n")
    shop.change("runbooks/shop.py", 'columns(prices="list<float64>", rate="float64[0..1]")', 'recorded("nothing:cases")')
    shop.change("runbooks/shop.py", "import Floor, columns", "import Floor, recorded")

    document = shop.check()

    assert document.verdict.decision is Decision.INCONCLUSIVE


def test_inputs_on_which_both_sides_only_fail_are_inconclusive(shop: Shop) -> None:
    """Agreement in errors alone is no parity."""
    for name in ("shopref.py", "shopfast.py"):
        shop.write(name, "def total(prices, rate):\n    raise ValueError('not today')\n")
    shop.record()

    document = shop.check()

    assert document.verdict.decision is Decision.INCONCLUSIVE
    assert any("both sides gave a value" in reason.text for reason in document.verdict.reasons)


def test_fewer_cases_than_the_contract_asks_for_are_inconclusive(shop: Shop) -> None:
    """A floor holds whatever the rate of success."""
    shop.change("runbooks/shop.py", 'rate="float64[0..1]"', 'rate="int64[1..1]"')
    shop.change("runbooks/shop.py", 'prices="list<float64>"', 'prices="bool"')
    for name in ("shopref.py", "shopfast.py"):
        shop.write(name, "def total(prices, rate):\n    return float(rate)\n")
    shop.record()

    document = shop.check()

    assert document.verdict.decision is Decision.INCONCLUSIVE


def test_a_run_of_some_checks_can_at_best_be_inconclusive(shop: Shop) -> None:
    """What was left out is named."""
    shop.write("runbooks/shop.md", "# R\n\n## Rollback triggers\n\n- Any divergence <!-- gate: differential.divergences > 0 -->\n")

    document = shop.check(only=("differential",))

    assert "checks-left-out" in codes_of(document)
    assert document.verdict.decision is Decision.INCONCLUSIVE


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        ("shopref.py", "result = 0.0", "result = 0.0 + 0.0", "reference"),
        ("runbooks/shop.py", "cases=60", "cases=61", "contract"),
        ("runbooks/shop.md", "# Runbook: shop", "# Runbook: the shop", "runbook"),
    ],
)
def test_evidence_goes_stale_when_what_it_was_measured_on_changes(shop: Shop, file: str, old: str, new: str, named: str) -> None:
    """Evidence of another reference, contract or runbook is not judged as if it were of this one."""
    shop.check()
    shop.sign()
    assert shop.gate().verdict.decision is Decision.GO

    shop.change(file, old, new)
    document = shop.gate()

    assert document.verdict.decision is not Decision.GO
    assert any(reason.code == "evidence-stale" and named in reason.text for reason in document.verdict.reasons)


def test_evidence_goes_stale_when_the_ports_file_changes(shop: Shop) -> None:
    """A port that is exchanged after the run has not been examined."""
    shop.check()
    shop.sign()

    shop.change("shopfast.py", "result = 0.0", "result = 1.0")

    assert "evidence-stale" in codes_of(shop.gate())


def test_evidence_goes_stale_when_golden_data_changes(shop: Shop) -> None:
    """Accepting other outcomes after the run needs another run."""
    shop.check()
    shop.change("shopref.py", "return result", "return result + 1.0")
    shop.record()
    shop.change("shopref.py", "return result + 1.0", "return result")

    assert "evidence-stale" in codes_of(shop.gate())


def test_a_signoff_for_another_run_does_not_count(shop: Shop) -> None:
    """A person accepted other evidence than this."""
    shop.check()
    shop.sign()
    shop.check(seed=2)

    document = shop.gate()

    assert document.verdict.decision is Decision.INCONCLUSIVE


def test_edited_evidence_is_refused(shop: Shop) -> None:
    """A value changed by hand breaks the seal of its line."""
    shop.check()
    path = shop.root / "reports" / "shop" / "evidence.jsonl"
    path.write_text(path.read_text("utf-8").replace('"value": 80', '"value": 90').replace('"value":80', '"value":90'), "utf-8")

    with pytest.raises(HarnessError) as caught:
        shop.gate()

    assert caught.value.code in {Code.FILE_EDITED, Code.FILE_INVALID}


def test_evidence_from_which_a_line_was_removed_is_refused(shop: Shop) -> None:
    """A failure cannot be made to go away by deleting its line."""
    shop.check()
    path = shop.root / "reports" / "shop" / "evidence.jsonl"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:5] + lines[6:]), "utf-8")

    with pytest.raises(HarnessError) as caught:
        shop.gate()

    assert caught.value.code is Code.FILE_EDITED


def test_an_interrupted_run_is_inconclusive(shop: Shop) -> None:
    """What a killed run finished is kept and judged, and the verdict says that it is not the whole."""
    shop.check()
    path = shop.root / "reports" / "shop" / "evidence.jsonl"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-4]), "utf-8")

    document = shop.gate()

    assert document.verdict.decision is Decision.INCONCLUSIVE
    assert "run-unfinished" in codes_of(document)


def test_golden_data_that_waits_for_review_is_not_accepted(shop: Shop) -> None:
    """A pending file keeps the verdict from GO."""
    shop.change("shopref.py", "return result", "return result + 0.0 * rate")
    pending = shop.root / "golden" / "shop" / "total.jsonl"
    pending.with_name("total.pending.jsonl").write_bytes(pending.read_bytes())

    assert shop.check().verdict.decision is not Decision.GO


def test_golden_data_edited_by_hand_is_refused(shop: Shop) -> None:
    """A recorded outcome changed in an editor breaks the file's digest."""
    path = shop.root / "golden" / "shop" / "total.jsonl"
    text = path.read_text("utf-8")
    path.write_text(text.replace("2.125", "2.126"), "utf-8")
    assert path.read_text("utf-8") != text

    with pytest.raises(HarnessError) as caught:
        shop.check()

    assert caught.value.code is Code.FILE_EDITED


def test_a_reference_that_left_its_golden_data_is_no_go(shop: Shop) -> None:
    """Changing reference and port together does not help: the recorded outcomes stay."""
    for name in ("shopref.py", "shopfast.py"):
        shop.change(name, "return result", "return result + 1.0")

    document = shop.check()

    assert document.verdict.decision is Decision.NO_GO
    assert any(found.check == "golden" for found in document.divergences)


def test_a_property_that_cannot_be_evaluated_is_broken(shop: Shop) -> None:
    """A predicate that raises has not been shown to hold."""
    shop.change("runbooks/shop.py", "isinstance(outcome.value, float)", "outcome.value.missing")

    assert shop.check().verdict.decision is Decision.NO_GO


def test_a_facade_that_never_asks_the_port_fails_the_drill(shop: Shop) -> None:
    """A flag that changes nothing is found by looking at who answered."""
    shop.write(
        "facade.py",
        "from harness.runtime import Dispatcher\n"
        "_dispatcher = Dispatcher('SHOP_USE_FAST', reference='shopref', port='shopref')\n"
        "def total(prices, rate):\n"
        "    return _dispatcher.call('total', prices, rate)\n",
    )
    shop.contract(contract_options=', flag="SHOP_USE_FAST", facade="facade"')
    shop.change(
        "runbooks/shop.md", "## Acceptance criteria\n", "## Acceptance criteria\n\n- [ ] Drill <!-- gate: drill.failures <= 0 -->\n"
    )

    assert shop.check().verdict.decision is not Decision.GO


def test_the_report_of_a_lie_tells_the_reason(shop: Shop) -> None:
    """The JSON report carries the codes that a script decides by."""
    shop.write("shopfast.py", "from shopref import total\n")
    from harness.report import json_report  # noqa: PLC0415 - used here alone

    report = json_report.to_json(shop.check())

    assert report["verdict"] == "INCONCLUSIVE"
    assert "reasons" in json.loads(json.dumps(report))
