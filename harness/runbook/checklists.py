"""Checkboxes and prerequisites: what people claim, tied to the gates that can show it."""

from __future__ import annotations

from collections.abc import Iterable

from harness.model import ChecklistItem, Gate, Role, Source
from harness.runbook.binding import Found, Statement, bind
from harness.runbook.bounds import Strength, read_bounds
from harness.runbook.document import Block, parse_document
from harness.runbook.front_matter import Entry
from harness.runbook.references import front_matter_reference
from harness.runbook.sections import SectionKind
from harness.runbook.statements import label_of, tidy
from harness.runbook.triggers import action_for


def checklist_item(block: Block, kind: SectionKind, file: str, gates: Iterable[Gate]) -> ChecklistItem:
    """Make the item of a checkbox, with the gates that were read from the same words."""
    return ChecklistItem(
        text=tidy(block.text),
        source=Source(file, block.line),
        ticked=bool(block.box),
        prerequisite=kind is SectionKind.PREPARATION,
        gate_ids=tuple(gate.id for gate in gates),
    )


def prerequisite_item(entry: Entry, file: str, gates: Iterable[Gate]) -> ChecklistItem:
    """Make the item of a prerequisite in the front matter: listing it there claims it, as a tick does."""
    return ChecklistItem(entry.text, Source(file, entry.line), ticked=True, prerequisite=True, gate_ids=tuple(gate.id for gate in gates))


def read_prerequisite(entry: Entry, file: str) -> Found:
    """Read a prerequisite of the front matter: a path, a threshold, or words that mean one."""
    source = Source(file, entry.line)
    blocks = [element for element in parse_document(entry.text).elements if isinstance(element, Block)]
    readings = read_bounds(entry.text.partition("<!--")[0])
    statement = Statement(
        text=tidy(entry.text),
        meaning=entry.text,
        label=label_of(entry.text, readings[0].start if readings else len(entry.text)),
        readings=[(reading, source) for reading in readings],
        comments=[comment for block in blocks for comment in block.comments],
        role=Role.PREREQUISITE,
        action=action_for(Role.PREREQUISITE, entry.text),
        source=source,
        least=Strength.BARE,
        implied=True,
        names_file=front_matter_reference(entry.text, source) is not None,
    )
    return bind(statement)
