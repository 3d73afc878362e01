"""Facts about preparing a foreign project and writing the first runbook and contract."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from harness.errors import Code, HarnessError
from harness.run import init_project, new_migration
from harness.run.context import read_migration
from harness.settings import load_project


def prepare(root: Path) -> list[str]:
    """Prepare the project at a path."""
    return init_project(load_project(root))


def test_folders_and_settings_are_made(tmp_path: Path) -> None:
    """Each thing made is told."""
    made = prepare(tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == {"runbooks", "golden", "baselines", "pyproject.toml", ".gitignore"}
    assert len(made) == 5


def test_preparing_again_does_nothing(tmp_path: Path) -> None:
    """What is there stays as it is."""
    prepare(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}

    assert prepare(tmp_path) == []
    assert {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


@pytest.mark.parametrize("ending", ["", "\n", "\n\n"])
def test_a_pyproject_that_is_there_keeps_its_content(tmp_path: Path, ending: str) -> None:
    """The table is added behind it, and the file still reads."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "shop"' + ending, "utf-8")
    prepare(tmp_path)
    content = tomllib.loads((tmp_path / "pyproject.toml").read_text("utf-8"))

    assert content["project"] == {"name": "shop"}
    assert content["tool"]["harness"]["runbooks"] == "runbooks"


def test_settings_that_are_there_are_followed(tmp_path: Path) -> None:
    """Folders are made where the project wants them."""
    (tmp_path / "pyproject.toml").write_text('[tool.harness]\nrunbooks = "docs/migration"\n', "utf-8")
    prepare(tmp_path)

    assert (tmp_path / "docs" / "migration").is_dir()
    assert not (tmp_path / "runbooks").exists()


def test_a_pyproject_that_is_not_utf8_is_left_alone(tmp_path: Path) -> None:
    """The error names the file."""
    (tmp_path / "pyproject.toml").write_bytes(b"# \xff\n")

    with pytest.raises(HarnessError) as caught:
        prepare(tmp_path)

    assert caught.value.code is Code.BAD_SETTING


def test_a_gitignore_in_another_encoding_is_an_error_with_its_place(tmp_path: Path) -> None:
    """Nothing of it is lost."""
    (tmp_path / ".gitignore").write_bytes(b"gr\xfcn/\n")

    with pytest.raises(HarnessError) as caught:
        prepare(tmp_path)

    assert ".gitignore" in str(caught.value)
    assert (tmp_path / ".gitignore").read_bytes() == b"gr\xfcn/\n"


def test_a_new_migration_can_be_read(tmp_path: Path) -> None:
    """Runbook and contract fit each other."""
    project = load_project(tmp_path)
    paths = new_migration(project, "pricing", reference="shop.pricing", port="shop_rust.pricing")
    runbook, contract = read_migration(project, "pricing")

    assert [path.name for path in paths] == ["pricing.md", "pricing.py"]
    assert (contract.reference, contract.ports["port"].prefix) == ("shop.pricing", "shop_rust.pricing")
    assert all(gate.metric for gate in runbook.gates)
    assert runbook.signoff_roles == ("Tech Lead",)


@pytest.mark.parametrize("name", ["", "../escape", "two words", "a.b", "1st", "class"])
def test_a_name_that_is_no_word_is_refused(tmp_path: Path, name: str) -> None:
    """Nothing is written anywhere."""
    with pytest.raises(HarnessError) as caught:
        new_migration(load_project(tmp_path), name, reference="a.b", port="c.d")

    assert caught.value.code is Code.BAD_SETTING
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["template", "readme", "rollback"])
def test_a_name_that_no_migration_can_have_is_refused(tmp_path: Path, name: str) -> None:
    """A runbook of that name would never be found."""
    with pytest.raises(HarnessError):
        new_migration(load_project(tmp_path), name, reference="a.b", port="c.d")


@pytest.mark.parametrize("given", [{"reference": 'a"b'}, {"port": "x; import os"}, {"reference": ""}, {"port": "shop.pricing"}])
def test_an_import_prefix_that_is_none_is_refused(tmp_path: Path, given: dict[str, str]) -> None:
    """What is written into the contract is a dotted name, and the two differ."""
    with pytest.raises(HarnessError) as caught:
        new_migration(load_project(tmp_path), "pricing", **({"reference": "shop.pricing", "port": "fast.pricing"} | given))

    assert caught.value.code is Code.BAD_SETTING
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".md", ".py"])
def test_what_is_there_is_never_overwritten(tmp_path: Path, suffix: str) -> None:
    """Neither half is written when one is there."""
    (tmp_path / "runbooks").mkdir()
    path = tmp_path / "runbooks" / f"pricing{suffix}"
    path.write_text("mine", "utf-8")

    with pytest.raises(HarnessError):
        new_migration(load_project(tmp_path), "pricing", reference="a.b", port="c.d")

    assert path.read_text("utf-8") == "mine"
    assert list((tmp_path / "runbooks").iterdir()) == [path]
