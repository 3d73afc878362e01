"""Whole studies and plans of trials as plain functions of plain values: what the hybrid optimizer and the port in Rust are held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reference_py.market.objectives import OBJECTIVES, of_trial
from reference_py.market.optimizer_objective import Strategy
from reference_py.optimizer import Optimizer, OptimizerConfig, Trial, monte_carlo_robustness, read_config
from reference_py.optimizer.config import direction_of
from reference_py.optimizer.optimizer import Batches, raise_first
from reference_py.optimizer.result import TrialRow, best_row
from reference_py.optimizer.schema import to_ipc
from reference_py.optimizer.study import SeededStudy

SIMULATIONS = 200
TOLD = ("best_params", "best_value", "best_trial", "n_complete", "n_pruned", "n_fail", "seed", "direction", "sampler", "notes")
Planned = tuple[int, Mapping[str, float], Mapping[str, str]]


def run_study(config: Mapping[str, Any], direction: str, objective: str) -> dict[str, Any]:
    """Search with a named objective, then judge the best trial's numbers by Monte-Carlo; raises as `Optimizer` does."""
    optimizer = Optimizer(config)
    result = optimizer.optimize(of_trial(objective), direction)
    best = next(row for row in result.trials if row.trial_id == result.best_trial)
    judged = monte_carlo_robustness(best.params, None, "weighted_score", n_simulations=SIMULATIONS, seed=result.seed)
    return {name: getattr(result, name) for name in TOLD} | {"trials": optimizer.get_trials_arrow(), "robustness": judged}


def run_trials(config: Mapping[str, Any], direction: str, trials: Sequence[Planned], objective: str) -> dict[str, Any]:
    """Run trials that somebody else planned, in batches; returns the best parameters and the table.

    Raises:
        OptimizerError: 6001 (as 2000) when no trial completed with a finite value, 6003 (as 2000) when one fails and `catch` is off.
    """
    settings = read_config(config)
    rows: list[TrialRow] = []
    with Batches(lambda trial: OBJECTIVES[objective](dict(trial.codes)), direction_of(direction), settings) as batches:
        for first in range(0, len(trials), settings.n_jobs):
            batch = [_trial(settings, *planned) for planned in trials[first : first + settings.n_jobs]]
            outcomes = batches.run(batch)
            rows += [
                TrialRow(trial.number, trial.codes, done.value, done.state, done.duration_seconds, dict(sorted(done.attributes.items())))
                for trial, done in zip(batch, outcomes, strict=True)
            ]
            if not settings.catch:
                raise_first(batch)
    return {"best": dict(best_row(rows, direction).params), "trials": to_ipc(rows)}


def ask_and_tell(config: Mapping[str, Any]) -> float:
    """Do what no optimizer on Optuna can leave out: ask the seeded study for every trial and tell it a value; returns the best one."""
    study = SeededStudy(config, "minimize")
    objective = OBJECTIVES["bowl"]
    values: list[float] = []
    while asked := study._study.ask(study._distributions) if len(values) < study.planned else None:  # noqa: SLF001 - bare Optuna
        values.append(float(objective(asked.params)))
        study._study.tell(asked, values[-1])  # noqa: SLF001 - bare Optuna
    study.close()
    return min(values)


def search_strategy(config: Mapping[str, Any]) -> float:
    """Search the moving-average strategy on the S&P 500; returns the best rating."""
    return Optimizer(config).optimize(Strategy(), "maximize").best_value


def _trial(config: OptimizerConfig, number: int, params: Mapping[str, float], attributes: Mapping[str, str]) -> Trial:
    """Make a trial that Optuna was never asked for."""
    trial = Trial(number, params, config.space, None)  # type: ignore[arg-type]  # nothing is reported
    trial.attributes |= attributes
    return trial
