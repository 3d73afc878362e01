"""Everything besides the gates that must be there before GO: checks that ran, fresh evidence, and sign-offs for exactly it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.model import CheckRecord, Decision, EvidenceStatus, Reason, SignOff


def record_reasons(records: Sequence[CheckRecord]) -> Iterator[Reason]:
    """Yield a reason for every check that broke, did not settle, examined nothing, or examined too little.

    One cause that stopped many checks ("the port is not there") is one reason that names them.
    """
    grouped: dict[tuple[str, str], list[CheckRecord]] = {}
    for record in records:
        code, what = _shortcoming(record)
        if code:
            grouped.setdefault((code, what), []).append(record)
    for (code, what), group in grouped.items():
        yield _open(code, f"{_named(group)} {what}")


def _shortcoming(record: CheckRecord) -> tuple[str, str]:
    """Return the code and the words of what is wrong with a record, two empty texts when nothing is."""
    if record.status is EvidenceStatus.ERROR:
        return "check-error", f"broke: {record.note or 'no cause was recorded'}"
    if record.status is not EvidenceStatus.MEASURED:
        return "check-inconclusive", f"ended as {record.status.value}: {record.note or 'no cause was recorded'}"
    if record.cases <= 0:
        return "no-cases", "examined no case"
    if record.cases < record.floor:
        return "check-below-floor", f"examined {record.cases} cases, at least {record.floor} are needed"
    return "", ""


def _named(group: Sequence[CheckRecord]) -> str:
    names = list(dict.fromkeys(record.name for record in group))
    about = list(dict.fromkeys(" of ".join(filter(None, (record.port, record.operation))) for record in group))
    checks = f"The check {names[0]}" if len(names) == 1 else f"The checks {', '.join(names)}"
    subjects = about[0] if len(about) == 1 else f"{about[0]} and {len(about) - 1} more"
    return f"{checks} on {subjects}" if subjects else checks


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
