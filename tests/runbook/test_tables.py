"""Tables are understood by their headers, in two languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.model import Action, Role
from harness.runbook import Runbook, Severity
from harness.runbook.tables import Column, classify

Write = Callable[[str], Runbook]
C = Column

TRIGGERS = """# R

## 5. Rollback-Trigger

| Kriterium | Schwellwert | Aktion |
| --------- | ----------- | ------ |
| Monte-Carlo Divergenz | >1% | Rollback |
| Performance-Regression | >10% langsamer | Warning in CI |
| Julia FFI Fehler | Jeder | Python Fallback |
| Rust Panic | Jeder | Rollback |
"""
TARGETS = """# R

## Warum Migration?

| Metrik | Python Baseline | Rust Target | Speedup |
|--------|-----------------|-------------|---------|
| Robustness (50 jitters) | 125ms | <15ms <!-- gate: benchmark.time[robust] --> | **8x** <!-- gate: benchmark.speedup[robust] --> |
| Full Loop | 85s | ~25s (4x) | 5-10x |
| Unknown | TBD | TBD | - |
| Forgotten | 1s | | |
"""


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (["Metrik", "Python Baseline", "Rust Target", "Speedup"], [C.LABEL, C.BASELINE, C.TARGET, C.SPEEDUP]),
        (["Operation", "Python", "Hybrid", "Target", "Status"], [C.LABEL, C.BASELINE, C.MEASURED, C.TARGET, C.OTHER]),
        (["Operation", "Python", "Rust", "Faktor"], [C.LABEL, C.BASELINE, C.TARGET, C.SPEEDUP]),
        (["Kriterium", "Schwellwert", "Aktion"], [C.LABEL, C.THRESHOLD, C.ACTION]),
        (["Criterion", "Limit", "Action"], [C.LABEL, C.THRESHOLD, C.ACTION]),
        (["Datum", "Version", "Autor"], [C.LABEL, C.OTHER, C.OTHER]),
    ],
)
def test_headers_say_what_columns_are_for(header: list[str], columns: list[Column]) -> None:
    """Without a target column, the port's column holds the plan."""
    assert classify(header) == columns


def test_a_trigger_table_gives_thresholds_with_their_actions(written: Write) -> None:
    """One gate a row, also where nothing is bound."""
    assert [(gate.metric, gate.bound.limit, gate.role, gate.action) for gate in written(TRIGGERS).gates] == [
        ("differential.rel_error.max", 0.01, Role.TRIGGER, Action.ROLLBACK),
        ("", 0.1, Role.TRIGGER, Action.WARN),
        ("", 0.0, Role.TRIGGER, Action.FALLBACK),
        ("outcomes.panics", 0.0, Role.TRIGGER, Action.ROLLBACK),
    ]


def test_a_target_table_gives_limits_for_time_and_speed(written: Write) -> None:
    """Cells bind themselves; without a comment the label names the subject."""
    assert [(gate.metric, gate.subject, gate.bound.comparator, gate.bound.limit) for gate in written(TARGETS).gates] == [
        ("benchmark.time", "robust", "<", 0.015),
        ("benchmark.speedup", "robust", ">=", 8.0),
        ("benchmark.time", "full_loop", "<=", 25.0),
        ("benchmark.speedup", "full_loop", ">=", 4.0),
        ("benchmark.speedup", "full_loop", ">=", 5.0),
    ]


def test_a_baseline_is_a_claim_and_no_limit(written: Write) -> None:
    """It goes by the subject of its row's own gates."""
    assert [(claim.subject, claim.value, claim.unit) for claim in written(TARGETS).claims] == [
        ("robust", 0.125, "s"),
        ("full_loop", 85.0, "s"),
        ("forgotten", 1.0, "s"),
    ]


def test_a_limit_that_is_missing_is_a_problem_and_a_measurement_only_a_warning(written: Write) -> None:
    """What would be judged must be there."""
    found = [(finding.source.line, finding.severity) for finding in written(TARGETS).findings]
    assert found == [(9, Severity.WARNING), (9, Severity.PROBLEM), (9, Severity.PROBLEM), (10, Severity.PROBLEM)]


def test_a_cell_of_limits_that_cannot_be_read_is_a_problem(written: Write) -> None:
    """Words are no threshold."""
    runbook = written("# R\n\n## Rollback-Trigger\n\n| Kriterium | Schwelle |\n|---|---|\n| Determinismus | reproduzierbar |\n")
    assert [finding.code for finding in runbook.findings] == ["bound-unreadable"]


def test_a_comment_beside_the_limit_binds_the_row(written: Write) -> None:
    """It may stand in the cell of the criterion."""
    runbook = written("# R\n\n## Rollback-Trigger\n\n| Criterion | Threshold |\n|---|---|\n| Odd one <!-- gate: custom.odd --> | > 3 |\n")
    assert [(gate.metric, gate.bound.limit, gate.text) for gate in runbook.gates] == [("custom.odd", 3.0, "Odd one: Threshold > 3")]


def test_a_written_sign_in_any_other_table_is_a_threshold(written: Write) -> None:
    """No table is a place to hide one."""
    runbook = written("# R\n\n## Changelog\n\n| Date | Change |\n|---|---|\n| today | latency < 3 ms |\n| later | 8x |\n")
    assert [gate.bound.raw for gate in runbook.gates] == ["< 3 ms"]


def test_a_bar_in_code_needs_its_escape_and_then_breaks_no_row(written: Write) -> None:
    """Cells with code keep their place."""
    runbook = written("# R\n\n## Ziele\n\n| Metrik | Target |\n|---|---|\n| `a\\|b` | < 5 ms |\n")
    assert [gate.subject for gate in runbook.gates] == ["a_b"]
