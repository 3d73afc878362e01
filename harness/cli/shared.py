"""The options that may stand before or behind any verb: where people type them should not matter."""

from __future__ import annotations

from typing import Any

import click

from harness.cli.common import COLORS, Shell


def share(command: click.Command) -> click.Command:
    """Add --quiet, --color and --output to a verb and the verbs below it."""
    if isinstance(command, click.Group):
        for below in command.commands.values():
            share(below)
    else:
        command.params.extend(_options({name for parameter in command.params for name in parameter.opts}))
    return command


def _options(taken: set[str]) -> list[click.Option]:
    options = [
        click.Option(["--quiet", "-q"], is_flag=True, expose_value=False, callback=_quiet, help="No progress on stderr."),
        click.Option(["--color"], type=click.Choice(COLORS), expose_value=False, callback=_color, help="NO_COLOR is honoured too."),
        click.Option(["--output"], expose_value=False, callback=_output, help="Folder for the reports."),
    ]
    return [option for option in options if not taken.intersection(option.opts)]


def _shell(context: click.Context) -> Shell | None:
    return context.obj if isinstance(context.obj, Shell) else None


def _quiet(context: click.Context, _parameter: click.Parameter, value: Any) -> None:
    shell = _shell(context)
    if shell is not None and value:
        shell.quiet = True


def _color(context: click.Context, _parameter: click.Parameter, value: Any) -> None:
    shell = _shell(context)
    if shell is not None and value:
        shell.color = str(value)


def _output(context: click.Context, _parameter: click.Parameter, value: Any) -> None:
    shell = _shell(context)
    if shell is not None and value:
        shell.project = shell.project.reporting_to(str(value))
