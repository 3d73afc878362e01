"""Facts about programs as data: what is one, where it is cut, and how it reads."""

from __future__ import annotations

from typing import Any

import pytest

from harness.machines.programs import cut, is_program, noted, program_lines, step_of_failure, step_of_path
from harness.machines.recorder import program_arguments
from harness.model import Failure

PROGRAM = ([1.5], [["add", ["a", 2]], ["load(save)", ["x"]], ["add", []]], ["total"])


def test_a_program_is_recognised() -> None:
    """Three lists, of which the second holds steps and the third names."""
    assert is_program(PROGRAM)
    assert is_program(([], [], []))


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ([], []),
        ([], [], [], []),
        ([1], [["add"]], []),
        ([1], [["add", 2]], []),
        ([1], [[2, []]], []),
        ([1], [], [3]),
        (1, [], []),
        ([], [("add", [])], []),
    ],
)
def test_other_arguments_are_no_program(arguments: tuple[Any, ...]) -> None:
    """Anything else is a call."""
    assert not is_program(arguments)


def test_a_program_reads_as_python() -> None:
    """The object is made in the first line, every step is a line, and a renewal replaces the object."""
    assert program_lines("Ledger", PROGRAM, repr) == [
        "machine = Ledger(1.5)",
        "machine.add('a', 2)",
        "machine = Ledger.load(machine.save('x'))",
        "machine.add()",
    ]


def test_what_reads_as_python_can_be_read_back() -> None:
    """A recorder in the place of the class gives the program that was written."""
    body = "\n".join(f"    {line}" for line in program_lines("Class", PROGRAM, repr))
    names: dict[str, Any] = {}
    exec(f"def program(Class):\n{body}\n", names)

    assert program_arguments(names["program"], ["total"]) == PROGRAM


def test_a_program_is_cut_after_a_step() -> None:
    """What comes later is gone, the rest is as it was."""
    assert cut(PROGRAM, 1) == ([1.5], [["add", ["a", 2]]], ["total"])


@pytest.mark.parametrize(("path", "step"), [('value[12]["state"]["x"]', 12), ("value[0]", 0), ("value", None), ("outcome", None)])
def test_a_path_leads_to_a_step(path: str, step: int | None) -> None:
    """The first index of a difference is the step."""
    assert step_of_path(path) == step


def test_an_accident_names_its_step() -> None:
    """The step is written at the end of a message and read back from there."""
    assert step_of_failure(Failure("SIGSEGV", noted("the process ended with SIGSEGV", 4))) == 4
    assert step_of_failure(Failure("SIGSEGV", noted("the process ended with SIGSEGV", None))) is None
    assert step_of_failure(None) is None
