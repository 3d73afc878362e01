"""The command `harness`: one file a verb, and this table of contents."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping
from typing import Any

import click

from harness import __version__
from harness.cli.bench import bench
from harness.cli.check import check
from harness.cli.common import READ_HERE, guarded, interruptible, make_shell
from harness.cli.diff import diff
from harness.cli.doctor import doctor
from harness.cli.drill import drill
from harness.cli.gate import gate, report
from harness.cli.golden import golden
from harness.cli.init import init
from harness.cli.replay import replay
from harness.cli.runbook import runbook
from harness.cli.selftest import selftest
from harness.cli.shared import share
from harness.cli.signoff import signoff
from harness.cli.status import status
from harness.settings import check_environment

VERBS = (check, diff, gate, golden, bench, replay, report, runbook, signoff, status, drill, selftest, doctor, init)
PREFIX = "HARNESS"
SHARED = ("seed", "budget", "cases", "fail_on", "allow_unsigned", "jobs")


class Verbs(click.Group):
    """Lists the verbs in the order of a migration, and proposes the nearest one for a misspelt verb."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the verbs in the order in which a migration uses them."""
        return [verb.name for verb in VERBS if verb.name]

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Read the words of the command line; Ctrl-C is no verdict here either, while click's own code for it is that of NO-GO."""
        with interruptible():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb."""
        with interruptible():
            return super().invoke(ctx)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a verb, or name the one that was probably meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
            raise click.UsageError(f"{error.message} Did you mean {near[0]!r}?" if near else error.message, ctx) from error


@click.group(
    "harness",
    cls=Verbs,
    context_settings={"auto_envvar_prefix": PREFIX, "help_option_names": ["-h", "--help"]},
    epilog="Example: harness init && harness check && harness status",
)
@click.version_option(__version__, prog_name="harness")
@click.option("--root", type=click.Path(exists=True, file_okay=False), help="The project; found upwards from here, if not given.")
@click.option("--output", help="Folder for the reports.")
@click.option("--quiet", "-q", is_flag=True, help="No progress on stderr.")
@click.option(
    "--color", type=click.Choice(("auto", "always", "never")), default="auto", show_default=True, help="NO_COLOR is honoured too."
)
@click.pass_context
@guarded
def main(context: click.Context, root: str | None, output: str | None, quiet: bool, color: str) -> None:  # noqa: FBT001 - click
    """Judge whether a Python module's port to Rust or Julia can go live.

    Exit codes: 0 GO, 1 NO-GO, 2 usage or an unreadable runbook or contract, 3 INCONCLUSIVE, 130 interrupted.
    """
    check_environment(os.environ, {*variables(main, PREFIX), *READ_HERE})
    shell = make_shell(root=root, quiet=quiet, color=color, overrides={"output": output} if output else {})
    context.obj = shell
    context.default_map = _defaults(shell.project.settings)


def variables(command: click.Command, prefix: str) -> Iterator[str]:
    """Name every environment variable that an option of a command, or of a verb below it, reads."""
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield f"{prefix}_{parameter.name}".upper()
            yield from [parameter.envvar] if isinstance(parameter.envvar, str) else parameter.envvar or ()
    for name, below in getattr(command, "commands", {}).items():
        yield from variables(below, f"{prefix}_{name}")


def _defaults(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Give every verb the shared settings of pyproject.toml as defaults, below variables and options."""
    shared = {key: value for key, value in settings.items() if key in SHARED}
    if "format" in settings:
        shared["output_format"] = settings["format"]
    return {verb.name: _defaults_of(verb, shared) for verb in VERBS if verb.name}


def _defaults_of(command: click.Command, shared: Mapping[str, Any]) -> dict[str, Any]:
    below: Mapping[str, click.Command] = getattr(command, "commands", {})
    if below:
        return {name: _defaults_of(verb, shared) for name, verb in below.items()}
    kinds = {parameter.name: parameter.type for parameter in command.params}
    return {key: value for key, value in shared.items() if key in kinds and _fits(kinds[key], value)}


def _fits(kind: click.ParamType[Any], value: Any) -> bool:
    """Tell whether a verb knows this choice: not every verb writes every format."""
    return not isinstance(kind, click.Choice) or value in kind.choices


for _verb in VERBS:
    main.add_command(share(_verb))
