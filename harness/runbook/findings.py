"""What reading a runbook turned up beside its gates: nothing odd is dropped, it is found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from harness.model import Source


class Severity(StrEnum):
    """How much a finding weighs: a PROBLEM keeps the verdict from GO, a WARNING wants mending, a NOTE is said for the record."""

    PROBLEM = "problem"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a reviewer should know, with a stable code, a sentence, its place, and what might mend it."""

    code: str
    text: str
    source: Source
    severity: Severity = Severity.WARNING
    proposals: tuple[str, ...] = ()
