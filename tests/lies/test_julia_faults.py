"""A Julia that is missing, broken, slow, killed or wrong: each gives the verdict and the fallback of the runbook, with its reason."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from harness import testing
from harness.model import CheckRecord, Decision, EvidenceStatus
from harness.report.document import RunDocument
from omega_julia.errors import JuliaUnavailableError
from omega_julia.find import Julia
from omega_julia.probe import healthy
from omega_julia.segment import PREFIX, SHARED_MEMORY

ROOT = Path(__file__).resolve().parents[2]
REQUIRE = "OMEGA_REQUIRE_JULIA"
MARK = "OMEGA_TEST_MARK"
RUNBOOK = """# Runbook

## Rollback triggers

- Monte-Carlo divergence > 1 % <!-- gate: differential.rel_error.max[robustness_with] -->
- Crash or hang of a port <!-- gate: outcomes.crashes > 0 -->
- Any other result than the reference's <!-- gate: differential.divergences > 0 -->

## Rollback

```bash
export OMEGA_USE_JULIA_MONTE_CARLO=false
export OMEGA_USE_RUST_OPTIMIZER=false
```
"""
CONTRACT = '''"""Julia's part of the optimizer, and Rust's beside it."""

from harness import Floor, arrow, columns, contract, exact, one_of, port, recorded

faulty = contract(
    reference="reference_py.optimizer",
    ports={"julia": port("omega_julia", flag="OMEGA_USE_JULIA_MONTE_CARLO"), "rust": "omega_rust.optimizer"},
    flag="OMEGA_USE_RUST_OPTIMIZER",
    facade="omega.optimizer",
)
CASES = "reference_py.market.optimizer_cases"
SETTINGS = one_of({"n_simulations": 6}, {"n_simulations": 7}, {"n_simulations": 9, "seed": 4})
PATH = "{drift: float64[0.001..0.01], volatility: float64[0..0.001], cost: float64[0..0.0001], drawdown_weight: float64[0..1]}"

faulty.operation("bootstrap_ci", only=("julia",), inputs=recorded(f"{CASES}:bootstrap_ci_cases"), floor=Floor(cases=10))(lambda call: None)
faulty.operation(
    "robustness_with",
    only=("julia",),
    reference="reference_py.optimizer.workloads.robustness_with",
    ports={"julia": "omega_julia.workloads.robustness_with"},
    inputs=columns(base_metrics=PATH, perturbations=one_of(None), evaluator=one_of("equity_path"), settings=SETTINGS),
    floor=Floor(cases=20),
)(lambda call: None)
faulty.operation(
    "aggregate_results",
    only=("rust",),
    inputs=recorded(f"{CASES}:aggregate_results_cases"),
    compare=arrow(exact),
    floor=Floor(cases=10, both_succeeded=0.2),
)(lambda call: None)
'''
JUDGE = """
import json
from omega.optimizer import HybridOptimizer
from reference_py.optimizer import monte_carlo_robustness

METRICS = {"drift": 0.001, "volatility": 0.01, "cost": 0.0, "drawdown_weight": 0.5}
config = {"n_trials": 3, "sampler": "random", "seed": 1, "param_space": {"x": {"type": "float", "low": 0.0, "high": 1.0}}}
optimizer = HybridOptimizer(config)
result = optimizer.optimize(lambda trial: trial.params["x"])
[judged] = optimizer.judge(lambda row: METRICS, "equity_path", best=1, n_simulations=7)
expected = monte_carlo_robustness(METRICS, None, "equity_path", n_simulations=7)
print(json.dumps({"backend": judged.backend, "reason": judged.fallback_reason, "same": dict(judged.robustness) == expected,
                  "trials": result.backend}))
"""
SUMMARY = "src/monte_carlo.jl", "    kept = filter(isfinite, scores)\n"
MEAN = "src/monte_carlo.jl", "        mean = center,\n"
# What is planted in a copy of the Julia package: the probe has 40 simulations, the cases of the check 6, 7 and 9.
PLANTS = {
    "killed in a call": (*SUMMARY, SUMMARY[1] + "    length(scores) == 7 && ccall(:kill, Cint, (Cint, Cint), getpid(), 9)\n"),
    "1.02 times the mean": (*MEAN, "        mean = length(scores) == 40 ? center : 1.02 * center,\n"),
    "wrong in the probe": (*MEAN, "        mean = 1.02 * center,\n"),
}


@dataclass
class World:
    """A project with a small contract, variables that lead to some Julia, and a folder that hides the port's own package."""

    root: Path
    environment: dict[str, str]
    search_path: tuple[str, ...] = ()

    def check(self, **plan: Any) -> RunDocument:
        """Run the checks and judge."""
        return testing.check(
            self.root, "faulty", **({"cases": 60, "environment": self.environment, "search_path": self.search_path} | plan)
        )

    def judge(self) -> dict[str, Any]:
        """Let the hybrid optimizer search and judge in a process of its own; returns who answered."""
        paths = os.pathsep.join([*self.search_path, str(ROOT)])
        environment = {**os.environ, **self.environment, "PYTHONPATH": paths}
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(JUDGE)], env=environment, capture_output=True, text=True, check=False, cwd=self.root
        )
        assert done.returncode == 0, done.stderr
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return told


@pytest.fixture(scope="module")
def julia() -> Julia:
    """Return a healthy Julia, in which faults can be planted."""
    try:
        return healthy()
    except JuliaUnavailableError as error:
        if os.environ.get(REQUIRE):
            pytest.fail(f"{REQUIRE} is set, and {error}")
        pytest.skip(f"not run, there is no Julia: {error}")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Return a project that uses whatever Julia is found, and hold afterwards that nothing of it is left."""
    (tmp_path / "runbooks").mkdir()
    (tmp_path / "runbooks" / "faulty.md").write_text(RUNBOOK, "utf-8")
    (tmp_path / "runbooks" / "faulty.py").write_text(CONTRACT, "utf-8")
    for name in ("reference_py", "omega"):
        (tmp_path / name).symlink_to(ROOT / name)
    mark = uuid.uuid4().hex
    # Without optimisation a Julia that is about to fail starts in half the time.
    yield World(tmp_path, {MARK: mark, "OMEGA_JULIA_FLAGS": "-O0"})
    assert processes_with(mark) == []
    assert ownerless_files() == []


@pytest.fixture
def plant(world: World, julia: Julia) -> Callable[[str], World]:
    """Return a function that leads the world to a copy of the port with a fault in its Julia sources."""

    def planted(fault: str) -> World:
        file, old, new = PLANTS[fault]
        copy = world.root / "site"
        shutil.copytree(ROOT / "targets_julia", copy, ignore=shutil.ignore_patterns("__pycache__"))
        path = copy / "OmegaMonteCarlo" / file
        text = path.read_text("utf-8")
        assert text.count(old) == 1, f"{file} has changed; plant the fault elsewhere: {old}"
        path.write_text(text.replace(old, new), "utf-8")
        world.search_path = (str(copy),)
        world.environment |= {
            "OMEGA_JULIA_EXE": str(julia.candidate.executable),
            "OMEGA_JULIA_LD_LIBRARY_PATH": os.pathsep.join(julia.candidate.library_path),
        }
        return world

    return planted


def processes_with(mark: str) -> list[str]:
    """Name the processes of this machine that were started under a mark and still run."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(" ".join(process.cmdline())[:120])
        except psutil.Error:
            continue
    return found


def ownerless_files() -> list[str]:
    """Name the files in shared memory whose process is gone."""
    owners = {path.name: path.name.removeprefix(PREFIX).partition("-")[0] for path in SHARED_MEMORY.glob(f"{PREFIX}*")}
    return [name for name, owner in owners.items() if owner.isdecimal() and not psutil.pid_exists(int(owner))]


def text_of(document: RunDocument) -> str:
    """Return all reasons as one text."""
    return "\n".join(reason.text for reason in document.verdict.reasons)


def records(document: RunDocument, **wanted: str) -> list[CheckRecord]:
    """Return the records with these fields."""
    return [record for record in document.checks if all(getattr(record, name) == value for name, value in wanted.items())]


MISSING: Mapping[str, tuple[Mapping[str, str], str]] = {
    "missing": ({"OMEGA_JULIA_EXE": "/nowhere/julia"}, "does not start"),
    "broken": ({"OMEGA_JULIA_EXE": "/bin/true"}, "is no Julia"),
    "dying": ({"OMEGA_JULIA_EXE": "/bin/false"}, "ended with exit code 1"),
}


@pytest.mark.slow
def test_a_sound_julia_has_nothing_against_it(world: World, julia: Julia) -> None:
    """The tests below fail for their own reason; and the hybrid optimizer is judged by Julia."""
    assert julia.version

    document = world.check(only=("differential",))

    assert {reason.code for reason in document.verdict.reasons} <= {"checks-left-out"}, text_of(document)
    assert records(document, name="differential", port="julia", status=EvidenceStatus.MEASURED)
    assert world.judge() == {"backend": "julia", "reason": None, "same": True, "trials": "hybrid"}


@pytest.mark.slow
@pytest.mark.parametrize("fault", MISSING)
def test_without_a_healthy_julia_the_verdict_is_inconclusive_and_says_why(world: World, fault: str) -> None:
    """No check of Julia passes, none counts as a divergence, and Rust is judged as ever."""
    variables, words = MISSING[fault]
    world.environment |= variables

    document = world.check() if fault == "missing" else world.check(only=("differential", "drill"))

    assert document.verdict.decision is Decision.INCONCLUSIVE
    assert words in text_of(document)
    assert not document.divergences
    assert {record.status for record in records(document, port="julia")} & {EvidenceStatus.MEASURED} == set()
    assert {record.status for record in records(document, port="rust", name="differential")} == {EvidenceStatus.MEASURED}, text_of(document)
    assert {record.status for record in records(document, port="rust", name="drill")} == {EvidenceStatus.MEASURED}


@pytest.mark.slow
@pytest.mark.parametrize("fault", MISSING)
def test_without_a_healthy_julia_python_judges_and_says_so(world: World, fault: str) -> None:
    """The answer is the reference's, and the reason stands in the result."""
    variables, words = MISSING[fault]
    world.environment |= variables

    told = world.judge()

    assert (told["backend"], told["same"], told["trials"]) == ("python", True, "hybrid")
    assert words in told["reason"]


@pytest.mark.slow
def test_a_julia_that_is_slow_to_start_is_not_waited_for(world: World, julia: Julia) -> None:
    """What takes longer than it is given is unavailable: inconclusive for the harness, a fallback for production."""
    assert julia.version
    world.environment |= {"OMEGA_JULIA_START_SECONDS": "0.05"}

    document, told = world.check(only=("differential",)), world.judge()

    assert document.verdict.decision is Decision.INCONCLUSIVE
    assert "JuliaStartError" in text_of(document)
    assert not document.divergences
    assert (told["backend"], told["same"]) == ("python", True)
    assert "0.05" in told["reason"]


@pytest.mark.slow
def test_a_julia_that_is_killed_in_a_call_costs_the_call(plant: Callable[[str], World]) -> None:
    """The harness sees errors where the reference has values and refuses the port; production has Python's answer."""
    world = plant("killed in a call")

    document, told = world.check(only=("differential",)), world.judge()

    assert document.verdict.decision is Decision.NO_GO
    assert any("SIGKILL" in str(found.candidate.failure) for found in document.divergences)
    assert (told["backend"], told["same"]) == ("python", True)
    assert "SIGKILL" in told["reason"]


@pytest.mark.slow
def test_a_mean_that_is_two_percent_off_pulls_the_trigger(plant: Callable[[str], World]) -> None:
    """More than one percent is a rollback; the hybrid optimizer notices by itself and asks Python."""
    world = plant("1.02 times the mean")

    document, told = world.check(only=("differential",)), world.judge()

    assert document.verdict.decision is Decision.NO_GO
    fired = [reason.text for reason in document.verdict.reasons if reason.code == "trigger-fired"]
    assert any("rel_error" in text or "relative" in text for text in fired)
    assert (told["backend"], told["same"]) == ("python", True)
    assert "divergence" in told["reason"]


@pytest.mark.slow
def test_a_julia_that_computes_what_is_known_wrongly_is_never_asked(plant: Callable[[str], World]) -> None:
    """It fails at its start, so nothing it says is compared or believed."""
    world = plant("wrong in the probe")

    document, told = world.check(only=("differential",)), world.judge()

    assert document.verdict.decision is Decision.INCONCLUSIVE
    assert "computes wrongly" in text_of(document)
    assert (told["backend"], told["same"]) == ("python", True)
    assert "computes wrongly" in told["reason"]
