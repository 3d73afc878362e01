"""The command `harness`: one file a verb, and this table of contents."""

from __future__ import annotations

import difflib
from typing import Any

import click

from harness import __version__
from harness.cli.bench import bench
from harness.cli.check import check
from harness.cli.common import fail, make_shell
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
from harness.errors import HarnessError

VERBS = (check, diff, gate, golden, bench, replay, report, runbook, signoff, status, drill, selftest, doctor, init)
SHARED = ("seed", "budget", "cases", "fail_on", "allow_unsigned")


class Verbs(click.Group):
    """Lists the verbs in the order of a migration, and proposes the nearest one for a misspelt verb."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the verbs in the order in which a migration uses them."""
        return [verb.name for verb in VERBS if verb.name]

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a verb, or name the one that was probably meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
            raise click.UsageError(f"{error.message} Did you mean {near[0]!r}?" if near else error.message, ctx) from error


@click.group(cls=Verbs, context_settings={"auto_envvar_prefix": "HARNESS", "help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="harness")
@click.option("--root", type=click.Path(exists=True, file_okay=False), help="The project; found upwards from here, if not given.")
@click.option("--output", help="Folder for the reports.")
@click.option("--quiet", "-q", is_flag=True, help="No progress on stderr.")
@click.option(
    "--color", type=click.Choice(("auto", "always", "never")), default="auto", show_default=True, help="NO_COLOR is honoured too."
)
@click.pass_context
def main(context: click.Context, root: str | None, output: str | None, quiet: bool, color: str) -> None:  # noqa: FBT001 - click
    """Judge whether a Python module's port to Rust or Julia can go live.

    Exit codes: 0 GO, 1 NO-GO, 2 usage or an unreadable runbook or contract, 3 INCONCLUSIVE, 130 interrupted.
    """
    overrides = {"output": output} if output else {}
    try:
        shell = make_shell(root=root, quiet=quiet, color=color, debug=False, overrides=overrides)
    except HarnessError as error:
        fail(error)
    context.obj = shell
    context.default_map = _defaults(shell.project.settings)


def _defaults(settings: Any) -> dict[str, Any]:
    """Give every verb the shared settings of pyproject.toml as defaults, below variables and options."""
    shared = {key: value for key, value in settings.items() if key in SHARED}
    if "format" in settings:
        shared["output_format"] = settings["format"]
    names = {verb.name: dict(shared) for verb in VERBS if verb.name}
    names["bench"] = {"run": dict(shared), "compare": dict(shared)}
    return names


for _verb in VERBS:
    main.add_command(share(_verb))
