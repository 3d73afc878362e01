"""Facts about `harness init`."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Call
from tests.conftest import Shop


def test_an_empty_folder_becomes_a_project(tmp_path: Path, call: Call) -> None:
    """One line a thing made."""
    result = call(Shop(tmp_path), "init")

    assert result.exit_code == 0
    assert result.stdout.count("\n") == 5
    assert (tmp_path / "runbooks").is_dir()


def test_a_prepared_project_stays_as_it_is(tmp_path: Path, call: Call) -> None:
    """It says so."""
    call(Shop(tmp_path), "init")

    assert call(Shop(tmp_path), "init").stdout == "nothing to do: the project is prepared\n"


def test_a_file_in_the_place_of_a_folder_is_an_error(tmp_path: Path, call: Call) -> None:
    """With its path, and without half a project."""
    (tmp_path / "runbooks").write_text("a file", "utf-8")
    result = call(Shop(tmp_path), "init")

    assert result.exit_code == 2
    assert str(tmp_path / "runbooks") in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["runbooks"]
