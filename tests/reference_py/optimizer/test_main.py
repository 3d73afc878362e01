"""The main job on the command line: a table, what repeats it, and clear words when it cannot run."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from reference_py import optimizer as reference
from reference_py.optimizer.__main__ import main

SMALL = ("--trials", "4", "--sampler", "random", "--seed", "1", "--simulations", "20", "--top", "2")


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no line wrap."""
    monkeypatch.setenv("COLUMNS", "200")


def test_the_best_trials_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """One row each, best first, and the numbers that repeat the run."""
    assert main(SMALL) == 0
    shown = capsys.readouterr().out
    ratings = [float(text) for text in re.findall(r"^ +\d+ .*?(0\.\d{3})  ", shown, re.MULTILINE)]
    assert len(ratings) == 2
    assert ratings == sorted(ratings, reverse=True)
    assert "seed 1, sampler random" in shown
    assert "backend python" in shown


def test_a_study_is_resumed_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The second run shows the same, from the storage."""
    kept = ("--study", "s", "--storage", str(tmp_path / "s.log"))
    assert main((*SMALL, *kept)) == 0
    first = capsys.readouterr().out
    assert main((*SMALL, *kept)) == 0
    assert first.splitlines()[-5:] == capsys.readouterr().out.splitlines()[-5:]


def test_a_missing_hybrid_backend_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """In one line with the way out, and an exit code of its own."""
    monkeypatch.setitem(sys.modules, "omega.optimizer", None)
    assert main(("--backend", "hybrid", *SMALL)) == 2
    shown = capsys.readouterr().out
    assert "The hybrid backend is missing" in shown
    assert "--backend python" in shown
    assert "Traceback" not in shown


def test_the_hybrid_backend_is_used_where_it_is_there(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Its optimizer searches, its functions judge, and a fallback is shown."""
    calls: list[str] = []

    class HybridOptimizer(reference.Optimizer):
        def optimize(self, *arguments: Any, **settings: Any) -> reference.OptimizationResult:
            calls.append("optimize")
            return super().optimize(*arguments, **settings).by("python", "Julia is not there")

    def judged(*arguments: Any, **settings: Any) -> dict[str, float]:
        calls.append("judge")
        return reference.monte_carlo_robustness(*arguments, **settings)

    hybrid = ModuleType("omega.optimizer")
    hybrid.__dict__.update(HybridOptimizer=HybridOptimizer, monte_carlo_robustness=judged, bootstrap_ci=reference.bootstrap_ci)
    monkeypatch.setitem(sys.modules, "omega.optimizer", hybrid)
    assert main(("--backend", "hybrid", *SMALL)) == 0
    assert calls == ["optimize", "judge", "judge"]
    assert "asked for hybrid, answered by python: Julia is not there" in capsys.readouterr().out


@pytest.mark.parametrize("options", [("--trials", "0"), ("--jobs", "0"), ("--storage", "x.db"), ("--seed", "-1")])
def test_a_refusal_is_one_line(options: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """With its number, and exit code 1."""
    assert main((*SMALL, *options)) == 1
    shown = capsys.readouterr().out
    assert "[1001]" in shown
    assert "Traceback" not in shown
