"""Markdown to gates: the runbook that people review, read as data; start at `parse.parse_runbook`."""

from harness.runbook.commands import Assignment, RollbackCommand, Switch
from harness.runbook.findings import Finding, Severity
from harness.runbook.lint import is_measured, lint
from harness.runbook.metric import Direction, Metric
from harness.runbook.parse import Runbook, parse_runbook, read_runbook
from harness.runbook.references import Reference
from harness.runbook.sections import Section, SectionKind
from harness.runbook.tables import Claim
from harness.runbook.vocabulary import METRICS, metric_named

__all__ = [
    "METRICS",
    "Assignment",
    "Claim",
    "Direction",
    "Finding",
    "Metric",
    "Reference",
    "RollbackCommand",
    "Runbook",
    "Section",
    "SectionKind",
    "Severity",
    "Switch",
    "is_measured",
    "lint",
    "metric_named",
    "parse_runbook",
    "read_runbook",
]
