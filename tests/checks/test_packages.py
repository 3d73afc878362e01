"""Facts about the packages that outcomes depend on."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError

import pytest

from harness.checks import packages
from harness.checks.packages import MISSING, demand_packages, installed_version, other_packages
from harness.contract import Operation, columns
from harness.errors import Code, HarnessError


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return what is installed, to be changed."""
    versions = {"sampler": "5.0", "numbers": "2.4"}

    def version(name: str) -> str:
        if name not in versions:
            raise PackageNotFoundError(name)
        return versions[name]

    monkeypatch.setattr(packages, "version", version)
    return versions


def draw(*depends_on: str) -> Operation:
    """Return an operation that depends on packages."""
    return Operation("draw", "toy.draw", {"port": "toy_port.draw"}, (columns(x="float64"),), depends_on=depends_on)


def doubt(operation: Operation, recorded: Mapping[str, str]) -> str:
    """Ask for the doubt about outcomes that were recorded with these versions."""
    return other_packages(operation, recorded, migration="toy")


def test_the_version_of_a_package_that_is_there_is_its_own() -> None:
    """It is asked of the interpreter that runs the harness; what is not there has no version."""
    assert installed_version("pytest") == pytest.__version__
    assert installed_version("no-package-has-this-name") == MISSING


@pytest.mark.usefixtures("installed")
def test_the_same_versions_leave_no_doubt() -> None:
    """Other packages may differ as they like."""
    assert doubt(draw("sampler", "numbers"), {"sampler": "5.0", "numbers": "2.4", "other": "1"}) == ""


@pytest.mark.usefixtures("installed")
def test_an_operation_that_depends_on_nothing_is_never_in_doubt() -> None:
    """What is recorded is compared whatever is installed."""
    assert doubt(draw(), {"sampler": "4.0"}) == ""


@pytest.mark.usefixtures("installed")
def test_another_version_is_told_with_both_and_both_ways_out() -> None:
    """Operation, package, the two versions, what to install and how to record anew."""
    text = doubt(draw("sampler", "numbers"), {"sampler": "4.0", "numbers": "2.4"})

    assert "'draw' depend on sampler 4.0, and 5.0 is installed" in text
    assert "install sampler 4.0, or record anew (`harness golden record toy`)" in text
    assert "`harness golden accept toy --operation draw`" in text
    assert "numbers" not in text


@pytest.mark.usefixtures("installed")
def test_a_version_that_was_not_recorded_can_only_be_recorded_anew() -> None:
    """Nobody knows what to install."""
    text = doubt(draw("sampler"), {})

    assert "sampler, whose version was not recorded, and 5.0 is installed: record anew" in text
    assert "install sampler" not in text


def test_a_package_that_is_gone_is_another_version(installed: dict[str, str]) -> None:
    """Even where the record says that it was missing then."""
    del installed["sampler"]

    assert "sampler 4.0, and it is not installed" in doubt(draw("sampler"), {"sampler": "4.0"})
    assert doubt(draw("sampler"), {"sampler": MISSING})


def test_what_is_to_be_recorded_needs_its_packages(installed: dict[str, str]) -> None:
    """The error names operation and package."""
    demand_packages([draw("sampler", "numbers")])
    del installed["numbers"]

    with pytest.raises(HarnessError, match="'draw' depend on the package numbers") as caught:
        demand_packages([draw("sampler", "numbers")])

    assert caught.value.code is Code.PACKAGE_MISSING
