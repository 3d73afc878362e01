"""Markdown for pull requests: right on GitHub, and never too long."""

from __future__ import annotations

import re
from dataclasses import replace
from types import ModuleType

import pytest
from markdown_it import MarkdownIt

from harness.model import Decision, Reason
from harness.report import markdown
from harness.report.document import RunDocument

GITHUB = MarkdownIt("commonmark").enable("table")


def test_the_verdict_comes_first(run: RunDocument) -> None:
    """The first line is the verdict."""
    assert run.verdict.decision.value in markdown.render(run).split("\n", 1)[0]


def test_every_gate_is_a_row(sample: ModuleType) -> None:
    """The table of gates has a row a gate, and as many cells as headings."""
    text = markdown.render(sample.failing())
    table = text[text.index("| Result |") : text.index("### Parity")].strip().split("\n")
    assert len(table) == 2 + len(sample.failing().verdict.gates)
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in table} == {8}


def test_the_worst_rows_come_first(sample: ModuleType) -> None:
    """What fails stands above what passes."""
    text = markdown.render(sample.failing())
    assert text.index("✕ fail") < text.index("? open") < text.index("✓ pass")


@pytest.mark.parametrize("count", [0, 1, 150, 5_000])
def test_it_stays_below_the_limit(sample: ModuleType, count: int) -> None:
    """However many gates there are, GitHub accepts the text."""
    assert len(markdown.render(sample.with_gates(count)).encode()) < 60_000


def test_long_texts_and_many_reasons_stay_below_the_limit(sample: ModuleType) -> None:
    """Also long words in every field, times many reasons, fit."""
    document = sample.failing()
    reasons = tuple(Reason("x", Decision.NO_GO, "ü" * 5_000) for _ in range(500))
    assert len(markdown.render(replace(document, verdict=replace(document.verdict, reasons=reasons))).encode()) < 60_000


def test_a_tiny_limit_cuts_at_a_line(sample: ModuleType) -> None:
    """When nothing else helps the text ends at the end of a line and says so."""
    text = markdown.render(sample.failing(), longest_bytes=600)
    assert len(text.encode()) < 600
    assert text.startswith("## ❌ NO-GO")
    assert text.endswith("The rest is in the HTML report.\n")


def test_what_is_left_out_is_said(sample: ModuleType) -> None:
    """A shortened table says how many rows are missing."""
    assert re.search(r"4,\d{3} more gates are in the HTML report", markdown.render(sample.with_gates(5_000)))


def test_records_cannot_change_the_structure(sample: ModuleType, nasty: str) -> None:
    """Whatever a record says, GitHub sees the same headings, tables and cells."""

    def structure(text: str) -> list[str]:
        return [token.type for token in GITHUB.parse(text) if token.type not in {"inline", "text"}]

    text = markdown.render(sample.hostile(nasty))
    assert structure(text) == structure(markdown.render(sample.hostile("plain")))
    assert "<script" not in text
    assert text.encode()
