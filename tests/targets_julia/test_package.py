"""The Julia package by itself: its own tests, its form, and the words that would cost the equality of bits."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from omega_julia.depot import compiled, start_environment
from omega_julia.find import QUIET, Julia

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "targets_julia" / "OmegaMonteCarlo"
SOURCES = sorted((PACKAGE / "src").glob("*.jl"))
FATOU = Path(sys.executable).with_name("fatou")
# Sums in an order of the library's own, fused operations, random numbers and functions that differ between versions of Julia.
FORBIDDEN = re.compile(
    r"@fastmath|@simd|\b(muladd|fma|sum|mean|std|var|dot|median|quantile|cumsum|rand|randn|exp|log|sin|cos|tanh|threadid)\("
)
TOO_NEW = re.compile(r"\(;|@atomic\b|^\s*const \w+::|\busing TOML\b|@something\b|\bstack\(|\beachsplit\(", re.MULTILINE)


def _run(julia: Julia, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(julia.candidate.executable), *QUIET, *arguments]
    environment = start_environment(julia, compiled(julia, (), 120.0))
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.parametrize("flags", [("--threads=1",), ("--threads=2", "--check-bounds=yes")], ids=" ".join)
def test_its_own_tests_pass(julia: Julia, flags: tuple[str, ...]) -> None:
    """What Julia can say about the package, it says with its Test library."""
    done = _run(julia, *flags, str(PACKAGE / "test" / "runtests.jl"))

    assert done.returncode == 0, done.stdout + done.stderr


def test_it_loads_without_a_word(julia: Julia) -> None:
    """A method that is defined twice, or an ambiguity, would be told on stderr."""
    done = _run(julia, "--compiled-modules=no", "--warn-overwrite=yes", "-e", "using OmegaMonteCarlo")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_no_call_is_ambiguous(julia: Julia) -> None:
    """For any types of arguments there is one best method."""
    done = _run(julia, "-e", "using OmegaMonteCarlo, Test; print(length(detect_ambiguities(OmegaMonteCarlo)))")

    assert (done.returncode, done.stdout) == (0, "0")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_word_costs_bits(path: Path) -> None:
    """Sums are loops, nothing is fused, and random numbers come from the counter."""
    text = re.sub(r'"""[\s\S]*?"""|#.*|"[^"\n]*"', "", path.read_text(encoding="utf-8"))

    assert FORBIDDEN.findall(text) == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_word_is_newer_than_julia_1_5(path: Path) -> None:
    """One source serves all versions."""
    assert TOO_NEW.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_every_file_says_why_it_exists(path: Path) -> None:
    """The first line is a comment, or the module's docstring."""
    assert path.read_text(encoding="utf-8").startswith(("# ", '"""'))


@pytest.mark.parametrize("command", [("format", "--check"), ("lint",)], ids=" ".join)
def test_the_sources_are_in_form(command: tuple[str, ...]) -> None:
    """Formatter and linter have nothing to say."""
    done = subprocess.run([FATOU, *command, "targets_julia"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_words_of_the_rules_are_found() -> None:
    """The rules see what they forbid."""
    assert all(FORBIDDEN.search(text) for text in ("sum(x)", "@simd for", "mean(x)", "muladd(a, b, c)"))
    assert not FORBIDDEN.search("summarise(x) + interval(y)")
    assert TOO_NEW.search("(; a, b) = x")
