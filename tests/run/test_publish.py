"""Facts about the files that a judged run leaves."""

from __future__ import annotations

import json
import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest

from harness.errors import Code, HarnessError
from harness.report import json_report
from harness.run import page_of, publish, publish_index
from tests.conftest import Shop

FILES = ("report.html", "report.md", "report.json", "junit.xml", "evidence.jsonl")


def text(shop: Shop, name: str) -> str:
    """Read a file of the report."""
    return (shop.root / "reports" / "shop" / name).read_text("utf-8")


def publish_now(shop: Shop) -> None:
    """Judge and publish again."""
    publish(shop.project(), shop.gate())


@pytest.mark.parametrize("name", FILES)
def test_every_format_is_written(checked: Shop, name: str) -> None:
    """People, scripts and CI systems each have their file."""
    assert text(checked, name)


def test_the_json_report_fits_its_schema(checked: Shop) -> None:
    """Scripts can rely on it."""
    report = json_report.read_back(text(checked, "report.json"))

    assert (report["migration"], report["verdict"]) == ("shop", "INCONCLUSIVE")


def test_every_gate_of_the_runbook_is_in_the_report_with_its_place(checked: Shop) -> None:
    """No threshold is dropped on the way."""
    report = json.loads(text(checked, "report.json"))

    assert [gate["source"]["file"] for gate in report["gates"]] == ["runbooks/shop.md"] * len(checked.gate().verdict.gates)
    assert all(gate["source"]["line"] > 0 for gate in report["gates"])


def test_the_junit_file_is_well_formed(checked: Shop) -> None:
    """A CI system reads the same verdict."""
    assert ET.fromstring(text(checked, "junit.xml")).tag == "testsuites"


def test_the_page_is_where_the_terminal_says(checked: Shop) -> None:
    """The path at the end of a run leads to the page."""
    assert page_of(checked.project(), "shop").read_text("utf-8").startswith("<!")


def test_publishing_again_gives_the_same_files(checked: Shop) -> None:
    """A report depends on the run, not on when it is written."""
    before = {name: text(checked, name) for name in FILES}
    publish_now(checked)

    assert {name: text(checked, name) for name in FILES} == before


def test_a_divergence_has_a_script_that_shows_it(diverged: Shop) -> None:
    """It runs by itself, and its exit code says that the two differ."""
    script = next(found.reproducer for found in publish(diverged.project(), diverged.gate()).divergences if found.check == "differential")
    completed = subprocess.run([sys.executable, script], cwd=diverged.root, capture_output=True, text=True, timeout=60, check=False)

    assert completed.returncode == 1, completed.stderr
    assert "Traceback" not in completed.stderr


def test_scripts_of_divergences_that_are_gone_are_removed(diverged: Shop) -> None:
    """What is in the folder is what the report names."""
    scripts = diverged.root / "reports" / "shop" / "divergences"
    assert list(scripts.glob("*.py"))

    diverged.write("shopfast.py", (diverged.root / "shopref.py").read_text("utf-8"))
    publish(diverged.project(), diverged.check())

    assert list(scripts.glob("*.py")) == []


def test_the_index_lists_what_was_published(checked: Shop) -> None:
    """The portfolio leads to the page."""
    page = publish_index(checked.project())

    assert 'href="shop/report.html"' in page.read_text("utf-8")


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b"[1, 2", b'{"schema_version": 99}'])
def test_an_unreadable_report_is_left_out_of_the_index(checked: Shop, content: bytes) -> None:
    """One bad file does not cost the page of all others."""
    (checked.root / "reports" / "shop" / "report.json").write_bytes(content)

    assert "shop/report.html" not in publish_index(checked.project()).read_text("utf-8")


def test_the_schema_is_published_beside_the_reports(checked: Shop) -> None:
    """Whoever reads a report can validate it."""
    publish_index(checked.project())

    assert json.loads((checked.root / "reports" / "schema.json").read_text("utf-8")) == json_report.schema()


def test_own_templates_come_first(checked: Shop) -> None:
    """A project gives its reports its own look, the index included."""
    checked.write("pyproject.toml", '[tool.harness]\ntemplates = "looks"\n')
    checked.write("looks/report.html.j2", "<!doctype html><p>ours")
    checked.write("looks/index.html.j2", "<!doctype html><p>all of ours")
    publish_now(checked)

    assert text(checked, "report.html").startswith("<!doctype html><p>ours")
    assert publish_index(checked.project()).read_text("utf-8").startswith("<!doctype html><p>all of ours")


def test_a_broken_template_leaves_every_file_as_it_was(checked: Shop) -> None:
    """A report is written as a whole or not at all."""
    before = {name: text(checked, name) for name in FILES}
    checked.write("pyproject.toml", '[tool.harness]\ntemplates = "looks"\n')
    checked.write("looks/report.html.j2", "{% if %}")

    with pytest.raises(HarnessError) as caught:
        publish_now(checked)

    assert caught.value.code is Code.REPORT_INVALID
    assert {name: text(checked, name) for name in FILES} == before
