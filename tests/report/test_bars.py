"""The bar of a gate shows the value on the right side of its limit."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.model import Action, Bound, Gate, GateResult, Interval, Result, Role, Source
from harness.report.bars import EDGE, MIDDLE, WIDTH, Bar, bar

COMPARATORS = st.sampled_from(["<", "<=", ">", ">=", "==", "in"])


def judged(
    comparator: str, limit: float, value: float | None, *, upper: float | None = None, role: Role = Role.ACCEPTANCE, **more: Any
) -> GateResult:
    """Make a judged gate with this bound and value."""
    gate = Gate("g", "t", Source("r.md", 1), Bound(comparator, limit, "", "", upper=upper), role, Action.BLOCK, "m.x")
    return GateResult(gate, Result.PASS, "", value, **more)


def drawn(result: GateResult) -> Bar:
    """Draw a bar that must be there."""
    made = bar(result)
    assert made is not None
    return made


@settings(deadline=None)
@given(COMPARATORS, st.floats(), st.floats() | st.none(), st.floats() | st.none(), st.floats(), st.floats(), st.sampled_from(Role))
def test_every_number_has_a_place(
    comparator: str, limit: float, value: float | None, upper: float | None, low: float, high: float, role: Role
) -> None:
    """Whatever the numbers are, everything drawn lies on the bar, or there is no bar."""
    made = bar(judged(comparator, limit, value, upper=upper, role=role, interval=Interval(low, high)))
    if made is not None:
        places = [made.value, *made.limits, *(end for span in made.forbidden for end in (span.start, span.end))]
        assert all(0 <= place <= WIDTH for place in places)
        assert EDGE <= made.value <= WIDTH - EDGE


@settings(deadline=None)
@given(st.floats(1e-9, 1e9), st.floats(1e-9, 1e9))
def test_a_value_lies_on_its_side_of_the_limit(limit: float, value: float) -> None:
    """A value below its limit is drawn left of it, one above right."""
    place = drawn(judged("<", limit, value)).value
    assert (place <= MIDDLE) if value <= limit else (place >= MIDDLE)


@pytest.mark.parametrize(
    ("comparator", "role", "start"),
    [("<", Role.ACCEPTANCE, MIDDLE), (">", Role.TRIGGER, MIDDLE), (">=", Role.TARGET, 0), ("<=", Role.TRIGGER, 0)],
)
def test_the_forbidden_side_follows_the_role(comparator: str, role: Role, start: float) -> None:
    """A trigger fires inside its bound, everything else must stay inside."""
    assert drawn(judged(comparator, 5.0, 1.0, role=role)).forbidden[0].start == start


def test_a_tenth_of_the_limit_is_at_the_end() -> None:
    """From the middle to the end is a factor of ten, and further out is an arrow."""
    assert [drawn(judged("<", 10.0, value)).beyond for value in (2.0, 0.5, 500.0)] == [0, -1, 1]


def test_zero_against_zero_is_on_the_limit() -> None:
    """No failure where none is allowed lies on the line, not beyond it."""
    assert drawn(judged(">", 0.0, 0.0, role=Role.TRIGGER)).value == MIDDLE


def test_a_range_fills_the_middle_half() -> None:
    """The allowed range lies between a quarter and three quarters."""
    assert drawn(judged("in", 0.8, 1.0, upper=1.2)).limits == (25.0, 75.0)


@pytest.mark.parametrize("value", [None, math.nan, math.inf])
def test_no_number_has_no_bar(value: float | None) -> None:
    """What was not measured is not drawn."""
    assert bar(judged("<", 1.0, value)) is None


def test_the_bar_speaks() -> None:
    """The label says in words what the picture shows."""
    made = drawn(judged("<", 0.05, 0.01, interval=Interval(0.009, 0.011)))
    assert made.label == "measured 0.01, interval 0.009 to 0.011, limit < 0.05: pass"
