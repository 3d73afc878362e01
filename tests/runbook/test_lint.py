"""A reviewer is told what a machine would stumble over."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.runbook import Runbook, Severity, is_measured, lint

Write = Callable[[str], Runbook]


def codes(runbook: Runbook, *measured: str) -> list[tuple[str, int]]:
    """Reduce the findings to code and line, without notes."""
    return [(finding.code, finding.source.line) for finding in lint(runbook, measured) if finding.severity is not Severity.NOTE]


def test_an_unbound_threshold_is_named_with_proposals(written: Write) -> None:
    """Those whose words or names are near, and whose unit fits."""
    runbook = written("# R\n\n## Acceptance\n\n- Golden record misses < 3\n")
    (finding,) = lint(runbook, ())
    assert (finding.code, finding.severity) == ("unbound", Severity.PROBLEM)
    assert "golden.missing" in finding.proposals


def test_a_bound_metric_that_nothing_measures_is_named_with_the_nearest(written: Write) -> None:
    """A slip in a subject is found by its neighbour."""
    runbook = written("# R\n\n## Acceptance\n\n- [ ] Fast: < 5 ms <!-- gate: benchmark.time[ful_rating] -->\n")
    (finding,) = lint(runbook, ["benchmark.time[full_rating]"])[:1]
    assert (finding.code, finding.proposals) == ("unmeasured", ("benchmark.time[full_rating]",))


@pytest.mark.parametrize(
    ("gate", "measured", "expected"),
    [
        ("benchmark.time[a]", ["benchmark.time[a]"], True),
        ("benchmark.time[a]", ["benchmark.time[b]"], False),
        ("benchmark.time[a]", ["benchmark.time"], True),
        ("benchmark.time", ["benchmark.time[b]"], True),
        ("benchmark.time", ["benchmark.timer"], False),
    ],
)
def test_a_gate_asks_for_its_subject_or_for_all(written: Write, gate: str, measured: list[str], expected: bool) -> None:  # noqa: FBT001 - a table of facts
    """Names without subjects speak for every subject."""
    runbook = written(f"# R\n\n## Acceptance\n\n- [ ] < 5 ms <!-- gate: {gate} -->\n")
    assert is_measured(runbook.gates[0], measured) is expected


def test_what_is_measured_and_gated_nowhere_is_noted(written: Write) -> None:
    """Evidence that nobody asks for may be a forgotten threshold."""
    runbook = written("# R\n\n## Acceptance\n\n- [ ] Coverage ≥ 90 %\n")
    found = [finding.text for finding in lint(runbook, ["readiness.coverage", "golden.missing"]) if finding.code == "gated-nowhere"]
    assert ["golden.missing" in text for text in found] == [True]


@pytest.mark.parametrize(
    ("measured", "noted"),
    [("benchmark.time", False), ("benchmark.time[rows]", False), ("benchmark.time[other]", True), ("benchmark.speedup", True)],
)
def test_a_gate_on_one_subject_is_a_question_for_its_metric(written: Write, measured: str, noted: bool) -> None:  # noqa: FBT001 - a table of facts
    """A metric measured without subjects is asked for by a gate on any; another subject of it may be a forgotten threshold."""
    runbook = written("# R\n\n## Acceptance\n\n- [ ] < 5 ms <!-- gate: benchmark.time[rows] -->\n")
    assert any(finding.code == "gated-nowhere" for finding in lint(runbook, [measured])) is noted


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("- [ ] Share < 5 ms <!-- gate: benchmark.boundary.share -->", "unit-mismatch"),
        ("- [ ] Price > 3 USD <!-- gate: benchmark.time -->", "unit-mismatch"),
        ("- [ ] Coverage < 90 % <!-- gate: readiness.coverage -->", "wrong-side"),
        ("- [ ] Fast > 5 ms <!-- gate: benchmark.time -->", "wrong-side"),
    ],
)
def test_units_and_sides_must_fit_the_metric(written: Write, line: str, code: str) -> None:
    """A limit in the wrong unit, or one that demands the worse, is a slip."""
    assert code in [found for found, _ in codes(written(f"# R\n\n## Acceptance\n\n{line}\n"))]


def test_a_trigger_on_the_bad_side_is_right(written: Write) -> None:
    """It fires where nobody wants to be."""
    assert codes(written("# R\n\n## Rollback-Trigger\n\n- Coverage < 80 %\n- Divergence > 0.001\n")) == []


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("## Acceptance\n\n- [ ] Coverage ≥ 90 %\n", "## Vorbereitung\n\n- [ ] Coverage ≥ 70 %\n", [("contradiction", 9)]),
        ("## Acceptance\n\n- [ ] Coverage ≥ 90 %\n", "## Vorbereitung\n\n- [ ] Coverage ≥ 90 %\n", []),
        ("## Rollback-Trigger\n\n- Divergence > 0.001\n", "## Acceptance\n\n- [ ] Divergence < 0.0001\n", []),
        ("## Rollback-Trigger\n\n- Divergence > 0.0001\n", "## Acceptance\n\n- [ ] Divergence < 0.001\n", [("contradiction", 9)]),
        ("## Alerts\n\n- Divergence > 0.1 warning\n", "## Rollback-Trigger\n\n- Divergence > 0.2\n", []),
        ("## Rollback-Trigger\n\n- Divergence > 0.1\n", "## Alerts\n\n- Divergence > 0.2\n", [("contradiction", 9)]),
        (
            "## Ziele\n\n| Metrik | Target |\n|---|---|\n| Full | <5ms |\n",
            "## Acceptance\n\n- [ ] Full: < 9 ms\n",
            [("prose-looser-than-table", 11)],
        ),
        ("## Acceptance\n\n- [ ] Speedup ≥ 8x\n", "## Migration Steps\n\n1. Verify 5x speedup\n", [("contradiction", 9)]),
    ],
)
def test_two_limits_for_one_thing_must_agree(written: Write, first: str, second: str, expected: list[tuple[str, int]]) -> None:
    """A trigger may be looser than what is accepted, a warning earlier than a rollback, and nothing else."""
    assert codes(written(f"# R\n\n{first}\n{second}")) == expected


def test_limits_for_different_subjects_or_sides_do_not_meet(written: Write) -> None:
    """At least and at most together are a range."""
    lines = "- [ ] < 5 ms <!-- gate: benchmark.time[a] -->\n- [ ] < 9 ms <!-- gate: benchmark.time[b] -->\n"
    assert codes(written(f"# R\n\n## Acceptance\n\n{lines}")) == []


def test_findings_of_reading_are_part_of_it_and_come_in_file_order(written: Write) -> None:
    """One list, from the top of the file to its end."""
    runbook = written("# R\n\n## Acceptance\n\n- [ ] Frobs < 3\n- [ ] Speedup ≥ [X]x\n- [ ] Grobs < 3\n")
    assert codes(runbook) == [("unbound", 5), ("placeholder", 6), ("unbound", 7)]
