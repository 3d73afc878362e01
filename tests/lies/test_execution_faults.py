"""Faults that ports of the simulator really have, planted one by one: each is NO-GO, with a program that a person reads at a glance."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness import testing
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
        "passes.rs", "self.portfolio.open.first()", "self.portfolio.open.iter().last()"),
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
CONTRACT = '''"""One subject of the real contract; fewer and shorter programs, and no statements, are enough here."""

from dataclasses import replace

from harness import Floor
from runbooks.execution_simulator import execution as real

few = replace(
    real,
    operations={name: found for name, found in real.operations.items() if name == "SUBJECT"},
    machines={name: found for name, found in real.machines.items() if name == "SUBJECT"},
)
del real
for subject in few.subjects():
    subject.floor = Floor(cases=100, both_succeeded=0.3)
for machine in few.machines.values():
    machine.invariants.clear()
    machine.properties.clear()
    machine.relations.clear()
    machine.inputs = tuple(replace(programs, length=(0, 60)) for programs in machine.inputs)
'''
MOST_STEPS = 4
MOST_ROWS = 6


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the port once with all faults; the environment says which of them is there."""
    switched = [
        Change(f"crates/execution/src/{file}", old, f'(if crate::is_planted("{fault}") {{ {new} }} else {{ {old} }})')
        for fault, (_, file, old, new) in FAULTS.items()
    ]
    return build(tmp_path_factory.mktemp("planted"), [Change("crates/execution/src/lib.rs", "mod words;\n", PLANTED), *switched])


def judged(project: Path, site: Path, subject: str, fault: str) -> RunDocument:
    """Judge the port with one fault, by programs and by whole runs."""
    (project / "runbooks").mkdir()
    (project / "runbooks" / "few.md").write_text(RUNBOOK, "utf-8")
    (project / "runbooks" / "few.py").write_text(CONTRACT.replace("SUBJECT", subject), "utf-8")
    (project / "reference_py").symlink_to(ROOT / "reference_py")
    (project / "targets_rust").symlink_to(site.parent / "targets_rust")
    document = testing.check(
        project,
        "few",
        only=("stateful", "differential"),
        cases=100,
        budget_seconds=4.0,
        environment={SWITCH: fault},
        search_path=(str(site),),
    )
    return publish(load_project(project), document)
