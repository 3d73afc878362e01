"""What a threshold in a section is for, and what happens when it is crossed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from harness.model import Action, Role
from harness.runbook.bounds import Strength
from harness.runbook.sections import SectionKind

_ROLES: Mapping[SectionKind, Role] = {
    SectionKind.TRIGGERS: Role.TRIGGER,
    SectionKind.ROLLBACK: Role.TRIGGER,
    SectionKind.PREPARATION: Role.PREREQUISITE,
    SectionKind.PERFORMANCE: Role.TARGET,
}
_LEAST: Mapping[SectionKind, Strength] = {
    SectionKind.TRIGGERS: Strength.BARE,
    SectionKind.ACCEPTANCE: Strength.BARE,
    SectionKind.PREPARATION: Strength.BARE,
    SectionKind.PERFORMANCE: Strength.BARE,
    SectionKind.ROLLBACK: Strength.WORDS,
    SectionKind.UNKNOWN: Strength.WORDS,
}
_FALLBACK = re.compile(r"fall-?back|rückfall auf", re.IGNORECASE)
_WARNING = re.compile(r"\bwarn(ing|ung|en)?\b", re.IGNORECASE)
_BLOCKING = re.compile(r"\b(failure|fehlschlag)|\bblock", re.IGNORECASE)
_CONSEQUENCE = re.compile(r"(?:→|=>|->|:)\s*(.*)$")
IMPLYING = {SectionKind.TRIGGERS, SectionKind.ACCEPTANCE, SectionKind.PREPARATION}


def role_in(kind: SectionKind) -> Role:
    """Return why a threshold stands in a section of this kind; where nothing else is said, it must be met."""
    return _ROLES.get(kind, Role.ACCEPTANCE)


def least_strength(kind: SectionKind) -> Strength:
    """Return how surely a text must be a threshold to be judged: sections that narrate need a written sign."""
    return _LEAST.get(kind, Strength.SIGN)


def action_for(role: Role, text: str) -> Action:
    """Read what a trigger demands from its own words or its action column; everything else blocks the migration."""
    if role is not Role.TRIGGER:
        return Action.BLOCK
    if _FALLBACK.search(text):
        return Action.FALLBACK
    if _WARNING.search(text):
        return Action.WARN
    return Action.BLOCK if _BLOCKING.search(text) else Action.ROLLBACK


def consequence(text: str) -> str:
    """Return the words that say what happens: those behind an arrow or a colon."""
    match = _CONSEQUENCE.search(text)
    return match[1] if match else ""
