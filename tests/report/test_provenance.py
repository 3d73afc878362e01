"""Provenance becomes rows, whatever a run recorded."""

from __future__ import annotations

import pytest

from harness.report.provenance import moment_text, provenance_rows


def test_known_facts_come_first() -> None:
    """The commit stands before what is not known to the report, which is still shown."""
    rows = provenance_rows({"zeta": "z", "alpha_key": [1, 2], "commit": "abc", "dirty": True})
    assert [(row.name, row.value) for row in rows] == [
        ("commit", "abc"),
        ("uncommitted changes", "yes"),
        ("alpha key", "1, 2"),
        ("zeta", "z"),
    ]


def test_mappings_become_a_row_a_key() -> None:
    """Digests and versions are shown one by one."""
    rows = provenance_rows({"versions": {"rust": "1.95", "numpy": "2.4"}})
    assert [(row.name, row.value) for row in rows] == [("version: numpy", "2.4"), ("version: rust", "1.95")]


def test_what_is_missing_says_so() -> None:
    """A fact that could not be found out is not blank."""
    assert provenance_rows({"commit": None})[0].value == "not recorded"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-11-21T09:41:07+00:00", "2026-11-21 09:41 UTC"),
        ("2026-11-21T10:41:07+01:00", "2026-11-21 09:41 UTC"),
        ("yesterday", "yesterday"),
        ("0001-01-01T00:00:00+23:59", "0001-01-01T00:00:00+23:59"),
        ("", ""),
    ],
)
def test_moments_read_in_utc(text: str, shown: str) -> None:
    """A moment is shown in UTC; what is none is shown as it is."""
    assert moment_text(text) == shown
