"""Facts about what users call in their own tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import HarnessError
from harness.model import Decision
from harness.testing import assert_equivalent, check, judge_again
from tests.conftest import Shop


def test_a_check_gives_the_judged_run(shop: Shop) -> None:
    """As the command would."""
    assert check(shop.root, "shop", cases=80).verdict.decision is Decision.INCONCLUSIVE


def test_a_stored_run_is_judged_again(checked: Shop) -> None:
    """Nothing is measured for it."""
    assert judge_again(checked.root, "shop").verdict == checked.gate().verdict


def test_an_expected_failure_is_the_error_of_the_command(shop: Shop) -> None:
    """A test sees its code."""
    (shop.root / "runbooks" / "shop.py").unlink()

    with pytest.raises(HarnessError):
        check(shop.root, "shop")


def test_equivalent_callables_pass_with_what_was_compared(shop: Shop) -> None:
    """A test can look at the number of cases."""
    assert assert_equivalent("shopref.total", "shopfast.total", root=shop.root, cases=80).cases == 80


def test_a_difference_is_an_assertion_error_with_the_minimal_case(shop: Shop) -> None:
    """Both answers stand in the message."""
    shop.change("shopfast.py", "return result", "return result + 1.0")

    with pytest.raises(AssertionError, match=r"\(\[.*\], .*\): .* != "):
        assert_equivalent("shopref.total", "shopfast.total", root=shop.root, inputs="prices: list<float64>, rate: float64", cases=80)


def test_too_little_evidence_is_an_assertion_error_too(tmp_path: Path) -> None:
    """A test that compared nothing does not pass."""
    (tmp_path / "only_one_side.py").write_text("def total(x: float) -> float:\n    return x\n")

    with pytest.raises(AssertionError, match="not there"):
        assert_equivalent("only_one_side.total", "nowhere.total", root=tmp_path, cases=80)
