"""The packages that outcomes depend on: which versions are installed, and why outcomes recorded under others are not compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version

from harness.contract import Operation
from harness.errors import Code, HarnessError

MISSING = "missing"


def installed_version(name: str) -> str:
    """Return the version of an installed package, `MISSING` where there is none."""
    try:
        return version(name)
    except PackageNotFoundError:
        return MISSING


def demand_packages(operations: Iterable[Operation]) -> None:
    """Raise HarnessError PACKAGE_MISSING for an operation that depends on a package which is not installed."""
    for operation in operations:
        for name in operation.depends_on:
            if installed_version(name) == MISSING:
                what = f"the outcomes of {operation.name!r} depend on the package {name}, which is not installed"
                raise HarnessError(Code.PACKAGE_MISSING, what)


def other_packages(operation: Operation, packages: Mapping[str, str], *, migration: str) -> str:
    """Say why outcomes recorded with these versions cannot be compared today, and the ways out; "" where nothing is in the way."""
    recorded = {name: packages.get(name, "") for name in operation.depends_on}
    here = {name: installed_version(name) for name in operation.depends_on}
    others = [name for name in recorded if here[name] == MISSING or recorded[name] != here[name]]
    if not others:
        return ""
    facts = "; ".join(_fact(name, recorded[name], here[name]) for name in others)
    known = " and ".join(f"{name} {recorded[name]}" for name in others if recorded[name])
    mend = f"install {known}, or record" if known else "record"
    accept = f"`harness golden accept {migration} --operation {operation.name}`"
    anew = f"{mend} anew (`harness golden record {migration}`) and have it reviewed ({accept})"
    return f"the recorded outcomes of {operation.name!r} depend on {facts}: {anew}"


def _fact(name: str, recorded: str, here: str) -> str:
    there = f"{here} is installed" if here != MISSING else "it is not installed"
    return f"{name} {recorded}, and {there}" if recorded else f"{name}, whose version was not recorded, and {there}"
