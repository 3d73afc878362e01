"""report.json keeps its promise to scripts."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from harness.errors import Code, HarnessError
from harness.formats.values import from_json
from harness.report import json_report
from harness.report.document import RunDocument

ROOT = Path(__file__).resolve().parents[2]
TOP = ["schema_version", "migration", "verdict", "reasons", "gates", "checks", "divergences", "checklist", "evidence", "provenance"]
GATE = {"id", "text", "source", "metric", "value", "interval", "n", "unit", "limit", "action", "result", "reason"}
CHECK = {"name", "operation", "port", "status", "cases", "floor", "seconds", "ran"}
DIVERGENCE = {"id", "operation", "port", "kind", "signature", "count", "case", "reference", "candidate", "where", "reproducer"}


def refused(text: str) -> HarnessError:
    """Read a text that is no report and return the error."""
    with pytest.raises(HarnessError) as caught:
        json_report.read_back(text, where="reports/x/report.json")
    assert caught.value.code is Code.REPORT_INVALID
    return caught.value


def test_the_published_schema_is_the_packaged_one() -> None:
    """The schema beside the reports and the one inside the package are the same text."""
    assert (ROOT / "reports" / "schema.json").read_text() == (ROOT / "harness" / "report" / "schema.json").read_text()


def test_the_schema_is_a_schema() -> None:
    """The schema is valid and names itself without a host."""
    Draft202012Validator.check_schema(json_report.schema())
    assert json_report.schema()["$id"] == "urn:migration-harness:report:1"


def test_the_keys_are_the_settled_ones(run: RunDocument) -> None:
    """The top level has exactly the keys that the interface settles, and the evidence, in a fixed order."""
    assert list(json_report.to_json(run)) == TOP


def test_gates_checks_and_divergences_have_the_settled_keys(sample: ModuleType) -> None:
    """Each gate, check and divergence has at least the keys that scripts rely on."""
    tree = json_report.to_json(sample.failing())
    for name, keys in (("gates", GATE), ("checks", CHECK), ("divergences", DIVERGENCE)):
        assert all(keys <= set(item) for item in tree[name]), name


def test_a_gate_says_where_it_stands(sample: ModuleType) -> None:
    """A gate carries its file and line, its value with the interval, and a limit that can be compared with it."""
    gate = json_report.to_json(sample.unsigned())["gates"][9]
    assert gate["source"] == {"file": "runbooks/rating.md", "line": 109}
    assert gate["interval"]["low"] < gate["value"] < gate["interval"]["high"] < gate["limit"] == 0.015


def test_what_is_written_reads_back(run: RunDocument) -> None:
    """A report read back is the tree that was written."""
    assert json_report.read_back(json_report.render(run)) == json_report.to_json(run)


def test_the_same_run_gives_the_same_text(sample: ModuleType) -> None:
    """Rendering is deterministic."""
    assert json_report.render(sample.failing()) == json_report.render(sample.failing())


def test_what_is_no_json_number_has_a_name(sample: ModuleType) -> None:
    """NaN and infinities are strings, and an absent value is null."""
    gate = json_report.to_json(sample.hostile("x"))["gates"][0]
    assert (gate["value"], gate["interval"]["high"], gate["limit_upper"]) == ("NaN", "Infinity", None)


def test_the_arguments_of_a_case_come_back_exactly(sample: ModuleType) -> None:
    """A script can rebuild the input of a divergence, bytes and NaN included."""
    first, second = json_report.to_json(sample.failing())["divergences"]
    values = from_json(first["case"]["arguments"])
    assert values[0][0] == 0.0
    assert values[0][1] != values[0][1]
    assert from_json(second["case"]["arguments"])[0] == b"\xff\xff\xff\xff" * 200


def test_any_text_makes_valid_utf8_json(sample: ModuleType, nasty: str) -> None:
    """Whatever a record says, the report is ASCII JSON that validates."""
    text = json_report.render(sample.hostile(nasty))
    assert text.isascii()
    assert json_report.read_back(text)["verdict"] == "NO-GO"


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "{}", "\x00", "[" * 100_000, '{"schema_version": NaN}', '{"schema_version": 1e999}', "\ud800"],
    ids=["empty", "cut", "list", "null", "bare", "zero", "deep", "nan", "huge", "surrogate"],
)
def test_what_is_no_report_is_refused(text: str) -> None:
    """Text that is no report is an error with a code and the place."""
    assert refused(text).where == "reports/x/report.json"


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"schema_version": 2}, "schema_version"),
        ({"verdict": "MAYBE"}, "verdict"),
        ({"surprise": 1}, "surprise"),
        ({"gates": [{"id": "x"}]}, "gates/0"),
        ({"provenance": {}}, "provenance"),
    ],
)
def test_an_edited_report_is_refused(sample: ModuleType, change: dict[str, Any], cause: str) -> None:
    """A report that was changed by hand is refused, and the error names the key."""
    assert cause in refused(json.dumps(json_report.to_json(sample.empty()) | change)).cause
