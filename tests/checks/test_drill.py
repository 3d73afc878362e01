"""Facts about rehearsing flag, fallback and rollback, and seeing the path change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from harness.checks.base import Context
from harness.checks.drill import DrillCheck, Step, flag_steps, rollback_steps
from harness.checks.workers import Workers
from harness.contract import Contract, columns, contract, port
from harness.model import EvidenceStatus
from harness.runbook.parse import Runbook, read_runbook
from tests.checks.conftest import Findings, collect, context_of

FLAG = "TOY_USE_RUST_TOTAL"
REFERENCE = "def total(values):\n    result = 0.0\n    for value in values:\n        result += value\n    return result\n"
PORT = REFERENCE + '\n\ndef build_info():\n    return {"version": "1.2.3", "profile": "release"}\n'
FACADE = """
from harness.runtime import Dispatcher

dispatcher = Dispatcher("TOY_USE_RUST_TOTAL", reference="toy_reference", port="toy_port", names=["total"], version="1.2")


def total(values):
    return dispatcher.call("total", values)
"""
RUNBOOK = """# Toy

## Rollback

```bash
export TOY_USE_RUST_TOTAL=off
```

```python
from toy_switch import all_off

all_off("total")
```
"""
SWITCH = f"from harness.runtime import set_feature_flag\n\n\ndef all_off(_name):\n    set_feature_flag('{FLAG}', 'off')\n"


def write(root: Path, facade: str = FACADE) -> Path:
    """Write a toy migration with everything that a drill needs."""
    files = {"reference": REFERENCE, "port": PORT, "facade": facade, "switch": SWITCH}
    for name, text in files.items():
        (root / f"toy_{name}.py").write_text(text, "utf-8")
    return root


def declare(*, flag: str = FLAG, facade: str = "toy_facade") -> Contract:
    """Return the contract of the toy migration."""
    declared = contract(reference="toy_reference", ports={"rust": "toy_port"}, flag=flag, facade=facade, switches=["toy_switch:all_off"])
    declared.operation("total", inputs=columns(values="list<float64>"))(lambda _operation: None)
    return declared


def read(root: Path, text: str) -> Runbook:
    """Read a runbook."""
    (root / "toy.md").write_text(text, "utf-8")
    return read_runbook(root / "toy.md", root=root)


def open_toy(root: Path, workers: Workers, text: str = RUNBOOK, declared: Contract | None = None) -> Context:
    """Return the context of the toy migration with a runbook."""
    return replace(context_of(declared or declare(), workers, root), runbook=read(root, text))


@pytest.fixture
def toy(tmp_path: Path) -> Iterator[Context]:
    """Return the context of a toy migration that is in order."""
    with Workers(write(tmp_path)) as workers:
        yield open_toy(tmp_path, workers)


@pytest.fixture(scope="module")
def drilled(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    """Return what a drill of a migration in order gives; drilled once, because every step starts a process."""
    root = write(tmp_path_factory.mktemp("toy"))
    with Workers(root) as workers:
        return collect(DrillCheck().run(open_toy(root, workers)))


@pytest.fixture(scope="module")
def drilled_without_effect(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    """Return what a drill of a facade gives that never asks the port."""
    root = write(tmp_path_factory.mktemp("toy"), FACADE.replace('port="toy_port"', 'port="toy_reference"').replace(', version="1.2"', ""))
    with Workers(root) as workers:
        return collect(DrillCheck().run(open_toy(root, workers)))


def test_a_migration_in_order_passes_every_step(drilled: Findings) -> None:
    """On leads to the port, off and every failure to the reference, an unknown word to an error."""
    assert drilled.divergences == []
    assert drilled.of("drill.failures").value == 0.0
    assert drilled.record("rust").status is EvidenceStatus.MEASURED


def test_all_steps_are_counted(drilled: Findings) -> None:
    """Those of every flag, and the two of the runbook."""
    assert drilled.of("drill.steps").value == len(flag_steps(FLAG)) + 2


def test_the_way_back_is_timed(drilled: Findings) -> None:
    """From switching off to the first answer of the reference."""
    found = drilled.of("drill.rollback.seconds")

    assert found.status is EvidenceStatus.MEASURED
    assert found.value is not None
    assert found.value > 0


def test_a_facade_that_never_asks_the_port_fails(drilled_without_effect: Findings) -> None:
    """Each failed step is shown with who was to answer."""
    assert drilled_without_effect.of("drill.failures").value == len(drilled_without_effect.divergences) > 0
    assert any(found.signature == f"drill {FLAG}=off" for found in drilled_without_effect.divergences)


def test_failed_steps_are_told_apart(drilled_without_effect: Findings) -> None:
    """Each has an id of its own."""
    ids = [found.id for found in drilled_without_effect.divergences]

    assert len(set(ids)) == len(ids)


def rehearse_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every step succeed without starting a process."""
    monkeypatch.setattr(DrillCheck, "_rehearse", lambda *_: "")
    monkeypatch.setattr(DrillCheck, "_time_back", lambda *_: (0.5, ""))


def test_a_runbook_without_a_rollback_command_is_inconclusive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was shown about a way back that is not written down."""
    rehearse_nothing(monkeypatch)
    with Workers(write(tmp_path)) as workers:
        found = collect(DrillCheck().run(open_toy(tmp_path, workers, "# Toy\n\n## Rollback\n\nAsk somebody.\n")))

    assert found.record("rust").status is EvidenceStatus.INCONCLUSIVE
    assert found.of("drill.failures").status is EvidenceStatus.INCONCLUSIVE


def test_a_way_back_that_could_not_be_timed_has_no_value(toy: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason stands where the seconds would."""
    rehearse_nothing(monkeypatch)
    monkeypatch.setattr(DrillCheck, "_time_back", lambda *_: (None, "the facade is gone"))

    found = collect(DrillCheck().run(toy)).of("drill.rollback.seconds")

    assert (found.value, found.status, found.note) == (None, EvidenceStatus.INCONCLUSIVE, "the facade is gone")


def test_a_facade_that_does_not_import_fails_every_step(toy: Context) -> None:
    """The error is the reason."""
    (toy.root / "toy_facade.py").write_text("import nothing_of_this_name\n")

    found = collect(DrillCheck().run(replace(toy, contract=declare())))

    assert found.of("drill.failures").value == found.of("drill.steps").value
    assert all("nothing_of_this_name" in divergence.where[0].candidate for divergence in found.divergences)


@pytest.mark.parametrize("promise", [{"flag": ""}, {"facade": ""}])
def test_a_rollback_that_nobody_can_rehearse_is_inconclusive(tmp_path: Path, promise: dict[str, str]) -> None:
    """A runbook that promises a way back needs a contract that names flag and facade."""
    with Workers(write(tmp_path)) as workers:
        found = collect(DrillCheck().run(open_toy(tmp_path, workers, declared=declare(**promise))))

    [record] = found.records
    assert record.status is EvidenceStatus.INCONCLUSIVE
    assert "toy.md:6" in record.note


def test_a_contract_without_a_flag_promises_nothing(tmp_path: Path) -> None:
    """Where the runbook has no command either, there is nothing to drill."""
    with Workers(write(tmp_path)) as workers:
        found = collect(DrillCheck().run(open_toy(tmp_path, workers, "# Toy\n", declare(flag="", facade=""))))

    assert (found.records, found.evidence, found.divergences) == ([], [], [])


def test_every_fault_must_lead_to_the_reference_and_be_recorded() -> None:
    """A fallback in silence is a failure of the drill."""
    faults = {step.fault: step for step in flag_steps(FLAG) if step.fault and step.environment[FLAG] == "auto"}

    assert set(faults) == {"missing", "broken-abi", "wrong-version", "raises", "panics"}
    assert all(step.expected == "reference" and step.events for step in faults.values())


def test_a_strict_flag_must_not_fall_back() -> None:
    """With the flag on, a missing port is an error, and so is a word that means nothing."""
    errors = {step.name for step in flag_steps(FLAG) if step.expected == "error"}

    assert errors == {f"{FLAG}=on, port missing", f"{FLAG}=maybe"}


def test_the_runbooks_commands_are_steps_as_written(toy: Context) -> None:
    """An export is an environment, a switch a call, each with its place."""
    assert rollback_steps(toy) == [
        Step(f"rollback as written in toy.md:6: {FLAG}=off", {FLAG: "off"}, "", "reference"),
        Step("rollback as written in toy.md:12: all_off", {}, "switch:toy_switch:all_off:'total'", "reference"),
    ]


@pytest.mark.parametrize(
    "block",
    [
        "```bash\nexport OTHER_FLAG=off\n```",
        "```python\nfrom os import system\n\nsystem('rm -rf build')\n```",
        "```bash\nrm -rf build\n```",
    ],
)
def test_commands_that_the_contract_does_not_know_are_not_rehearsed(toy: Context, block: str) -> None:
    """A runbook cannot make the drill run anything."""
    context = replace(toy, runbook=read(toy.root, f"# Toy\n\n## Rollback\n\n{block}\n"))

    assert rollback_steps(context) == []


SECOND = (
    FACADE
    + """

other = Dispatcher("TOY_USE_OTHER_COUNT", reference="toy_reference", port="toy_other", names=["count"], version="1.2")


def count(values):
    return other.call("count", values)
"""
)


def two_flags() -> Contract:
    """Return a contract of two ports with a flag and an operation each."""
    ports = {"rust": "toy_port", "other": port("toy_other", flag="TOY_USE_OTHER_COUNT")}
    declared = contract(reference="toy_reference", ports=ports, flag=FLAG, facade="toy_facade", switches=["toy_switch:all_off"])
    for name, only in (("total", "rust"), ("count", "other")):
        declared.operation(name, inputs=columns(values="list<float64>"), only=(only,))(lambda _operation: None)
    return declared


def test_every_flag_is_drilled_and_a_port_that_cannot_work_is_inconclusive(tmp_path: Path) -> None:
    """Two ports have two ways back; without its runtime a port leaves the way without it to be rehearsed, and that is no failure."""
    root = write(tmp_path, SECOND)
    count = "\n\ndef count(values):\n    return len(values)\n"
    (root / "toy_reference.py").write_text(REFERENCE + count, "utf-8")
    (root / "toy_other.py").write_text("def build_info(): raise OSError('no runtime')\n" + count, "utf-8")
    with Workers(root) as workers:
        text = RUNBOOK.replace(f"export {FLAG}=off", f"export {FLAG}=off\nexport TOY_USE_OTHER_COUNT=off")
        found = collect(DrillCheck().run(open_toy(root, workers, text, two_flags())))

    assert found.divergences == []
    assert [(record.port, record.status) for record in found.records] == [
        ("rust", EvidenceStatus.MEASURED),
        ("other", EvidenceStatus.INCONCLUSIVE),
    ]
    assert "no runtime" in found.records[1].note
    assert found.records[1].cases == 6


def test_a_switch_belongs_to_the_flag_that_it_names(tmp_path: Path) -> None:
    """Where there are several flags, a call that names none of them rehearses none."""
    text = RUNBOOK.replace('all_off("total")', 'all_off("use_other_count")')
    with Workers(write(tmp_path)) as workers:
        context = open_toy(tmp_path, workers, text, two_flags())

        assert [step.name for step in rollback_steps(context, "TOY_USE_OTHER_COUNT")] == ["rollback as written in toy.md:12: all_off"]
        assert [step.name for step in rollback_steps(context, FLAG)] == [f"rollback as written in toy.md:6: {FLAG}=off"]
