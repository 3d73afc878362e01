"""Facts about counting what a port must never do."""

from __future__ import annotations

import math
from typing import Any

import pytest

from harness.checks.tally import Tally, count_nonfinite
from harness.model import EvidenceStatus, Outcome, OutcomeKind


def values(tally: Tally) -> dict[str, float | None]:
    """Return the counts by metric."""
    return {found.metric.removeprefix("outcomes."): found.value for found in tally.evidence()}


def value(content: Any) -> Outcome:
    """Return an outcome with a value."""
    return Outcome(OutcomeKind.VALUE, content)


def test_nothing_counted_gives_no_evidence() -> None:
    """Zero accidents in zero calls is no measurement."""
    assert list(Tally().evidence()) == []


@pytest.mark.parametrize("kind", [OutcomeKind.CRASH, OutcomeKind.TIMEOUT, OutcomeKind.PANIC, OutcomeKind.OUT_OF_MEMORY])
def test_every_accident_counts(kind: OutcomeKind) -> None:
    """A crash, a hang, a panic and an end of memory are one accident each."""
    tally = Tally()
    tally.count("port", Outcome(kind))
    tally.count("port", value(1.0))

    assert values(tally)["crashes"] == 1.0


@pytest.mark.parametrize("kind", [OutcomeKind.VALUE, OutcomeKind.ERROR, OutcomeKind.NOT_MIGRATED, OutcomeKind.SKIPPED])
def test_answers_and_absences_are_no_accidents(kind: OutcomeKind) -> None:
    """An error is an answer; a port that is not there cannot crash."""
    tally = Tally()
    tally.count("port", Outcome(kind))

    assert values(tally) == {"crashes": 0.0, "panics": 0.0, "unexpected_nonfinite": 0.0}


def test_panics_are_also_counted_by_themselves() -> None:
    """A runbook may gate panics apart from crashes."""
    tally = Tally()
    for kind in (OutcomeKind.PANIC, OutcomeKind.CRASH):
        tally.count("port", Outcome(kind))

    assert values(tally)["panics"] == 1.0


def test_each_port_has_its_own_counts() -> None:
    """The crash of one port is not held against the other, and the sample sizes are their own."""
    tally = Tally()
    tally.count("rust", Outcome(OutcomeKind.CRASH))
    tally.count("julia", value(1.0))
    tally.count("julia", value(1.0))

    crashes = {found.port: (found.value, found.n) for found in tally.evidence() if found.metric == "outcomes.crashes"}

    assert crashes == {"rust": (1.0, 1), "julia": (0.0, 2)}


def test_evidence_is_measured() -> None:
    """Counting is certain."""
    tally = Tally()
    tally.count("port", value(1.0))

    assert {found.status for found in tally.evidence()} == {EvidenceStatus.MEASURED}


@pytest.mark.parametrize(
    ("reference", "candidate", "expected"),
    [(1.0, math.nan, 1.0), (math.nan, math.nan, 0.0), (math.inf, 1.0, 0.0), ([1.0, math.nan], [math.inf, math.nan], 1.0)],
)
def test_only_what_the_port_alone_made_nonfinite_is_unexpected(reference: Any, candidate: Any, expected: float) -> None:
    """A NaN that the reference gives too is right."""
    tally = Tally()
    tally.count("port", value(candidate), value(reference))

    assert values(tally)["unexpected_nonfinite"] == expected


def test_nonfinite_values_beside_an_error_are_not_compared() -> None:
    """Where the reference refuses there is nothing to count against."""
    tally = Tally()
    tally.count("port", value(math.nan), Outcome(OutcomeKind.ERROR))

    assert values(tally)["unexpected_nonfinite"] == 0.0


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (math.nan, 1),
        (-math.inf, 1),
        (1.0, 0),
        ([1.0, [math.nan, (math.inf,)]], 2),
        ({"a": math.nan, "b": {"c": math.inf}}, 2),
        ("nan", 0),
        (None, 0),
        (10**400, 0),
    ],
)
def test_nonfinite_numbers_are_found_at_any_depth(content: Any, expected: int) -> None:
    """Lists, tuples and mappings are looked into; words and whole numbers are finite."""
    assert count_nonfinite(content) == expected
