"""Builders of gates, evidence and verdicts; everything that a test does not name is as it must be for GO."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from harness.judge import judge
from harness.model import (
    Action,
    Bound,
    ChecklistItem,
    CheckRecord,
    Decision,
    Evidence,
    EvidenceStatus,
    Gate,
    GateResult,
    Role,
    Source,
    Verdict,
)

DIGEST = "d1"
GO, NO_GO, OPEN = Decision.GO, Decision.NO_GO, Decision.INCONCLUSIVE


def gate(
    comparator: str = "<",
    limit: float = 0.0001,
    unit: str = "",
    *,
    role: Role = Role.ACCEPTANCE,
    action: Action = Action.BLOCK,
    **rest: Any,
) -> Gate:
    """Return a gate on `differential.abs_error.max`, at line 12 of the runbook."""
    bound = Bound(comparator, limit, unit, f"{comparator} {limit}{unit}", upper=rest.pop("upper", None))
    given = {"id": "g1", "text": "score divergence", "source": Source("runbooks/rating.md", 12), "metric": "differential.abs_error.max"}
    return Gate(bound=bound, role=role, action=action, **(given | rest))


def trigger(comparator: str = ">", limit: float = 0.001, unit: str = "", **rest: Any) -> Gate:
    """Return a rollback trigger."""
    return gate(comparator, limit, unit, role=Role.TRIGGER, **({"action": Action.ROLLBACK} | rest))


def measured(value: float | None = 0.0, unit: str = "", **rest: Any) -> Evidence:
    """Return evidence of enough size for the gate above."""
    given = {
        "check": "differential",
        "operation": "rating",
        "port": "rust",
        "metric": "differential.abs_error.max",
        "n": 1000,
        "floor": 200,
    }
    return Evidence(value=value, unit=unit, **(given | rest))


def record(**rest: Any) -> CheckRecord:
    """Return the record of a check that went well."""
    given = {"status": EvidenceStatus.MEASURED, "cases": 1000, "floor": 200, "seconds": 1.0}
    return CheckRecord(**({"name": "differential", "operation": "rating", "port": "rust"} | given | rest))


def box(**rest: Any) -> ChecklistItem:
    """Return a ticked prerequisite that the gate g1 evidences."""
    given = {"text": "coverage", "source": Source("runbooks/rating.md", 5), "ticked": True, "prerequisite": True, "gate_ids": ("g1",)}
    return ChecklistItem(**(given | rest))


def verdict(gates: Sequence[Gate] | None = None, evidence: Sequence[Evidence] | None = None, **rest: Any) -> Verdict:
    """Judge; everything that a test does not name is as it must be for GO."""
    given: dict[str, Any] = {"checklist": (), "records": (record(),), "signoff_roles": (), "signoffs": (), "evidence_digest": DIGEST}
    gates = (gate(),) if gates is None else gates
    evidence = (measured(),) if evidence is None else evidence
    return judge(gates=gates, evidence=evidence, **(given | rest))


def codes(found: Verdict) -> list[str]:
    """Return the codes of the reasons in their order."""
    return [reason.code for reason in found.reasons]


def one(judged_gate: Gate, *evidence: Evidence, scales: Mapping[str, float] | None = None) -> GateResult:
    """Judge a single gate."""
    return verdict((judged_gate,), evidence, scales=scales or {}).gates[0]
