"""Faults that ports of the simulator really have, planted one by one: each is NO-GO, with a program that a person reads at a glance."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from harness import testing
from harness.checks.sizes import rows_of
from harness.machines.programs import is_program
from harness.model import Decision, Divergence
from harness.report.document import RunDocument
from harness.run import publish
from harness.settings import load_project
from tests.lies.planted import ROOT, Change, build, reproduced

SWITCH = "PLANTED_FAULT"
# What is planted: the subject it shows in, the file, an expression as it is, and as it becomes.
FAULTS = {
    "exit slippage turned": (
        "simulator_on_bars",
        "desk.rs",
        "if adverse { position.direction.opposite() } else { position.direction }",
        "if adverse { position.direction } else { position.direction.opposite() }",
    ),
    "positions removed by entry time": (
        "simulator_on_bars",
        "positions.rs",
        "self.active.remove(slot)",
        """self.active.remove({
            let entry_time = self.kept[slot as usize].entry_time;
            self.active.iter().find(|other| self.kept[*other as usize].entry_time == entry_time).unwrap_or(slot)
        })""",
    ),
    "break-even label with a tolerance": (
        "simulator_on_bars",
        "exits.rs",
        "position.stop_loss == position.initial_stop_loss",
        "position.stop_loss.zip(position.initial_stop_loss).is_some_and(|(stop, first)| (stop - first).abs() < 1e-9)",
    ),
    "buffer taken from another position": (
        "simulator_on_bars",
        "passes.rs",
        "self.portfolio.open.first()",
        "self.portfolio.open.iter().last()",
    ),
    "entry-bar exit of a market order": (
        "simulator_on_bars",
        "desk.rs",
        "market.time_us <= position.entry_time",
        "if position.status == Status::Open { market.time_us < position.entry_time } else { market.time_us <= position.entry_time }",
    ),
    "money in price units": (
        "simulator_on_ticks",
        "position.rs",
        "self.r_multiple() * self.risk_per_trade",
        "self.r_multiple() * (self.entry_price - self.initial_stop_loss.unwrap_or(self.entry_price)).abs()",
    ),
    "per-side dropping of missing bars": (
        "run_backtest",
        "backtest.rs",
        "self.ask.as_ref().filter(|_| self.has_ask(row)).map(|ask| ask.bar(row))",
        "self.ask.as_ref().and_then(|ask| (0..self.rows.times.len()).filter(|row| self.has_ask(*row)).nth(row).map(|row| ask.bar(row)))",
    ),
    "one round half up": (
        "simulator_on_bars",
        "fees.rs",
        "rounded(terms.fee_to_account.convert(rates, side_fee * rule.sides(asked), time_us)?, 2)",
        "(terms.fee_to_account.convert(rates, side_fee * rule.sides(asked), time_us)? * 100.0 + 0.5).floor() / 100.0",
    ),
}
PLANTED = f"""mod words;

fn is_planted(fault: &str) -> bool {{
    static PLANTED: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| std::env::var("{SWITCH}").unwrap_or_default());
    *PLANTED == fault
}}
"""
RUNBOOK = """# Runbook

## Rollback triggers

- Any difference <!-- gate: differential.divergences > 0; stateful.divergences > 0 -->
"""
CONTRACT = '''"""Some subjects of the real contract: fewer and shorter programs, fewer observations, and no statements are enough here."""

from dataclasses import replace

from harness import Floor
from runbooks import execution_simulator

SUBJECTS = {SUBJECTS!r}


def shortened(machine):
    programs = tuple(
        replace(given, recorded="", length=(0, 60), observe=("get_positions_arrow", "summary")) for given in machine.inputs
    )
    floor = Floor(cases=100, both_succeeded=0.3)
    return replace(machine, inputs=programs, invariants=[], properties=[], relations=[], floor=floor)


real = execution_simulator.execution
few = replace(
    real,
    operations={{name: replace(found, floor=Floor(cases=60)) for name, found in real.operations.items() if name in SUBJECTS}},
    machines={{name: shortened(found) for name, found in real.machines.items() if name in SUBJECTS}},
)
del real
'''
MOST_PARTS = 6


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the port once with all faults; the environment says which of them is there."""
    switched = [
        Change(f"crates/execution/src/{file}", old, f'(if crate::is_planted("{fault}") {{ {new} }} else {{ {old} }})')
        for fault, (_, file, old, new) in FAULTS.items()
    ]
    return build(tmp_path_factory.mktemp("planted"), [Change("crates/execution/src/lib.rs", "mod words;\n", PLANTED), *switched])


def judged(project: Path, site: Path, subjects: tuple[str, ...], fault: str) -> RunDocument:
    """Judge the port with one fault, or none, by programs and by whole runs."""
    (project / "runbooks").mkdir()
    (project / "runbooks" / "few.md").write_text(RUNBOOK, "utf-8")
    (project / "runbooks" / "few.py").write_text(CONTRACT.format(SUBJECTS=subjects), "utf-8")
    (project / "reference_py").symlink_to(ROOT / "reference_py")
    (project / "targets_rust").symlink_to(site.parent / "targets_rust")
    plan = {"only": ("stateful", "differential"), "cases": 60, "budget_seconds": 4.0}
    document = testing.check(project, "few", environment={SWITCH: fault}, search_path=(str(site),), **plan)
    return publish(load_project(project), document)


def parts_of(divergence: Divergence) -> int:
    """Count what a person has to read: the steps of a program, or the rows of bars and signals."""
    case = divergence.case
    return len(case.arguments[1]) if is_program(case.arguments) else rows_of(case)


@pytest.fixture(scope="module")
def documents(site: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, RunDocument]]:
    """Judge all faults, two at a time, since one keeps only one processor busy."""
    projects = {fault: tmp_path_factory.mktemp("project") for fault in FAULTS}
    with ThreadPoolExecutor(2) as pool:
        begun = {fault: pool.submit(judged, project, site, FAULTS[fault][:1], fault) for fault, project in projects.items()}
        return {fault: (projects[fault], running.result()) for fault, running in begun.items()}


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_no_go_with_a_minimal_program(site: Path, documents: dict[str, tuple[Path, RunDocument]], fault: str) -> None:
    """The fault shows as a divergence of a few steps or rows, and its script shows it with this port and not with the real one."""
    project, document = documents[fault]

    assert document.verdict.decision is Decision.NO_GO
    smallest = min(document.divergences, key=parts_of)
    assert parts_of(smallest) <= MOST_PARTS
    script = project / smallest.reproducer
    (faulty, shown), (sound, also_shown) = reproduced(script, site, {SWITCH: fault}), reproduced(script)
    assert (faulty, sound) == (1, 0), shown + also_shown


@pytest.mark.slow
def test_the_port_as_it_should_be_is_not_flagged(site: Path, tmp_path: Path) -> None:
    """The very build in which the faults lie has no divergence while none of them is switched on."""
    subjects = tuple(dict.fromkeys(fault[0] for fault in FAULTS.values()))
    document = judged(tmp_path, site, subjects, "")

    assert document.divergences == ()
    assert document.verdict.decision is not Decision.NO_GO
    assert {record.operation for record in document.checks if record.cases and not record.note} == set(subjects)
