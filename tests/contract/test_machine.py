"""Facts about the declaration of machines, and of what an operation is left out of."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.contract import Contract, Machine, Programs, close, columns, contract, load_contract, plain_path
from harness.errors import Code, HarnessError

HEAD = "from harness import columns, contract\nmade = contract(reference='a', ports={'p': 'b'})\n"


def declared(**options: object) -> tuple[Contract, Machine]:
    """Declare a machine with the fewest words."""
    made = contract(reference="shop.reference", ports={"fast": "shop.port"})
    machine = made.machine("Till", steps={"pay": columns(amount="float64")}, observe=("total",), **options)(lambda _machine: None)  # type: ignore[arg-type]
    return made, machine


def test_a_machine_is_short_to_declare() -> None:
    """Paths default to the contract's prefixes, behind the prefix under which a class is played on."""
    made, machine = declared()

    assert made.machines == {"Till": machine}
    assert machine.reference == "machine:shop.reference.Till"
    assert machine.ports == {"fast": "machine:shop.port.Till"}
    assert plain_path(machine.ports["fast"]) == "shop.port.Till"
    (programs,) = machine.inputs
    assert isinstance(programs, Programs)
    assert programs.construct == (columns(),)


def test_a_machine_is_no_operation_but_a_subject() -> None:
    """Checks of single calls do not see it, those of subjects do."""
    made, machine = declared()

    assert made.operations == {}
    assert list(made.subjects()) == [machine]
    assert made.subject("Till") is machine
    assert made.subject("absent") is None


@pytest.mark.parametrize(
    ("errors", "left_out"),
    [
        ("code", {"raised type", "raised message"}),
        ("type", {"raised", "raised message"}),
        ("type+message", {"raised"}),
        ("any", {"raised", "raised type", "raised message"}),
    ],
)
def test_errors_of_steps_are_compared_as_far_as_asked(errors: str, left_out: set[str]) -> None:
    """The policy leaves out of a refusal what the contract does not ask for, and keeps the rest of itself."""
    _, machine = declared(errors=errors, compare=close(rel=1e-9))

    assert set(machine.compare.ignore) == {f'value*["{name}"]' for name in left_out}
    assert machine.compare.rel_tol == 1e-9


def test_a_name_is_used_once() -> None:
    """Also not for an operation and a machine."""
    made, _ = declared()

    with pytest.raises(ValueError, match="twice"):
        made.operation("Till", inputs=columns())


@pytest.mark.parametrize("options", [{"steps": {}}, {"weights": {"refund": 2.0}}])
def test_steps_are_declared(options: dict[str, object]) -> None:
    """A machine without steps, and a weight of no step, are mistakes."""
    made = contract(reference="a", ports={"p": "b"})

    with pytest.raises(ValueError, match="steps"):
        made.machine("Till", **({"steps": {"pay": columns()}, "observe": ()} | options))  # type: ignore[arg-type]


def test_a_contract_of_machines_alone_is_one(tmp_path: Path) -> None:
    """No operation is needed beside a machine."""
    path = tmp_path / "till.py"
    path.write_text(HEAD + "made.machine('Till', steps={'pay': columns()}, observe=())\n", "utf-8")

    assert list(load_contract(path, root=tmp_path).machines) == ["Till"]


def test_only_some_checks_can_be_left_out(tmp_path: Path) -> None:
    """Nobody is excused from the comparison with the reference."""
    path = tmp_path / "till.py"
    path.write_text(HEAD + "made.operation('pay', inputs=columns(), without=('differential',))\n", "utf-8")

    with pytest.raises(HarnessError) as caught:
        load_contract(path, root=tmp_path)

    assert caught.value.code is Code.CONTRACT_BROKEN
    assert "differential" in caught.value.what


@pytest.mark.parametrize("given", ["'numpy'", "('numpy', '')", "(1,)"])
def test_a_dependence_is_a_tuple_of_names(tmp_path: Path, given: str) -> None:
    """A single word would be read as a tuple of letters."""
    path = tmp_path / "till.py"
    path.write_text(HEAD + f"made.operation('pay', inputs=columns(), depends_on={given})\n", "utf-8")

    with pytest.raises(HarnessError) as caught:
        load_contract(path, root=tmp_path)

    assert caught.value.code is Code.CONTRACT_BROKEN
    assert "depends_on" in caught.value.hint


def test_a_machine_that_is_its_own_port_is_refused(tmp_path: Path) -> None:
    """The same class on both sides proves nothing."""
    path = tmp_path / "till.py"
    path.write_text(HEAD + "made.machine('Till', steps={'pay': columns()}, observe=(), ports={'p': 'a.Till'})\n", "utf-8")

    with pytest.raises(HarnessError) as caught:
        load_contract(path, root=tmp_path)

    assert caught.value.code is Code.PORT_IS_REFERENCE
