"""Facts about `harness signoff`."""

from __future__ import annotations

from tests.cli.conftest import Call
from tests.conftest import Shop

ROLE = ("--role", "Tech Lead")


def test_signing_makes_a_run_in_order_go(checked: Shop, call: Call) -> None:
    """Who signed what is said."""
    result = call(checked, "signoff", "shop", *ROLE, "--name", "Ada Lovelace")

    assert result.exit_code == 0
    assert result.stdout.startswith("Ada Lovelace signed shop as Tech Lead for evidence ")
    assert call(checked, "gate").exit_code == 0


def test_the_name_can_come_from_a_variable(checked: Shop, call: Call) -> None:
    """For people who sign often."""
    assert call(checked, "signoff", "shop", *ROLE, HARNESS_SIGNOFF_NAME="Ada Lovelace").exit_code == 0


def test_a_name_is_needed(checked: Shop, call: Call) -> None:
    """Nobody signs by accident."""
    result = call(checked, "signoff", "shop", *ROLE)

    assert result.exit_code == 2
    assert "--name" in result.stderr


def test_an_unknown_role_is_refused(checked: Shop, call: Call) -> None:
    """With the nearest one."""
    result = call(checked, "signoff", "shop", "--role", "Tech Leed", "--name", "A")

    assert result.exit_code == 2
    assert "did you mean 'Tech Lead'?" in result.stderr


def test_a_no_go_is_refused(diverged: Shop, call: Call) -> None:
    """Exit code 2, and the verdict stays."""
    result = call(diverged, "signoff", "shop", *ROLE, "--name", "A")

    assert result.exit_code == 2
    assert "error[H073]" in result.stderr
    assert call(diverged, "gate").exit_code == 1


def test_stale_evidence_is_refused(checked: Shop, call: Call) -> None:
    """The way out is to run the check again."""
    checked.change("shopfast.py", "result = 0.0", "result = 0.0 + 0.0")
    result = call(checked, "signoff", "shop", *ROLE, "--name", "A")

    assert result.exit_code == 2
    assert "stale" in result.stderr


def test_signing_nothing_is_an_error(shop: Shop, call: Call) -> None:
    """Run the check first."""
    assert "error[H071]" in call(shop, "signoff", "shop", *ROLE, "--name", "A").stderr
