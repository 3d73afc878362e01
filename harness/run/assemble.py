"""The second stage of a run: stored evidence, the runbook of today and the sign-offs are put together and judged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from harness.errors import Code, HarnessError
from harness.formats.digest import digest_value
from harness.judge import judge
from harness.model import Decision, Evidence, Reason, Verdict
from harness.report.document import RunDocument
from harness.run.context import read_migration
from harness.run.provenance import exchanged_files, stale, subject_digests
from harness.run.scales import scales
from harness.runbook import Runbook, Severity
from harness.settings import Project
from harness.stores.evidence import EvidenceStore, StoredRun
from harness.stores.signoffs import SignOffStore


def assemble(project: Project, name: str) -> RunDocument:
    """Judge the stored run of a migration by its runbook as it is now.

    Raises HarnessError EVIDENCE_MISSING when nothing was measured, and what reading runbook, contract or evidence may raise.
    """
    runbook, contract = read_migration(project, name)
    store = EvidenceStore(project.layout.reports / name)
    run = store.read()
    if not run.evidence and not run.records:
        raise HarnessError(Code.EVIDENCE_MISSING, f"nothing has been measured for {name!r}", where=str(store.path))
    signoffs = tuple(SignOffStore(project.layout.reports / name).read())
    digest = store.evidence_digest()
    verdict = judge(
        gates=runbook.gates,
        checklist=runbook.checklist,
        evidence=run.evidence,
        records=run.records,
        signoff_roles=runbook.signoff_roles,
        signoffs=signoffs,
        evidence_digest=digest,
        left_out=tuple(run.provenance.get("left_out", ())),
        stale=(*stale(run.provenance, subject_digests(project, contract)), *exchanged_files(run.records, contract, project.root)),
        runbook_problems=(*_problems(runbook), *_unfinished(run)),
        scales=scales(project, name, run),
    )
    return RunDocument(
        migration=name,
        title=runbook.title,
        verdict=verdict,
        evidence=tuple(run.evidence),
        checks=tuple(run.records),
        divergences=tuple(run.divergences),
        provenance={**run.provenance, "evidence_digest": digest},
        runbook_file=runbook.file,
        findings=runbook.findings,
        signoffs=signoffs,
    )


def outcome_digest(verdict: Verdict) -> str:
    """Return a digest of what a verdict came to, for comparing two of them."""
    return digest_value((verdict.decision.value, [(result.gate.id, result.result.value) for result in verdict.gates]))


def measured_metrics(evidence: Iterable[Evidence]) -> list[str]:
    """Name the metrics that a run measured."""
    return sorted({record.metric for record in evidence})


def _problems(runbook: Runbook) -> Sequence[Reason]:
    """Turn findings that keep a runbook from being trusted into reasons; unbound thresholds are the judge's own business."""
    return [
        Reason(f"runbook-{finding.code}", Decision.INCONCLUSIVE, finding.text, finding.source)
        for finding in runbook.findings
        if finding.severity is Severity.PROBLEM
    ]


def _unfinished(run: StoredRun) -> Sequence[Reason]:
    if run.finished:
        return []
    return [Reason("run-unfinished", Decision.INCONCLUSIVE, "the run was interrupted; what it finished is kept, the rest was not measured")]
