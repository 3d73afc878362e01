"""Files that a runbook names can be looked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.model import Source
from harness.runbook import Reference, Runbook

Write = Callable[[str], Runbook]


def paths(runbook: Runbook) -> list[tuple[str, int, bool]]:
    """Reduce references to path, line and whether they are planned."""
    return [(reference.path, reference.source.line, reference.planned) for reference in runbook.references]


def test_links_are_relative_to_the_runbook_and_code_to_the_root(written: Write) -> None:
    """As people write them."""
    assert paths(written("see [x](../docs/a%20b.md#part) and [y](other.md) and `src/*.py::test_x`\n")) == [
        ("docs/a b.md", 1, False),
        ("runbooks/other.md", 1, False),
        ("src/*.py", 1, False),
    ]


def test_a_planned_file_is_marked_on_its_own_line(written: Write) -> None:
    """Other lines of the list are not excused by it."""
    assert paths(written("- `tests/a.py` (docs-lint:planned)\n- `tests/b.py`\n")) == [("tests/a.py", 1, True), ("tests/b.py", 2, False)]


@pytest.mark.parametrize(
    "text",
    [
        "`mod.rs`",
        "`n/a`",
        "`1.0/2.0`",
        "`a / b`",
        "`--strict`",
        "`docs/[modul].md`",
        "`src/{x}/y.py`",
        "[x](https://example.org/a.md)",
        "[x](#part)",
        "[x](mailto:a@b)",
        "`/etc/passwd`",
        "words/with.slash",
    ],
)
def test_other_words_are_no_files_of_the_project(written: Write, text: str) -> None:
    """Bare names, ratios, placeholders, addresses and absolute paths."""
    assert paths(written(f"see {text}\n")) == []


def test_a_path_that_leads_out_of_the_project_is_a_finding(written: Write) -> None:
    """It is not looked for."""
    runbook = written("see [x](../../../etc/passwd) and `../x/y.py`\n")
    assert paths(runbook) == []
    assert [finding.code for finding in runbook.findings] == ["reference-outside", "reference-outside"]


def test_the_front_matter_names_files_too(written: Write) -> None:
    """Prerequisites that are paths, and the rollback procedure."""
    runbook = written(
        "---\nprerequisites:\n  - docs/a.md\n  - tests/golden/\n  - words only\nrollback_procedure: runbooks/rollback.md\n---\n\n# R\n"
    )
    assert paths(runbook) == [("docs/a.md", 3, False), ("tests/golden", 4, False), ("runbooks/rollback.md", 6, False)]


def test_a_reference_exists_as_file_folder_or_glob(tmp_path: Path) -> None:
    """One match is enough; names that no file system takes do not exist."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.py").touch()
    source = Source("demo.md", 1)
    assert all(Reference(path, source).exists(tmp_path) for path in ("a", "a/b.py", "a/*.py"))
    assert not any(Reference(path, source).exists(tmp_path) for path in ("c", "a/*.rs", "a/**b.py", "x" * 5000 + "/y"))
