"""`harness gate` and `harness report`: stored evidence judged again offline, and rendered again."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.common import Shell, format_option, guarded, judging_options, leave
from harness.cli.several import Judged, code_of, each, show_all
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
    judged = show_all(shell, each(shell.project.choose(migrations), lambda name: judge_one(shell, name, since)), output_format)
    leave(code_of(judged, fail_on=fail_on, allow_unsigned=allow_unsigned))


def judge_one(shell: Shell, name: str, since: Path | None) -> Judged:
    """Judge one migration again, and compare it with the earlier report where that is given."""
    document = assemble(shell.project, name)
    return Judged(name, document, changes=tuple(what_changed(since, document)) if since else None)


@click.command("report", epilog="Example: harness report rating --format markdown > summary.md")
@click.argument("migrations", nargs=-1)
@format_option
@click.pass_obj
@guarded
def report(shell: Shell, migrations: tuple[str, ...], output_format: str) -> None:
    """Render stored evidence again."""
    names = shell.project.choose(migrations)
    published = each(names, lambda name: Judged(name, publish(shell.project, assemble(shell.project, name))))
    judged = list(published) if output_format == "text" else show_all(shell, published, output_format)
    for one in judged:
        if one.document is not None and output_format == "text":
            click.echo(str(page_of(shell.project, one.name)))
    if any(one.document for one in judged):
        publish_index(shell.project)
    leave(code_of(judged, fail_on="never", allow_unsigned=False))
