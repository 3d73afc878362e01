"""Puts everything together: NO-GO beats INCONCLUSIVE beats GO, and GO needs gates, evidence and no reason against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from harness.judge.checklist import judge_claim
from harness.judge.completeness import record_reasons, scope_reasons, signoff_reasons
from harness.judge.gates import Judged, judge_gate
from harness.model import ChecklistItem, CheckRecord, Decision, Evidence, Gate, Reason, SignOff, Verdict

UNSCALED: Mapping[str, float] = MappingProxyType({})
_FORCE = {Decision.NO_GO: 0, Decision.INCONCLUSIVE: 1, Decision.GO: 2}


def judge(
    *,
    gates: Sequence[Gate],
    checklist: Sequence[ChecklistItem],
    evidence: Sequence[Evidence],
    records: Sequence[CheckRecord],
    signoff_roles: Sequence[str],
    signoffs: Sequence[SignOff],
    evidence_digest: str,
    left_out: Sequence[str] = (),
    stale: Sequence[str] = (),
    runbook_problems: Sequence[Reason] = (),
    scales: Mapping[str, float] = UNSCALED,
) -> Verdict:
    """Judge a migration.

    `left_out` names checks that were not run, `stale` what changed since the evidence was measured. `scales` maps what a time is about
    (the evidence's subject, else its operation) to how many times longer the reference takes here than on the baseline's machine; absolute
    times are divided by it. The reasons come in the order of their weight, causes before what
    follows from them; a reason for GO is a warning.
    """
    judged = [judge_gate(gate, evidence, scales) for gate in gates]
    claims = [judge_claim(item, _by_id(judged)) for item in checklist]
    reasons = [
        *scope_reasons(left_out, stale),
        *record_reasons(records),
        *_emptiness(gates, evidence),
        *runbook_problems,
        *(gate.reason for gate in judged if gate.reason),
        *(claim.reason for claim in claims if claim.reason),
        *signoff_reasons(signoff_roles, signoffs, evidence_digest),
    ]
    reasons.sort(key=lambda reason: _FORCE[reason.decision])
    decision = reasons[0].decision if reasons else Decision.GO
    return Verdict(decision, tuple(reasons), tuple(gate.result for gate in judged), tuple(claim.item for claim in claims))


def _by_id(judged: Sequence[Judged]) -> dict[str, list[Judged]]:
    gates: dict[str, list[Judged]] = {}
    for gate in judged:
        gates.setdefault(gate.result.gate.id, []).append(gate)
    return gates


def _emptiness(gates: Sequence[Gate], evidence: Sequence[Evidence]) -> Iterator[Reason]:
    if not gates:
        yield Reason("no-gates", Decision.INCONCLUSIVE, "The runbook has no threshold to judge by")
    if not evidence:
        yield Reason("no-evidence", Decision.INCONCLUSIVE, "Nothing was measured")
