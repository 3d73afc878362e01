"""Differential evidence becomes rows with the bound that their numbers prove."""

from __future__ import annotations

import math
from types import ModuleType

import pytest

from harness.model import Evidence
from harness.report.parity import bound_text, parity


def test_rows_add_up(sample: ModuleType) -> None:
    """The sum of the rows is what the first screen says."""
    summary = parity(sample.failing().evidence, sample.failing().divergences)
    assert (summary.cases, summary.diverged, summary.signatures) == (13_845, 41, 2)
    assert len(summary.rows) == 6


@pytest.mark.parametrize(("cases", "diverged", "words"), [(3_000, 0, "≤ 0.1 %"), (2, 0, "≤ 1e+02 %"), (0, 0, ""), (3_000, 1, "")])
def test_no_divergence_proves_a_bound(cases: int, diverged: int, words: str) -> None:
    """Zero divergences in N cases prove at most 3/N; nothing compared, or something found, proves nothing."""
    assert bound_text(cases, diverged) == words


def test_what_is_no_count_counts_nothing() -> None:
    """A count that is not a number, negative or missing is no case."""
    items = [
        Evidence("differential", str(index), "rust", "differential.cases", value)
        for index, value in enumerate((math.nan, math.inf, -1.0, None))
    ]
    assert parity(items, ()).cases == 0
