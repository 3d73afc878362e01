"""Facts about the verbs on recorded outcomes."""

from __future__ import annotations

import pytest

from harness.errors import Code, HarnessError
from harness.exit_codes import ExitCode
from harness.run.golden import accept_golden, record_golden, reject_golden, review_golden, verify_golden
from harness.stores.golden import GoldenStore
from tests.conftest import Shop


def store(shop: Shop) -> GoldenStore:
    """Return the store of the migration."""
    return GoldenStore(shop.root / "golden" / "shop")


def accept(shop: Shop, *operations: str, reason: str = "reviewed", environment: dict[str, str] | None = None) -> int:
    """Accept what is pending."""
    return accept_golden(shop.project(), "shop", operations, reason=reason, who="a reviewer", environment=environment or {})


def change_reference(shop: Shop) -> None:
    """Let the reference answer otherwise, and record that."""
    shop.change("shopref.py", "return result", "return result + 1.0")
    record_golden(shop.project(), "shop", seed=1)


def test_recording_what_is_recorded_leaves_nothing_pending(shop: Shop) -> None:
    """The same reference and seed give the same outcomes."""
    assert record_golden(shop.project(), "shop", seed=1) > 10
    assert store(shop).pending() == ()


def test_recording_changes_nothing_that_is_accepted(shop: Shop) -> None:
    """It waits for a review."""
    before = store(shop).digest()
    change_reference(shop)

    assert store(shop).digest() == before
    assert store(shop).pending() == ("total",)


def test_errors_of_the_reference_are_recorded_too(shop: Shop) -> None:
    """Refusing is an answer."""
    shop.change("shopref.py", "    result = 0.0", "    if not prices:\n        raise ValueError('[1001] empty')\n    result = 0.0")
    record_golden(shop.project(), "shop", seed=1)

    assert any(outcome.failure is not None and outcome.failure.code == "1001" for _, outcome in store(shop).read_pending("total"))


def test_accidents_of_the_reference_are_not_recorded(shop: Shop) -> None:
    """A crash is no expected outcome."""
    before = record_golden(shop.project(), "shop", seed=1)
    shop.change("shopref.py", "    result = 0.0", "    if not prices:\n        import os\n\n        os.abort()\n    result = 0.0")

    assert 0 < record_golden(shop.project(), "shop", seed=1) < before


def test_a_reference_that_is_gone_records_nothing(shop: Shop) -> None:
    """The error names the import path."""
    (shop.root / "shopref.py").unlink()

    with pytest.raises(HarnessError) as caught:
        record_golden(shop.project(), "shop", seed=1)

    assert caught.value.code is Code.CALLABLE_MISSING
    assert store(shop).pending() == ()


def test_a_review_names_every_change(shop: Shop) -> None:
    """One line a case."""
    change_reference(shop)
    lines = list(review_golden(shop.project(), "shop"))

    assert len(lines) > 10
    assert all(line.startswith("shop ") for line in lines)


def test_accepting_makes_pending_outcomes_the_recorded_ones(shop: Shop) -> None:
    """The audit file says who and why."""
    change_reference(shop)

    assert accept(shop) == 1
    assert store(shop).pending() == ()
    assert store(shop).audit()[-1]["reason"] == "reviewed"


def test_accepting_needs_a_reason(shop: Shop) -> None:
    """Nothing is accepted without a word."""
    change_reference(shop)

    with pytest.raises(HarnessError):
        accept(shop, reason=" ")


def test_nothing_is_accepted_where_nobody_looks(shop: Shop) -> None:
    """In CI the truth does not change."""
    change_reference(shop)

    with pytest.raises(HarnessError):
        accept(shop, environment={"CI": "true"})


def test_accepting_an_unknown_operation_is_an_error(shop: Shop) -> None:
    """A misspelt name is not silently nothing."""
    change_reference(shop)

    with pytest.raises(HarnessError) as caught:
        accept(shop, "totl")

    assert caught.value.code is Code.FILE_MISSING


def test_rejecting_throws_pending_outcomes_away(shop: Shop) -> None:
    """What was accepted stays."""
    before = store(shop).digest()
    change_reference(shop)

    assert reject_golden(shop.project(), "shop", ()) == 1
    assert (store(shop).pending(), store(shop).digest()) == ((), before)


def test_verifying_a_project_in_order_finds_nothing(shop: Shop) -> None:
    """Both sides are named with the number of recorded cases."""
    lines = list(verify_golden(shop.project(), "shop"))

    assert not any(failed for _, failed in lines)
    assert {line.split(":")[0] for line, _ in lines} == {"shop total reference", "shop total fast"}


@pytest.mark.parametrize("side", ["shopref.py", "shopfast.py"])
def test_verifying_finds_who_left_the_record(shop: Shop, side: str) -> None:
    """The reference as well as the port."""
    shop.change(side, "return result", "return result + 1.0")
    failures = [line for line, failed in verify_golden(shop.project(), "shop") if failed]

    assert len(failures) == 1
    assert ("reference" if side == "shopref.py" else "fast") in failures[0]


def test_verifying_finds_what_waits_for_a_review(shop: Shop) -> None:
    """Unreviewed outcomes are a failure of their own."""
    change_reference(shop)
    shop.change("shopref.py", "return result + 1.0", "return result")

    assert any("golden.unreviewed" in line for line, failed in verify_golden(shop.project(), "shop") if failed)


def test_verifying_a_missing_port_is_a_failure(shop: Shop) -> None:
    """Recorded cases that nobody answers are not verified, which says nothing against the port."""
    (shop.root / "shopfast.py").unlink()

    assert {code for _, code in verify_golden(shop.project(), "shop")} == {ExitCode.GO, ExitCode.INCONCLUSIVE}


def test_recording_names_the_packages_that_decide(shop: Shop) -> None:
    """Version and name stand in the header."""
    shop.engine("2.0")
    record_golden(shop.project(), "shop", seed=1)
    golden = store(shop).read_pending("total")

    assert (golden.depends_on, golden.packages["shopengine"]) == (("shopengine",), "2.0")


def test_recording_without_such_a_package_is_an_error(shop: Shop) -> None:
    """Outcomes of nobody knows what are not recorded."""
    shop.engine("2.0")
    shop.change("runbooks/shop.py", '("shopengine",)', '("shopengine", "shopgone")')

    with pytest.raises(HarnessError, match="shopgone") as caught:
        record_golden(shop.project(), "shop", seed=1)

    assert caught.value.code is Code.PACKAGE_MISSING
    assert store(shop).pending() == ()


def test_the_same_outcomes_under_another_version_wait_for_a_review(shop: Shop) -> None:
    """It is the only change that is shown."""
    shop.engine("1.0")
    record_golden(shop.project(), "shop", seed=1)

    assert list(review_golden(shop.project(), "shop")) == ["shop package total/shopengine: not named -> 1.0"]


def test_a_recording_of_nothing_but_ignored_differences_leaves_nothing_pending(shop: Shop) -> None:
    """Nobody is asked to review how long something took."""
    shop.change("runbooks/shop.py", "compare=exact", 'compare=Policy(ignore={"value": "a time"})')
    shop.change("runbooks/shop.py", "from harness import", "from harness import Policy,")
    change_reference(shop)

    assert store(shop).pending() == ()
