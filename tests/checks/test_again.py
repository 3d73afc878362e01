"""Facts about seeing a divergence again: every new kind is replayed as it was found, and its script runs without the harness."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from harness.checks.base import Check
from harness.checks.concurrency import ConcurrencyCheck
from harness.checks.determinism import DeterminismCheck
from harness.checks.stateful import StatefulCheck
from harness.model import Divergence
from harness.report.differences import divergence_rows
from harness.run import Plan, open_context, replay_divergence
from harness.settings import Project, load_project
from harness.stores.divergences import DivergenceStore
from harness.stores.evidence import EvidenceStore

FAKES = Path(__file__).resolve().parents[1] / "fakes"
HEAD = "from harness import columns, contract, one_of\nmade = contract(reference='REFERENCE', ports={'port': 'PORTS'})\n"
MACHINE = """
made.machine(
    "Ledger", ports={"port": "ledger_ports.NAME"}, construct=columns(limit="float64[0..100]"), observe=("items", "total"), length=(0, 20),
    steps={"add": columns(key=one_of("a", "b"), amount=one_of(1.0, 2.0)), "remove": columns(key=one_of("a", "b")), "load(save)": columns()},
    timeout_seconds=0.5,
)(lambda machine: machine.invariant("not_three", lambda state: state["total"] != 3.0))
"""
OPERATION = "made.operation('correct', ports={'port': 'ports.NAME'}, inputs=columns(x='float64[-9..9]'))(lambda _operation: None)\n"


@pytest.fixture
def found(tmp_path: Path) -> Any:
    """Return a function that makes a project, runs a check on it, stores what it finds, and gives the first divergence of the port."""
    for name in ("ledgers", "ledger_ports", "ports"):
        shutil.copy(FAKES / f"{name}.py", tmp_path)
    (tmp_path / "pyproject.toml").write_text("", "utf-8")
    (tmp_path / "runbooks").mkdir()
    (tmp_path / "runbooks" / "shop.md").write_text("# Shop\n\n- any divergence <!-- gate: stateful.divergences > 0 -->\n", "utf-8")

    def run(check: Check, contract: str, kind: str = "") -> tuple[Project, Divergence]:
        (tmp_path / "runbooks" / "shop.py").write_text(contract, "utf-8")
        project = load_project(tmp_path)
        with open_context(project, "shop", Plan(cases=60)) as context, EvidenceStore(project.layout.reports / "shop").begin({}) as record:
            findings = list(check.run(context))
            for finding in findings:
                record(finding)
            subjects = {f"{subject.name}/port": (subject.reference, subject.ports["port"]) for subject in context.contract.subjects()}
            policies = {subject.name: subject.compare for subject in context.contract.subjects()}
        mine = [item for item in findings if isinstance(item, Divergence) and item.port == "port" and item.kind.startswith(kind)]
        store = DivergenceStore(project.layout.reports / "shop")
        return project, store.write(mine, root=tmp_path, targets=subjects, policies=policies)[0]

    return run


def script(project: Project, found: Divergence) -> subprocess.CompletedProcess[str]:
    """Run the reproducer of a divergence as a user would."""
    command = [sys.executable, str(project.root / found.reproducer)]
    return subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, timeout=120)


def machine(name: str) -> str:
    """Return the contract of a ledger."""
    return HEAD.replace("REFERENCE", "ledgers").replace("PORTS", "ledger_ports") + MACHINE.replace("NAME", name)


def operation(name: str) -> str:
    """Return the contract of an operation."""
    return HEAD.replace("REFERENCE", "ports").replace("PORTS", "ports") + OPERATION.replace("NAME", name)


def test_a_program_is_shown_line_by_line_and_fails_by_itself(found: Any) -> None:
    """The script holds the program as Python, plays it on both sides, and names the step that differs."""
    project, shown = found(StatefulCheck(), machine("RemovesByAmount"), "value")
    done = script(project, shown)
    text = (project.root / shown.reproducer).read_text("utf-8")

    assert (done.returncode, done.stderr) == (1, "")
    assert "    machine = Class(" in text
    assert "    machine.remove(" in text
    assert "differs: value[" in done.stdout


def test_a_mended_object_passes_its_old_script(found: Any) -> None:
    """Once both sides agree, the same script says so."""
    project, shown = found(StatefulCheck(), machine("RemovesByAmount"))
    port = project.root / "ledger_ports.py"
    port.write_text(port.read_text("utf-8").replace("if amount == wanted]", "if self.keys[place] == key]"), "utf-8")

    assert script(project, shown).returncode == 0


def test_a_crash_in_a_step_is_shown_by_its_script(found: Any) -> None:
    """The script survives it and says how the call ended."""
    done = script(*found(StatefulCheck(), machine("Crashes"), "outcome"))

    assert done.returncode == 1
    assert "SIGSEGV" in done.stdout


def test_a_renewal_is_played_by_the_script(found: Any) -> None:
    """The object is replaced in the script as it was in the check."""
    project, shown = found(StatefulCheck(), machine("LosesItsLimit"))

    assert "machine = Class.load(machine.save())" in (project.root / shown.reproducer).read_text("utf-8")
    assert script(project, shown).returncode == 1


def test_a_broken_invariant_fails_as_long_as_the_answer_stays(found: Any) -> None:
    """The script compares with the recorded answer, and the replay tries the statement again."""
    project, shown = found(StatefulCheck(), machine("Correct"), "property")

    assert script(project, shown).returncode == 1
    assert replay_divergence(project, shown.id).where[0].kind == "property:not_three"


@pytest.mark.parametrize("name", ["zoned", "hash_ordered", "placed", "threaded", "stateful"])
def test_a_circumstance_is_made_by_the_script(found: Any, name: str) -> None:
    """The script sets what makes the difference, in a process of its own."""
    project, shown = found(DeterminismCheck(), operation(name))

    assert script(project, shown).returncode == 1
    assert replay_divergence(project, shown.id).where


def test_a_disturbance_among_threads_is_replayed(found: Any) -> None:
    """There is no script for a race, but it can be provoked again."""
    project, shown = found(ConcurrencyCheck(), operation("scratching"))

    assert shown.reproducer == ""
    assert replay_divergence(project, shown.id).where


def test_a_program_is_replayed(found: Any) -> None:
    """The stored case is played on both sides again."""
    project, shown = found(StatefulCheck(), machine("RemovesByAmount"), "value")

    assert replay_divergence(project, shown.id).where == shown.where


def test_the_report_shows_a_program_as_lines(found: Any) -> None:
    """The input is the program, the answers are those of the step at which it fails."""
    _, shown = found(StatefulCheck(), machine("RemovesByAmount"), "value")
    (row,) = divergence_rows([shown])

    assert row.call.splitlines()[0].startswith("machine = Ledger(")
    assert len(row.call.splitlines()) == 1 + len(shown.case.arguments[1])
    assert row.reference.startswith(f"step {len(shown.case.arguments[1])}: ")
