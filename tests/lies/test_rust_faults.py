"""Lines of the real Rust port changed one by one, built, and judged: each has to be found, with a case small enough to read."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness import testing
from harness.model import Decision, Divergence, OutcomeKind
from harness.report.document import RunDocument
from harness.run import publish
from harness.settings import load_project
from tests.lies.planted import ROOT, Change, build, reproduced

# What is planted: the operation it shows in, the file, the line as it is, and as it becomes.
FAULTS = {
    "a guard of another size": ("robustness_score", "robustness.rs", "GUARD: f64 = 1e-9;", "GUARD: f64 = 1e-8;"),
    "a yearly profit of NaN read as 0": (
        "stability_score",
        "stability.rs",
        "profit += year.profit;",
        "profit += finite_or(year.profit, 0.0);",
    ),
    "an empty stress map read as zeros": (
        "stress_penalty",
        "stress_penalty.rs",
        "stressed.into_iter().flatten();",
        "stressed.into_iter().map(Option::unwrap_or_default);",
    ),
    ">= for >": ("strategy_rating", "strategy.rs", "=> value > limit,", "=> value >= limit,"),
    "a process that aborts": (
        "final_rating",
        "aggregator.rs",
        "let quality = quality_of(profit_factor);",
        "if profit_factor < 0.0 { std::process::abort(); } let quality = quality_of(profit_factor);",
    ),
    "a call that sleeps for ever": (
        "score_from_penalty",
        "stress_penalty.rs",
        "let cap = cap_of(penalty_cap);\n    larger(",
        "let cap = cap_of(penalty_cap);\n    while cap == 1.0 { std::thread::sleep(std::time::Duration::from_millis(20)); }\n    larger(",
    ),
}
RUNBOOK = """# Runbook

## Rollback triggers

- Score divergence > 0.001 <!-- gate: differential.abs_error.max -->
- Crash, panic or hang <!-- gate: outcomes.crashes > 0 -->
- Any difference <!-- gate: differential.divergences > 0 -->
"""
CONTRACT = '''"""The kernels that faults are planted in."""

from harness import columns, contract, exact, one_of
from harness.contract import ListOf, Record, parse

faulty = contract(reference="reference_py.rating", ports={"rust": "omega_rust.rating"})
BASE = "{profit: float64, avg_r: float64, winrate: float64, drawdown: float64}"
STRESS = Record({name: parse("float64") for name in ("profit", "drawdown", "sharpe")}, sparse=True)
SUMMARY = Record({"Winrate (%)": one_of(45.0, 50.0), "drawdown_eur": one_of(999.0, 1000.0, 1001.0)}, sparse=True)
CAP = "float64[0..1]"


def declare(name, **types):
    faulty.operation(name, inputs=columns(**types), compare=exact, timeout_seconds=0.5)(lambda call: None)


declare("robustness_score", base=BASE, samples=f"list<{BASE}>", cap=CAP)
declare("stability_score", profits="map<int64[1990..2020], float64?>")
declare("stress_penalty", base=STRESS, stressed=ListOf(STRESS), cap=CAP)
declare("strategy_rating", summary=SUMMARY)
declare("final_rating", robustness=CAP, stability=CAP, cost_shock=CAP, dropout=CAP, stress=CAP, profit_factor="float64")
declare("score_from_penalty", penalty="float64", cap=CAP)
'''


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, RunDocument]:
    """Build the port with all faults, each in another operation, and judge it once."""
    folder = tmp_path_factory.mktemp("faulty")
    site = build(folder, [Change(f"crates/rating/src/{file}", old, new) for _, file, old, new in FAULTS.values()])
    project = folder / "project"
    (project / "runbooks").mkdir(parents=True)
    (project / "runbooks" / "faulty.md").write_text(RUNBOOK, "utf-8")
    (project / "runbooks" / "faulty.py").write_text(CONTRACT, "utf-8")
    (project / "reference_py").symlink_to(ROOT / "reference_py")
    document = testing.check(project, "faulty", only=("differential",), cases=600, search_path=(str(site),))
    return project, publish(load_project(project), document)


def found_in(document: RunDocument, operation: str) -> list[Divergence]:
    """Return the divergences of one operation."""
    return [found for found in document.divergences if found.operation == operation]


def weight(value: object) -> int:
    """Count the leaves of a case, to tell whether it is small."""
    if isinstance(value, dict):
        return sum(weight(item) for item in value.values())
    if isinstance(value, list | tuple):
        return sum(weight(item) for item in value)
    return 1


@pytest.mark.slow
def test_a_port_with_planted_faults_is_no_go(judged: tuple[Path, RunDocument]) -> None:
    """The verdict is NO-GO, and the run was completed over all operations."""
    _, document = judged

    assert document.verdict.decision is Decision.NO_GO
    assert {record.operation for record in document.checks if record.name == "differential"} == {fault[0] for fault in FAULTS.values()}


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_each_planted_fault_is_found_with_a_small_case(judged: tuple[Path, RunDocument], fault: str) -> None:
    """Every fault shows as a divergence of its operation, shrunk to a case that fits on a line or two."""
    _, document = judged
    found = found_in(document, FAULTS[fault][0])

    assert found
    assert min(weight(divergence.case.arguments) for divergence in found) <= 14


@pytest.mark.slow
def test_an_abort_and_an_endless_call_are_told_apart(judged: tuple[Path, RunDocument]) -> None:
    """One is a crash with its signal, the other a time-out."""
    _, document = judged

    assert {found.candidate.kind for found in found_in(document, "final_rating")} == {OutcomeKind.CRASH}
    assert {found.candidate.kind for found in found_in(document, "score_from_penalty")} == {OutcomeKind.TIMEOUT}


@pytest.mark.slow
def test_a_reproducer_shows_the_fault_without_the_harness(judged: tuple[Path, RunDocument]) -> None:
    """The script beside the report exits 1 where the fault is and 0 with the port as it should be."""
    project, document = judged
    script = project / found_in(document, "strategy_rating")[0].reproducer
    site = project.parent / "site"

    (faulty, shown), (sound, also_shown) = reproduced(script, site), reproduced(script)

    assert (faulty, sound) == (1, 0), shown + also_shown
