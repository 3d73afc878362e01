"""Facts about `harness status`."""

from __future__ import annotations

import json

from tests.cli.conftest import Call, break_contract, second_migration
from tests.conftest import Shop


def test_every_migration_is_at_a_glance(checked: Shop, call: Call) -> None:
    """Verdict, gates passed, and what stands in the way."""
    result = call(checked, "status")

    assert result.exit_code == 0
    assert "INCONCLUSIVE" in result.stdout
    assert "7/7" in result.stdout


def test_the_same_as_data(checked: Shop, call: Call) -> None:
    """One object a migration."""
    [row] = json.loads(call(checked, "status", "--format", "json").stdout)

    assert (row["migration"], row["verdict"], row["gates"]) == ("shop", "INCONCLUSIVE", "7/7")
    assert "sign-off" in row["next"]


def test_what_was_not_measured_or_does_not_load_has_its_line(checked: Shop, call: Call) -> None:
    """One broken migration does not hide the others."""
    second_migration(checked, "annex")
    second_migration(checked, "zoo")
    break_contract(checked, "zoo")

    rows = json.loads(call(checked, "status", "--format", "json").stdout)

    assert [(row["migration"], row["verdict"]) for row in rows] == [("annex", "-"), ("shop", "INCONCLUSIVE"), ("zoo", "-")]
    assert ["(H071)" in rows[0]["next"], "(H031)" in rows[2]["next"]] == [True, True]


def test_a_signed_migration_has_nothing_in_its_way(checked: Shop, call: Call) -> None:
    """GO, and no reason."""
    checked.sign()
    [row] = json.loads(call(checked, "status", "--format", "json").stdout)

    assert (row["verdict"], row["next"]) == ("GO", "")


def test_a_project_without_migrations_has_no_lines(shop: Shop, call: Call) -> None:
    """Nothing to show is no error."""
    (shop.root / "runbooks" / "shop.md").unlink()

    assert json.loads(call(shop, "status", "--format", "json").stdout) == []
