"""`harness gate` and `harness report`: stored evidence judged again offline, and rendered again."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.common import Shell, exit_code, format_option, guarded, judging_options, leave, worst
from harness.cli.show import show
from harness.exit_codes import ExitCode
from harness.run import assemble, page_of, publish, publish_index, what_changed


@click.command("gate", epilog="Example: harness gate rating --since reports/last/report.json")
@click.argument("migrations", nargs=-1)
@click.option("--since", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="An earlier report.json: say what changed.")
@judging_options
@click.pass_obj
@guarded
def gate(
    shell: Shell,
    migrations: tuple[str, ...],
    since: Path | None,
    fail_on: str,
    allow_unsigned: bool,  # noqa: FBT001 - click passes flags by name
    output_format: str,
) -> None:
    """Judge stored evidence again, offline, changing nothing; stale evidence is refused."""
    codes: list[ExitCode] = []
    for name in shell.project.choose(migrations):
        document = assemble(shell.project, name)
        show(shell, document, output_format)
        if since is not None:
            for line in what_changed(since, document):
                click.echo(line)
        codes.append(exit_code(document.verdict, fail_on=fail_on, allow_unsigned=allow_unsigned))
    leave(worst(codes))


@click.command("report", epilog="Example: harness report rating --format markdown > summary.md")
@click.argument("migrations", nargs=-1)
@format_option
@click.pass_obj
@guarded
def report(shell: Shell, migrations: tuple[str, ...], output_format: str) -> None:
    """Render stored evidence again."""
    for name in shell.project.choose(migrations):
        document = publish(shell.project, assemble(shell.project, name))
        if output_format == "text":
            click.echo(str(page_of(shell.project, name)))
        else:
            show(shell, document, output_format)
    publish_index(shell.project)
