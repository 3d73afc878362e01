"""A run as the templates see it: every section as rows of text, made once and shared by HTML, Markdown and the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.model import ClaimStatus, Decision, EvidenceStatus
from harness.report.differences import DivergenceRow, divergence_rows
from harness.report.document import RunDocument
from harness.report.gates import GateRow, count_states, gate_rows
from harness.report.numbers import interval_text, value_text
from harness.report.parity import Parity, parity
from harness.report.provenance import FactRow, moment_text, provenance_rows
from harness.report.reasons import HEADLINES, ReasonRow, reason_rows, sentence
from harness.report.records import Answered, Grid, answered, grid
from harness.report.speed import OverallSpeed, SpeedCard, overall_speed, speed_cards

EVIDENCE_SHOWN = 1_000
_CLAIMS = (ClaimStatus.CONTRADICTED, ClaimStatus.OPEN, ClaimStatus.CLAIMED, ClaimStatus.EVIDENCED)


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One checkbox with what became of its claim, and links to the gates that it stands for."""

    status: str
    text: str
    source: str
    ticked: bool
    prerequisite: bool
    gates: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check record in words."""

    name: str
    operation: str
    port: str
    status: str
    cases: int
    floor: int
    seconds: str
    note: str


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One measured fact in words."""

    metric: str
    subject: str
    port: str
    value: str
    interval: str
    n: int
    floor: int
    status: str
    note: str


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One finding about the runbook."""

    code: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class SignOffRow:
    """One sign-off; `valid` says whether it was given for the evidence shown here."""

    role: str
    name: str
    signed_at: str
    valid: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that a report shows of one run."""

    migration: str
    title: str
    runbook_file: str
    decision: str
    headline: str
    sentence: str
    started_at: str
    reasons: tuple[ReasonRow, ...]
    warnings: tuple[ReasonRow, ...]
    gates: tuple[GateRow, ...]
    states: Mapping[str, int]
    speed: tuple[SpeedCard, ...]
    overall: OverallSpeed | None
    parity: Parity
    divergences: tuple[DivergenceRow, ...]
    grid: Grid
    checks: tuple[CheckRow, ...]
    answered: tuple[Answered, ...]
    checklist: tuple[ClaimRow, ...]
    claims: Mapping[str, int]
    findings: tuple[FindingRow, ...]
    signoffs: tuple[SignOffRow, ...]
    provenance: tuple[FactRow, ...]
    evidence: tuple[EvidenceRow, ...]
    evidence_total: int


def page(document: RunDocument) -> Page:
    """Turn a judged run into what is shown of it."""
    gates, cards = gate_rows(document), speed_cards(document.evidence)
    checklist, reasons = _claims(document, gates), reason_rows(document, gates)
    return Page(
        migration=document.migration,
        title=document.title or document.migration,
        runbook_file=document.runbook_file,
        decision=document.verdict.decision.value,
        headline=HEADLINES[document.verdict.decision],
        sentence=sentence(document, reasons, gates),
        started_at=moment_text(str(document.provenance.get("started_at") or "")),
        reasons=tuple(row for row in reasons if row.decision is not Decision.GO),
        warnings=tuple(row for row in reasons if row.decision is Decision.GO),
        gates=gates,
        states=count_states(gates),
        speed=cards,
        overall=overall_speed(cards),
        parity=parity(document.evidence, document.divergences),
        divergences=divergence_rows(document.divergences),
        grid=grid(document.checks, document.divergences),
        checks=_checks(document),
        answered=answered(document.checks),
        checklist=checklist,
        claims={status.value: sum(row.status == status.value for row in checklist) for status in _CLAIMS},
        findings=tuple(FindingRow(found.code, found.text, str(found.source)) for found in document.findings),
        signoffs=_signoffs(document),
        provenance=provenance_rows(document.provenance),
        evidence=_evidence(document),
        evidence_total=len(document.evidence),
    )


def _claims(document: RunDocument, gates: tuple[GateRow, ...]) -> tuple[ClaimRow, ...]:
    """Order the boxes by how much they need a look; a gate id that is not on the page gets no link."""
    anchors = {row.id: row.anchor for row in gates}
    ranked = sorted(document.verdict.checklist, key=lambda item: _CLAIMS.index(item.status))
    return tuple(
        ClaimRow(
            item.status.value,
            item.text,
            str(item.source),
            item.ticked,
            item.prerequisite,
            tuple((identity, anchors.get(identity, "")) for identity in item.gate_ids),
        )
        for item in ranked
    )


def _checks(document: RunDocument) -> tuple[CheckRow, ...]:
    return tuple(
        CheckRow(
            record.name,
            record.operation,
            record.port,
            record.status.value,
            record.cases,
            record.floor,
            value_text(record.seconds, "s"),
            record.note,
        )
        for record in document.checks
    )


def _signoffs(document: RunDocument) -> tuple[SignOffRow, ...]:
    digest = document.evidence_digest
    return tuple(
        SignOffRow(signed.role, signed.name, moment_text(signed.signed_at), bool(digest) and signed.evidence_digest == digest)
        for signed in document.signoffs
    )


def _evidence(document: RunDocument) -> tuple[EvidenceRow, ...]:
    """Show what is not measured first, so that what is left out of a long table is never a doubt."""
    ranked = sorted(document.evidence, key=lambda item: item.status is EvidenceStatus.MEASURED)
    return tuple(
        EvidenceRow(
            item.metric,
            item.subject or item.operation,
            item.port,
            value_text(item.value, item.unit),
            interval_text(item.interval, item.unit),
            item.n,
            item.floor,
            item.status.value,
            item.note,
        )
        for item in ranked[:EVIDENCE_SHOWN]
    )
