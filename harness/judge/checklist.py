"""What became of the runbook's checkboxes: a tick is a claim, and only gates that pass make it true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from harness.judge.gates import Judged
from harness.model import ChecklistItem, ClaimStatus, Decision, Reason, Result


@dataclass(frozen=True, slots=True)
class Claim:
    """A checkbox with its status, and the reason that it adds to the verdict, if any."""

    item: ChecklistItem
    reason: Reason | None


def judge_claim(item: ChecklistItem, gates: Mapping[str, Sequence[Judged]]) -> Claim:
    """Judge a checkbox by the gates with its ids; an id without a gate counts as not evidenced."""
    judged = [gate for gate_id in item.gate_ids for gate in gates.get(gate_id, ())]
    missing = not item.gate_ids or any(gate_id not in gates for gate_id in item.gate_ids)
    status = _status(item, judged, missing=missing)
    item = replace(item, status=status)
    return Claim(item, _reason(item, judged))


def _status(item: ChecklistItem, judged: Sequence[Judged], *, missing: bool) -> ClaimStatus:
    results = {gate.result.result for gate in judged}
    if Result.FAIL in results:
        return ClaimStatus.CONTRADICTED if item.ticked else ClaimStatus.OPEN
    if results <= {Result.PASS} and not missing:
        return ClaimStatus.EVIDENCED
    return ClaimStatus.CLAIMED if item.ticked else ClaimStatus.OPEN


def _reason(item: ChecklistItem, judged: Sequence[Judged]) -> Reason | None:
    if item.status is ClaimStatus.CONTRADICTED:
        stops = any(gate.reason is not None and gate.reason.decision is Decision.NO_GO for gate in judged)
        decision = Decision.NO_GO if stops else Decision.INCONCLUSIVE
        return _about(item, "claim-contradicted", "is ticked, but the evidence says otherwise", decision)
    if not item.prerequisite:
        return None
    if not item.ticked:
        return _about(item, "prerequisite-open", "is not ticked")
    if item.status is not ClaimStatus.EVIDENCED:
        return _about(item, "prerequisite-unevidenced", "is ticked, but nothing measured supports it")
    return None


def _about(item: ChecklistItem, code: str, what: str, decision: Decision = Decision.INCONCLUSIVE) -> Reason:
    kind = "The prerequisite" if item.prerequisite else "The box"
    return Reason(code, decision, f"{kind} {item.text!r} {what} ({item.source})", item.source)
