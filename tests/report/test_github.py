"""Workflow commands of GitHub Actions."""

from __future__ import annotations

import re
from dataclasses import replace
from types import ModuleType

from harness.model import Decision, Reason, Source
from harness.report import github

COMMAND = re.compile(r"::(error|warning|notice) [^:\n]*::[^\r\n]*")


def test_an_annotation_points_at_the_runbook(sample: ModuleType) -> None:
    """Each reason points at the line of the runbook and names the next command."""
    first = github.render(sample.failing()).split("\n")[0]
    assert first.startswith("::error file=runbooks/rating.md,line=88,title=NO-GO%3A Score divergence")
    assert first.endswith("Next: harness replay 8d41f0c2ab")


def test_what_is_open_only_warns(sample: ModuleType) -> None:
    """INCONCLUSIVE is a warning, GO a notice."""
    assert github.render(sample.unsigned()).count("::warning") == 4
    assert "::notice title=migration-harness::GO for rating" in github.render(sample.signed())


def test_only_as_many_as_github_shows(sample: ModuleType) -> None:
    """More than ten of a kind are not sent, the last line says how many there are."""
    document = sample.failing()
    reasons = tuple(Reason("x", Decision.NO_GO, f"reason {i}", Source("r.md", i)) for i in range(50))
    text = github.render(replace(document, verdict=replace(document.verdict, reasons=reasons)))
    assert text.count("\n") == 11
    assert "50 reasons" in text


def test_records_cannot_add_commands(sample: ModuleType, nasty: str) -> None:
    """Whatever a record says, each line is one command of ours."""
    lines = github.render(sample.hostile(nasty)).rstrip("\n").split("\n")
    assert len(lines) == 2
    assert all(COMMAND.fullmatch(line) for line in lines)


def test_the_step_summary_is_markdown(sample: ModuleType) -> None:
    """The summary begins with the verdict."""
    assert github.step_summary(sample.failing()).startswith("## ❌ NO-GO")
