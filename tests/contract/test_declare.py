"""Facts about what a contract says of its ports."""

from __future__ import annotations

import pytest

from harness.contract import Contract, columns, contract, port


def two_ports(flag: str = "TOY_RUST") -> Contract:
    """Return a contract of two ports, the second with a flag of its own."""
    return contract(reference="toy", ports={"rust": "toy_rust", "julia": port("toy_julia", flag="TOY_JULIA")}, flag=flag)


def test_every_port_has_every_operation_unless_told_otherwise() -> None:
    """Paths are the prefixes with the operation's name, and those that are given."""
    declared = two_ports()
    declared.operation("add", inputs=columns(x="float64"), ports={"julia": "toy_julia.sums.add"})(lambda _: None)

    assert declared.operations["add"].ports == {"rust": "toy_rust.add", "julia": "toy_julia.sums.add"}


def test_an_operation_may_be_for_some_ports_only() -> None:
    """A port of a part of the module lacks nothing."""
    declared = two_ports()
    declared.operation("add", inputs=columns(x="float64"), only=("julia",))(lambda _: None)

    assert declared.operations["add"].ports == {"julia": "toy_julia.add"}


@pytest.mark.parametrize("only", [(), ("fortran",)])
def test_an_operation_for_no_port_of_the_contract_is_refused(only: tuple[str, ...]) -> None:
    """It would compare nothing."""
    with pytest.raises(ValueError, match="the contract has rust, julia"):
        two_ports().operation("add", inputs=columns(x="float64"), only=only)


def test_each_flag_knows_its_ports() -> None:
    """A port without a flag of its own has the contract's, and none where the contract has none."""
    assert two_ports().flags() == {"TOY_RUST": ("rust",), "TOY_JULIA": ("julia",)}
    assert two_ports(flag="").flags() == {"TOY_JULIA": ("julia",)}
