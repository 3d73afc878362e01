"""Paragraphs and list items as statements: which words are read, and what is found beside the thresholds."""

# ruff: noqa: RUF001 - these signs are what runbooks are written with

from __future__ import annotations

from harness.model import Role, Source
from harness.runbook.binding import Found, Statement, bind
from harness.runbook.bounds import Strength, read_bounds
from harness.runbook.document import Block
from harness.runbook.findings import Finding, Severity
from harness.runbook.oddities import find_placeholder, find_quantity, find_stray
from harness.runbook.references import names_a_file
from harness.runbook.sections import SectionKind
from harness.runbook.triggers import IMPLYING, action_for, consequence, least_strength, role_in

LONGEST_TEXT = 10_000


def read_block(block: Block, kind: SectionKind, file: str) -> Found:
    """Read one paragraph or list item of a section of this kind."""
    if not block.text.strip():
        return _alone(block, file)
    if len(block.text) > LONGEST_TEXT:
        return Found(findings=[too_long(Source(file, block.line))])
    role = role_in(kind)
    least = Strength.BARE if block.box is not None else least_strength(kind)
    words = block.prose if least is Strength.SIGN else block.text
    readings = [(reading, Source(file, block.line_at(reading.start))) for reading in read_bounds(words)]
    is_claim = block.in_list and kind in IMPLYING and (block.box is not None or role is Role.TRIGGER)
    names_file = role is Role.PREREQUISITE and any(names_a_file(span) for span in block.spans)
    statement = Statement(
        text=tidy(block.text),
        meaning=block.text,
        label=label_of(block.text, readings[0][0].start if readings else len(block.text)),
        readings=readings,
        comments=block.comments,
        role=role,
        action=action_for(role, consequence(block.text)),
        source=Source(file, block.line),
        least=least,
        implied=is_claim,
        names_file=names_file,
    )
    found = bind(statement)
    found.findings += _oddities(block, kind, file)
    return found


def too_long(source: Source) -> Finding:
    """Refuse a text of a length that no reviewer reads, so that a file cannot keep the reader busy for hours."""
    text = f"a paragraph, item or row longer than {LONGEST_TEXT} characters is not read; divide it"
    return Finding("text-too-long", text, source, Severity.PROBLEM)


def label_of(text: str, end: int) -> str:
    """Return the words before the first threshold, which name what it is about; the words behind it when there are none."""
    before = text[:end].strip(" :,;-–—(*~")
    return " ".join((before or text).split())


def tidy(text: str) -> str:
    """Put a text on one line."""
    return " ".join(text.split())


def _oddities(block: Block, kind: SectionKind, file: str) -> list[Finding]:
    """Name placeholders and comparisons without a number: thresholds somebody meant and nobody can judge."""
    judged = least_strength(kind) is Strength.BARE or block.box is not None
    severity = Severity.PROBLEM if judged else Severity.NOTE
    source = Source(file, block.line)
    placeholder, stray = find_placeholder(block.text), find_stray(block.text if judged else block.prose)
    if placeholder:
        return [Finding("placeholder", f"{placeholder!r} stands where a value should: {tidy(block.text)}", source, severity)]
    quantity = find_quantity(block.text) if judged and block.in_list and not block.comments else ""
    if quantity and kind in IMPLYING:
        text = f"{quantity!r} is compared with nothing; write at least, at most, or a sign: {tidy(block.text)}"
        return [Finding("bound-unreadable", text, source, severity)]
    if stray:
        return [Finding("bound-unreadable", f"a comparison without a number that can be read: {stray!r}", source, severity)]
    return []


def _alone(block: Block, file: str) -> Found:
    """Refuse a gate comment that stands on its own: a threshold must be seen by those who read the rendered page."""
    gates = [comment for comment in block.comments if comment.body.strip().lower().startswith("gate")]
    text = "a gate comment stands alone; put it on the line of the words that it binds"
    return Found(findings=[Finding("gate-alone", text, Source(file, comment.line), Severity.PROBLEM) for comment in gates])
