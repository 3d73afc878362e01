"""Which Julia is taken: the one that is named, else the user's own, else the checkout's; and what the set-up's probe finds wrong."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from omega_julia import find, probe
from omega_julia.errors import JuliaUnavailableError
from omega_julia.find import Candidate, Julia, Unhealthy, candidates, child_environment, examine


def _program(path: Path, body: str = 'print("1.5.3")') -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!{sys.executable}\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def _juliaup(home: Path, *, installed: bool = True) -> Path:
    folder = home / ".julia" / "juliaup"
    executable = folder / "julia-1.11.5" / "bin" / "julia"
    record = {
        "Default": "release",
        "InstalledChannels": {"release": {"Version": "1.11.5"}},
        "InstalledVersions": {"1.11.5": {"Path": "./julia-1.11.5"}},
    }
    folder.mkdir(parents=True)
    (folder / "juliaup.json").write_text(json.dumps(record), encoding="utf-8")
    return _program(executable) if installed else executable


@pytest.fixture
def world(tmp_path: Path) -> dict[str, str]:
    """Install a Julia everywhere, and return the environment that leads there."""
    _juliaup(tmp_path / "home")
    for place in ("path/julia", "pkg/julia", "root/.julia/debian/usr/bin/julia", "root/.julia/debian/usr/lib/any-gnu/libjulia.so.1"):
        _program(tmp_path / place)
    return {"HOME": str(tmp_path / "home"), "PATH": str(tmp_path / "path"), "PYTHON_JULIAPKG_EXE": str(tmp_path / "pkg" / "julia")}


def _sources(environment: dict[str, str], root: Path) -> list[str]:
    return [candidate.source for candidate in candidates(environment, root=root)]


def test_the_users_own_come_before_the_checkouts(world: dict[str, str], tmp_path: Path) -> None:
    """In the order in which users say what they want."""
    assert _sources(world, tmp_path / "root") == ["PYTHON_JULIAPKG_EXE", "juliaup", "PATH", "the checkout"]


def test_the_one_that_is_named_is_the_only_one(world: dict[str, str], tmp_path: Path) -> None:
    """Whoever names a Julia does not want another."""
    assert _sources(world | {"OMEGA_JULIA_EXE": "julia"}, tmp_path / "root") == ["OMEGA_JULIA_EXE"]


def test_a_name_is_looked_up_on_the_path(world: dict[str, str], tmp_path: Path) -> None:
    """As a shell would."""
    found = next(candidates(world | {"OMEGA_JULIA_EXE": "julia"}, root=tmp_path / "root"))

    assert found.executable == tmp_path / "path" / "julia"


def test_the_checkouts_own_brings_its_libraries(world: dict[str, str], tmp_path: Path) -> None:
    """Both folders, also when it is named by its path."""
    own = tmp_path / "root" / ".julia" / "debian"
    folders = (str(own / "usr/lib/any-gnu"), str(own / "usr/lib/any-gnu/julia"))
    named = next(candidates({"OMEGA_JULIA_EXE": str(own / "usr/bin/julia")}, root=tmp_path / "root"))

    assert list(candidates(world, root=tmp_path / "root"))[-1].library_path == folders
    assert named.library_path == folders


@pytest.mark.parametrize("spoilt", ["{", "{}", '{"Default": 1}', "[]"])
def test_a_spoilt_record_of_juliaup_counts_as_none(world: dict[str, str], tmp_path: Path, spoilt: str) -> None:
    """It is somebody else's file."""
    (tmp_path / "home" / ".julia" / "juliaup" / "juliaup.json").write_text(spoilt, encoding="utf-8")

    assert "juliaup" not in _sources(world, tmp_path / "root")


def test_a_version_that_juliaup_removed_counts_as_none(tmp_path: Path) -> None:
    """The record is not the program."""
    _juliaup(tmp_path / "home", installed=False)

    assert _sources({"HOME": str(tmp_path / "home"), "PATH": ""}, tmp_path) == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('print("1.4.2")', "is Julia 1.4.2; 1.5 or newer"),
        ('print("hello")', "did not print a version"),
        ("raise SystemExit(3)", "exit code 3"),
        ("import os; os.kill(os.getpid(), 6)", "died of signal 6"),
        ("import time; time.sleep(600)", "no answer within 0 s"),
    ],
)
def test_what_is_not_healthy_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, reason: str) -> None:
    """In half a line."""
    if "sleep" in body:
        monkeypatch.setattr(find, "PROBE_SECONDS", 0.3)
    found = examine(Candidate(_program(tmp_path / "julia", body), "a test"))

    assert isinstance(found, Unhealthy)
    assert reason in found.reason


@pytest.mark.parametrize("version", ["1.5.3", "1.12.0-rc1", "2.0.1"])
def test_what_is_healthy_has_its_version(tmp_path: Path, version: str) -> None:
    """From 1.5 on."""
    found = examine(Candidate(_program(tmp_path / "julia", f'print("{version}")'), "a test"))

    assert isinstance(found, Julia)
    assert found.version == version


def test_a_julia_of_ours_hears_nothing_of_other_projects(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables of Julia are left out; the libraries it needs come before those of the user."""
    monkeypatch.setenv("JULIA_NUM_THREADS", "7")
    monkeypatch.setenv("JULIA_PROJECT", "@.")
    monkeypatch.setenv("OMEGA_JULIA_LD_LIBRARY_PATH", "asked")
    monkeypatch.setenv("LD_LIBRARY_PATH", "users")
    environment = child_environment(Candidate(Path("julia"), "a test", ("own",)))

    assert [name for name in environment if name.startswith("JULIA_")] == []
    assert environment["LD_LIBRARY_PATH"] == os.pathsep.join(("own", "asked", "users"))


def test_an_unhealthy_one_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next candidate is asked; when none is left all reasons are told."""
    bad = Candidate(_program(tmp_path / "bad", "raise SystemExit(3)"), "one")
    good = Candidate(_program(tmp_path / "good"), "another")
    monkeypatch.setattr(probe, "candidates", lambda: iter([bad, good]))
    found = probe.healthy()
    monkeypatch.setattr(probe, "candidates", lambda: iter([bad, bad]))
    with pytest.raises(JuliaUnavailableError, match=r"exit code 3.*exit code 3.*OMEGA_JULIA_EXE"):
        probe.healthy()

    assert found.candidate == good


def test_a_candidate_is_asked_once_until_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An update of Julia is noticed."""
    path = _program(tmp_path / "julia")
    monkeypatch.setattr(probe, "candidates", lambda: iter([Candidate(path, "a test")]))
    asked: list[Candidate] = []

    def count(candidate: Candidate) -> Julia | Unhealthy:
        asked.append(candidate)
        return examine(candidate)

    monkeypatch.setattr(probe, "examine", count)
    for _ in range(3):
        probe.healthy()
    _program(path, 'print("1.6.0")\n# another')

    assert probe.healthy().version == "1.6.0"
    assert len(asked) == 2
