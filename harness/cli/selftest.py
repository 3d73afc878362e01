"""`harness selftest`: planted faults must be caught, equal pairs must not be flagged: is the tester right?"""

from __future__ import annotations

from pathlib import Path

import click
from rich.table import Table

from harness.cli.common import Shell, guarded, leave
from harness.cli.progress import ProgressLine
from harness.exit_codes import ExitCode
from harness.run.selftest import EQUAL, FAULTY, try_port


@click.command("selftest", epilog="Example: harness selftest")
@click.pass_obj
@guarded
def selftest(shell: Shell) -> None:
    """Judge miniature ports whose faults are known, and say how many were caught."""
    table = Table("port", "planted", "verdict", "", box=None, header_style="bold")
    wrong = 0
    with ProgressLine(shell.err(), "selftest") as progress:
        for index, (name, expected) in enumerate([*((name, "GO") for name in EQUAL), *((name, "NO-GO") for name in FAULTY)]):
            progress.update(name, index + 1, len(EQUAL) + len(FAULTY))
            verdict = try_port(name, root=Path.cwd()).decision.value
            wrong += verdict != expected
            table.add_row(name, "nothing" if expected == "GO" else "a fault", verdict, "" if verdict == expected else "WRONG")
    shell.out().print(table)
    click.echo(f"{len(FAULTY) + len(EQUAL) - wrong} of {len(FAULTY) + len(EQUAL)} judged right")
    leave(ExitCode.NO_GO if wrong else ExitCode.GO)
