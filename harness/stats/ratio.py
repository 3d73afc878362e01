"""Port against reference in one run: ratios of neighbours in time, so that the machine's moods cancel."""

from __future__ import annotations

from collections.abc import Sequence

from harness.stats.estimate import Estimate, Floats, as_times, median_estimate

CALLS_A_QUAD = 2
CONFIDENCE = 0.95


def paired_ratio(reference_ns: Sequence[float], candidate_ns: Sequence[float], *, seed: int = 0) -> Estimate:
    """Estimate reference time / candidate time: above 1 the candidate is faster.

    Both sequences hold single calls in order of time, interleaved as reference, candidate, candidate, reference: calls 2i and 2i+1 of each
    side make quad i. The value is the median of the quads' ratios; quads are resampled for the interval; `n` counts quads. A last
    incomplete quad is left out. Raises ValueError for lengths that differ, no whole quad, or a time that is not above zero.
    """
    reference, candidate = _quads(reference_ns, "reference_ns"), _quads(candidate_ns, "candidate_ns")
    return _median_of_pairs(reference, candidate, seed)


def share(part_ns: Sequence[float], whole_ns: Sequence[float], *, seed: int = 0) -> Estimate:
    """Estimate which fraction of the whole the part takes: the median of part / whole over pairs measured side by side.

    Raises ValueError for lengths that differ, no pair, or a time that is not above zero.
    """
    return _median_of_pairs(as_times(part_ns, "part_ns"), as_times(whole_ns, "whole_ns"), seed)


def _median_of_pairs(numerator: Floats, denominator: Floats, seed: int) -> Estimate:
    if numerator.size != denominator.size:
        raise ValueError(f"{numerator.size} and {denominator.size} measurements cannot be paired")
    return median_estimate(numerator / denominator, seed=seed, confidence=CONFIDENCE)


def _quads(times_ns: Sequence[float], name: str) -> Floats:
    """Add up the two calls that one side makes in each quad."""
    times = as_times(times_ns, name)
    whole = times.size // CALLS_A_QUAD
    if not whole:
        raise ValueError(f"{name}: at least one quad is needed")
    sums: Floats = times[: whole * CALLS_A_QUAD].reshape(whole, CALLS_A_QUAD).sum(axis=1)
    return sums
