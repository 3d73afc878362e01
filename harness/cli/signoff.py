"""`harness signoff`: binds a person and a role to the evidence of one finished run."""

from __future__ import annotations

import click

from harness.cli.common import Shell, guarded
from harness.run.signing import sign


@click.command("signoff", epilog='Example: harness signoff rating --role "Tech Lead" --name "Ada Lovelace"')
@click.argument("migration")
@click.option("--role", required=True, help="A role of the runbook's sign-off table.")
@click.option("--name", required=True, help="Who signs.", envvar="HARNESS_SIGNOFF_NAME")
@click.pass_obj
@guarded
def signoff(shell: Shell, migration: str, role: str, name: str) -> None:
    """Sign the evidence of the last run of MIGRATION in a role."""
    [chosen] = shell.project.choose([migration])
    signed = sign(shell.project, chosen, role=role, name_of_person=name)
    click.echo(f"{signed.name} signed {chosen} as {signed.role} for evidence {signed.evidence_digest[:12]}")
