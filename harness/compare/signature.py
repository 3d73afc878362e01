"""Names the likely cause of a divergence, so that a thousand cases of one fault are shown as one."""

from __future__ import annotations

import math
from collections.abc import Sequence

from harness.compare.found import rel_size
from harness.compare.outcomes import describe_outcome
from harness.compare.paths import blanked
from harness.model import Difference, Outcome, OutcomeKind

_ROUNDING_ULPS = 16
_ROUNDING_REL = 1e-12
_BIAS_REL = 1e-3
_FEWEST_FOR_BIAS = 5
_SIZES = ((_ROUNDING_REL, "rounding"), (1e-6, "small"), (1e-2, "middling"))


def signature(operation: str, reference: Outcome, candidate: Outcome, where: Sequence[Difference]) -> str:
    """Return a text that cases of one cause share: operation, outcome kinds or errors, first field, kind, sign and size of its error."""
    pair = f"{describe_outcome(reference)} / {describe_outcome(candidate)}"
    if reference.kind is candidate.kind is OutcomeKind.VALUE:
        pair = "value"
    if not where:
        return f"{operation} | {pair} | equal"
    first = where[0]
    return " | ".join(filter(None, (operation, pair, blanked(first.path), first.kind, _size_class(first))))


def describe(where: Sequence[Difference]) -> str:
    """Say what a set of differences looks like, and why.

    "rounding-like": all within 16 ULPs or 1e-12 relative. "bias": at least five, all small (below 1e-3) and of one sign. "logic": the rest,
    such as large errors, NaN for a number, other types, missing items.
    """
    if not where:
        return "equal"
    largest = max(map(rel_size, where))
    signs = {_sign(difference) for difference in where}
    if all(map(_like_rounding, where)):
        return f"rounding-like: relative errors up to {largest:.1g}, {'of both signs' if len(signs) > 1 else 'all of one sign'}"
    if "" in signs or not math.isfinite(largest):
        return "logic: not all differences are numbers with an error that can be measured"
    if len(where) >= _FEWEST_FOR_BIAS and len(signs) == 1 and largest < _BIAS_REL:
        return (
            f"bias: all {len(where)} candidates are {'above' if signs == {'+'} else 'below'} the reference, by up to {largest:.1g} relative"
        )
    return f"logic: relative errors up to {largest:.1g}"


def _like_rounding(difference: Difference) -> bool:
    if difference.kind != "value" or difference.abs_error is None:
        return False
    return (difference.ulps is not None and difference.ulps <= _ROUNDING_ULPS) or rel_size(difference) <= _ROUNDING_REL


def _size_class(difference: Difference) -> str:
    """Return sign and magnitude of an error, such as "+small"; nothing where there is no number to speak of."""
    if difference.kind != "value" or difference.abs_error is None:
        return ""
    size = rel_size(difference)
    return _sign(difference) + next((name for bound, name in _SIZES if size <= bound), "large")


def _sign(difference: Difference) -> str:
    """Return on which side of the reference the candidate is, "" when they are no numbers."""
    try:
        reference, candidate = float(difference.reference), float(difference.candidate)
    except ValueError:
        return ""
    if math.isnan(reference) or math.isnan(candidate):
        return ""
    return "+" if candidate > reference else "-" if candidate < reference else "0"
