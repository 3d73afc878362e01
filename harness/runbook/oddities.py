"""Thresholds that somebody meant and nobody can judge: placeholders, comparisons without a number, numbers without a comparison."""

# ruff: noqa: RUF001 - these signs are what runbooks are written with

from __future__ import annotations

import re

from harness.runbook.bounds import read_bounds
from harness.runbook.numbers import NUMBER, UNIT

_STRAY = re.compile(r"[≤≥⩽⩾](?!\s*$)|(?<=\s)[<>]=?\s+(?=[^\W\d_])")
_PLACEHOLDER = re.compile(r"\[[^\W\d_][\w ]*\]\s?(?:[x%]|ms\b|s\b)|\[[A-Z][A-Z_ ]+\]|\b(?:TBD|TODO|TBA|XX+|FIXME)\b|<[A-Z_]+>")
_EMPTY_CELL = re.compile(r"^(?:-|–|—|…|\.\.\.|\?+|n/a|k\.\s?a\.)$", re.IGNORECASE)
_QUANTITY = re.compile(rf"(?<![\w.,\-–]){NUMBER}{UNIT}")


def find_stray(text: str) -> str:
    """Return a comparison that no number follows ("≥ good"), or an empty text: a threshold that cannot be read."""
    readings = read_bounds(text)
    for match in _STRAY.finditer(text):
        if not any(reading.start <= match.start() < reading.end for reading in readings):
            return text[match.start() : match.start() + 24].strip()
    return ""


def find_quantity(text: str) -> str:
    """Return a quantity with a unit in a text that compares nothing ("coverage 90 %"), or an empty text."""
    match = None if read_bounds(text) else _QUANTITY.search(text)
    return match.group() if match else ""


def find_placeholder(text: str, *, cell: bool = False) -> str:
    """Return a placeholder that stands where a value should (`TBD`, `[X]x`; in a cell also `-`), or an empty text."""
    match = _PLACEHOLDER.search(text) or (_EMPTY_CELL.match(text.strip()) if cell else None)
    return match.group().strip() if match else ""
