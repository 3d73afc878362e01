"""Where a threshold stands decides what it is for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.model import Action, Role
from harness.runbook import Runbook, Severity

Write = Callable[[str], Runbook]


def gates(runbook: Runbook) -> list[tuple[str, Role, Action, int]]:
    """Reduce gates to metric, role, action and line."""
    return [(gate.metric, gate.role, gate.action, gate.source.line) for gate in runbook.gates]


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("Rollback-Trigger", Role.TRIGGER),
        ("Akzeptanzkriterien", Role.ACCEPTANCE),
        ("Vorbereitungs-Checkliste", Role.PREREQUISITE),
        ("Performance", Role.TARGET),
        ("Something new", Role.ACCEPTANCE),
    ],
)
def test_the_section_gives_the_role(written: Write, heading: str, role: Role) -> None:
    """Also a section that nobody knows is judged."""
    assert [gate.role for gate in written(f"# R\n\n## {heading}\n\n- Divergence > 0.5\n").gates] == [role]


@pytest.mark.parametrize("where", ["1. Übersicht", "4. Migration Steps", "9. Referenzen", "Changelog", "Sign-Off", "Architecture"])
def test_a_written_sign_is_a_gate_even_in_narrative(written: Write, where: str) -> None:
    """A threshold added anywhere is named, and no guess binds it."""
    assert [(gate.metric, gate.bound.raw) for gate in written(f"# R\n\n## {where}\n\nFrobnication stays < 3 ms.\n").gates] == [
        ("", "< 3 ms")
    ]


def test_a_threshold_in_a_heading_or_title_counts(written: Write) -> None:
    """People look at headings first."""
    assert [gate.source.line for gate in written("# Runbook, latency < 5 ms\n\n## Akzeptanzkriterien\n\n### Coverage ≥ 90 %\n").gates] == [
        1,
        5,
    ]


def test_bare_numbers_in_narrative_are_mentions(written: Write) -> None:
    """They are kept, compared by the lint, and not judged."""
    runbook = written("# R\n\n## Migration Steps\n\n1. Verify 8x+ speedup\n")
    assert (runbook.gates, [mention.metric for mention in runbook.mentions]) == ((), ["benchmark.speedup"])


def test_code_in_narrative_is_no_threshold_and_among_criteria_it_is(written: Write) -> None:
    """`if n < 2` explains; `< 5 ms` behind a criterion demands."""
    assert written("# R\n\n## Architecture\n\nuses `if n < 2`\n").gates == ()
    assert len(written("# R\n\n## Acceptance\n\n- Latency `< 5 ms`\n").gates) == 1


def test_a_box_anywhere_is_read_like_a_criterion(written: Write) -> None:
    """Who ticks a number promises it."""
    assert [gate.bound.raw for gate in written("# R\n\n## Notes on steps\n\n- [ ] Speedup 8x\n").gates] == ["8x"]


@pytest.mark.parametrize(
    ("line", "action"),
    [
        ("Divergence > 1 %: Python Fallback", Action.FALLBACK),
        ("Divergence > 10 % warning in CI", Action.WARN),
        ("Divergence > 20 % → CI-Failure", Action.BLOCK),
        ("Divergence > 1 %", Action.ROLLBACK),
        ("Different results than Python (determinism failure)", Action.ROLLBACK),
    ],
)
def test_a_trigger_says_what_happens(written: Write, line: str, action: Action) -> None:
    """Behind an arrow, a colon or the number; otherwise the way back."""
    assert {gate.action for gate in written(f"# R\n\n## Rollback-Trigger\n\n- {line}\n").gates} == {action}


def test_each_limit_of_a_trigger_has_its_own_action(written: Write) -> None:
    """A warning first, a failure later."""
    runbook = written("# R\n\n## Alerts\n\n- Divergence > 10 % warning, > 20 % failure\n")
    assert [gate.action for gate in runbook.gates] == [Action.WARN, Action.BLOCK]


def test_a_trigger_in_words_means_more_than_none(written: Write) -> None:
    """Also when no metric is meant by it: then it is unbound, and named."""
    runbook = written("# R\n\n## Rollback-Trigger\n\n- Data corruption\n- Crash oder Panic\n")
    assert [(gate.metric, gate.bound.comparator, gate.bound.limit) for gate in runbook.gates] == [
        ("", ">", 0.0),
        ("outcomes.crashes", ">", 0.0),
    ]


def test_a_wrapped_item_names_the_line_of_the_number(written: Write) -> None:
    """Editors jump to the threshold itself."""
    assert [gate.source.line for gate in written("# R\n\n## Acceptance\n\n- [ ] Coverage of everything\n  is ≥ 90 %\n").gates] == [6]


@pytest.mark.parametrize("line", ["Speedup ≥ [X]x", "latency < five ms", "Coverage 90 %", "Julia ≥ 1.10.3"])
def test_a_criterion_that_cannot_be_judged_is_a_problem(written: Write, line: str) -> None:
    """Nothing that was meant as a limit passes in silence."""
    assert [finding.severity for finding in written(f"# R\n\n## Acceptance\n\n- [ ] {line}\n").findings] == [Severity.PROBLEM]


@pytest.mark.parametrize("form", ["- [ ] {}\n", "| Metric | Target |\n|---|---|\n| {} | < 5 ms |\n"])
def test_a_text_of_absurd_length_is_refused_and_named(written: Write, form: str) -> None:
    """It is a problem, not a day of work and not a silence."""
    runbook = written("# R\n\n## Acceptance\n\n" + form.format("x 10" * 5000))
    assert [(finding.code, finding.severity) for finding in runbook.findings] == [("text-too-long", Severity.PROBLEM)]
    assert runbook.gates == ()
