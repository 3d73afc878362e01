"""`harness golden`: recorded outcomes; only `accept` changes what is recorded."""

from __future__ import annotations

import getpass
import os

import click

from harness.cli.common import Shell, guarded, leave, worst
from harness.cli.progress import ProgressLine
from harness.exit_codes import ExitCode
from harness.run.golden import accept_golden, record_golden, reject_golden, review_golden, verify_golden


@click.group("golden", epilog="Example: harness golden record rating && harness golden review rating")
def golden() -> None:
    """Record, verify, review, accept or reject the outcomes of the reference."""


@golden.command("record", epilog="Example: harness golden record rating")
@click.argument("migrations", nargs=-1)
@click.option(
    "--seed", envvar="HARNESS_SEED", type=click.IntRange(0, 2**64 - 1), default=1, show_default=True, help="Seed of the recorded cases."
)
@click.pass_obj
@guarded
def record(shell: Shell, migrations: tuple[str, ...], seed: int) -> None:
    """Ask the reference and write pending files; nothing accepted changes."""
    for name in shell.project.choose(migrations):
        with ProgressLine(shell.err(), f"golden {name}") as progress:
            count = record_golden(shell.project, name, seed=seed, progress=progress.update)
        click.echo(f"{name}: {count} outcomes are pending; look at them with `harness golden review {name}`")


@golden.command("verify", epilog="Example: harness golden verify rating")
@click.argument("migrations", nargs=-1)
@click.pass_obj
@guarded
def verify(shell: Shell, migrations: tuple[str, ...]) -> None:
    """Compare what is recorded with what reference and ports answer now.

    Ends with 1 if something differs or waits for a review, with 3 if something could not be compared.
    """
    codes = []
    for name in shell.project.choose(migrations):
        for line, code in verify_golden(shell.project, name):
            click.echo(line)
            codes.append(code)
    leave(worst(codes))


@golden.command("review", epilog="Example: harness golden review rating")
@click.argument("migrations", nargs=-1)
@click.pass_obj
@guarded
def review(shell: Shell, migrations: tuple[str, ...]) -> None:
    """Show what pending files would change."""
    pending = 0
    for name in shell.project.choose(migrations):
        for line in review_golden(shell.project, name):
            click.echo(line)
            pending += 1
    if not pending:
        click.echo("nothing is pending")
    leave(ExitCode.NO_GO if pending else ExitCode.GO)


@golden.command("accept", epilog='Example: harness golden accept rating --reason "first recording"')
@click.argument("migrations", nargs=-1)
@click.option("--reason", required=True, help="Why these outcomes are right; kept in the audit file.")
@click.option("--who", default="", help="Who reviewed them; your login name, if not given.")
@click.option("--operation", "operations", multiple=True, help="Only this operation; may be given several times.")
@click.pass_obj
@guarded
def accept(shell: Shell, migrations: tuple[str, ...], reason: str, who: str, operations: tuple[str, ...]) -> None:
    """Make pending outcomes the recorded ones, after a review."""
    reviewer = who or getpass.getuser()
    for name in shell.project.choose(migrations):
        count = accept_golden(shell.project, name, operations, reason=reason, who=reviewer, environment=os.environ)
        click.echo(f"{name}: {count} operations accepted by {reviewer}")


@golden.command("reject", epilog="Example: harness golden reject rating --operation stability_score")
@click.argument("migrations", nargs=-1)
@click.option("--operation", "operations", multiple=True, help="Only this operation; may be given several times.")
@click.pass_obj
@guarded
def reject(shell: Shell, migrations: tuple[str, ...], operations: tuple[str, ...]) -> None:
    """Throw pending outcomes away."""
    for name in shell.project.choose(migrations):
        click.echo(f"{name}: {reject_golden(shell.project, name, operations)} pending operations rejected")
