"""`harness drill`: rehearses flag, fallback and rollback of a migration, and nothing else."""

from __future__ import annotations

import click

from harness.checks.drill import DrillCheck
from harness.cli.common import Shell, guarded, leave
from harness.cli.progress import ProgressLine
from harness.exit_codes import ExitCode
from harness.model import Divergence, Evidence, EvidenceStatus
from harness.run import Plan, open_context


@click.command("drill", epilog="Example: harness drill rating")
@click.argument("migration")
@click.pass_obj
@guarded
def drill(shell: Shell, migration: str) -> None:
    """Rehearse the flag, the fallback and the runbook's rollback command of MIGRATION; nothing is stored."""
    [name] = shell.project.choose([migration])
    failed = doubtful = rehearsed = False
    with (
        ProgressLine(shell.err(), f"drill {name}") as progress,
        open_context(shell.project, name, Plan(), progress=progress.update) as context,
    ):
        for finding in DrillCheck().run(context):
            rehearsed = True
            if isinstance(finding, Divergence):
                failed = True
                click.echo(f"FAILED  {finding.signature}: {finding.where[0].candidate}")
            elif isinstance(finding, Evidence):
                click.echo(f"{finding.metric} = {finding.value} {finding.unit} (n={finding.n}) {finding.note}".rstrip())
            elif finding.status is not EvidenceStatus.MEASURED:
                doubtful = True
                click.echo(f"inconclusive: {finding.note}")
    if not rehearsed:
        click.echo("nothing to rehearse: the contract names no flag and facade, and the runbook no rollback command")
    leave(ExitCode.NO_GO if failed else ExitCode.INCONCLUSIVE if doubtful or not rehearsed else ExitCode.GO)
