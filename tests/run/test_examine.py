"""Facts about measuring, with every finding on disk before the next is made."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from harness.checks.base import Check, Context, Finding
from harness.checks.boundary import BoundaryCheck
from harness.checks.differential import DifferentialCheck
from harness.checks.property import PropertyCheck
from harness.errors import Code, HarnessError
from harness.model import CheckRecord, Divergence, Evidence, EvidenceStatus
from harness.run.context import open_context
from harness.run.examine import examine, run_checks
from harness.run.plan import Plan
from harness.stores.evidence import EvidenceStore, StoredRun
from tests.conftest import Shop

SECOND = """

@shop.operation("again", inputs=columns(prices="list<float64>", rate="float64[0..1]"), floor=Floor(cases=60), timeout_seconds=1.0)
def _(call):
    call.property("is_small", lambda outcome: outcome.value < 1e300)
"""
AGAIN = "\n\ndef again(prices: list[float], rate: float) -> float:\n    return max([rate, *prices])\n"


def stored(shop: Shop) -> StoredRun:
    """Read the stored run."""
    return EvidenceStore(shop.root / "reports" / "shop").read()


def two_operations(shop: Shop) -> None:
    """Give the project a second operation, which the port gets wrong."""
    contract, reference = (shop.root / name for name in ("runbooks/shop.py", "shopref.py"))
    shop.write("runbooks/shop.py", contract.read_text("utf-8") + SECOND)
    shop.write("shopfast.py", reference.read_text("utf-8") + AGAIN.replace("max", "min"))
    shop.write("shopref.py", reference.read_text("utf-8") + AGAIN)


def comparable(finding: Finding) -> Finding:
    """Return a finding without what differs from run to run."""
    if isinstance(finding, CheckRecord):
        return replace(finding, seconds=0.0)
    if isinstance(finding, Divergence):
        reference, candidate = (replace(outcome, duration_ns=0) for outcome in (finding.reference, finding.candidate))
        return replace(finding, reference=reference, candidate=candidate)
    return finding


def found_by(shop: Shop, check: Check, jobs: int) -> list[str]:
    """Run one check and return its findings, sorted."""
    with open_context(shop.project(), "shop", Plan(cases=60)) as context:
        return sorted(repr(comparable(finding)) for finding in run_checks(context, [check], jobs=jobs))


@pytest.mark.parametrize("check", [DifferentialCheck(), PropertyCheck(), BoundaryCheck()], ids=lambda check: check.name)
def test_operations_side_by_side_give_what_they_give_one_by_one(shop: Shop, check: Check) -> None:
    """How many are examined at once changes nothing but the time it takes."""
    two_operations(shop)

    assert found_by(shop, check, 4) == found_by(shop, check, 1)


def test_the_tally_is_the_same_side_by_side(shop: Shop) -> None:
    """Counting from several threads loses nothing."""
    two_operations(shop)
    counts = []
    for jobs in (1, 4):
        with open_context(shop.project(), "shop", Plan(cases=60)) as context:
            list(run_checks(context, [DifferentialCheck()], jobs=jobs))
            counts.append(list(context.tally.evidence()))

    assert counts[0] == counts[1]


def test_a_run_is_stored_with_all_its_checks(checked: Shop) -> None:
    """Records, evidence and provenance are there, and the end marker."""
    run = stored(checked)

    assert run.finished
    assert {"provenance", "golden", "differential", "property", "boundary"} <= {record.name for record in run.records}
    assert "outcomes.crashes" in {evidence.metric for evidence in run.evidence}
    assert run.provenance["seed"] == 1


class Counting:
    """A check that yields a piece of evidence at a time, and does something before some of them."""

    name: ClassVar[str] = "counting"

    def __init__(self, before: Callable[[int], None]) -> None:
        """Take what happens before each piece."""
        self.before = before

    def run(self, _context: Context) -> Iterator[Finding]:
        """Yield four pieces of evidence."""
        for index in range(4):
            self.before(index)
            yield Evidence("counting", "total", "fast", "counting.index", float(index))


def planned(monkeypatch: pytest.MonkeyPatch, check: Check) -> None:
    """Let every plan be this check."""
    monkeypatch.setattr(Plan, "checks", lambda _plan: [check])


def test_a_finding_is_on_disk_before_the_next_is_made(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is killed loses nothing that it had finished."""
    seen: list[int] = []
    planned(monkeypatch, Counting(lambda _index: seen.append(len(stored(shop).evidence))))

    examine(shop.project(), "shop", Plan())

    assert seen == [0, 1, 2, 3]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, RuntimeError, SystemExit])
def test_an_interrupted_run_keeps_what_it_had_and_says_that_it_is_not_the_whole(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, interruption: type[BaseException]
) -> None:
    """Whatever ends it, there is no end marker."""

    def interrupt(index: int) -> None:
        if index == 2:
            raise interruption

    planned(monkeypatch, Counting(interrupt))
    with pytest.raises(interruption):
        examine(shop.project(), "shop", Plan())

    run = stored(shop)
    assert not run.finished
    assert [evidence.value for evidence in run.evidence] == [0.0, 1.0]


def test_a_run_after_an_interrupted_one_stands_for_itself(checked: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Evidence of two runs is never mixed."""
    planned(monkeypatch, Counting(lambda _index: None))

    examine(checked.project(), "shop", Plan())

    assert {record.metric for record in stored(checked).evidence} == {"counting.index"}


def test_a_failure_in_one_operation_ends_the_run_with_its_error(shop: Shop) -> None:
    """A reference that is gone is told, also when the others were examined beside it."""
    two_operations(shop)
    shop.change("shopref.py", "def again", "def elsewhere")

    with pytest.raises(HarnessError) as caught:
        examine(shop.project(), "shop", Plan(cases=60, only=("differential",), jobs=4))

    assert caught.value.code is Code.CALLABLE_MISSING
    assert not stored(shop).finished


def test_leaving_a_side_by_side_run_early_ends_its_workers(shop: Shop) -> None:
    """A hanging operation does not keep an interrupted run alive until its time is up."""
    two_operations(shop)
    shop.change("runbooks/shop.py", "timeout_seconds=1.0", "timeout_seconds=500.0")
    shop.change("shopfast.py", "return min", "import time; time.sleep(400); return min")
    with open_context(shop.project(), "shop", Plan(cases=60)) as context:
        findings = run_checks(context, [DifferentialCheck()], jobs=2)
        first = list(itertools.islice(findings, 2))
        findings.close()  # type: ignore[attr-defined]

    assert {finding.operation for finding in first if isinstance(finding, Evidence)} == {"total"}


def test_what_a_plan_leaves_out_is_recorded(shop: Shop) -> None:
    """The judge has to know it later."""
    examine(shop.project(), "shop", Plan(cases=60, only=("golden",)))

    assert "differential" in stored(shop).provenance["left_out"]


def test_an_unknown_check_stores_nothing(shop: Shop) -> None:
    """A misspelt name is noticed before anything is begun."""
    with pytest.raises(HarnessError):
        examine(shop.project(), "shop", Plan(only=("goldn",)))

    assert not (shop.root / "reports").exists()


def test_a_missing_port_is_recorded_by_every_check_that_needs_it(shop: Shop) -> None:
    """None of them counts as measured."""
    (shop.root / "shopfast.py").unlink()
    examine(shop.project(), "shop", Plan(cases=60))

    statuses = {record.status for record in stored(shop).records if record.port == "fast"}
    assert statuses == {EvidenceStatus.INCONCLUSIVE}


class Slow:
    """A check that waits until it is told to stop, or that the others are done."""

    name: ClassVar[str] = "readiness"

    def run(self, context: Context) -> Iterator[Finding]:
        """Yield how it ended."""
        stopped = context.stop.wait(0.2)
        yield CheckRecord("readiness", "stopped" if stopped else "done", "", EvidenceStatus.MEASURED, 1, 1, 0.0)


class Quick:
    """A check that is done at once; its name says when it may run."""

    def __init__(self, name: str) -> None:
        """Keep the name."""
        self.name = name

    def run(self, context: Context) -> Iterator[Finding]:
        """Yield one record."""
        assert context.seed
        yield CheckRecord(self.name, "", "", EvidenceStatus.MEASURED, 1, 1, 0.0)


def test_tools_run_beside_the_comparisons_and_end_before_times_are_taken(shop: Shop) -> None:
    """What was found beside comes after them, and before the first check that needs a quiet machine."""
    checks: list[Any] = [Slow(), Quick("golden"), Quick("benchmark")]
    with open_context(shop.project(), "shop", Plan(cases=60)) as context:
        found = [finding.name for finding in run_checks(context, checks, jobs=2) if isinstance(finding, CheckRecord)]

    assert found == ["golden", "readiness", "benchmark"]


def test_leaving_a_run_early_stops_the_tools_beside_it(shop: Shop) -> None:
    """An interrupted run does not wait for a linter."""
    with open_context(shop.project(), "shop", Plan(cases=60)) as context:
        findings = run_checks(context, [Slow(), Quick("golden")], jobs=2)
        next(findings)
        findings.close()  # type: ignore[attr-defined]

        assert context.stop.is_set()


def test_a_run_of_one_job_does_one_thing_after_the_other(shop: Shop) -> None:
    """The tools then have their turn in the list."""
    checks: list[Any] = [Slow(), Quick("golden")]
    with open_context(shop.project(), "shop", Plan(cases=60)) as context:
        found = [finding.name for finding in run_checks(context, checks, jobs=1) if isinstance(finding, CheckRecord)]

    assert found == ["readiness", "golden"]
