"""Facts about running the tools that a runbook's prerequisites speak of."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from harness.checks.readiness import READERS, ReadinessCheck, read_tool
from harness.contract import Tool
from harness.drivers.commands import Completed
from harness.errors import Code, HarnessError
from harness.model import EvidenceStatus
from harness.runbook.parse import read_content
from harness.runbook.text import read_text
from tests.checks.conftest import Findings, Make, Run

CHECK = ReadinessCheck()


def said(stdout: str, *, stderr: str = "", exit_code: int = 0) -> Completed:
    """Return what a tool said."""
    return Completed(exit_code, stdout, stderr, 0.1)


def clippy(*levels: str, success: bool = True) -> str:
    """Return the messages of a clippy run."""
    messages = [{"reason": "compiler-message", "message": {"level": level}} for level in levels]
    return "\n".join(json.dumps(message) for message in [*messages, {"reason": "build-finished", "success": success}])


READINGS = [
    ("mypy", "Success: no issues found in 12 source files\n", 0, {"mypy.errors": 0.0}),
    ("mypy", "a.py:1: error: x\nFound 3 errors in 1 file (checked 2 source files)\n", 1, {"mypy.errors": 3.0}),
    ("mypy", "Found 1 error in 1 file (checked 2 source files)\n", 1, {"mypy.errors": 1.0}),
    ("ruff", "All checks passed!\n", 0, {"ruff.findings": 0.0}),
    ("ruff", "a.py:1:1: F401\nFound 7 errors.\n", 1, {"ruff.findings": 7.0}),
    ("clippy", clippy(), 0, {"clippy.warnings": 0.0}),
    ("clippy", clippy("warning", "note", "error"), 101, {"clippy.warnings": 2.0}),
    ("clippy", clippy(success=False), 101, {"clippy.warnings": 1.0}),
    ("pytest", "....\n4 passed in 0.1s\n", 0, {"pytest.failures": 0.0, "pytest.passed": 4.0}),
    ("pytest", "1 failed, 2 passed, 1 skipped, 3 errors in 0.1s\n", 1, {"pytest.failures": 4.0, "pytest.passed": 2.0}),
    ("pytest", "1 error in 0.1s\n", 2, {"pytest.failures": 1.0, "pytest.passed": 0.0}),
    ("cargo-test", "test result: ok. 3 passed; 0 failed; 0 ignored\n" * 2, 0, {"cargo_test.failures": 0.0, "cargo_test.passed": 6.0}),
    ("cargo-test", "test result: FAILED. 3 passed; 2 failed; 0 ignored\n", 101, {"cargo_test.failures": 2.0, "cargo_test.passed": 3.0}),
    ("cargo-test", "test result: ok. 3 passed; 0 failed\n", 101, {"cargo_test.failures": 1.0, "cargo_test.passed": 3.0}),
]


@pytest.mark.parametrize(("kind", "stdout", "exit_code", "expected"), READINGS)
def test_the_words_of_a_tool_are_read(kind: str, stdout: str, exit_code: int, expected: dict[str, float]) -> None:
    """Each kind of tool gives its own metrics."""
    assert READERS[kind](said(stdout, exit_code=exit_code)) == expected


@pytest.mark.parametrize("kind", sorted(READERS))
@pytest.mark.parametrize("words", ["", "No module named anything\n", "no tests ran in 0.01s\n"])
def test_words_that_are_not_understood_are_no_success(kind: str, words: str) -> None:
    """A tool that could not start, or found nothing to look at, has not found nothing wrong."""
    with pytest.raises(ValueError, match="exit 0"):
        READERS[kind](said(words))


def test_a_mypy_that_looked_at_no_file_is_no_success() -> None:
    """Nothing to check is not clean."""
    with pytest.raises(ValueError, match="no issues found in 0"):
        READERS["mypy"](said("Success: no issues found in 0 source files\n"))


def test_a_pytest_that_was_stopped_early_is_a_failure() -> None:
    """A run that was interrupted after some passes has not passed."""
    readings = READERS["pytest"](said("!!! KeyboardInterrupt !!!\n3 passed in 0.1s\n", exit_code=2))

    assert readings["pytest.failures"] == 1.0


def tools(make: Make, run: Run, *given: Tool) -> Findings:
    """Run the check with these tools."""
    context = make()
    context.contract.tools = given
    return run(CHECK, context)


def speaking(kind: str, words: str) -> Tool:
    """Return a tool that only speaks."""
    return Tool(kind, ("python", "-c", f"print({words!r})"))


def test_a_tool_is_run_and_its_reading_is_evidence(make: Make, run: Run) -> None:
    """The value, its unit and the kind of tool are kept."""
    found = tools(make, run, speaking("mypy", "Found 3 errors in 1 file (checked 2 source files)")).of("readiness.mypy.errors")

    assert (found.value, found.unit, found.subject, found.status) == (3.0, "count", "mypy", EvidenceStatus.MEASURED)


def test_a_tool_that_is_not_installed_is_an_error_not_a_pass(make: Make, run: Run) -> None:
    """Its metrics have no value, and the note names the program."""
    found = tools(make, run, Tool("clippy", ("no-such-program-anywhere",)))

    assert found.of("readiness.clippy.warnings").status is EvidenceStatus.ERROR
    assert found.of("readiness.clippy.warnings").value is None
    assert "no-such-program-anywhere" in found.records[0].note


def test_a_tool_that_says_something_else_is_an_error(make: Make, run: Run) -> None:
    """Its last words are the note."""
    found = tools(make, run, speaking("ruff", "segmentation fault"))

    assert found.records[0].status is EvidenceStatus.ERROR
    assert "segmentation fault" in found.records[0].note


def test_a_broken_tool_does_not_stop_the_others(make: Make, run: Run) -> None:
    """Each has its record."""
    found = tools(make, run, Tool("clippy", ("no-such-program-anywhere",)), speaking("ruff", "All checks passed!"))

    assert [record.status for record in found.records] == [EvidenceStatus.ERROR, EvidenceStatus.MEASURED]


@pytest.mark.parametrize(("tool", "word"), [(Tool("mipy", ("mypy",)), "known kinds: mypy"), (Tool("mypy", ()), "no command")])
def test_a_tool_that_cannot_be_meant_is_the_contracts_mistake(make: Make, run: Run, tool: Tool, word: str) -> None:
    """An unknown kind is refused with the known ones, an empty command by name."""
    with pytest.raises(HarnessError) as caught:
        tools(make, run, tool)

    assert caught.value.code is Code.CONTRACT_BROKEN
    assert word in str(caught.value)


def test_files_that_the_runbook_names_are_looked_for(make: Make, run: Run, tmp_path: Path) -> None:
    """What is missing is counted and named with its line; what is planned is not missing."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "there.md").write_text("here")
    path = tmp_path / "toy.md"
    path.write_text("# Toy\n\nSee `docs/there.md` and `docs/gone.md`.\n\n`docs/later.md` (docs-lint:planned)\n", "utf-8")
    context = replace(make(), runbook=read_content(read_text(path, "toy.md"), "toy.md"))

    found = run(CHECK, context).of("readiness.files.missing")

    assert (found.value, found.n) == (1.0, 2)
    assert found.note == "docs/gone.md (toy.md:3)"


@pytest.mark.slow
def test_coverage_is_measured_with_branches_and_leaves_no_file(tmp_path: Path) -> None:
    """The share of the package's lines and branches that its tests reach."""
    (tmp_path / "covered.py").write_text("def sign(x):\n    if x < 0:\n        return -1\n    return 1\n")
    (tmp_path / "test_covered.py").write_text("from covered import sign\n\ndef test_sign():\n    assert sign(2) == 1\n")
    before = set(tmp_path.iterdir())

    readings = read_tool(
        Tool("coverage", ("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:benchmark", "."), package="covered"), tmp_path
    )

    assert readings["pytest.passed"] == 1.0
    assert 0.5 < readings["coverage"] < 0.8
    assert {path for path in tmp_path.iterdir() if path.name != "__pycache__"} == before
