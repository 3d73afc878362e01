"""How equal is equal: the comparison policy of an operation, one default and exceptions per field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Policy:
    """When two values count as equal; with all tolerances 0 they must be the same to the bit.

    Two numbers are equal when any of the tolerances covers them: |r-c| <= abs_tol, |r-c| <= rel_tol*|r|, or at most `ulps` steps
    apart. Any NaN equals any NaN unless `nan_equal` is off. `signed_zero` tells 0.0 from -0.0. `types` tells int from float from bool,
    and list from tuple. `fields` maps a path pattern (`value["score"]`, `*["time"]`, with * for anything) to its own policy, `ignore`
    maps a path pattern to the reason for leaving it out. With `arrow`, bytes are read as Arrow IPC streams and compared as tables.
    With `key`, lists of records are matched by these fields, whatever their order.
    """

    abs_tol: float = 0.0
    rel_tol: float = 0.0
    ulps: int = 0
    nan_equal: bool = True
    signed_zero: bool = True
    types: bool = True
    arrow: bool = False
    key: tuple[str, ...] = ()
    fields: Mapping[str, Policy] = field(default_factory=dict)
    ignore: Mapping[str, str] = field(default_factory=dict)


exact = Policy()


def close(*, rel: float = 0.0, abs: float = 0.0, ulps: int = 0) -> Policy:  # noqa: A002 - the word every comparator uses
    """Return a policy with tolerances; the sign of zero plays no part in it."""
    return Policy(abs_tol=abs, rel_tol=rel, ulps=ulps, signed_zero=False)


def arrow(policy: Policy = exact) -> Policy:
    """Return the policy for operations that answer with Arrow IPC bytes."""
    return replace(policy, arrow=True)
