"""Facts about `harness check`."""

from __future__ import annotations

import json
import subprocess

import pytest

from harness.report import json_report
from harness.stores.evidence import EvidenceStore
from tests.cli.conftest import Call, break_contract, second_migration, small
from tests.conftest import Shop


def wrong(shop: Shop) -> None:
    """Let the port be wrong."""
    shop.change("shopfast.py", "return result", "return result + 1.0")


def test_a_project_in_order_lacks_only_the_sign_off(shop: Shop, call: Call) -> None:
    """INCONCLUSIVE is exit code 3, and the path of the page is printed."""
    result = call(shop, *small())

    assert result.exit_code == 3
    assert str(shop.root / "reports" / "shop" / "report.html") in result.stdout.replace("\n", "")


def test_a_missing_sign_off_can_be_left_out_of_the_exit_code(shop: Shop, call: Call) -> None:
    """Never out of the verdict."""
    result = call(shop, *small("--allow-unsigned"))

    assert result.exit_code == 0
    assert "INCONCLUSIVE" in result.stdout


def test_a_wrong_port_is_no_go(shop: Shop, call: Call) -> None:
    """Exit code 1."""
    wrong(shop)
    result = call(shop, *small())

    assert result.exit_code == 1
    assert "NO-GO" in result.stdout


@pytest.mark.parametrize(("fail_on", "in_order", "broken"), [("never", 0, 0), ("no-go", 0, 1), ("inconclusive", 3, 1)])
def test_the_mildest_verdict_that_fails_can_be_chosen(
    checked: Shop, diverged: Shop, call: Call, fail_on: str, in_order: int, broken: int
) -> None:
    """The verdict itself stays what it is."""
    assert call(checked, "gate", "--fail-on", fail_on).exit_code == in_order
    assert call(diverged, "gate", "--fail-on", fail_on).exit_code == broken


def test_a_signed_run_is_go(checked: Shop, call: Call) -> None:
    """Exit code 0."""
    checked.sign()

    assert call(checked, "gate").exit_code == 0


def test_json_on_stdout_is_the_report_and_nothing_else(shop: Shop, call: Call) -> None:
    """It fits the published schema."""
    report = json_report.read_back(call(shop, *small("--format", "json")).stdout)

    assert (report["migration"], report["verdict"]) == ("shop", "INCONCLUSIVE")


@pytest.mark.parametrize(("form", "mark"), [("markdown", "## "), ("github", "::")])
def test_other_formats_are_written_as_they_are(shop: Shop, call: Call, form: str, mark: str) -> None:
    """For pull requests and annotations."""
    assert call(shop, *small("--only", "golden", "--format", form)).stdout.startswith(mark)


def test_several_migrations_are_one_json_document(shop: Shop, call: Call) -> None:
    """An array in the order of the names."""
    second_migration(shop)
    reports = json.loads(call(shop, *small("--format", "json", "--only", "provenance")).stdout)

    assert [report["migration"] for report in reports] == ["annex", "shop"]


def test_named_migrations_are_checked_alone(shop: Shop, call: Call) -> None:
    """The others are left as they are."""
    second_migration(shop)
    call(shop, *small("shop", "--only", "provenance"))

    assert not (shop.root / "reports" / "annex").exists()


@pytest.mark.parametrize("broken", ["annex", "zoo"])
def test_a_broken_migration_does_not_stop_the_others(shop: Shop, call: Call, broken: str) -> None:
    """Whichever comes first; the error is told, and the exit code says that not everything was judged."""
    second_migration(shop, broken)
    break_contract(shop, broken)

    result = call(shop, *small("--only", "provenance", "--fail-on", "never"))

    assert result.exit_code == 2
    assert "error[H031]" in result.stderr
    assert f"not judged: {broken}" in result.stderr
    assert (shop.root / "reports" / "shop" / "report.json").is_file()


def test_a_broken_migration_has_its_place_in_the_json_document(shop: Shop, call: Call) -> None:
    """With its error as data."""
    second_migration(shop)
    break_contract(shop, "annex")
    result = call(shop, *small("--only", "provenance", "--format", "json"))
    broken, judged = json.loads(result.stdout)

    assert result.exit_code == 2
    assert (broken["migration"], broken["error"]["code"], judged["verdict"]) == ("annex", "H031", "INCONCLUSIVE")


def test_an_unknown_migration_is_a_usage_error(shop: Shop, call: Call) -> None:
    """With the nearest name, before anything is run."""
    result = call(shop, *small("shopp"))

    assert result.exit_code == 2
    assert "did you mean 'shop'?" in result.stderr
    assert not (shop.root / "reports").exists()


@pytest.mark.parametrize("only", ["goldn", "golden,goldn", " golden , goldn"])
def test_an_unknown_check_is_a_usage_error(shop: Shop, call: Call, only: str) -> None:
    """Before anything is run."""
    result = call(shop, *small("--only", only))

    assert result.exit_code == 2
    assert "error[H060]: no check is called 'goldn'; did you mean 'golden'?" in result.stderr
    assert not (shop.root / "reports").exists()


def test_spaces_between_checks_do_not_matter(shop: Shop, call: Call) -> None:
    """People write lists as they write lists."""
    call(shop, *small("--only", " golden , property "))

    names = {record.name for record in EvidenceStore(shop.root / "reports" / "shop").read().records}
    assert names == {"provenance", "golden", "property"}


@pytest.mark.parametrize("budget", ["soon", "-3s", "0", "inf"])
def test_a_bad_budget_is_a_usage_error(shop: Shop, call: Call, budget: str) -> None:
    """Before anything is run."""
    result = call(shop, "check", f"--budget={budget}")

    assert result.exit_code == 2
    assert "error[H011]: not a duration" in result.stderr
    assert not (shop.root / "reports").exists()


def test_an_error_is_data_where_data_was_asked_for(shop: Shop, call: Call) -> None:
    """One document on stdout, the words on stderr."""
    result = call(shop, "check", "--format", "json", "shopp")

    assert json.loads(result.stdout)["error"]["code"] == "H012"
    assert "error[H012]" in result.stderr


def test_the_index_is_written(shop: Shop, call: Call) -> None:
    """With the schema beside it."""
    call(shop, *small("--only", "provenance"))

    assert {"index.html", "schema.json"} <= {path.name for path in (shop.root / "reports").iterdir()}


def test_what_stands_is_not_measured_again_where_that_is_asked_for(shop: Shop, call: Call) -> None:
    """It is said when it was measured, and the report is written anew."""
    shop.write(".gitignore", "reports/\n__pycache__/\n")
    subprocess.run(["git", "init", "-q"], cwd=shop.root, check=True)
    call(shop, *small())
    page = shop.root / "reports" / "shop" / "report.html"
    page.unlink()
    again = call(shop, *small("--reuse"))
    runs = (shop.root / "reports" / "shop" / "evidence.jsonl").read_text("utf-8").count('"started_at"')

    assert "shop: nothing has changed since it was measured at" in again.stderr.replace("\n", " ")
    assert page.is_file()
    assert runs == 1
