"""`harness status`: all migrations at a glance, from their stored evidence."""

from __future__ import annotations

import json

import click
from rich.table import Table

from harness.cli.common import Shell, guarded
from harness.errors import HarnessError
from harness.run import assemble

Row = tuple[str, str, str, str]


@click.command("status", epilog="Example: harness status --format json")
@click.option("--format", "output_format", type=click.Choice(("text", "json")), default="text", show_default=True, help="What stdout gets.")
@click.pass_obj
@guarded
def status(shell: Shell, output_format: str) -> None:
    """Show the verdict of every migration's last run, and what stands between it and GO."""
    rows = [row(shell, name) for name in shell.project.migrations()]
    if output_format == "json":
        click.echo(json.dumps([dict(zip(("migration", "verdict", "gates", "next"), found, strict=True)) for found in rows]))
        return
    table = Table("migration", "verdict", "gates passed", "what stands in the way", box=None, header_style="bold")
    for found in rows:
        table.add_row(*found)
    shell.out().print(table)


def row(shell: Shell, name: str) -> Row:
    """Return one line: name, verdict, gates passed of all, first reason."""
    try:
        document = assemble(shell.project, name)
    except HarnessError as error:
        return name, "-", "-", f"{error.what} ({error.code.id})"
    verdict = document.verdict
    passed = sum(result.result.value == "pass" for result in verdict.gates)
    first = verdict.reasons[0].text if verdict.reasons else ""
    return name, verdict.decision.value, f"{passed}/{len(verdict.gates)}", first
