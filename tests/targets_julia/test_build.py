"""The port says what it is: which sources, which Julia, how many threads; and says nothing where there is none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import omega_julia
from harness.drivers.loading import MissingError, describe, load
from harness.formats.digest import digest_files
from omega_julia import sources
from omega_julia.errors import JuliaStartError, JuliaUnavailableError

TARGETS = Path(__file__).resolve().parents[2] / "targets_julia"
GLOBS = ("omega_julia/*.py", "OmegaMonteCarlo/Project.toml", "OmegaMonteCarlo/src/*.jl")


@pytest.mark.usefixtures("julia")
def test_the_digest_is_that_of_the_sources_here() -> None:
    """The harness computes the same from the files, so it can tell that nothing else answers."""
    info = omega_julia.build_info()

    assert info["source_digest"] == digest_files(TARGETS, GLOBS)
    assert (info["profile"], info["transport"], info["version"]) == ("release", "worker", omega_julia.__version__)
    assert re.match(r"\d+\.\d+", str(info["julia_version"]))


@pytest.mark.usefixtures("julia")
def test_the_harness_finds_it() -> None:
    """From a function of the package to its build_info."""
    target = "omega_julia.monte_carlo_robustness"

    assert describe(target, load(target))["source_digest"] == digest_files(TARGETS, GLOBS)


@pytest.mark.usefixtures("fresh_session")
def test_other_sources_than_those_here_are_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker says what it loaded."""
    real = sources.julia_sources()
    monkeypatch.setattr("omega_julia.process.julia_sources", lambda: real | {"OmegaMonteCarlo/src/new.jl": b""})
    with pytest.raises(JuliaStartError, match="other sources"):
        omega_julia.build_info()


def test_without_julia_there_is_no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    """An absent Julia is an error of its own, and for the harness a gap: nothing that it could take for a port that works."""
    monkeypatch.setenv("OMEGA_JULIA_EXE", "no/such/julia")
    target = "omega_julia.bootstrap_ci"
    with pytest.raises(JuliaUnavailableError):
        omega_julia.bootstrap_ci([1.0, 2.0])

    with pytest.raises(MissingError, match="JuliaUnavailableError"):
        describe(target, load(target))


def test_the_versions_agree() -> None:
    """Of the Python package and the Julia package."""
    project = (TARGETS / "OmegaMonteCarlo" / "Project.toml").read_text(encoding="utf-8")

    assert f'version = "{omega_julia.__version__}"' in project
