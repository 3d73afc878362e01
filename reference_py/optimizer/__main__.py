"""The optimizer's main job in one command: search the strategy on the S&P 500, then judge the best trials by Monte-Carlo."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

import reference_py.optimizer as reference
from reference_py.market.optimizer_objective import SPACE, Assessment, Strategy, ported
from reference_py.optimizer.config import PRUNERS, SAMPLERS
from reference_py.optimizer.result import natural

REFUSED, MISSING = 1, 2


@dataclass(frozen=True, slots=True)
class Backend:
    """Who searches, who judges, and what the objective stands on."""

    optimizer: Any
    judge: Any
    strategy: Strategy


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the job; returns 0, 1 when the optimizer refuses, 2 when the backend is missing."""
    options = _options(arguments)
    console = Console()
    try:
        backend = _backend(options.backend)
    except ImportError as error:
        console.print(
            f"The hybrid backend is missing ({escape(str(error))}); `make setup` brings it, or use --backend python.", style="red"
        )
        return MISSING
    try:
        result = _search(console, backend, options)
        console.print(_best_trials(backend, result, options))
    except (reference.OptimizerError, OSError) as error:
        console.print(escape(str(error)), style="red")
        return REFUSED
    console.print(_how(result, options.backend))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m reference_py.optimizer", description=__doc__)
    parser.add_argument("--backend", choices=("python", "hybrid"), default="python", help="hybrid: Rust runs the trials, Julia judges")
    parser.add_argument("--trials", type=int, default=60, help="how many trials (default 60)")
    parser.add_argument("--jobs", type=int, default=1, help="trials at a time (default 1)")
    parser.add_argument("--sampler", choices=SAMPLERS, default="tpe")
    parser.add_argument("--pruner", choices=PRUNERS, default="none")
    parser.add_argument("--seed", type=int, help="repeats a run; a fresh one is drawn and shown without it")
    parser.add_argument("--study", help="a name under which the study is kept and resumed")
    parser.add_argument("--storage", help="database URL, SQLite file, or journal file (.log); needs --study")
    parser.add_argument(
        "--simulations", type=int, default=2000, help="Monte-Carlo simulations and bootstrap samples a trial (default 2000)"
    )
    parser.add_argument("--top", type=int, default=3, help="how many of the best trials are judged (default 3)")
    return parser.parse_args(arguments)


def _backend(name: str) -> Backend:
    if name == "python":
        return Backend(reference.Optimizer, reference, Strategy())
    hybrid = importlib.import_module("omega.optimizer")
    return Backend(hybrid.HybridOptimizer, hybrid, ported())


def _search(console: Console, backend: Backend, options: argparse.Namespace) -> reference.OptimizationResult:
    config = {
        "n_trials": options.trials,
        "n_jobs": options.jobs,
        "sampler": options.sampler,
        "pruner": options.pruner,
        "seed": options.seed,
        "param_space": SPACE,
        "study_name": options.study,
        "storage": options.storage,
    }
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as shown:
        task = shown.add_task("trials", total=options.trials)
        result: reference.OptimizationResult = backend.optimizer(config).optimize(
            backend.strategy, "maximize", progress=lambda _: shown.advance(task)
        )
        shown.update(task, completed=len(result.trials), total=len(result.trials))
    return result


def _best_trials(backend: Backend, result: reference.OptimizationResult, options: argparse.Namespace) -> Table:
    """Judge the best trials: how the rating spreads when its parts move by a tenth, and what a trade earns on average."""
    table = Table(
        title="Best trials, and how their rating spreads when its parts move by a tenth",
        box=SIMPLE_HEAD,
        collapse_padding=True,
        pad_edge=False,
    )
    for heading in ("trial", " ".join(name.removesuffix("_days") for name in SPACE), "rating", "mean±std", "95 %", "net/trade"):
        table.add_column(heading, justify="right", no_wrap=True)
    space = reference.read_config({"n_trials": 1, "param_space": SPACE}).space
    complete = sorted((row for row in result.trials if row.state == "COMPLETE"), key=lambda row: (-row.value, row.trial_id))
    for row in complete[: max(options.top, 0)]:
        params = natural(row.params, space)
        found = backend.strategy.assess(params)
        if found is not None:
            judged = _judged(backend.judge, found, options.simulations, result.seed)
            table.add_row(str(row.trial_id), " ".join(str(params[name]) for name in SPACE), f"{row.value:.3f}", *judged)
    return table


def _judged(judge: Any, found: Assessment, simulations: int, seed: int) -> tuple[str, str, str]:
    moved = judge.monte_carlo_robustness(found.scores, None, "final_rating", n_simulations=simulations, seed=seed)
    low, high = judge.bootstrap_ci(found.net_results, simulations, 0.95, seed)
    return f"{moved['mean']:.3f}±{moved['std']:.3f}", f"{moved['ci_lower']:.3f}…{moved['ci_upper']:.3f}", f"{low:.0f}…{high:.0f}"


def _how(result: reference.OptimizationResult, wanted: str) -> str:
    counts = f"{result.n_complete} complete, {result.n_pruned} pruned, {result.n_fail} failed"
    fallback = f"; asked for {wanted}, answered by {result.backend}: {result.fallback_reason}" if result.fallback_reason else ""
    notes = "".join(f"; {note}" for note in result.notes)
    return escape(
        f"{counts}; seed {result.seed}, sampler {result.sampler}, Optuna {result.optuna_version}, backend {result.backend}{fallback}{notes}"
    )


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main())
    sys.exit(130)
