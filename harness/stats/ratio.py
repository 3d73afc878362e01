"""Port against reference in one run: ratios of neighbours in time, so that the machine's moods cancel."""

from __future__ import annotations

from collections.abc import Sequence

from harness.stats.estimate import Estimate, as_times, median_estimate

CONFIDENCE = 0.95


def paired_ratio(reference_ns: Sequence[float], candidate_ns: Sequence[float], *, seed: int = 0) -> Estimate:
    """Estimate reference time / candidate time: above 1 the candidate is faster.

    Item i of each sequence is the time of one side in quad i, where both were called in the order reference, candidate, candidate,
    reference (or the mirror of it), which cancels drift and the cost of switching. The value is the median of the quads' ratios, and
    quads are resampled for the interval. Raises ValueError for lengths that differ, no quad, or a time that is not above zero.
    """
    return _median_of_pairs(reference_ns, candidate_ns, seed)


def share(part_ns: Sequence[float], whole_ns: Sequence[float], *, seed: int = 0) -> Estimate:
    """Estimate which fraction of the whole the part takes: the median of part / whole over pairs measured side by side.

    Raises ValueError for lengths that differ, no pair, or a time that is not above zero.
    """
    return _median_of_pairs(part_ns, whole_ns, seed)


def _median_of_pairs(numerator_ns: Sequence[float], denominator_ns: Sequence[float], seed: int) -> Estimate:
    numerator, denominator = as_times(numerator_ns, "numerator"), as_times(denominator_ns, "denominator")
    if numerator.size != denominator.size:
        raise ValueError(f"{numerator.size} and {denominator.size} measurements cannot be paired")
    return median_estimate(numerator / denominator, seed=seed, confidence=CONFIDENCE)
