"""Facts about running one stored case on both sides again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.errors import Code, HarnessError
from harness.model import Divergence
from harness.run import replay_divergence
from harness.stores.evidence import EvidenceStore
from tests.conftest import Shop


def stored(shop: Shop, check: str = "differential") -> Divergence:
    """Return a stored divergence of a check."""
    return next(found for found in EvidenceStore(shop.root / "reports" / "shop").read().divergences if found.check == check)


def mend(shop: Shop) -> None:
    """Make the port right."""
    shop.write("shopfast.py", (shop.root / "shopref.py").read_text("utf-8"))


def refusal(shop: Shop, identity: str) -> HarnessError:
    """Replay and return the error."""
    with pytest.raises(HarnessError) as caught:
        replay_divergence(shop.project(), identity)
    return caught.value


@pytest.mark.parametrize("check", ["differential", "golden"])
def test_a_divergence_that_is_still_there_differs(diverged: Shop, check: str) -> None:
    """Both answers of now are shown with where they differ."""
    found = stored(diverged, check)
    rerun = replay_divergence(diverged.project(), found.id)

    assert rerun.where
    assert rerun.candidate.value == rerun.reference.value + 1.0


@pytest.mark.parametrize("check", ["differential", "golden"])
def test_a_mended_port_is_the_same_now(diverged: Shop, check: str) -> None:
    """The stored case is not evidence against what is there today."""
    mend(diverged)

    assert replay_divergence(diverged.project(), stored(diverged, check).id).where == ()


def test_the_beginning_of_an_id_is_enough(diverged: Shop) -> None:
    """As long as it is the beginning of one only."""
    found = stored(diverged)

    assert replay_divergence(diverged.project(), found.id[:8]).divergence.id == found.id


@pytest.mark.parametrize("identity", ["nothing", ""])
def test_an_unknown_id_is_refused(diverged: Shop, identity: str) -> None:
    """An empty one does not stand for all."""
    assert refusal(diverged, identity).code is Code.DIVERGENCE_UNKNOWN


def test_a_beginning_of_several_ids_is_refused(diverged: Shop) -> None:
    """Which one is meant is not guessed."""
    run = EvidenceStore(diverged.root / "reports" / "shop").read()
    with EvidenceStore(diverged.root / "reports" / "shop").begin(run.provenance) as record:
        for identity in ("abc1", "abc2"):
            record(replace(stored_in(run.divergences), id=identity))

    assert "2 divergences begin with 'abc'" in str(refusal(diverged, "abc"))


def stored_in(divergences: tuple[Divergence, ...]) -> Divergence:
    """Return the first."""
    return divergences[0]


def test_without_any_run_nothing_can_be_replayed(shop: Shop) -> None:
    """The error says where it looked."""
    assert refusal(shop, "abc").where == str(shop.root / "reports")


def test_an_operation_that_is_gone_cannot_be_replayed(diverged: Shop) -> None:
    """The contract of today does not know it."""
    found = stored(diverged)
    diverged.change("runbooks/shop.py", '"total", compare', '"renamed", compare')

    assert "cannot be replayed" in str(refusal(diverged, found.id))


def test_a_step_of_the_drill_is_rehearsed_not_replayed(diverged: Shop) -> None:
    """The error names the verb."""
    run = EvidenceStore(diverged.root / "reports" / "shop").read()
    with EvidenceStore(diverged.root / "reports" / "shop").begin(run.provenance) as record:
        record(replace(run.divergences[0], check="drill", id="drilled"))

    assert "harness drill shop" in refusal(diverged, "drilled").hint


def test_a_broken_property_is_asked_again(shop: Shop) -> None:
    """It is shown while it is broken, and the same when it holds."""
    shop.change("runbooks/shop.py", "isinstance(outcome.value, float)", "outcome.value < 1.0")
    shop.check()
    found = stored(shop, "property")

    assert replay_divergence(shop.project(), found.id).where
    shop.change("runbooks/shop.py", "outcome.value < 1.0", "True")
    assert replay_divergence(shop.project(), found.id).where == ()


def test_what_was_recorded_with_another_package_is_not_replayed(shop: Shop) -> None:
    """Its divergence is of the package that was installed then; one of today's answers is replayed as ever."""
    shop.engine("1.0")
    shop.record()
    shop.change("shopfast.py", "return result", "return result + 1.0")
    shop.check()
    found = stored(shop, "golden")

    assert replay_divergence(shop.project(), found.id).where
    shop.engine("2.0")
    assert "shopengine 1.0, and 2.0 is installed" in str(refusal(shop, found.id))
    assert replay_divergence(shop.project(), stored(shop).id).where == ()
