"""Boxes are claims that know their gates."""

from __future__ import annotations

from collections.abc import Callable

from harness.model import ClaimStatus, Role
from harness.runbook import Runbook

Write = Callable[[str], Runbook]

TEXT = """---
prerequisites:
  - Type-Hints vollständig (mypy --strict)
  - ≥70% Test-Coverage
  - docs/a.md
  - Performance-Baseline dokumentiert
---

# R

## 2. Vorbereitungs-Checkliste

- [x] Coverage ≥ 87%
- [x] Unit Tests: `tests/a.py`
- [x] Specification: `docs/a.md`
  - [ ] Nullability: Dokumentiert
- no box, mypy

## 7. Akzeptanzkriterien

- [ ] Property-Based Tests pass
"""


def test_boxes_carry_their_state_and_their_gates(written: Write) -> None:
    """Those of the front matter count as ticked, those of the preparation are prerequisites."""
    runbook = written(TEXT)
    metrics = {gate.id: gate.metric for gate in runbook.gates}
    found = [(item.ticked, item.prerequisite, [metrics[gate] for gate in item.gate_ids], item.source.line) for item in runbook.checklist]
    assert found == [
        (True, True, ["readiness.mypy.errors"], 3),
        (True, True, ["readiness.coverage"], 4),
        (True, True, ["readiness.files.missing"], 5),
        (True, True, [], 6),
        (True, True, ["readiness.coverage"], 13),
        (True, True, ["readiness.files.missing"], 14),
        (True, True, ["readiness.files.missing"], 15),
        (False, True, [], 16),
        (False, False, ["property.failures"], 21),
    ]
    assert {item.status for item in runbook.checklist} == {ClaimStatus.OPEN}


def test_what_is_only_implied_is_one_gate_for_many_boxes(written: Write) -> None:
    """Three boxes claim that files are there; the report shows one gate."""
    runbook = written(TEXT)
    assert [gate.source.line for gate in runbook.gates if gate.metric == "readiness.files.missing"] == [5]
    assert [gate.role for gate in runbook.gates] == [Role.PREREQUISITE] * 4 + [Role.ACCEPTANCE]


def test_written_thresholds_are_never_merged(written: Write) -> None:
    """Each has its own line in the report, even if it says the same."""
    runbook = written("# R\n\n## Akzeptanzkriterien\n\n- [ ] Coverage ≥ 87%\n- [ ] Coverage ≥ 87%\n")
    assert [(gate.id, gate.source.line) for gate in runbook.gates] == [("G01-readiness-coverage", 5), ("G02-readiness-coverage", 6)]
