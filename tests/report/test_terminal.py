"""The summary on a terminal."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
from rich.cells import cell_len

from harness.report import terminal
from harness.report.document import RunDocument


def test_the_summary_says_all_that_matters(sample: ModuleType) -> None:
    """Verdict, gates with value, limit and place, reasons with commands, and where the report is."""
    text = terminal.render(sample.failing(), width=140, report=Path("reports/rating/report.html"))
    for words in (
        "NO-GO", "The port must not take over.", "Crash oder Panic im Rust-Code", "fires > 0", "runbooks/rating.md:89",
        "11.3 ms", "10.9 ms to 11.7 ms", "41 of 13,845 cases diverge", "61.4x to 181x faster", "harness replay 8d41f0c2ab",
        "harness runbook lint rating", "reports/rating/report.html",
    ):  # fmt: skip
        assert words in text


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_no_line_is_wider_than_the_terminal(sample: ModuleType, width: int) -> None:
    """The summary keeps to the width it is given."""
    assert max(map(cell_len, terminal.render(sample.failing(), width=width).split("\n"))) <= width


def test_without_colour_there_are_no_escapes(run: RunDocument) -> None:
    """Plain output is plain text."""
    assert "\x1b" not in terminal.render(run)


def test_with_colour_the_words_stay(sample: ModuleType) -> None:
    """Colour is added to the words, never put in their place."""
    text = terminal.render(sample.failing(), color=True)
    assert "\x1b[" in text
    assert "✕ fail" in text


def test_records_cannot_steer_the_terminal(sample: ModuleType, nasty: str) -> None:
    """Whatever a record says, no escape, bell or markup of it reaches the terminal."""
    text = terminal.render(sample.hostile(nasty), width=100)
    assert not [
        c for c in text if (ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) <= 0xDFFF or 0x202A <= ord(c) <= 0x202E
    ]


def test_markup_in_a_runbook_is_only_text(sample: ModuleType) -> None:
    """Brackets that look like markup are shown as they are."""
    assert "[bold]x[/bold]" in terminal.render(sample.hostile("[bold]x[/bold]"), width=200)


def test_many_gates_are_cut_with_a_word(sample: ModuleType) -> None:
    """A summary stays a summary, and says how many gates it leaves to the report."""
    text = terminal.render(sample.with_gates(5_000))
    assert "4,940 more gates are in the report" in text
    assert text.count("\n") < 200
