"""`harness check`: all checks of the named migrations, a verdict each, and the reports."""

from __future__ import annotations

import os

import click

from harness.cli.common import Shell, guarded, jobs_option, judging_options, leave, sampling_options
from harness.cli.progress import ProgressLine
from harness.cli.several import Judged, code_of, each, show_all
from harness.report.document import RunDocument
from harness.run import Plan, assemble, examine, publish, publish_index, standing
from harness.settings import parse_duration


@click.command("check", epilog="Example: harness check rating --only golden,differential --budget 1m")
@click.argument("migrations", nargs=-1)
@click.option("--only", default="", help="Checks to run, separated by commas; the verdict can then at best be INCONCLUSIVE.")
@click.option("--reuse", is_flag=True, help="Do not measure again what passed every gate, where nothing has changed since.")
@sampling_options
@jobs_option
@judging_options
@click.pass_obj
@guarded
def check(
    shell: Shell,
    migrations: tuple[str, ...],
    only: str,
    reuse: bool,  # noqa: FBT001 - click passes flags by name
    seed: int,
    budget: str,
    cases: int,
    jobs: int | None,
    fail_on: str,
    allow_unsigned: bool,  # noqa: FBT001 - click passes flags by name
    output_format: str,
) -> None:
    """Run all checks of the named MIGRATIONS (all, if none), judge, and write the reports."""
    names = shell.project.choose(migrations)
    plan = Plan(
        seed=seed,
        budget_seconds=parse_duration(budget),
        cases=cases,
        only=tuple(filter(None, (name.strip() for name in only.split(",")))),
        jobs=jobs or os.cpu_count() or 1,
    )
    plan.checks()
    judged = show_all(shell, each(names, lambda name: Judged(name, check_one(shell, name, plan, reuse=reuse))), output_format)
    if any(one.document for one in judged):
        publish_index(shell.project)
    leave(code_of(judged, fail_on=fail_on, allow_unsigned=allow_unsigned))


def check_one(shell: Shell, name: str, plan: Plan, *, reuse: bool = False) -> RunDocument:
    """Examine, judge and publish one migration; with `reuse` what still stands is only judged and published."""
    stood = standing(shell.project, name, plan) if reuse else None
    if stood:
        told = (
            f"{name}: nothing has changed since it was measured at {stood.provenance['started_at']}; `harness check {name}` measures anew"
        )
        shell.err().print(told, markup=False)
        return publish(shell.project, stood)
    with ProgressLine(shell.err(), name) as progress:
        examine(shell.project, name, plan, progress=progress.update)
    return publish(shell.project, assemble(shell.project, name))
