"""Facts about `harness golden`."""

from __future__ import annotations

from tests.cli.conftest import Call
from tests.conftest import Shop


def change_reference(shop: Shop, call: Call) -> None:
    """Record other outcomes."""
    shop.change("shopref.py", "return result", "return result + 1.0")
    assert call(shop, "golden", "record").exit_code == 0


def recorded(shop: Shop) -> bytes:
    """Read the accepted outcomes."""
    return (shop.root / "golden" / "shop" / "total.jsonl").read_bytes()


def test_recording_says_what_comes_next(shop: Shop, call: Call) -> None:
    """A review."""
    result = call(shop, "golden", "record")

    assert result.exit_code == 0
    assert "harness golden review shop" in result.stdout


def test_a_review_of_nothing_is_fine(shop: Shop, call: Call) -> None:
    """Exit code 0, and it says so."""
    result = call(shop, "golden", "review")

    assert (result.exit_code, result.stdout) == (0, "nothing is pending\n")


def test_a_review_of_changes_lists_them(shop: Shop, call: Call) -> None:
    """Exit code 1, because somebody has to look."""
    change_reference(shop, call)
    result = call(shop, "golden", "review")

    assert result.exit_code == 1
    assert result.stdout.count("\n") > 10


def test_only_accepting_changes_what_is_recorded(shop: Shop, call: Call) -> None:
    """Recording, reviewing, verifying and rejecting leave it alone."""
    before = recorded(shop)
    change_reference(shop, call)
    call(shop, "golden", "review")
    call(shop, "golden", "verify")
    call(shop, "golden", "reject")
    assert recorded(shop) == before

    call(shop, "golden", "record")
    result = call(shop, "golden", "accept", "--reason", "a new rule", "--who", "A. Person")

    assert result.stdout == "shop: 1 operations accepted by A. Person\n"
    assert recorded(shop) != before


def test_accepting_without_a_reason_is_a_usage_error(shop: Shop, call: Call) -> None:
    """The option is named."""
    result = call(shop, "golden", "accept")

    assert result.exit_code == 2
    assert "--reason" in result.stderr


def test_nothing_is_accepted_in_ci(shop: Shop, call: Call) -> None:
    """The truth does not change where nobody looks."""
    change_reference(shop, call)
    before = recorded(shop)
    result = call(shop, "golden", "accept", "--reason", "green", CI="true")

    assert result.exit_code == 2
    assert "CI" in result.stderr
    assert recorded(shop) == before


def test_verifying_in_order_is_fine(shop: Shop, call: Call) -> None:
    """Exit code 0."""
    assert call(shop, "golden", "verify").exit_code == 0


def test_verifying_a_changed_port_fails(shop: Shop, call: Call) -> None:
    """Exit code 1, with the operation and the port."""
    shop.change("shopfast.py", "return result", "return result + 1.0")
    result = call(shop, "golden", "verify")

    assert result.exit_code == 1
    assert "shop total fast golden.divergences" in result.stdout


def test_verifying_under_another_package_settles_nothing(shop: Shop, call: Call) -> None:
    """Exit code 3, with both versions and the way out."""
    shop.engine("1.0")
    shop.record()
    shop.engine("2.0")
    result = call(shop, "golden", "verify")

    assert result.exit_code == 3
    assert "shop total fast: 0 recorded cases compared; " in result.stdout
    assert "shopengine 1.0, and 2.0 is installed: install shopengine 1.0, or record anew (`harness golden record shop`)" in result.stdout


def test_rejecting_an_unknown_operation_is_an_error(shop: Shop, call: Call) -> None:
    """A misspelt name is not silently nothing."""
    change_reference(shop, call)
    result = call(shop, "golden", "reject", "--operation", "totl")

    assert result.exit_code == 2
    assert "totl" in result.stderr
