# ruff: noqa: PYI021 - the native module has no docstrings of its own: it is documented here, once
"""The optimizer in Rust: trials that somebody else asks for are run, judged and recorded, and records of them are merged.

Every function may raise OptimizerError 5005 for a panic that was stopped.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeAlias, final

from omega_rust.errors import OptimizerError as OptimizerError

State: TypeAlias = Literal["COMPLETE", "PRUNED", "FAIL"]

# What becomes of a trial: its number, state, value (NaN unless complete), duration in seconds, and texts by name.
Told: TypeAlias = tuple[int, State, float, float, dict[str, str]]
# A trial to run: its number, parameters as doubles, texts by name, and what the objective is given, None for the parameters.
Asked: TypeAlias = tuple[int, Mapping[str, float], Mapping[str, str] | None, Any]

@final
class OptimizerRust:
    """Runs trials, judges what their objective does and records them; threads may share one.

    An objective that raises an `Exception` or gives no finite number makes a FAIL trial with the attributes `error_type` and
    `error_message`; `optuna.TrialPruned` makes a PRUNED one. `MemoryError` and what is no `Exception` come through, and nothing of
    their batch is recorded.

    Raises:
        TypeError: for what is neither a mapping nor an object with `as_dict`.
        OptimizerError: 1001 for an unknown or missing key or a value out of range, 6004 (as 1001) for an unknown pruner, 1004 for a value
            of another type. The keys that only the asker needs are the asker's to check.
    """

    def __new__(cls, config: Any) -> OptimizerRust: ...
    def run_trial(self, trial_id: int, params: Mapping[str, float], objective: Callable[[Any], float], trial: Any = None) -> float:
        """Call the objective with `trial`, or with a copy of `params`; record the trial, and return its value, NaN unless complete.

        Raises:
            OptimizerError: 1003 for a number that is negative or beyond 32 bits, 1004 for a parameter that is no number, 1006 for a
                number that is taken; 6003 (as 2000) after a failure if `catch` is off.
        """

    def run_batch(self, trials: Sequence[Asked], objective: Callable[[Any], float]) -> list[Told]:
        """Run trials on `n_jobs` threads, with hyperband on one, and tell what became of them in the order given.

        Raises:
            OptimizerError: as `run_trial` but for 6003; a number that is taken or comes twice is found before anything runs.
        """

    def optimize(
        self,
        objective: Callable[[Any], float],
        direction: str = "maximize",
        *,
        ask: Callable[[int], Sequence[Asked]] | None = None,
        tell: Callable[[list[Told]], object] | None = None,
    ) -> bytes:
        """Begin a new record, run what `ask(n_jobs)` gives until it gives nothing, and return all trials as `get_trials_arrow` does.

        Without `ask` and `tell` the reference's `SeededStudy` asks; then trials of earlier runs of the study are recorded as well.

        Raises:
            TypeError: for `ask` without `tell` and the other way round.
            OptimizerError: 1001 for a direction that is none, 6001 (as 2000) when no trial completed with a finite value, 6003 (as 2000)
                for the first failed trial of a batch that was told, if `catch` is off; and whatever `ask` and `tell` raise.
        """

    def set_direction(self, direction: str) -> None:
        """Say what `get_best_params` and `inf_is_worst` mean, `maximize` at first; raises OptimizerError 1001 for another word."""

    def get_best_params(self) -> dict[str, float]:
        """Return the parameters of the best trial as doubles; raises OptimizerError 1007 before any trial, 6001 (as 2000) without one."""

    def get_trials_arrow(self) -> bytes:
        """Return the trials by number as an Arrow IPC stream with the schema `optimization_result`."""

    def aggregate_results(self, results: Sequence[bytes]) -> bytes:
        """Do as the function of this name; what this object has recorded plays no part."""

OptimizerOrchestrator = OptimizerRust

def aggregate_results(results: Sequence[bytes]) -> bytes:
    """Merge streams of trials into one, sorted by number; whatever order they come in and however they are grouped.

    Raises:
        TypeError: unless given a list or tuple of bytes.
        OptimizerError: for the first faulty stream 3004, 5004, 1002, 1003 or 1006; 1006 for two trials of one number that differ in more
            than their duration.
    """
