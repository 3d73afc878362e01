"""What looks like a threshold and cannot be judged is named."""

# ruff: noqa: RUF001 - these signs are what runbooks are written with

from __future__ import annotations

import pytest

from harness.runbook.oddities import find_placeholder, find_quantity, find_stray


@pytest.mark.parametrize(
    ("text", "found"),
    [("Speedup ≥ [X]x", "[X]x"), ("TBD", "TBD"), ("[MODUL_NAME]", "[MODUL_NAME]"), ("[X]ms", "[X]ms"), ("all done", ""), ("[0, 1]", "")],
)
def test_placeholders_are_found(text: str, found: str) -> None:
    """Words that await a value, not ranges."""
    assert find_placeholder(text) == found


@pytest.mark.parametrize("text", ["-", "–", "...", "?", "n/a"])
def test_a_dash_is_a_placeholder_in_a_cell_only(text: str) -> None:
    """In prose it is punctuation."""
    assert find_placeholder(text, cell=True) == text
    assert find_placeholder(f"a {text} b") == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("≥ good", "≥ good"),
        ("latency < five ms", "< five ms"),
        ("Julia ≥ 1.10.3", "≥ 1.10.3"),
        ("< 5 ms", ""),
        ("a -> b", ""),
        ("x<y>", ""),
    ],
)
def test_a_comparison_needs_a_number(text: str, found: str) -> None:
    """A sign with nothing readable behind it is stray."""
    assert find_stray(text) == found


@pytest.mark.parametrize(
    ("text", "found"), [("Coverage 90 %", "90 %"), ("Antwort: 15ms", "15ms"), ("50 jitters", ""), ("< 15 ms of 20 ms", "")]
)
def test_a_quantity_needs_a_comparison(text: str, found: str) -> None:
    """A unit without at least or at most leaves the side open."""
    assert find_quantity(text) == found
