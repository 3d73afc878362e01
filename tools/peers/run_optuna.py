"""Searches a grid with Optuna's own GridSampler, in memory; what is timed is the study from its creation on."""
# ruff: noqa: INP001 - a script, run in the project's environment

from __future__ import annotations

import sys
from pathlib import Path

import optuna
from grid import answer_of, bowl, sides
from serve import Job, serve


def prepare(_: Path) -> Job:
    """Make the grid."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    points = int(sys.argv[2])
    space = {name: list(range(1, count + 1)) for name, count in sides(points).items()}

    def objective(trial: optuna.Trial) -> float:
        return bowl({name: trial.suggest_int(name, 1, len(values)) for name, values in space.items()})

    def search() -> optuna.Study:
        study = optuna.create_study(sampler=optuna.samplers.GridSampler(space, seed=1))
        study.optimize(objective, n_trials=points)
        return study

    return Job(search, lambda study: answer_of(study.best_value, (trial.params for trial in study.trials)))


if __name__ == "__main__":
    serve(prepare)
