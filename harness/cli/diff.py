"""`harness diff`: two import paths, no contract, no runbook: a verdict within a budget."""

from __future__ import annotations

import json
from pathlib import Path

import click

from harness.cli.common import Shell, guarded, leave
from harness.cli.progress import ProgressLine
from harness.cli.replay import describe
from harness.exit_codes import ExitCode
from harness.model import Decision, Divergence
from harness.run import Plan
from harness.run.quick import Quick, quick_diff
from harness.settings import parse_duration

CODES = {Decision.GO: ExitCode.GO, Decision.NO_GO: ExitCode.NO_GO, Decision.INCONCLUSIVE: ExitCode.INCONCLUSIVE}


@click.command("diff", epilog='Example: harness diff shop.pricing.total shop_rust.total --inputs "prices: list<float64>, rate: float64"')
@click.argument("reference", metavar="REF")
@click.argument("port")
@click.option("--inputs", default="", help="Types of the arguments, when the reference has no annotations: name: type, name: type.")
@click.option("--rel", type=click.FloatRange(0.0), default=0.0, help="Relative tolerance; 0 asks for equal bits.")
@click.option("--budget", envvar="HARNESS_BUDGET", default="10s", show_default=True, help="How long to search.")
@click.option(
    "--cases", envvar="HARNESS_CASES", type=click.IntRange(1), default=5_000, show_default=True, help="Inputs to generate at most."
)
@click.option(
    "--seed", envvar="HARNESS_SEED", type=click.IntRange(0, 2**64 - 1), default=1, show_default=True, help="Seed of every generator."
)
@click.option("--format", "output_format", type=click.Choice(("text", "json")), default="text", show_default=True, help="What stdout gets.")
@click.pass_obj
@guarded
def diff(shell: Shell, reference: str, port: str, inputs: str, rel: float, budget: str, cases: int, seed: int, output_format: str) -> None:
    """Compare the callables REF and PORT ("package.module.function") on generated arguments."""
    plan = Plan(seed=seed, budget_seconds=parse_duration(budget), cases=cases)
    with ProgressLine(shell.err(), "diff") as progress:
        found = quick_diff(reference, port, inputs=inputs, rel=rel, plan=plan, root=Path.cwd(), progress=progress.update)
    if output_format == "json":
        click.echo(json.dumps(as_json(found), indent=2))
    else:
        show(found)
    leave(CODES[found.verdict.decision])


def show(found: Quick) -> None:
    """Print the verdict, the counts, and one minimal case a kind of divergence."""
    click.echo(f"{found.verdict.decision.value}: {found.cases} cases compared")
    for reason in found.verdict.reasons:
        click.echo(f"  {reason.text}")
    for divergence in found.divergences:
        click.echo(f"\n{divergence.count} x {divergence.signature}")
        click.echo(f"  arguments  {divergence.case.arguments!r}"[:400])
        click.echo(f"  reference  {describe(divergence.reference)}")
        click.echo(f"  candidate  {describe(divergence.candidate)}")


def as_json(found: Quick) -> dict[str, object]:
    """Return the verdict and the divergences as plain data."""
    return {
        "verdict": found.verdict.decision.value,
        "reasons": [reason.text for reason in found.verdict.reasons],
        "cases": found.cases,
        "divergences": [_divergence(divergence) for divergence in found.divergences],
    }


def _divergence(found: Divergence) -> dict[str, object]:
    return {
        "signature": found.signature,
        "count": found.count,
        "arguments": repr(found.case.arguments),
        "reference": describe(found.reference),
        "candidate": describe(found.candidate),
    }
