"""`harness bench`: timings of reference and ports from one run, and the baselines of this class of machines."""

from __future__ import annotations

import click
from rich.table import Table

from harness.cli.common import Shell, guarded, leave
from harness.cli.progress import ProgressLine
from harness.exit_codes import ExitCode
from harness.run import Plan
from harness.run.bench import Timing, compare_baseline, history, measure, save_baseline
from harness.settings import parse_duration

budget_option = click.option("--budget", envvar="HARNESS_BUDGET", default="20s", show_default=True, help="Time for one workload.")


@click.group("bench", invoke_without_command=True, epilog="Example: harness bench run rating --save")
@click.pass_context
def bench(context: click.Context) -> None:
    """Time the workloads, keep baselines, compare with them; alone it means `bench run`."""
    if context.invoked_subcommand is None:
        with run.make_context("run", [], parent=context) as alone:
            run.invoke(alone)


@bench.command("run", epilog="Example: harness bench run rating --save")
@click.argument("migrations", nargs=-1)
@budget_option
@click.option("--save", is_flag=True, help="Keep the timings as the baseline of this class of machines.")
@click.pass_obj
@guarded
def run(shell: Shell, migrations: tuple[str, ...], budget: str, save: bool) -> None:  # noqa: FBT001 - click
    """Time every workload, reference and port interleaved in one worker."""
    plan = Plan(budget_seconds=parse_duration(budget), only=("benchmark",))
    doubtful = False
    for name in shell.project.choose(migrations):
        with ProgressLine(shell.err(), f"bench {name}") as progress:
            timings = measure(shell.project, name, plan, progress=progress.update)
        shell.out().print(table_of(name, timings) if timings else f"{name}: the contract names no workload to time")
        for line in doubts_of(timings):
            click.echo(line)
        doubtful = doubtful or any(timing.doubt for timing in timings)
        if save:
            click.echo(f"baseline written: {save_baseline(shell.project, name, timings)}")
    leave(ExitCode.INCONCLUSIVE if doubtful else ExitCode.GO)


@bench.command("history", epilog="Example: harness bench history rating")
@click.argument("migrations", nargs=-1)
@click.pass_obj
@guarded
def show_history(shell: Shell, migrations: tuple[str, ...]) -> None:
    """List the baselines that are kept, by class of machines."""
    for name in shell.project.choose(migrations):
        for line in history(shell.project, name):
            click.echo(line)


@bench.command("compare", epilog="Example: harness bench compare rating --budget 30s")
@click.argument("migrations", nargs=-1)
@budget_option
@click.pass_obj
@guarded
def compare(shell: Shell, migrations: tuple[str, ...], budget: str) -> None:
    """Measure again and compare the speed-up with the baseline's; speed-ups travel between machines, times do not."""
    plan = Plan(budget_seconds=parse_duration(budget), only=("benchmark",))
    codes = []
    for name in shell.project.choose(migrations):
        with ProgressLine(shell.err(), f"bench {name}") as progress:
            timings = measure(shell.project, name, plan, progress=progress.update)
        for line, code in compare_baseline(shell.project, name, timings):
            click.echo(line)
            codes.append(code)
    leave(max(codes, key=(ExitCode.GO, ExitCode.INCONCLUSIVE, ExitCode.NO_GO).index, default=ExitCode.INCONCLUSIVE))


def table_of(name: str, timings: list[Timing]) -> Table:
    """Lay the timings of a migration out, one metric a line; what is doubtful carries a mark."""
    table = Table("workload", "metric", "value", "95 % interval", "n", "", title=name, title_justify="left", box=None, header_style="bold")
    for timing in timings:
        table.add_row(timing.workload, timing.metric, timing.value, timing.interval, str(timing.n), "?" if timing.doubt else "")
    return table


def doubts_of(timings: list[Timing]) -> list[str]:
    """Return each reason for doubt once."""
    return [f"? {doubt}" for doubt in dict.fromkeys(timing.doubt for timing in timings if timing.doubt)]
