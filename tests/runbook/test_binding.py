"""Thresholds find their metric by comments first, by words second, and are never dropped."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.model import Gate, Role
from harness.runbook import Runbook, Severity

Write = Callable[[str], Runbook]


def acceptance(line: str) -> str:
    """Put a line among the acceptance criteria."""
    return f"# Runbook\n\n## Acceptance criteria\n\n{line}\n"


def limits(gates: tuple[Gate, ...]) -> list[tuple[str, str, str, float]]:
    """Reduce gates to metric, subject, comparator and limit."""
    return [(gate.metric, gate.subject, gate.bound.comparator, gate.bound.limit) for gate in gates]


def codes(runbook: Runbook, severity: Severity = Severity.PROBLEM) -> list[str]:
    """List the codes of the findings of one severity."""
    return [finding.code for finding in runbook.findings if finding.severity is severity]


def test_a_comment_beats_the_vocabulary(written: Write) -> None:
    """What a person wrote is what counts."""
    runbook = written(acceptance("- [ ] Coverage ≥ 90 % <!-- gate: custom.share[core] -->"))
    assert limits(runbook.gates) == [("custom.share", "core", ">=", 0.9)]


def test_a_comment_may_stand_below_its_line(written: Write) -> None:
    """In the same item, without a blank line between."""
    runbook = written(acceptance("- [ ] Linear scaling\n  <!-- gate: benchmark.scaling.exponent[full] <= 1.1 -->"))
    assert limits(runbook.gates) == [("benchmark.scaling.exponent", "full", "<=", 1.1)]


def test_several_metrics_take_the_bounds_of_their_own_unit(written: Write) -> None:
    """Time takes the time, the ratio the ratio, whatever the order."""
    runbook = written(acceptance("- [ ] Full run: < 15 s (5x) <!-- gate: benchmark.speedup[full]; benchmark.time[full] -->"))
    assert limits(runbook.gates) == [("benchmark.speedup", "full", ">=", 5.0), ("benchmark.time", "full", "<", 15.0)]


def test_one_bound_may_serve_several_metrics(written: Write) -> None:
    """Each name gets the same limit when there is but one."""
    runbook = written(acceptance("- [ ] 8x on both <!-- gate: benchmark.speedup[a]; benchmark.speedup[b] -->"))
    assert limits(runbook.gates) == [("benchmark.speedup", "a", ">=", 8.0), ("benchmark.speedup", "b", ">=", 8.0)]


def test_a_bound_of_its_own_takes_the_one_it_repeats(written: Write) -> None:
    """Written twice, it is one gate; the others get what is left."""
    runbook = written(acceptance("- [ ] 8x, and 9x for b <!-- gate: benchmark.speedup[a]; benchmark.speedup[b] >= 9x -->"))
    assert limits(runbook.gates) == [("benchmark.speedup", "b", ">=", 9.0), ("benchmark.speedup", "a", ">=", 8.0)]


def test_a_threshold_that_the_comment_leaves_out_stays_a_gate(written: Write) -> None:
    """A comment for one bound cannot hide another."""
    runbook = written(acceptance("- [ ] Coverage ≥ 90 % and frobs < 7 <!-- gate: readiness.coverage -->"))
    assert limits(runbook.gates) == [("readiness.coverage", "", ">=", 0.9), ("", "", "<", 7.0)]


@pytest.mark.parametrize("line", ["8x <!-- gate: benchmark.speedup[a] >= 2x -->", "0 errors <!-- gate: readiness.mypy.errors <= 9 -->"])
def test_a_comment_cannot_loosen_what_the_page_says(written: Write, line: str) -> None:
    """People read one limit; another behind it is a problem."""
    assert codes(written(acceptance(f"- [ ] {line}"))) == ["comment-against-text"]


def test_a_range_of_values_is_a_property_with_no_failures(written: Write) -> None:
    """Scores in [0, 1] mean that no score was outside."""
    runbook = written(acceptance("- Scores in [0, 1] <!-- gate: property.in_bounds.failures -->"))
    assert limits(runbook.gates) == [("property.in_bounds.failures", "", "==", 0.0)]


def test_words_without_a_number_take_the_implied_bound(written: Write) -> None:
    """A count of failures is to be zero; a trigger fires above it."""
    assert limits(written(acceptance("- [ ] Golden met <!-- gate: golden.divergences -->")).gates) == [
        ("golden.divergences", "", "==", 0.0)
    ]
    trigger = written("# R\n\n## Rollback triggers\n\n- Any accident <!-- gate: outcomes.crashes -->\n")
    assert limits(trigger.gates) == [("outcomes.crashes", "", ">", 0.0)]
    assert trigger.gates[0].role is Role.TRIGGER


def test_a_metric_without_any_bound_is_a_problem(written: Write) -> None:
    """A name alone promises nothing that can be judged."""
    runbook = written(acceptance("- [ ] Fast <!-- gate: benchmark.time[full] -->"))
    assert (limits(runbook.gates), codes(runbook)) == ([], ["gate-without-bound"])


@pytest.mark.parametrize(
    "comment",
    [
        "gate: ",
        "gate: Nonsense",
        "gate: a.b <",
        "gate: a.b <= five",
        "gate: a.b[]",
        "gate: a.b[x",
        "gate a.b",
        "gates",
        "gate: a.b <= 1 extra",
        "gate: a.b;",
        "gate: none",
    ],
)
def test_a_comment_that_cannot_be_read_is_a_problem(written: Write, comment: str) -> None:
    """A slip of the pen in a comment never passes in silence."""
    assert codes(written(acceptance(f"- [ ] Coverage ≥ 90 % <!-- {comment} -->")))


def test_other_comments_are_nobodys_business(written: Write) -> None:
    """Remarks of editors bind nothing."""
    runbook = written(acceptance("- [ ] Coverage ≥ 90 % <!-- the gateway team asked for it -->"))
    assert (limits(runbook.gates), codes(runbook)) == ([("readiness.coverage", "", ">=", 0.9)], [])


def test_what_is_no_threshold_must_say_why_and_stays_visible(written: Write) -> None:
    """The reason is kept as a note."""
    runbook = written(acceptance("- Years (< 2 years) are handled <!-- gate: none, a number of years -->\n- x < 1"))
    assert limits(runbook.gates) == [("", "", "<", 1.0)]
    assert "a number of years" in next(finding.text for finding in runbook.findings if finding.severity is Severity.NOTE)


def test_a_comment_in_code_binds_nothing(written: Write) -> None:
    """An example of a comment is an example."""
    runbook = written(acceptance("- [ ] write `<!-- gate: a.b -->`, coverage ≥ 90 %"))
    assert limits(runbook.gates) == [("readiness.coverage", "", ">=", 0.9)]


def test_a_comment_that_stands_alone_is_a_problem(written: Write) -> None:
    """A threshold that the rendered page does not show is refused."""
    runbook = written(acceptance("words\n\n<!-- gate: outcomes.crashes == 0 -->\n\n- x < 1"))
    assert codes(runbook) == ["gate-alone"]
    assert limits(runbook.gates) == [("", "", "<", 1.0)]
