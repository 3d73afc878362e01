"""Facts about `harness gate` and `harness report`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.report import json_report
from tests.cli.conftest import Call, break_contract, second_migration
from tests.conftest import Shop


def contents(shop: Shop) -> dict[Path, bytes]:
    """Read every file of the project."""
    return {path: path.read_bytes() for path in shop.root.rglob("*") if path.is_file() and "__pycache__" not in path.parts}


def keep_report(shop: Shop) -> str:
    """Keep the report of the last run elsewhere and return its path."""
    shop.write("earlier.json", (shop.root / "reports" / "shop" / "report.json").read_text("utf-8"))
    return str(shop.root / "earlier.json")


@pytest.mark.parametrize("words", [(), ("--format", "json"), ("--format", "markdown"), ("--format", "github"), ("shop",)])
def test_judging_again_changes_nothing(checked: Shop, call: Call, words: tuple[str, ...]) -> None:
    """No file is written or touched, whatever is printed."""
    before = contents(checked)
    result = call(checked, "gate", *words)

    assert result.exit_code == 3
    assert contents(checked) == before


def test_the_same_evidence_gives_the_same_words(checked: Shop, call: Call) -> None:
    """Judging has no clock."""
    assert call(checked, "gate").stdout == call(checked, "gate").stdout


def test_nothing_measured_is_a_usage_error(shop: Shop, call: Call) -> None:
    """The verb that measures is named."""
    result = call(shop, "gate")

    assert result.exit_code == 2
    assert "error[H071]" in result.stderr
    assert "harness check" in result.stderr


def test_stale_evidence_is_refused(checked: Shop, call: Call) -> None:
    """Even when it is signed."""
    checked.sign()
    checked.change("shopfast.py", "result = 0.0", "result = 0.0 + 0.0")
    result = call(checked, "gate", "--allow-unsigned")

    assert result.exit_code == 3
    assert "stale" in result.stdout


def test_edited_evidence_is_an_error_with_its_line(checked: Shop, call: Call) -> None:
    """It is not judged at all."""
    path = checked.root / "reports" / "shop" / "evidence.jsonl"
    lines = path.read_bytes().split(b"\n")
    lines[4] = lines[4].replace(b"total", b"other")
    path.write_bytes(b"\n".join(lines))
    result = call(checked, "gate")

    assert result.exit_code == 2
    assert "error[H041]" in result.stderr
    assert "evidence.jsonl:5" in result.stderr


def test_what_changed_since_an_earlier_report_is_told(checked: Shop, call: Call) -> None:
    """One line a change."""
    earlier = keep_report(checked)
    checked.sign()
    result = call(checked, "gate", "--since", earlier)

    assert result.exit_code == 0
    assert "INCONCLUSIVE -> GO" in result.stdout


def test_nothing_changed_is_told_too(checked: Shop, call: Call) -> None:
    """Silence could mean anything."""
    assert "nothing changed" in call(checked, "gate", "--since", keep_report(checked)).stdout


def test_changes_are_data_where_data_was_asked_for(checked: Shop, call: Call) -> None:
    """One document with the report in it."""
    tree = json.loads(call(checked, "gate", "--since", keep_report(checked), "--format", "json").stdout)

    assert (tree["migration"], tree["changes"]) == ("shop", ["nothing changed"])
    assert tree["report"]["verdict"] == "INCONCLUSIVE"


@pytest.mark.parametrize("content", ["", "{}", "\x00"])
def test_an_earlier_report_that_is_none_is_an_error(checked: Shop, call: Call, content: str) -> None:
    """With its path."""
    checked.write("earlier.json", content)
    result = call(checked, "gate", "--since", str(checked.root / "earlier.json"))

    assert result.exit_code == 2
    assert "error[H070]" in result.stderr
    assert "earlier.json" in result.stderr


def test_several_migrations_are_one_json_document(checked: Shop, call: Call) -> None:
    """One that was never measured has its error there."""
    second_migration(checked)
    result = call(checked, "gate", "--format", "json")
    missing, judged = json.loads(result.stdout)

    assert result.exit_code == 2
    assert (missing["error"]["code"], judged["verdict"]) == ("H071", "INCONCLUSIVE")


def test_the_worst_verdict_is_the_exit_code(diverged: Shop, call: Call) -> None:
    """NO-GO of one outweighs what stands better."""
    assert call(diverged, "gate").exit_code == 1


def test_a_broken_migration_does_not_hide_the_others(checked: Shop, call: Call) -> None:
    """They are judged, and the broken one is named at the end."""
    second_migration(checked, "zoo")
    break_contract(checked, "zoo")
    result = call(checked, "gate")

    assert result.exit_code == 2
    assert "INCONCLUSIVE" in result.stdout
    assert result.stderr.endswith("not judged: zoo\n")


def test_a_report_is_rendered_again(checked: Shop, call: Call) -> None:
    """All files, and the index; the path of the page is the result."""
    before = contents(checked)
    for path in [path for path in before if path.suffix in {".html", ".md", ".xml"} and "reports" in path.parts]:
        path.unlink()
    result = call(checked, "report")

    assert (result.exit_code, result.stdout) == (0, f"{checked.root / 'reports' / 'shop' / 'report.html'}\n")
    assert before.items() <= contents(checked).items()
    assert (checked.root / "reports" / "index.html").is_file()


def test_a_report_can_be_printed(checked: Shop, call: Call) -> None:
    """In any format."""
    assert json_report.read_back(call(checked, "report", "--format", "json").stdout)["migration"] == "shop"
    assert call(checked, "report", "--format", "markdown").stdout.startswith("## ")


def test_a_report_of_a_bad_verdict_is_still_a_report(diverged: Shop, call: Call) -> None:
    """Rendering is no judging: exit code 0."""
    assert call(diverged, "report").exit_code == 0


def test_a_report_of_nothing_is_an_error(shop: Shop, call: Call) -> None:
    """There is nothing to render."""
    result = call(shop, "report")

    assert result.exit_code == 2
    assert result.stdout == ""
