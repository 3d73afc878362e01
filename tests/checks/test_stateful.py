"""Facts about the stateful check: equal objects pass, and each planted fault is found and shown as a short program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from harness.checks.stateful import StatefulCheck
from harness.contract import columns
from harness.machines.programs import program_lines
from harness.model import EvidenceStatus, OutcomeKind
from tests.checks.subjects import FINITE, STEPS, ledgers

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.contract import Machine


def steps_of(found: Any) -> list[str]:
    """Return the methods of the minimal program of the first divergence."""
    return [method for method, _ in found.divergences[0].case.arguments[1]]


def test_an_equal_object_has_no_divergence(examined: Callable[..., Any]) -> None:
    """Programs on two right ledgers agree after every step, with other error types and messages but the same codes."""
    found = examined(StatefulCheck(), ledgers("Correct"))

    assert found.divergences == []
    assert found.value("stateful.divergences") == 0
    assert found.value("stateful.programs") >= 60
    assert found.value("stateful.steps") > 300
    assert 0.3 < found.value("stateful.both_succeeded") < 1
    assert found.record().status is EvidenceStatus.MEASURED


def test_removing_by_the_wrong_key_is_a_program_of_three_steps(examined: Callable[..., Any]) -> None:
    """Two entries of one amount and a removal are all that is needed to show it."""
    found = examined(StatefulCheck(), ledgers("RemovesByAmount"))

    assert found.value("stateful.divergences") > 0
    assert steps_of(found) == ["add", "add", "remove"]


def test_state_that_leaks_between_objects_is_found(examined: Callable[..., Any]) -> None:
    """An object that remembers what another one was told does not behave as the reference."""
    assert examined(StatefulCheck(), ledgers("SharesItsKeys")).value("stateful.divergences") > 0


def test_what_saving_and_loading_loses_is_found(examined: Callable[..., Any]) -> None:
    """A step `load(save)` replaces the object by what its saved state makes."""
    found = examined(StatefulCheck(), ledgers("LosesItsLimit"))

    assert "load(save)" in steps_of(found)
    assert len(steps_of(found)) <= 3


@pytest.mark.parametrize(
    ("port", "kind"),
    [("Panics", OutcomeKind.PANIC), ("Crashes", OutcomeKind.CRASH), ("Exits", OutcomeKind.CRASH), ("Hangs", OutcomeKind.TIMEOUT)],
)
def test_an_accident_is_pinned_to_its_step(examined: Callable[..., Any], port: str, kind: OutcomeKind) -> None:
    """A panic, a crash, an exit and a hang end the program in the step that caused them, and cutting it there keeps it."""
    found = examined(StatefulCheck(), ledgers(port), cases=40, budget_seconds=6.0)

    first = found.divergences[0]
    assert first.candidate.kind is kind
    assert steps_of(found)[-1] == "remove"
    assert first.where[0].path == f"value[{len(steps_of(found))}]"


def test_an_invariant_is_tried_on_both_sides(examined: Callable[..., Any]) -> None:
    """A statement about the observed state is broken by whoever breaks it, and shown with the step after which it is."""

    def describe(machine: Machine) -> None:
        machine.invariant("below_the_limit", lambda state: not state["total"] > 100.0)
        machine.invariant("never_empty_again", lambda state: state["total"] != 1.0)

    found = examined(StatefulCheck(), ledgers("GoesNegative", describe, steps=FINITE, length=(0, 250), weights={"add": 40.0}))

    assert found.value("stateful.below_the_limit.failures", "reference") == 0
    assert found.value("stateful.never_empty_again.failures", "reference") > 0
    broken = [item for item in found.divergences if item.port == "reference"]
    assert [method for method, _ in broken[0].case.arguments[1]] == ["add"]
    assert broken[0].where[0].path == 'value[1]["state"]'


def test_a_relation_between_programs_is_tried(examined: Callable[..., Any]) -> None:
    """Follow-up programs are played on the same side, and the statement about both is judged."""

    def saved_in_the_middle(arguments: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        construct, steps, observe = arguments
        middle = len(steps) // 2
        return [(construct, [*steps[:middle], ["load(save)", []], *steps[middle:]], observe)]

    def describe(machine: Machine) -> None:
        machine.relation("resumes", saved_in_the_middle, lambda before, after: before.value[-1]["state"] == after[0].value[-1]["state"])

    found = examined(StatefulCheck(), ledgers("LosesItsLimit", describe, steps=FINITE))

    assert found.value("stateful.divergences") == 0
    assert found.value("stateful.resumes.failures", "reference") == 0
    assert found.value("stateful.resumes.failures") > 0


def test_a_step_that_never_succeeds_proves_nothing(examined: Callable[..., Any]) -> None:
    """Agreement in refusing a step on every occasion is inconclusive, and the step is named."""
    record = examined(StatefulCheck(), ledgers("Correct", steps=STEPS | {"vanish": columns()})).record()

    assert record.status is EvidenceStatus.INCONCLUSIVE
    assert "vanish" in record.note


def test_an_absent_port_is_inconclusive(examined: Callable[..., Any]) -> None:
    """A class that cannot be imported has shown nothing."""
    assert examined(StatefulCheck(), ledgers("Absent")).record().status is EvidenceStatus.INCONCLUSIVE


def test_a_program_reads_as_python() -> None:
    """The object is made in the first line, every step is a line, and a renewal replaces the object."""
    lines = program_lines("Ledger", ([100.0], [["add", ["a", 1.0]], ["load(save)", []]], ["items"]), repr)

    assert lines == ["machine = Ledger(100.0)", "machine.add('a', 1.0)", "machine = Ledger.load(machine.save())"]
