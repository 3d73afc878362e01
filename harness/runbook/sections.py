"""Which part of a runbook a heading opens, by synonyms in two languages; what nobody knows stays, as UNKNOWN."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from harness.model import Source
from harness.runbook.document import Document, Heading


class SectionKind(StrEnum):
    """What a section is for; it decides what a threshold in it means."""

    TITLE = "title"
    OVERVIEW = "overview"
    SCOPE = "scope"
    PERFORMANCE = "performance"
    DEPENDENCIES = "dependencies"
    PREPARATION = "preparation"
    ARCHITECTURE = "architecture"
    INTERFACE = "interface"
    STEPS = "steps"
    PROPERTIES = "properties"
    VALIDATION = "validation"
    ROLLBACK = "rollback"
    TRIGGERS = "triggers"
    PROCEDURE = "procedure"
    ACCEPTANCE = "acceptance"
    SIGNOFF = "signoff"
    REFERENCES = "references"
    CHANGELOG = "changelog"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Section:
    """One heading with the text below it, up to the next heading of any level."""

    title: str
    level: int
    kind: SectionKind
    source: Source
    text: str


_K = SectionKind
_SYNONYMS: Mapping[SectionKind, str] = {
    _K.TRIGGERS: r"trigger|auslöser|\balerts?\b|alarme?\b",
    _K.ACCEPTANCE: r"akzeptanz|abnahme|acceptance|definition of done|go[-/ ]?live[- ]kriter|success criteria",
    _K.SIGNOFF: r"sign[- ]?off|freigabe|unterschrift|approvals?\b",
    _K.PROCEDURE: r"rollback[- ]?(prozedur|procedure|schritte|steps|commands?|befehle)|sofortmaßnahme|^bei fehler",
    _K.VALIDATION: r"rollback[- ]?(validierung|validation|verification|prüfung)|^validierung|^validation|^verification",
    _K.ROLLBACK: r"rollback|rückfall|^bei .*regression",
    _K.PREPARATION: r"vorbereitung|vorbedingung|voraussetzung|preparation|prerequisite|preconditions?|readiness",
    _K.PERFORMANCE: r"performance|leistung|laufzeit|benchmark|warum (die )?migration|why migrate|^targets?$|^ziele?$",
    _K.PROPERTIES: r"propert(y|ies)|eigenschaften|invariant",
    _K.STEPS: r"migration(s)?[- ]?(steps|schritte|phases?|phasen|plan)|^schritte|^steps|umsetzung",
    _K.ARCHITECTURE: r"architektur|architecture|modul-?struktur|core types",
    _K.INTERFACE: r"batch[- ]api|interface|schnittstelle|ffi|arrow schema",
    _K.DEPENDENCIES: r"abhängigkeit|dependenc",
    _K.SCOPE: r"in scope|umfang|^scope",
    _K.REFERENCES: r"referenz|references|verweise|^links$",
    _K.CHANGELOG: r"change[- ]?log|änderung|history|historie",
    _K.OVERVIEW: r"übersicht|überblick|overview|summary|zusammenfassung|einleitung|introduction",
}
_REFINABLE = {_K.TITLE, _K.OVERVIEW, _K.UNKNOWN, _K.VALIDATION, _K.ROLLBACK}
_WITHIN_ROLLBACK = {_K.TRIGGERS, _K.PROCEDURE, _K.VALIDATION, _K.ROLLBACK}
_NUMBER = re.compile(r"^(?:\d+(?:\.\d+)*[.)]?|[IVX]+[.)]|phase \d+:?)\s+", re.IGNORECASE)


def plain_title(title: str) -> str:
    """Strip a heading of numbers, emoji and other ornaments."""
    letters = "".join(character for character in title if character.isalnum() or character.isspace() or character in ".()-/&,:'").strip()
    return _NUMBER.sub("", letters).strip()


def kind_of(title: str, parent: SectionKind) -> SectionKind:
    """Name what a heading opens; below a section with a clear purpose, everything serves that purpose."""
    if parent not in _REFINABLE:
        return parent
    plain = plain_title(title).lower()
    found = next((kind for kind, pattern in _SYNONYMS.items() if re.search(pattern, plain)), None)
    if found is None:
        return _K.UNKNOWN if parent is _K.TITLE else parent
    return parent if parent is _K.ROLLBACK and found not in _WITHIN_ROLLBACK else found


def find_sections(document: Document, content: str, file: str) -> tuple[Section, ...]:
    """Cut the text at its headings; text before the first one belongs to a section without a title."""
    headings = [element for element in document.elements if isinstance(element, Heading)]
    lines = content.split("\n")
    starts = [heading.line for heading in headings]
    ends = [line - 1 for line in starts[1:]] + [len(lines)]
    sections = [Section("", 0, _K.TITLE, Source(file, 1), "\n".join(lines[: starts[0] - 1] if starts else lines))]
    for heading, kind, end in zip(headings, _kinds(headings), ends, strict=False):
        sections.append(Section(heading.title, heading.level, kind, Source(file, heading.line), "\n".join(lines[heading.line : end])))
    return tuple(sections)


def _kinds(headings: Iterable[Heading]) -> list[SectionKind]:
    """Give each heading its kind; the first heading is the title, and a title of level 2 still holds the other sections of level 2."""
    kinds: list[SectionKind] = []
    path: list[tuple[int, SectionKind]] = [(0, _K.TITLE)]
    for heading in headings:
        while path[-1][0] >= heading.level:
            path.pop()
        is_title = not kinds and not _is_known(heading.title)
        kinds.append(_K.TITLE if is_title else kind_of(heading.title, path[-1][1]))
        path.append((heading.level, kinds[-1]))
    return kinds


def _is_known(title: str) -> bool:
    """Tell a runbook's title ("Migration Runbook: Rating") from a first section that has a meaning of its own."""
    return "runbook" not in title.lower() and kind_of(title, _K.TITLE) is not _K.UNKNOWN
