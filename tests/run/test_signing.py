"""Facts about binding a person to evidence."""

from __future__ import annotations

import pytest

from harness.errors import Code, HarnessError
from harness.model import Decision
from harness.run import sign
from harness.stores.evidence import EvidenceStore
from harness.stores.signoffs import SignOffStore
from tests.conftest import Shop


def refused(shop: Shop, *, role: str = "Tech Lead", name: str = "A. Person") -> HarnessError:
    """Try to sign and return the refusal; nothing may have been stored."""
    with pytest.raises(HarnessError) as caught:
        sign(shop.project(), "shop", role=role, name_of_person=name)
    assert not SignOffStore(shop.root / "reports" / "shop").read()
    return caught.value


def test_a_sign_off_names_role_person_evidence_and_time(checked: Shop) -> None:
    """It is kept beside the evidence that it accepts."""
    signed = sign(checked.project(), "shop", role="Tech Lead", name_of_person="  A. Person ")

    assert (signed.role, signed.name) == ("Tech Lead", "A. Person")
    assert signed.evidence_digest == EvidenceStore(checked.root / "reports" / "shop").evidence_digest()
    assert SignOffStore(checked.root / "reports" / "shop").read() == (signed,)


def test_a_signed_run_in_order_is_go(checked: Shop) -> None:
    """The last thing that was missing."""
    checked.sign()

    assert checked.gate().verdict.decision is Decision.GO


@pytest.mark.parametrize(("role", "word"), [("Tech Leed", "did you mean 'Tech Lead'?"), ("Pope", "known: Tech Lead")])
def test_a_role_that_the_runbook_does_not_know_is_refused(checked: Shop, role: str, word: str) -> None:
    """The known ones are named."""
    error = refused(checked, role=role)

    assert error.code is Code.SIGNOFF_INVALID
    assert word in str(error)


@pytest.mark.parametrize("name", ["", "   "])
def test_nobody_cannot_sign(checked: Shop, name: str) -> None:
    """A sign-off needs the name of a person."""
    assert refused(checked, name=name).code is Code.SIGNOFF_INVALID


def test_a_no_go_cannot_be_signed(diverged: Shop) -> None:
    """No person makes a wrong port right."""
    assert "NO-GO" in str(refused(diverged))


def test_stale_evidence_cannot_be_signed(checked: Shop) -> None:
    """Nobody answers for a port that was not examined."""
    checked.change("shopfast.py", "result = 0.0", "result = 0.0 + 0.0")
    error = refused(checked)

    assert error.code is Code.SIGNOFF_INVALID
    assert "stale" in str(error)
    assert "harness check" in error.hint


def test_half_a_run_cannot_be_signed(checked: Shop) -> None:
    """What an interrupted run did not reach was not examined."""
    path = checked.root / "reports" / "shop" / "evidence.jsonl"
    path.write_text("".join(path.read_text("utf-8").splitlines(keepends=True)[:-1]), "utf-8")

    assert "interrupted" in str(refused(checked))


def test_a_run_of_some_checks_cannot_be_signed(shop: Shop) -> None:
    """What was left out is named."""
    shop.check(only=("golden",))

    assert "left out" in str(refused(shop))


def test_without_a_run_there_is_nothing_to_sign(shop: Shop) -> None:
    """The error is that of the missing evidence."""
    assert refused(shop).code is Code.EVIDENCE_MISSING
