"""Everything besides the gates that must be there before GO: checks that ran, fresh evidence, and sign-offs for exactly it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.model import CheckRecord, Decision, EvidenceStatus, Reason, SignOff


def record_reasons(records: Sequence[CheckRecord]) -> Iterator[Reason]:
    """Yield a reason for every check that broke, did not settle, examined nothing, or examined too little."""
    for record in records:
        where = " on ".join(
            part for part in (f"The check {record.name}", " of ".join(filter(None, (record.port, record.operation)))) if part
        )
        if record.status is EvidenceStatus.ERROR:
            yield _open("check-error", f"{where} broke: {record.note or 'no cause was recorded'}")
        elif record.status is not EvidenceStatus.MEASURED:
            yield _open("check-inconclusive", f"{where} ended as {record.status.value}: {record.note or 'no cause was recorded'}")
        elif record.cases <= 0:
            yield _open("no-cases", f"{where} examined no case")
        elif record.cases < record.floor:
            yield _open("check-below-floor", f"{where} examined {record.cases} cases, at least {record.floor} are needed")


def scope_reasons(left_out: Sequence[str], stale: Sequence[str]) -> Iterator[Reason]:
    """Yield a reason for checks that were left out, and one for evidence that is older than what it is about."""
    if left_out:
        yield _open("checks-left-out", f"Not everything was examined; left out: {', '.join(left_out)}")
    if stale:
        yield _open("evidence-stale", f"The evidence is stale; changed since: {', '.join(stale)}")


def signoff_reasons(roles: Sequence[str], signoffs: Sequence[SignOff], evidence_digest: str) -> Iterator[Reason]:
    """Yield a reason for every role without a named person's sign-off for exactly this evidence."""
    for role in roles:
        given = [item for item in signoffs if _same(item.role, role) and item.name.strip()]
        if not given:
            yield _open("signoff-missing", f"The sign-off of {role} is missing")
        elif not evidence_digest or all(item.evidence_digest != evidence_digest for item in given):
            yield _open("signoff-stale", f"The sign-off of {role} by {given[-1].name} is for other evidence")


def _same(role: str, other: str) -> bool:
    return role.strip().casefold() == other.strip().casefold()


def _open(code: str, text: str) -> Reason:
    return Reason(code, Decision.INCONCLUSIVE, text)
