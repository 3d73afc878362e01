"""Works on a study until it is killed, if at all; a process of its own for the tests of resuming.

Arguments: storage, study name, sampler, trials, jobs, and the place of the trial in which to hang, none to finish.
"""

from __future__ import annotations

import os
import sys
import time

from reference_py.optimizer import Optimizer, Trial

SPACE = {
    "x": {"type": "float", "low": -1.0, "high": 1.0},
    "n": {"type": "int", "low": 1, "high": 5},
    "c": {"type": "categorical", "choices": ["a", "b", "c"]},
}
GRID = {**SPACE, "x": {"type": "float", "low": -1.0, "high": 1.0, "step": 0.5}}


def score(trial: Trial) -> float:
    """Return a number that depends on every parameter."""
    return float(trial.params["x"]) ** 2 + 0.1 * int(trial.params["n"]) + (0.0 if trial.params["c"] == "b" else 1.0)


def settings(sampler: str, trials: int, jobs: int = 1) -> dict[str, object]:
    """Return the configuration that all processes share, but for the storage."""
    space = GRID if sampler == "grid" else SPACE
    return {"n_trials": trials, "n_jobs": jobs, "sampler": sampler, "seed": 11, "param_space": space}


def main() -> None:
    """Run the plan, and say so when the hanging begins."""
    storage, name, sampler, trials, jobs, hang = sys.argv[1:]

    def objective(trial: Trial) -> float:
        if hang != "none" and trial.number >= int(hang):
            os.write(1, b"hanging\n")  # in one piece, however many threads do so
            time.sleep(600)
        return score(trial)

    Optimizer({**settings(sampler, int(trials), int(jobs)), "study_name": name, "storage": storage}).optimize(objective, "minimize")


if __name__ == "__main__":
    main()
