"""What stands in several places says the same in all of them."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import tomllib
from typing import Any

import pytest

import harness
import omega


@pytest.fixture
def project(repository: Any) -> dict[str, Any]:
    """Read pyproject.toml."""
    return tomllib.loads((repository.root / "pyproject.toml").read_text(encoding="utf-8"))


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _pins(repository: Any) -> dict[str, str]:
    lines = (repository.root / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {_canonical(name): version for name, version in pairs}


def test_all_versions_agree(repository: Any, project: dict[str, Any]) -> None:
    """Both distributions, the packages and the newest release in the changelog carry one version."""
    changelog = (repository.root / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.search(r"^## \[?v?(\d+\.\d+\.\d+)", changelog, re.MULTILINE)
    cargo = tomllib.loads((repository.root / "targets_rust/Cargo.toml").read_text(encoding="utf-8"))
    version = project["project"]["version"]

    assert harness.__version__ == version
    assert omega.__version__ == version
    assert cargo["workspace"]["package"]["version"] == version
    assert released is not None
    assert released[1] == version


def test_everything_that_is_required_is_pinned(repository: Any, project: dict[str, Any]) -> None:
    """constraints.txt names every dependency, extra and group member of pyproject.toml."""
    extras = [line for lines in project["project"]["optional-dependencies"].values() for line in lines]
    groups = [line for lines in project["dependency-groups"].values() for line in lines if isinstance(line, str)]
    required = {_canonical(re.split(r"[\[<>=~! ]", line)[0]) for line in [*project["project"]["dependencies"], *extras, *groups]}

    assert required - _pins(repository).keys() == {project["project"]["name"]}


def test_everything_that_a_pinned_package_needs_is_pinned(repository: Any) -> None:
    """The list is closed, so that no package of the environment floats."""
    pins = _pins(repository)
    needed = {
        _canonical(re.split(r"[ ;<>=!~\[(]", line)[0])
        for name in pins
        for line in importlib.metadata.distribution(name).requires or ()
        if ";" not in line
    }

    assert needed - pins.keys() == set()


def test_the_environment_is_the_pinned_one(repository: Any) -> None:
    """What the tests run on is what constraints.txt says."""
    wrong = {name: importlib.metadata.version(name) for name in _pins(repository)}

    assert wrong == _pins(repository)


def test_every_registered_check_is_there(project: dict[str, Any]) -> None:
    """An entry point names a class that imports."""
    registered = project["project"]["entry-points"]["harness.checks"]

    assert [name for name, target in registered.items() if not callable(importlib.metadata.EntryPoint(name, target, "").load())] == []


def test_make_alone_lists_every_target(repository: Any) -> None:
    """A newcomer who types make sees what there is."""
    makefile = (repository.root / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split())
    shown = subprocess.run(["make"], cwd=repository.root, capture_output=True, text=True, check=True).stdout

    assert set(re.findall(r"make ([a-z-]+)", shown)) == targets


def test_scripts_are_sound_shell(repository: Any) -> None:
    """Every script parses in the shell that its first line names."""
    for path in [path for path in repository.paths if path.suffix == ".sh" or path.parts[0] == ".ci"]:
        shell = repository.text(path).split("\n", 1)[0].removeprefix("#!").removeprefix("/usr/bin/env ").removeprefix("/bin/")
        done = subprocess.run([shell, "-n", str(path)], cwd=repository.root, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), str(path)
