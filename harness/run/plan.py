"""How much a run may do, and which checks it does."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from harness.checks.base import Check
from harness.errors import Code, HarnessError
from harness.settings import did_you_mean

GROUP = "harness.checks"
ORDER = (
    "provenance", "golden", "differential", "property", "boundary", "stateful", "determinism", "concurrency", "memory",
    "drill", "readiness", "benchmark",
)  # fmt: skip
ALWAYS = "provenance"


@dataclass(frozen=True)
class Plan:
    """The seed, the budget of one check on one operation, the number of generated cases, and the checks to run (all, if none).

    `environment` and `search_path` are for the workers; `jobs` is how many operations are examined at once.
    """

    seed: int = 1
    budget_seconds: float = 20.0
    cases: int = 400
    only: tuple[str, ...] = ()
    jobs: int = field(default_factory=lambda: os.cpu_count() or 1)
    environment: Mapping[str, str] = field(default_factory=dict)
    search_path: tuple[str, ...] = ()

    def checks(self) -> list[Check]:
        """Return the checks of this run in the order in which they run; raises HarnessError CHECK_UNKNOWN."""
        known = check_names()
        for name in self.only:
            if name not in known:
                raise HarnessError(Code.CHECK_UNKNOWN, f"no check is called {name!r}{did_you_mean(name, known)}")
        wanted = [name for name in known if not self.only or name in self.only or name == ALWAYS]
        registered = _registered()
        return [registered[name].load()() for name in wanted]

    def words(self) -> dict[str, Any]:
        """Return what decides what is measured, as plain data."""
        return {"seed": self.seed, "budget_seconds": self.budget_seconds, "cases": self.cases, "only": list(self.only)}

    def left_out(self) -> tuple[str, ...]:
        """Name the checks that this run leaves out."""
        return tuple(name for name in check_names() if self.only and name not in self.only and name != ALWAYS)


def check_names() -> list[str]:
    """Name the registered checks, ours and those of other distributions, in the order in which they run."""
    names = set(_registered())
    return [name for name in ORDER if name in names] + sorted(names.difference(ORDER))


def _registered() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=GROUP)}
