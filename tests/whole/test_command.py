"""The story of a migration, told by the real command in a project that knows nothing of this one."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from harness.report import json_report
from tests.whole.conftest import Harness

REFERENCE = '''"""Prices."""


def total(values: list[float], limit: float) -> float:
    """Add what is at least the limit."""
    result = 0.0
    for value in values:
        if value >= limit:
            result += value
    return result
'''
pytestmark = pytest.mark.slow
Steps = dict[str, subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with a reference and a port, and nothing of the harness."""
    root = tmp_path_factory.mktemp("pricing")
    (root / "slowly").mkdir()
    (root / "quickly").mkdir()
    for package in ("slowly", "quickly"):
        (root / package / "__init__.py").write_text("", "utf-8")
        (root / package / "pricing.py").write_text(REFERENCE, "utf-8")
    return root


@pytest.fixture(scope="module")
def steps(project: Path, harness: Harness) -> Steps:
    """Take every step from the first command to GO, once."""
    done = {"init": harness(project, "init")}
    done["new"] = harness(project, "runbook", "new", "pricing", "--reference", "slowly.pricing", "--port", "quickly.pricing")
    edit(project / "runbooks" / "pricing.py", "function_name", "total")
    edit(project / "runbooks" / "pricing.md", "- [ ] Expected outcomes", "- [x] Expected outcomes")
    edit(project / "runbooks" / "pricing.md", "- [ ] Every file", "- [x] Every file")
    done["unrecorded"] = harness(project, "check", "--cases", "200")
    done["record"] = harness(project, "golden", "record")
    done["accept"] = harness(project, "golden", "accept", "--reason", "first recording", "--who", "A. Person")
    done["check"] = harness(project, "check", "--cases", "200")
    done["signoff"] = harness(project, "signoff", "pricing", "--role", "Tech Lead", "--name", "A. Person")
    done["gate"] = harness(project, "gate")
    done["json"] = harness(project, "gate", "--format", "json")
    done["status"] = harness(project, "status", "--format", "json")
    return done


def edit(path: Path, old: str, new: str) -> None:
    """Replace a piece of a file, which must be there."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@pytest.fixture
def told(steps: Steps, project: Path, tmp_path: Path) -> Path:
    """Return a copy of the project as it is when the story has been told."""
    assert steps["gate"].returncode == 0, steps["gate"].stdout
    shutil.copytree(project, tmp_path / "pricing")
    return tmp_path / "pricing"


@pytest.mark.parametrize("step", ["init", "new", "record", "accept", "signoff"])
def test_every_step_of_the_way_succeeds(steps: Steps, step: str) -> None:
    """Exit code 0, and a word on what was done."""
    assert steps[step].returncode == 0, steps[step].stderr
    assert steps[step].stdout


def test_before_anything_is_recorded_it_is_inconclusive(steps: Steps) -> None:
    """The prerequisite is ticked, and the evidence says otherwise."""
    assert steps["unrecorded"].returncode == 3
    assert "nothing is recorded" in " ".join(steps["unrecorded"].stdout.split())


def test_a_finished_check_lacks_only_the_sign_off(steps: Steps) -> None:
    """Exit code 3, and the report is named."""
    assert steps["check"].returncode == 3
    assert "sign-off of Tech Lead is missing" in steps["check"].stdout
    assert "report.html" in steps["check"].stdout


def test_signed_it_is_go(steps: Steps) -> None:
    """Exit code 0 from stored evidence, offline."""
    assert steps["gate"].returncode == 0
    assert "GO" in steps["gate"].stdout


def test_the_machine_reads_the_same(steps: Steps) -> None:
    """The JSON on stdout is the report, every gate passed."""
    report = json_report.read_back(steps["json"].stdout)

    assert (report["verdict"], report["reasons"]) == ("GO", [])
    assert {gate["result"] for gate in report["gates"]} == {"pass"}
    assert json.loads(steps["status"].stdout)[0]["verdict"] == "GO"


def test_the_files_of_a_run_are_there(steps: Steps, project: Path) -> None:
    """Those that the interface promises, and no others."""
    assert steps["check"].returncode == 3
    names = {path.relative_to(project / "reports").as_posix() for path in (project / "reports").rglob("*") if path.is_file()}

    promised = {"report.html", "report.md", "report.json", "junit.xml", "evidence.jsonl", "signoffs.jsonl"}
    assert {"index.html", "schema.json", *(f"pricing/{name}" for name in promised)} <= names
    assert all(
        name.rpartition("/")[2].startswith(".") for name in names - {"index.html", "schema.json"} - {f"pricing/{n}" for n in promised}
    )


def test_one_changed_line_of_the_port_is_no_go_with_a_reproducer(told: Path, harness: Harness) -> None:
    """`>` for `>=` is found, shrunk, and shown by a script of its own."""
    edit(told / "quickly" / "pricing.py", "value >= limit", "value > limit")

    assert harness(told, "gate").returncode == 3, "the evidence is of another port"
    assert harness(told, "check", "--cases", "400").returncode == 1
    report = json.loads((told / "reports" / "pricing" / "report.json").read_text("utf-8"))
    found = next(found for found in report["divergences"] if found["check"] == "differential")
    assert harness(told, "replay", found["id"]).returncode == 1
    script = subprocess.run(["python3", found["reproducer"]], cwd=told, capture_output=True, text=True, timeout=60, check=False)
    assert script.returncode == 1, script.stderr

    edit(told / "quickly" / "pricing.py", "value > limit", "value >= limit")
    assert harness(told, "replay", found["id"]).returncode == 0


def test_any_folder_of_the_project_will_do(told: Path, harness: Harness) -> None:
    """The project is found from below."""
    assert harness(told / "quickly", "gate").returncode == 0


def test_both_spellings_of_the_module_are_the_command(told: Path) -> None:
    """For environments whose scripts folder is not on the path."""
    import sys  # noqa: PLC0415 - needed here alone

    for module in ("harness", "harness.cli"):
        completed = subprocess.run(
            [sys.executable, "-m", module, "gate"], cwd=told, capture_output=True, text=True, timeout=60, check=False
        )
        assert (completed.returncode, completed.stderr) == (0, "")


def test_a_reader_that_hangs_up_has_not_heard_go(told: Path) -> None:
    """A broken pipe is neither a verdict nor a traceback."""
    import sys  # noqa: PLC0415 - needed here alone

    command = f"{sys.executable} -m harness report --format json | true; exit ${{PIPESTATUS[0]}}"
    completed = subprocess.run(["bash", "-c", command], cwd=told, capture_output=True, text=True, timeout=60, check=False)

    assert completed.returncode == 130
    assert completed.stderr == ""
