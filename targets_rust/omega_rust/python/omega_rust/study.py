"""Lets the reference's seeded study ask for trials where the caller of `OptimizerRust.optimize` brings nobody else.

Only this imports the reference and Optuna, and only when it is wanted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Asked = tuple[int, dict[str, float], dict[str, str], Any]
Told = tuple[int, str, float, float, dict[str, str]]


class Seeded:
    """A study between Optuna, which proposes trials, and Rust, which runs them."""

    def __init__(self, config: Any, direction: str) -> None:
        """Open the study; raises as `reference_py.optimizer.SeededStudy`."""
        from reference_py.optimizer import Outcome, SeededStudy  # noqa: PLC0415 - see the module's docstring

        self._outcome = Outcome
        self._study = SeededStudy(config, direction)

    def ask(self, count: int) -> list[Asked]:
        """Return the next trials, none when the plan is done."""
        return [(trial.number, trial.codes, trial.attributes, trial) for trial in self._study.ask(count)]

    def tell(self, told: Sequence[Told]) -> None:
        """Take what became of them."""
        self._study.tell([self._outcome(*one) for one in told])

    def finish(self) -> list[tuple[Any, ...]]:
        """Close the study and return everything that it knows, trials of earlier runs included."""
        try:
            return [tuple(row) for row in self._study.rows()]
        finally:
            self._study.close()
