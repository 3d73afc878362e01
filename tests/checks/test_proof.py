"""Facts about the proof that the port ran, and nothing else under its name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.checks.base import Context
from harness.checks.proof import Proof, proof
from harness.contract import port
from harness.formats.digest import digest_files
from harness.model import Ran
from tests.checks.conftest import InProcess, Make


def prove(context: Context) -> Proof:
    """Ask for the proof of the only operation."""
    return proof(context, context.contract.operations["double"], "port")


def plant(context: Context, **ran: str) -> None:
    """Have the port's worker report something else."""
    workers: InProcess = context.workers  # type: ignore[assignment]
    operation = context.contract.operations["double"]
    workers.rans["port"] = replace(workers.ran(operation, "port"), **ran)


def borrow(context: Context, *modules: str) -> None:
    """Have the port's worker report imported modules."""
    workers: InProcess = context.workers  # type: ignore[assignment]
    workers.modules["port"] = frozenset(modules)


def build(context: Context, root: Path) -> str:
    """Give the port sources that its build is made from; return their digest."""
    (root / "native").mkdir()
    (root / "native" / "lib.rs").write_text("fn double() {}\n")
    context.contract.ports["port"] = replace(port("toy_port", source_root="native", sources=("*.rs",)), name="port")
    return digest_files(root / "native", ("*.rs",))


def test_a_port_of_its_own_leaves_no_doubt(make: Make) -> None:
    """Another file, nothing borrowed, nothing said about builds: it ran."""
    assert prove(make()) == Proof(Ran("port", "toy_port.double", "/port.py", "port"))


def test_a_port_that_cannot_be_imported_is_missing(make: Make) -> None:
    """The doubt tells why the import failed."""
    found = prove(make(None))

    assert found.code == "port-missing"
    assert "it was never built" in found.doubt


def test_a_port_in_the_references_file_is_the_reference(make: Make) -> None:
    """The same callable of the same file proves nothing, whatever it is called."""
    context = make()
    plant(context, file="/reference.py", file_digest="reference")

    assert prove(context).code == "port-is-reference"


def test_a_port_whose_worker_imported_the_reference_is_doubted(make: Make) -> None:
    """Its answers may be borrowed."""
    context = make()
    borrow(context, "toy_port", "toy.kernels")

    found = prove(context)

    assert found.code == "port-uses-reference"
    assert "toy.kernels" in found.doubt


def test_a_package_that_holds_reference_and_port_may_be_shared(make: Make) -> None:
    """A port that lives below the reference's package imports that package by being imported itself."""
    context = make(ports={"port": "toy.fast.double"})
    context.contract.operations["double"].reference = "toy.slow.double"
    borrow(context, "toy", "toy.fast")

    assert not prove(context).doubt


def test_a_module_that_only_begins_like_the_reference_is_no_borrowing(make: Make) -> None:
    """Packages are told apart at their dots."""
    context = make()
    borrow(context, "toy_port", "toyota")

    assert not prove(context).doubt


def test_a_debug_build_is_doubted(make: Make) -> None:
    """Its timings mean nothing, and its arithmetic may be another."""
    context = make()
    plant(context, profile="debug")

    assert prove(context).code == "debug-build"


@pytest.mark.parametrize(("reported", "code"), [("", "build-unknown"), ("0" * 64, "build-stale")])
def test_a_build_that_is_not_of_these_sources_is_doubted(make: Make, tmp_path: Path, reported: str, code: str) -> None:
    """A build says what it was made from, and that is compared with what is here."""
    context = make()
    build(context, tmp_path)
    plant(context, profile="release", source_digest=reported)

    assert prove(context).code == code


def test_a_release_build_of_these_sources_is_believed(make: Make, tmp_path: Path) -> None:
    """The rules above refuse only what they should."""
    context = make()
    plant(context, profile="release", source_digest=build(context, tmp_path))

    assert not prove(context).doubt


def test_a_port_may_use_what_the_operation_says_it_builds_on(make: Make) -> None:
    """A port of a part needs the rest; any other module of the reference is still borrowed."""
    context = make()
    context.contract.operations["double"].builds_on = ("toy.sampler",)
    borrow(context, "toy.sampler", "toy.sampler.grid")
    assert not prove(context).doubt

    borrow(context, "toy.sampler", "toy.samplers")

    assert "toy.samplers" in prove(context).doubt
