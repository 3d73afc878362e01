"""Headings are understood in two languages, whatever ornaments they wear."""

from __future__ import annotations

import pytest

from harness.runbook.document import parse_document
from harness.runbook.sections import SectionKind, find_sections, kind_of, plain_title

K = SectionKind


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("6.1 Rollback-Trigger", K.TRIGGERS),
        ("6. Rollback-Plan", K.ROLLBACK),
        ("6.2 Rollback-Prozedur", K.PROCEDURE),
        ("Rollback procedure", K.PROCEDURE),
        ("5.3 Rollback-Validierung", K.VALIDATION),
        ("6. Abnahme-Checkliste", K.ACCEPTANCE),
        ("7. Akzeptanzkriterien", K.ACCEPTANCE),
        ("Acceptance criteria", K.ACCEPTANCE),
        ("2. Vorbereitungs-Checkliste", K.PREPARATION),
        ("Vorbedingungen", K.PREPARATION),
        ("1.2 Warum Migration?", K.PERFORMANCE),
        ("4.2 Performance Check", K.PERFORMANCE),
        ("8. Sign-off Matrix", K.SIGNOFF),
        ("9. Referenzen", K.REFERENCES),
        ("✅ Changelog", K.CHANGELOG),
        ("4. Migration Steps", K.STEPS),
        ("5. Property-Validierung", K.PROPERTIES),
        ("3. Rust-Architektur", K.ARCHITECTURE),
        ("1. Übersicht", K.OVERVIEW),
        ("Best Practices", K.UNKNOWN),
    ],
)
def test_a_title_names_its_kind(title: str, kind: SectionKind) -> None:
    """Numbers, emoji and language make no difference."""
    assert kind_of(title, K.TITLE) is kind


def test_everything_below_a_clear_section_serves_it() -> None:
    """A performance heading among the acceptance criteria holds acceptance criteria."""
    assert kind_of("7.2 Performance", K.ACCEPTANCE) is K.ACCEPTANCE
    assert kind_of("Bei Performance-Regression", K.ROLLBACK) is K.ROLLBACK


def test_ornaments_are_stripped() -> None:
    """What remains are words."""
    assert plain_title("2.1 Type Safety ✅") == "Type Safety"


def test_a_title_of_level_two_does_not_swallow_its_siblings() -> None:
    """Some runbooks begin at level two and go on there."""
    text = "## Migrations-Runbook: Demo\n\n## 1. Übersicht\n\n### 1.2 Warum Migration?\n\n## 7. Akzeptanzkriterien\n\n### 7.2 Performance\n"
    sections = find_sections(parse_document(text), text, "demo.md")
    assert [section.kind for section in sections] == [K.TITLE, K.TITLE, K.OVERVIEW, K.PERFORMANCE, K.ACCEPTANCE, K.ACCEPTANCE]


def test_a_document_without_title_begins_with_its_first_section() -> None:
    """A first heading with a meaning of its own is no title."""
    text = "# Acceptance criteria\n\nwords\n"
    assert [section.kind for section in find_sections(parse_document(text), text, "demo.md")] == [K.TITLE, K.ACCEPTANCE]


def test_no_line_is_lost_between_sections() -> None:
    """Headings and texts together are the file."""
    text = "before\n\n# A\n\nunder A\n\n## B 🟢\nunder B\n"
    sections = find_sections(parse_document(text), text, "demo.md")
    assert [(section.source.line, section.text.strip()) for section in sections] == [(1, "before"), (3, "under A"), (7, "under B")]
