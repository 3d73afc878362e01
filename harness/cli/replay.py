"""`harness replay`: one stored case on both sides again, with the difference."""

from __future__ import annotations

import click

from harness.cli.common import Shell, guarded, leave
from harness.exit_codes import ExitCode
from harness.machines.programs import is_program
from harness.model import Outcome
from harness.report.values import call_text
from harness.run import replay_divergence


@click.command("replay", epilog="Example: harness replay 3fa9c1d0e2")
@click.argument("identity", metavar="ID")
@click.pass_obj
@guarded
def replay(shell: Shell, identity: str) -> None:
    """Run the stored case of divergence ID on reference and port, and show where they differ now."""
    rerun = replay_divergence(shell.project, identity)
    click.echo(f"{rerun.divergence.operation} on {rerun.divergence.port} ({rerun.migration})")
    if is_program(rerun.divergence.case.arguments):
        click.echo(call_text(rerun.divergence.case))
    click.echo(f"reference: {describe(rerun.reference)}")
    click.echo(f"candidate: {describe(rerun.candidate)}")
    for difference in rerun.where:
        click.echo(f"  {difference.path}: {difference.kind}: {difference.reference} != {difference.candidate}")
    click.echo("differs" if rerun.where else "same now")
    leave(ExitCode.NO_GO if rerun.where else ExitCode.GO)


def describe(outcome: Outcome) -> str:
    """Say what an outcome is in one line of at most 400 characters."""
    text = f"{outcome.failure.type_name}: {outcome.failure.message}" if outcome.failure else repr(outcome.value)
    return f"{outcome.kind.value} {text}"[:400]
