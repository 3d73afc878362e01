"""`harness runbook`: a new skeleton, findings in a runbook, and measured values written back into it."""

from __future__ import annotations

import click

from harness.cli.common import Shell, guarded, leave
from harness.exit_codes import ExitCode
from harness.run import fix_runbook, lint_runbook, new_migration, sync_runbook


@click.group("runbook", epilog="Example: harness runbook lint rating")
def runbook() -> None:
    """Write, examine and update runbooks."""


@runbook.command("new", epilog="Example: harness runbook new pricing --reference shop.pricing --port shop_rust.pricing")
@click.argument("name")
@click.option("--reference", required=True, help="Import prefix of the reference, for example mypackage.module.")
@click.option("--port", required=True, help="Import prefix of the port.")
@click.pass_obj
@guarded
def new(shell: Shell, name: str, reference: str, port: str) -> None:
    """Write the skeleton of a migration: a runbook and a contract called NAME."""
    for path in new_migration(shell.project, name, reference=reference, port=port):
        click.echo(str(path))


@runbook.command("lint", epilog="Example: harness runbook lint rating --fix")
@click.argument("migrations", nargs=-1)
@click.option("--fix", is_flag=True, help="Write the proposed gate comment behind every unbound threshold.")
@click.pass_obj
@guarded
def lint(shell: Shell, migrations: tuple[str, ...], fix: bool) -> None:  # noqa: FBT001 - click
    """Name unbound thresholds, contradictions, placeholders, and metrics that nothing gates; with --fix what remains of them."""
    found = 0
    for name in shell.project.choose(migrations):
        for line in fix_runbook(shell.project, name) if fix else ():
            click.echo(line)
        for finding in lint_runbook(shell.project, name):
            found += 1
            proposal = f"  [{finding.proposal}]" if finding.proposal else ""
            click.echo(f"{finding.source}: {finding.code}: {finding.text}{proposal}")
    leave(ExitCode.NO_GO if found else ExitCode.GO)


@runbook.command("sync", epilog="Example: harness runbook sync rating --check")
@click.argument("migration")
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 if something would change.")
@click.pass_obj
@guarded
def sync(shell: Shell, migration: str, only_check: bool) -> None:  # noqa: FBT001 - click
    """Write the measured values of the last run behind the gates of MIGRATION, and tick what is evidenced."""
    [name] = shell.project.choose([migration])
    changed = sync_runbook(shell.project, name, write=not only_check)
    for line in changed:
        click.echo(line)
    leave(ExitCode.NO_GO if only_check and changed else ExitCode.GO)
