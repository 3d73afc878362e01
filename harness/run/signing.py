"""Binds a person in a role to the evidence of one finished run."""

from __future__ import annotations

from datetime import UTC, datetime

from harness.errors import Code, HarnessError
from harness.model import Decision, SignOff, Verdict
from harness.run.assemble import assemble
from harness.run.context import read_migration
from harness.settings import Project, did_you_mean
from harness.stores.evidence import EvidenceStore
from harness.stores.signoffs import SignOffStore

UNSIGNABLE = {"evidence-stale", "run-unfinished", "checks-left-out"}


def sign(project: Project, name: str, *, role: str, name_of_person: str) -> SignOff:
    """Store a sign-off for the last run; raises HarnessError for an unknown role, an empty name, or a run that cannot be accepted."""
    runbook, _ = read_migration(project, name)
    if role not in runbook.signoff_roles:
        known = ", ".join(runbook.signoff_roles) or "none"
        raise HarnessError(
            Code.SIGNOFF_INVALID,
            f"the runbook knows no role {role!r}{did_you_mean(role, runbook.signoff_roles)}",
            where=runbook.file,
            cause=f"known: {known}",
        )
    if not name_of_person.strip():
        raise HarnessError(Code.SIGNOFF_INVALID, "a sign-off needs the name of a person", hint="give --name")
    _refuse(assemble(project, name).verdict)
    folder = project.layout.reports / name
    digest = EvidenceStore(folder).evidence_digest()
    signed = SignOff(role, name_of_person.strip(), digest, datetime.now(UTC).isoformat(timespec="seconds"))
    SignOffStore(folder).append(signed)
    return signed


def _refuse(verdict: Verdict) -> None:
    """Refuse what nobody can answer for: a NO-GO, evidence of something else than what is here now, and half a run."""
    if verdict.decision is Decision.NO_GO:
        raise HarnessError(
            Code.SIGNOFF_INVALID, "a NO-GO cannot be signed off", hint="mend what the report names, then run the check again"
        )
    for reason in verdict.reasons:
        if reason.code in UNSIGNABLE:
            raise HarnessError(
                Code.SIGNOFF_INVALID, f"this run cannot be signed off: {reason.text}", hint="run `harness check` again, then sign"
            )
