"""Facts about statements that must hold for every implementation by itself."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from harness.cases import make_case
from harness.checks.base import Context
from harness.checks.property import PropertyCheck, broken_properties
from harness.checks.workers import REFERENCE
from harness.contract import Policy, columns
from harness.model import EvidenceStatus, Outcome
from tests.checks.conftest import Clock, Make, Run, double

CHECK = PropertyCheck()


def state(context: Context, name: str, holds: Callable[[Outcome], bool]) -> Context:
    """Add a property to the only operation."""
    context.contract.operations["double"].property(name, holds)
    return context


def relate(context: Context, name: str, follow_ups: Callable[[Any], Any], holds: Callable[[Outcome, Any], bool]) -> Context:
    """Add a relation to the only operation."""
    context.contract.operations["double"].relation(name, follow_ups, holds)
    return context


def test_a_property_that_holds_is_tried_on_both_sides(make: Make, run: Run) -> None:
    """Reference and port each have their evidence."""
    found = run(CHECK, state(make(), "is_float", lambda outcome: isinstance(outcome.value, float)))

    assert found.divergences == []
    assert {evidence.port for evidence in found.evidence if evidence.metric == "property.is_float.failures"} == {REFERENCE, "port"}


def test_a_broken_property_is_counted_and_shown(make: Make, run: Run) -> None:
    """The property's name is in the signature, and the failures are evidence."""
    context = state(make(lambda _x: -1.0, reference=lambda _x: 1.0), "positive", lambda outcome: outcome.value > 0)

    found = run(CHECK, context)

    assert [(divergence.port, divergence.signature) for divergence in found.divergences] == [("port", "double: property positive broken")]
    assert found.of("property.positive.failures", "port").value == found.of("property.positive.failures", "port").n > 0


def test_a_property_that_the_reference_breaks_is_shown_too(make: Make, run: Run) -> None:
    """The truth is examined as the port is."""
    context = state(make(lambda _x: -1.0, reference=lambda _x: -1.0), "positive", lambda outcome: outcome.value > 0)

    assert {divergence.port for divergence in run(CHECK, context).divergences} == {REFERENCE, "port"}


def test_a_property_that_cannot_be_evaluated_is_broken(make: Make, run: Run) -> None:
    """A predicate that raises has not been shown to hold, and its error is the reason."""
    [found] = [
        divergence
        for divergence in run(CHECK, state(make(lambda _x: "?"), "small", lambda outcome: outcome.value < 10)).divergences
        if divergence.port == "port"
    ]

    assert "could not be evaluated: TypeError" in found.where[0].candidate


def test_properties_are_about_values_only(make: Make, run: Run) -> None:
    """An error is no value that could be out of bounds."""

    def refuse(_x: float) -> float:
        raise ValueError("no")

    found = run(CHECK, state(make(refuse, reference=refuse), "never", lambda _outcome: False))

    assert found.divergences == []


def test_a_port_that_answers_otherwise_the_second_time_is_not_deterministic(make: Make, run: Run) -> None:
    """Every case is asked twice, in the opposite order."""
    counter = itertools.count()

    found = run(CHECK, make(lambda _x: float(next(counter))))

    assert {(divergence.port, divergence.signature) for divergence in found.divergences} == {
        ("port", "double: property deterministic broken")
    }


def test_nan_is_the_same_answer_twice(make: Make, run: Run) -> None:
    """NaN differs from itself in Python, not here."""
    assert run(CHECK, make(lambda _x: math.nan)).divergences == []


def test_a_relation_compares_an_answer_with_those_of_follow_ups(make: Make, run: Run) -> None:
    """Doubling is monotone."""
    context = relate(
        make(inputs=columns(x="float64[-1000..1000]")),
        "monotone",
        lambda arguments: [(arguments[0] + 1.0,)],
        lambda outcome, after: after[0].value >= outcome.value,
    )

    found = run(CHECK, context)

    assert found.divergences == []
    assert found.of("property.monotone.failures", "port").n > 10


def test_a_broken_relation_is_shown(make: Make, run: Run) -> None:
    """A port that turns around at a point is found there."""
    context = relate(
        make(lambda x: -x if x > 5 else x, inputs=columns(x="float64[-1000..1000]")),
        "monotone",
        lambda arguments: [(arguments[0] + 1.0,)],
        lambda outcome, after: after[0].value >= outcome.value,
    )

    [found] = run(CHECK, context).divergences

    assert (found.port, found.signature) == ("port", "double: property monotone broken")


def test_a_relation_without_follow_ups_is_not_tried(make: Make, run: Run) -> None:
    """Nothing to compare with is no failure and no case."""
    context = relate(make(), "alone", lambda _arguments: [], lambda _outcome, _after: False)

    found = run(CHECK, context)

    assert found.divergences == []
    assert found.of("property.alone.failures", "port").n == 0


def test_a_broken_property_is_shrunk(make: Make, run: Run) -> None:
    """The smallest list that breaks it is shown."""
    context = state(make(len, reference=len, inputs=columns(values="list<float64>")), "short", lambda outcome: outcome.value < 3)

    found = run(CHECK, context)

    assert {len(divergence.case.arguments[0]) for divergence in found.divergences} == {3}


def test_no_budget_left_means_no_shrinking(make: Make, run: Run) -> None:
    """A property that a dying port breaks is shown as it was found."""
    context = state(make(len, reference=len, inputs=columns(values="list<float64>[3..24]")), "short", lambda outcome: outcome.value < 3)
    found = run(CHECK, replace(context, budget_seconds=-1.0))

    assert {divergence.case.origin for divergence in found.divergences} <= {"edge", "generated"}


def test_a_shrunk_case_is_still_a_valid_input(make: Make, run: Run) -> None:
    """The types of the contract hold for the smallest case, too."""
    context = state(make(len, reference=len, inputs=columns(values="list<float64>[2..24]")), "none", lambda _outcome: False)

    assert {len(divergence.case.arguments[0]) for divergence in run(CHECK, context).divergences} == {2}


def test_a_missing_port_is_inconclusive(make: Make, run: Run) -> None:
    """Nothing was tried on it."""
    found = run(CHECK, make(None))

    assert found.record().status is EvidenceStatus.INCONCLUSIVE
    assert found.of("property.cases", "port").value == 0.0


def test_failures_of_all_properties_add_up(make: Make, run: Run) -> None:
    """A runbook may gate them together."""
    context = state(state(make(), "wrong", lambda _outcome: False), "wrong_too", lambda _outcome: False)

    found = run(CHECK, context)

    each = [found.of(f"property.{name}.failures", "port").value for name in ("wrong", "wrong_too")]
    assert found.of("property.failures", "port").value == sum(value or 0.0 for value in each) > 0


def test_the_budget_ends_the_search(make: Make, run: Run) -> None:
    """One batch is always done."""
    context = replace(make(), clock_ns=Clock(step_ns=10**12))

    assert run(CHECK, context).record().cases == 100


@pytest.mark.parametrize(("value", "broken"), [(1.0, ()), (9.0, ("property 'below_ten'",))])
def test_one_case_can_be_tried_again(make: Make, value: float, broken: tuple[str, ...]) -> None:
    """Replaying asks which properties a stored case breaks now."""
    context = state(make(), "below_ten", lambda outcome: outcome.value < 10)
    operation = context.contract.operations["double"]

    found = broken_properties(context, operation, "port", make_case("double", (value,)))

    assert tuple(difference.path for difference in found) == broken
    assert double(value) == value * 2.0


def test_what_the_contract_ignores_may_differ_the_second_time(make: Make, run: Run) -> None:
    """How long something took is no answer that has to repeat."""
    ticks = itertools.count()

    def timed(_x: float) -> dict[str, float]:
        return {"value": 1.0, "seconds": float(next(ticks))}

    assert run(CHECK, make(timed)).divergences

    ignoring = make(timed, compare=Policy(ignore={'value["seconds"]': "how long it took"}))

    assert run(CHECK, ignoring).divergences == []
