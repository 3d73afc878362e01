"""Which place of the plan a stored trial takes: Optuna numbers every attempt, the plan counts a trial and its repetitions once."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence

from optuna.trial import FrozenTrial, TrialState

SLOT, WORKER, INTERRUPTED = "omega:slot", "omega:worker", "omega:interrupted"


class Places:
    """Finds the place of a trial by its number, from the repetitions that were enqueued before it.

    A repetition carries its place. Any other trial's place is its number less the repetitions with smaller numbers; since Optuna gives
    numbers in order, all of those exist by the time a trial does, and every process finds the same place.
    """

    def __init__(self, read: Callable[[], Sequence[FrozenTrial]]) -> None:
        """Take the function that reads all trials of the study."""
        self._read = read
        self._seen = 0
        self._repeated: dict[int, int] = {}
        self._numbers: list[int] = []

    @property
    def taken(self) -> int:
        """Return how many places have been given out, as far as was read."""
        return self._seen - len(self._numbers)

    def refresh(self) -> Sequence[FrozenTrial]:
        """Read the trials that came since, and return all."""
        trials = self._read()
        for trial in trials[self._seen :]:
            if SLOT in trial.user_attrs:
                self._repeated[trial.number] = int(trial.user_attrs[SLOT])
                self._numbers.append(trial.number)
        self._seen = max(self._seen, len(trials))
        return trials

    def of(self, number: int) -> int:
        """Return the place of the trial with this number."""
        if number >= self._seen:
            self.refresh()
        return self._repeated.get(number, number - bisect_left(self._numbers, number))


def is_interrupted(trial: FrozenTrial) -> bool:
    """Tell whether a trial was given up because its process was gone."""
    return trial.state is TrialState.FAIL and INTERRUPTED in trial.user_attrs
