"""Rows of gates: the worst first, each with the one command that shows more."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

from harness.model import Decision, Result, Verdict
from harness.report.document import RunDocument
from harness.report.gates import GateRow, count_states, gate_rows


def row_of(document: RunDocument, line: int) -> GateRow:
    """Find the row of the gate in a line of the runbook."""
    return next(row for row in gate_rows(document) if row.source.endswith(f":{line}"))


def test_the_worst_comes_first(sample: ModuleType) -> None:
    """Failures stand before what is open, then warnings, waivers, and what passes."""
    states = [row.state for row in gate_rows(sample.failing())]
    assert states == ["fail"] * 3 + ["inconclusive"] * 2 + ["warn", "waived"] + ["pass"] * 9


def test_every_gate_has_a_row(sample: ModuleType) -> None:
    """No gate is left out, and the states add up."""
    rows = gate_rows(sample.failing())
    assert sum(count_states(rows).values()) == len(rows) == len(sample.failing().verdict.gates)


def test_a_failed_gate_leads_to_its_divergence(sample: ModuleType) -> None:
    """The command of a failed gate replays the case that made it fail."""
    assert row_of(sample.failing(), 88).command == "harness replay 8d41f0c2ab"


def test_a_crash_leads_to_its_case(sample: ModuleType) -> None:
    """The counts over all checks lead to the case that crashed."""
    assert row_of(sample.failing(), 89).command == "harness replay c07be2914f"


def test_an_unbound_gate_leads_to_the_lint(sample: ModuleType) -> None:
    """What nothing binds can be bound with the lint's help."""
    assert row_of(sample.failing(), 118).command == "harness runbook lint rating"


def test_a_passing_gate_leads_to_its_check(sample: ModuleType) -> None:
    """A check that ran can be run alone."""
    assert row_of(sample.unsigned(), 116).command == "harness check rating --only benchmark"


def test_only_checks_that_exist_are_named(sample: ModuleType) -> None:
    """Counts over all checks belong to no check that could be run alone."""
    assert row_of(sample.unsigned(), 89).command == "harness check rating"


def test_a_failed_warning_is_no_failure(sample: ModuleType) -> None:
    """A gate that only warns is shown as a warning when it fails."""
    assert row_of(sample.failing(), 32).state == "warn"


def test_value_and_limit_share_a_unit(sample: ModuleType) -> None:
    """A ratio measured without a unit reads like the limit it is judged by."""
    row = row_of(sample.unsigned(), 33)
    assert (row.value, row.limit) == ("181x", "≥ 9x")


def test_anchors_are_unique(sample: ModuleType) -> None:
    """Two gates with the same id can both be linked to."""
    twice = (sample.gates()[0], sample.gates()[0])
    rows = gate_rows(replace(sample.unsigned(), verdict=Verdict(Decision.GO, (), twice, ())))
    assert len({row.anchor for row in rows}) == 2


def test_a_migration_with_a_strange_name_is_quoted(sample: ModuleType) -> None:
    """A command stays one command whatever the migration is called."""
    strange = replace(sample.unsigned(), migration="a; rm -rf b")
    assert row_of(strange, 116).command == "harness check 'a; rm -rf b' --only benchmark"


def test_the_place_is_said_once(sample: ModuleType) -> None:
    """A reason does not repeat the place that stands beside it."""
    assert "runbooks/rating.md" not in row_of(sample.failing(), 88).reason


def test_what_was_not_measured_says_so(sample: ModuleType) -> None:
    """A gate without a value is not blank."""
    row = row_of(sample.failing(), 118)
    assert (row.value, row.bar, row.state) == ("not measured", None, Result.INCONCLUSIVE.value)
