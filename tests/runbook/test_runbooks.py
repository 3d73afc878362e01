"""The runbooks of this repository hold what the harness needs to judge by them."""

from __future__ import annotations

from pathlib import Path

from harness.model import Role
from harness.runbook import Assignment, Severity, lint, parse_runbook, read_runbook

ROOT = Path(__file__).parents[2]
RATING = parse_runbook(ROOT / "runbooks" / "rating.md", root=ROOT)
WORKLOADS = ("robustness_50_jitters", "cost_shock_batch", "full_rating", "trade_dropout_1000")


def limits(metric: str) -> dict[str, float]:
    """Return the limits of one metric by subject."""
    return {gate.subject: gate.bound.limit for gate in RATING.gates if gate.metric == metric}


def test_every_threshold_of_the_rating_runbook_is_bound() -> None:
    """The lint finds nothing at all."""
    assert lint(RATING, ()) == ()
    assert all(gate.metric for gate in RATING.gates)


def test_the_figures_of_the_plan_are_kept() -> None:
    """Targets, speed-ups, triggers and acceptance are those of the plan; its baselines are claims."""
    times = limits("benchmark.time")
    assert [times[name] for name in WORKLOADS] == [0.015, 0.010, 0.050, 0.012]
    assert [limits("benchmark.speedup")[name] for name in WORKLOADS] == [8.0, 8.0, 9.0, 8.0]
    assert [(claim.subject, claim.value) for claim in RATING.claims] == list(zip(WORKLOADS, [0.125, 0.085, 0.45, 0.095], strict=True))
    assert limits("benchmark.speedup")["full_rating_10k"] == 100.0
    assert limits("benchmark.speedup")["one_row"] == 10.0
    assert times["arrow_round_trip_1k"] == 0.001
    assert limits("benchmark.boundary.share") == {"full_rating": 0.1}


def test_the_triggers_and_the_acceptance_of_divergence_differ_as_planned() -> None:
    """Back above 0.001, accepted below 0.0001, and bit for bit besides."""
    found = {gate.role: gate.bound.limit for gate in RATING.gates if gate.metric == "differential.abs_error.max"}
    assert found == {Role.TRIGGER: 0.001, Role.ACCEPTANCE: 0.0001}
    assert limits("differential.ulps.max") == {"": 0.0}


def test_every_prerequisite_is_ticked_and_can_be_evidenced() -> None:
    """A box that nothing measures would keep the verdict open for ever."""
    prerequisites = [item for item in RATING.checklist if item.prerequisite]
    assert prerequisites
    assert all(item.ticked and item.gate_ids for item in prerequisites)


def test_the_way_back_can_be_rehearsed_and_the_roles_are_named() -> None:
    """One assignment of the module's flag, three roles."""
    parts = [part for command in RATING.commands for part in command.parts]
    assert [(part.name, part.value) for part in parts if isinstance(part, Assignment)] == [("OMEGA_USE_RUST_RATING", "false")]
    assert RATING.signoff_roles == ("Tech Lead", "QA Lead", "DevOps")


def test_every_file_that_a_document_names_is_there() -> None:
    """Runbook, rollback, template and interface name nothing that is gone."""
    for file in ("runbooks/rating.md", "runbooks/rollback.md", "runbooks/TEMPLATE.md", "docs/ffi/rating.md"):
        missing = [reference for reference in read_runbook(ROOT / file, root=ROOT).references if not reference.exists(ROOT)]
        assert missing == [], file


def test_the_template_is_open_only_where_it_must_be_filled_in() -> None:
    """Placeholders are problems, and nothing else is."""
    template = read_runbook(ROOT / "runbooks" / "TEMPLATE.md", root=ROOT)
    problems = {finding.code for finding in lint(template, ()) if finding.severity is Severity.PROBLEM}
    assert problems == {"placeholder", "bound-unreadable", "gate-without-bound"}
    assert all(gate.metric for gate in template.gates)
