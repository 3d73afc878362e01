"""`harness doctor`: what is installed, what is missing, what that costs, and the command that mends it."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import platform
import shutil
import sys
from dataclasses import asdict, dataclass

import click
from rich.table import Table

from harness.checks.base import Context
from harness.checks.proof import proof
from harness.cli.common import Shell, guarded, leave
from harness.errors import HarnessError
from harness.exit_codes import ExitCode
from harness.run import Plan, check_names, open_context


@dataclass(frozen=True)
class Diagnosis:
    """One thing looked at; `needed` things make the doctor's exit code."""

    what: str
    found: str
    cost: str = ""
    remedy: str = ""
    ok: bool = True
    needed: bool = False


EXTRAS = (
    ("pyarrow", "Arrow inputs and answers cannot be generated or compared", "pip install 'migration-harness[arrow]'"),
    ("deepdiff", "`harness gate --since` cannot say what changed", "pip install 'migration-harness[diff]'"),
    ("pytest", "`pytest --harness` and the coverage check are not there", "pip install 'migration-harness[pytest]'"),
    ("mypy", "readiness checks that count type errors cannot run", "pip install mypy"),
    ("pytest_cov", "readiness checks that measure coverage cannot run", "pip install pytest-cov"),
)
TOOLS = (
    ("cargo", "Rust ports cannot be built, linted or tested", "install a Rust toolchain with rustup or from the distribution"),
    ("git", "evidence cannot name the commit it was measured on", "install git"),
    ("cc", "native extensions cannot be linked", "install a C compiler, for example the package build-essential"),
)


@click.command("doctor", epilog="Example: harness doctor --format json")
@click.option("--format", "output_format", type=click.Choice(("text", "json")), default="text", show_default=True, help="What stdout gets.")
@click.pass_obj
@guarded
def doctor(shell: Shell, output_format: str) -> None:
    """Look at the machine and the project, and name for everything that is missing what it costs and what mends it."""
    found = [*machine(), *extras(), *tools(), *project(shell), *ports(shell)]
    if output_format == "json":
        click.echo(json.dumps({"checks": check_names(), "diagnoses": [asdict(diagnosis) for diagnosis in found]}, indent=2))
    else:
        shell.out().print(table_of(found))
        click.echo(f"checks: {', '.join(check_names())}")
    leave(ExitCode.GO if all(diagnosis.ok for diagnosis in found if diagnosis.needed) else ExitCode.NO_GO)


def machine() -> list[Diagnosis]:
    """Look at the interpreter and the processors."""
    version = platform.python_version()
    wanted = (3, 11)
    return [
        Diagnosis("Python", version, "nothing runs", "use Python 3.11 or later", ok=sys.version_info >= wanted, needed=True),
        Diagnosis("processors", str(os.cpu_count())),
    ]


def extras() -> list[Diagnosis]:
    """Look for the optional packages."""
    return [_package(name, cost, remedy) for name, cost, remedy in EXTRAS]


def _package(name: str, cost: str, remedy: str) -> Diagnosis:
    there = importlib.util.find_spec(name) is not None
    version = importlib.metadata.version(name.replace("_", "-")) if there else "missing"
    return Diagnosis(name, version, cost, remedy, ok=there)


def tools() -> list[Diagnosis]:
    """Look for the programs that readiness checks and builds use."""
    return [_program(name, cost, remedy) for name, cost, remedy in TOOLS]


def _program(name: str, cost: str, remedy: str) -> Diagnosis:
    path = shutil.which(name)
    return Diagnosis(name, path or "missing", cost, remedy, ok=path is not None)


def project(shell: Shell) -> list[Diagnosis]:
    """Look at the project: has it runbooks, and has each its contract?"""
    names = shell.project.migrations()
    lonely = [name for name in names if not shell.project.layout.contract(name).is_file()]
    shown = "all" if not lonely else f"missing for {', '.join(lonely)}"
    return [
        Diagnosis(
            "runbooks", ", ".join(names) or "none", "there is nothing to judge", "harness runbook new NAME", ok=bool(names), needed=True
        ),
        Diagnosis("contracts", shown, "those migrations cannot be checked", "put NAME.py beside NAME.md", ok=not lonely, needed=True),
    ]


def ports(shell: Shell) -> list[Diagnosis]:
    """Load the first operation of every port and look at its build."""
    found = []
    for name in shell.project.migrations():
        try:
            with open_context(shell.project, name, Plan()) as context:
                found += [_port(context, name, port) for port in context.contract.ports]
        except HarnessError as error:
            found.append(Diagnosis(f"contract {name}", error.what, "the migration cannot be checked", error.hint, ok=False, needed=True))
    return found


def _port(context: Context, name: str, port: str) -> Diagnosis:
    operation = next(operation for operation in context.contract.operations.values() if port in operation.ports)
    shown = proof(context, operation, port)
    build = " ".join(filter(None, (shown.ran.profile, shown.ran.version))) or "plain Python"
    remedy = "build and install the port, in release mode"
    return Diagnosis(f"port {port} of {name}", shown.doubt or build, "its verdict can only be INCONCLUSIVE", remedy, ok=not shown.doubt)


def table_of(found: list[Diagnosis]) -> Table:
    """Lay the diagnoses out; costs and remedies only where something is missing."""
    table = Table("", "what", "found", "what that costs", "what mends it", box=None, header_style="bold")
    for diagnosis in found:
        mark = "ok" if diagnosis.ok else "MISSING" if diagnosis.needed else "missing"
        cost, remedy = ("", "") if diagnosis.ok else (diagnosis.cost, diagnosis.remedy)
        table.add_row(mark, diagnosis.what, diagnosis.found, cost, remedy)
    return table
