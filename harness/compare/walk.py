"""What every comparer of one kind of value is given: a place to put differences, and the way back into the walk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from harness.compare.found import Found
from harness.compare.matching import ABSENT
from harness.compare.paths import at
from harness.compare.show import show, show_typed
from harness.contract.policy import Policy
from harness.model import Difference


@dataclass(frozen=True, slots=True)
class Walk:
    """One comparison under way; `values` compares two values of any kind: reference, candidate, policy, path, and the walk itself."""

    found: Found
    values: Callable[[Any, Any, Policy, str, Walk], None]

    def add(self, path: str, kind: str, reference: str, candidate: str) -> None:
        """Add a difference that has no size."""
        self.found.add(Difference(path, kind, reference, candidate))

    def differ(self, path: str, kind: str, reference: Any, candidate: Any) -> None:
        """Add two values as different."""
        self.add(path, kind, show(reference), show(candidate))

    def types_differ(self, path: str, reference: Any, candidate: Any) -> None:
        """Add two values as of different type."""
        self.add(path, "type", show_typed(reference), show_typed(candidate))

    def only_reference(self, path: str, value: Any, policy: Policy) -> None:
        """Add something that only the reference has, unless it is to be ignored."""
        if at(policy, path) is not None:
            self.add(path, "missing", show(value), ABSENT)

    def only_candidate(self, path: str, value: Any, policy: Policy) -> None:
        """Add something that only the candidate has, unless it is to be ignored."""
        if at(policy, path) is not None:
            self.add(path, "extra", ABSENT, show(value))


Comparer = Callable[[Any, Any, Policy, str, Walk], None]
