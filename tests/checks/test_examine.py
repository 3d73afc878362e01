"""Facts about running cases on both sides and folding what differs into clusters."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from harness.cases import make_case
from harness.checks.base import Context
from harness.checks.examine import BATCH, CLUSTERS_SHOWN, Comparison, batches, compare_cases, divergences, first_divergent
from harness.contract import close, columns
from harness.model import Case, Outcome, OutcomeKind
from tests.checks.conftest import Clock, InProcess, Make


def numbers(*values: float) -> Iterator[Case]:
    """Yield one case a number."""
    return (make_case("double", (value,)) for value in values)


def compare(context: Context, *values: float) -> Comparison:
    """Compare on these numbers."""
    return compare_cases(context, context.contract.operations["double"], "port", numbers(*values))


def test_batches_keep_order_and_lose_nothing() -> None:
    """A stream is cut into lists of at most the size."""
    assert list(batches(iter(range(7)), 3)) == [[0, 1, 2], [3, 4, 5], [6]]


def test_an_empty_stream_has_no_batches() -> None:
    """No list is made of nothing."""
    assert list(batches(iter(()))) == []


def test_equal_answers_diverge_nowhere(make: Make) -> None:
    """Every case is counted, and both sides gave a value in each."""
    comparison = compare(make(), 1.0, 2.0, math.nan)

    assert (comparison.cases, comparison.both_succeeded, comparison.diverged, comparison.clusters) == (3, 3, 0, {})


def test_a_difference_is_counted_where_it_is(make: Make) -> None:
    """Only the cases that differ diverge."""
    comparison = compare(make(lambda x: x * 2.0 + (x > 1)), 0.0, 1.0, 2.0, 3.0)

    assert (comparison.cases, comparison.diverged) == (4, 2)


def test_one_cause_is_one_cluster(make: Make) -> None:
    """The first case stands for all that look like it, with their number."""
    comparison = compare(make(lambda x: x * 2.0 + 1.0), 1.0, 2.0, 3.0)

    [cluster] = comparison.clusters.values()
    assert (cluster.case.arguments, cluster.count) == ((1.0,), 3)


def test_causes_of_different_kinds_are_clusters_of_their_own(make: Make) -> None:
    """A wrong value and an unexpected error have nothing in common."""

    def faulty(x: float) -> Any:
        if x < 0:
            raise ValueError("negative")
        return x * 2.0 + 1.0

    assert len(compare(make(faulty), -1.0, 1.0).clusters) == 2


def test_error_sizes_are_measured_within_the_tolerance_too(make: Make) -> None:
    """A runbook may gate the error that a policy forgives."""
    comparison = compare(make(lambda x: x * 2.0 + 0.25, compare=close(abs=1.0)), 1.0)

    assert comparison.diverged == 0
    assert comparison.max_abs == 0.25


def test_error_sizes_are_the_largest_of_all_cases(make: Make) -> None:
    """One bad case is not averaged away."""
    comparison = compare(make(lambda x: x * 2.0 + (8.0 if x == 2.0 else 0.5)), 1.0, 2.0, 3.0)

    assert comparison.max_abs == 8.0


def test_cases_that_the_port_does_not_answer_are_missing_not_divergent(make: Make) -> None:
    """An absent port is a gap, which the check has to report."""
    comparison = compare(make(None), 1.0, 2.0)

    assert (comparison.cases, comparison.missing, comparison.diverged, comparison.both_succeeded) == (2, 2, 0, 0)


def test_agreement_in_errors_is_not_success(make: Make) -> None:
    """Both refuse: nothing diverges, and nothing was shown about values."""

    def refuse(_x: float) -> float:
        raise ValueError("no")

    comparison = compare(make(refuse, reference=refuse), 1.0)

    assert (comparison.diverged, comparison.both_succeeded) == (0, 0)


def test_every_outcome_of_the_port_is_tallied(make: Make) -> None:
    """Accidents count wherever they happen."""
    context = make(lambda _x: Outcome(OutcomeKind.CRASH))
    compare(context, 1.0, 2.0)

    assert {found.metric: found.value for found in context.tally.evidence()}["outcomes.crashes"] == 2.0


def test_the_budget_ends_sampling_after_a_whole_batch(make: Make) -> None:
    """At least one batch is always done, and none is begun when the time is up."""
    context = replace(make(), clock_ns=Clock(step_ns=30_000_000_000), budget_seconds=20.0)

    assert compare(context, *map(float, range(3 * BATCH))).cases == BATCH


def test_progress_is_told_with_the_total(make: Make) -> None:
    """Who watches sees how far it is."""
    seen: list[tuple[str, int, int]] = []
    context = replace(make(), progress=lambda what, done, total: seen.append((what, done, total)))
    operation = context.contract.operations["double"]

    compare_cases(context, operation, "port", numbers(1.0, 2.0), total=2, what="differential double")

    assert seen == [("differential double", 2, 2)]


def test_a_divergence_is_shrunk_to_a_minimal_case(make: Make) -> None:
    """The list that is shown has only what is needed to see the difference."""

    def total(values: list[float]) -> float:
        return sum(values, 0.0)

    context = make(lambda values: total(values) + (len(values) > 2), reference=total, inputs=columns(values="list<float64>"))
    operation = context.contract.operations["double"]
    cases = iter([make_case("double", ([5.5, 100.0, -3.25, 7.0, 11.0, 2.0],))])

    [found] = divergences(context, "differential", operation, "port", compare_cases(context, operation, "port", cases))

    [values] = found.case.arguments
    assert len(values) == 3
    assert (found.reference.value, found.candidate.value) == (total(values), total(values) + 1.0)


def test_a_shrunk_divergence_keeps_its_count(make: Make) -> None:
    """How often it was seen is not forgotten on the way to the minimal case."""
    context = make(lambda x: x * 2.0 + 1.0)
    operation = context.contract.operations["double"]

    [found] = divergences(context, "differential", operation, "port", compare(context, 3.0, 4.0, 5.0))

    assert found.count == 3


def test_the_id_of_a_divergence_depends_on_what_it_is(make: Make) -> None:
    """Two runs with other cases give the same id to the same cause."""
    context = make(lambda x: x * 2.0 + 1.0)
    operation = context.contract.operations["double"]

    ids = {found.id for value in (3.0, 4.0) for found in divergences(context, "golden", operation, "port", compare(context, value))}

    assert len(ids) == 1


def test_only_so_many_clusters_are_shown_the_most_frequent_first(make: Make) -> None:
    """A port that fails in every way does not bury its reader."""

    def faulty(x: float) -> Any:
        raise type(f"Error{int(x)}", (Exception,), {})("no")

    context = make(faulty)
    operation = context.contract.operations["double"]
    comparison = compare(context, *map(float, [*range(12), 7.0]))
    shown = list(divergences(replace(context, budget_seconds=-1.0), "differential", operation, "port", comparison))

    assert len(comparison.clusters) == 12
    assert len(shown) == CLUSTERS_SHOWN
    assert (shown[0].count, shown[1].count) == (2, 1)


def test_no_budget_left_means_no_shrinking(make: Make) -> None:
    """The first case is shown as it was found, and no worker is asked again."""
    context = replace(make(lambda x: x * 2.0 + 1.0), budget_seconds=-1.0)
    operation = context.contract.operations["double"]
    comparison = compare(context, 1234.5)
    workers: InProcess = context.workers  # type: ignore[assignment]
    workers.asked.clear()

    [found] = divergences(context, "differential", operation, "port", comparison)

    assert found.case.arguments == (1234.5,)
    assert workers.asked == []


def test_the_first_divergent_case_of_the_wanted_kind_is_found(make: Make) -> None:
    """Shrinking must not wander off to another cause."""
    context = make(lambda x: x * 2.0 if x < 2 else x)
    operation = context.contract.operations["double"]
    cases = list(numbers(1.0, 2.0, 3.0))

    found = first_divergent(context, operation, "port", cases, lambda _name: True)

    assert found is not None
    assert found[0] == 1
    assert first_divergent(context, operation, "port", cases, lambda name: name == "another cause") is None
