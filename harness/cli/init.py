"""`harness init`: prepares a foreign project, changing nothing that is already there."""

from __future__ import annotations

import click

from harness.cli.common import Shell, guarded
from harness.run import init_project


@click.command("init", epilog="Example: harness init && harness runbook new pricing --reference shop.pricing --port shop_rust.pricing")
@click.pass_obj
@guarded
def init(shell: Shell) -> None:
    """Make the folders and the [tool.harness] table that a project needs."""
    made = init_project(shell.project)
    for line in made:
        click.echo(line)
    if not made:
        click.echo("nothing to do: the project is prepared")
