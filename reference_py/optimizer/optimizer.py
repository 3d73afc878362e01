"""The optimizer: trials in batches on threads, told in order, whatever finishes first."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any, Self

import optuna

from reference_py.optimizer.config import OptimizerConfig, direction_of, read_config
from reference_py.optimizer.errors import ErrorCode, ModuleCode, OptimizerError
from reference_py.optimizer.result import OptimizationResult, TrialRow, best_row, count, natural
from reference_py.optimizer.sampling import effective_sampler
from reference_py.optimizer.schema import to_ipc
from reference_py.optimizer.space import Value
from reference_py.optimizer.study import SeededStudy
from reference_py.optimizer.trial import COMPLETE, FAIL, PRUNED, Objective, Outcome, Trial, run_objective

Progress = Callable[[Outcome], None]


class Optimizer:
    """Searches a space of parameters for the best value of an objective.

    Raises:
        TypeError, OptimizerError: as `read_config`.
    """

    def __init__(self, config: OptimizerConfig | Mapping[str, Any]) -> None:
        """Check the configuration."""
        self.config = read_config(config)
        self._direction = "maximize"
        self._rows: list[TrialRow] | None = None

    def optimize(self, objective: Objective, direction: str = "maximize", *, progress: Progress | None = None) -> OptimizationResult:
        """Run the plan, or what an earlier run of the same study left of it; `progress` is called with every outcome in order.

        Raises:
            TypeError: for an objective that cannot be called.
            OptimizerError: 1001 for a direction that is none, 1007 for a study with another plan, 6001 (as 2000) when no trial completed
                with a finite value, 6003 (as 2000) when an objective raises and `catch` is off.
        """
        if not callable(objective):
            raise TypeError(f"objective must be callable, not {type(objective).__name__}")
        self._direction = direction_of(direction)
        with closing(SeededStudy(self.config, direction)) as study:
            try:
                self._run(study, objective, progress)
            finally:
                self._rows = study.rows()
            return make_result(study, self._rows)

    def get_best_params(self) -> dict[str, Value]:
        """Return the parameters of the best trial; raises OptimizerError 1007 before any run, 6001 (as 2000) without a best trial."""
        return natural(best_row(self._finished(), self._direction).params, self.config.space)

    def get_trials_dataframe(self) -> Any:
        """Return a pandas DataFrame: trial_id, value, state, duration_seconds, then `params_` with natural values and `user_attrs_`."""
        pandas = importlib.import_module("pandas")
        return pandas.DataFrame([self._flat(row) for row in self._finished()])

    def get_trials_arrow(self) -> bytes:
        """Return the trials as an Arrow IPC stream with the schema `optimization_result`; raises OptimizerError 1007 before any run."""
        return to_ipc(self._finished())

    def _run(self, study: SeededStudy, objective: Objective, progress: Progress | None) -> None:
        with Batches(objective, study.direction, self.config) as batches:
            while trials := study.ask(self.config.n_jobs):
                outcomes = batches.run(trials)
                study.tell(outcomes)
                for outcome in outcomes:
                    if progress is not None:
                        progress(outcome)
                if not self.config.catch:
                    raise_first(trials)

    def _finished(self) -> list[TrialRow]:
        if self._rows is None:
            raise OptimizerError(ErrorCode.INVALID_STATE, "nothing was optimized yet")
        return self._rows

    def _flat(self, row: TrialRow) -> dict[str, Any]:
        head = {"trial_id": row.trial_id, "value": row.value, "state": row.state, "duration_seconds": row.duration_seconds}
        params = {f"params_{name}": value for name, value in natural(row.params, self.config.space).items()}
        return head | params | {f"user_attrs_{key}": text for key, text in row.user_attrs.items()}


class Batches:
    """Runs the trials of a batch on `n_jobs` threads; with hyperband, which compares running trials, one after the other."""

    def __init__(self, objective: Objective, direction: str, config: OptimizerConfig) -> None:
        """Start the threads where more than one is wanted."""
        self._objective, self._direction, self._config = objective, direction, config
        threads = 1 if config.pruner == "hyperband" else config.n_jobs
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="trial") if threads > 1 else None

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the threads; trials that have not begun are dropped."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def run(self, trials: Sequence[Trial]) -> list[Outcome]:
        """Return the outcomes in the order of the trials."""
        if self._pool is None:
            return [self._one(trial) for trial in trials]
        return list(self._pool.map(self._one, trials))

    def _one(self, trial: Trial) -> Outcome:
        return run_objective(self._objective, trial, self._direction, self._config)


def make_result(study: SeededStudy, rows: Sequence[TrialRow]) -> OptimizationResult:
    """Sum up a finished study; raises OptimizerError 6001 (as 2000) without a best trial."""
    best = best_row(rows, study.direction)
    return OptimizationResult(
        best_params=natural(best.params, study.config.space),
        best_value=best.value,
        best_trial=best.trial_id,
        n_complete=count(rows, COMPLETE),
        n_pruned=count(rows, PRUNED),
        n_fail=count(rows, FAIL),
        trials=tuple(rows),
        seed=study.seed,
        direction=study.direction,
        sampler=effective_sampler(study.config),
        notes=study.notes,
        optuna_version=optuna.__version__,
    )


def raise_first(trials: Sequence[Trial]) -> None:
    """Raise OptimizerError 6003 (as 2000) for the first trial whose objective failed."""
    for trial in trials:
        if trial.error is not None:
            text = f"trial {trial.number}: {type(trial.error).__name__}: {trial.error}"
            raise OptimizerError(ModuleCode.OBJECTIVE_ERROR, text) from trial.error
