"""Facts about `harness runbook`."""

from __future__ import annotations

from tests.cli.conftest import Call
from tests.conftest import Shop


def test_a_new_migration_is_written(shop: Shop, call: Call) -> None:
    """Both paths are the result."""
    result = call(shop, "runbook", "new", "annex", "--reference", "shopref", "--port", "shopfast")

    assert result.exit_code == 0
    assert result.stdout == f"{shop.root / 'runbooks' / 'annex.md'}\n{shop.root / 'runbooks' / 'annex.py'}\n"


def test_a_migration_that_is_there_is_not_overwritten(shop: Shop, call: Call) -> None:
    """Exit code 2."""
    before = (shop.root / "runbooks" / "shop.md").read_bytes()
    result = call(shop, "runbook", "new", "shop", "--reference", "a.b", "--port", "c.d")

    assert result.exit_code == 2
    assert (shop.root / "runbooks" / "shop.md").read_bytes() == before


def test_a_runbook_in_order_has_no_findings(shop: Shop, call: Call) -> None:
    """Exit code 0 and silence."""
    result = call(shop, "runbook", "lint")

    assert (result.exit_code, result.stdout) == (0, "")


def test_findings_are_exit_code_1_with_their_lines(shop: Shop, call: Call) -> None:
    """In the form that editors jump to."""
    shop.change("runbooks/shop.md", "- [ ] Every property", "- [ ] Elegance < 7\n- [ ] Every property")
    result = call(shop, "runbook", "lint")

    assert result.exit_code == 1
    assert result.stdout.startswith("runbooks/shop.md:17: ")


def test_what_can_be_fixed_is_fixed_and_the_rest_told(shop: Shop, call: Call) -> None:
    """A second look finds no unbound threshold."""
    shop.change("runbooks/shop.md", "- [ ] Every property", "- [ ] Speed-up at least 3 somehow\n- [ ] Every property")
    first = call(shop, "runbook", "lint", "--fix")

    assert "unbound" not in call(shop, "runbook", "lint").stdout
    assert first.exit_code in {0, 1}


def test_measured_values_are_written_and_then_in_order(checked: Shop, call: Call) -> None:
    """A look before says that there is something to write, a look after that there is nothing."""
    assert call(checked, "runbook", "sync", "shop", "--check").exit_code == 1
    assert call(checked, "runbook", "sync", "shop").exit_code == 0
    assert call(checked, "runbook", "sync", "shop", "--check").exit_code == 0


def test_a_sync_before_any_run_is_an_error(shop: Shop, call: Call) -> None:
    """There is nothing to write."""
    before = (shop.root / "runbooks" / "shop.md").read_bytes()
    result = call(shop, "runbook", "sync", "shop")

    assert result.exit_code == 2
    assert (shop.root / "runbooks" / "shop.md").read_bytes() == before
