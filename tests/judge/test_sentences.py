"""Tests that each reason tells value, limit and place."""

from __future__ import annotations

import pytest
from judge_builders import gate, measured, one, trigger, verdict

from harness.model import Action, Interval


def test_sentence_of_a_failed_gate() -> None:
    """The reason carries the metric, what it is about, value, interval, n, limit, and file and line."""
    found = verdict((gate("<", 0.015, "s"),), (measured(24.0, "ms", subject="batch", interval=Interval(22.0, 26.0)),))
    text = found.reasons[0].text
    assert text == (
        "differential.abs_error.max (batch, rating, rust) is 24 ms [22 ms to 26 ms at 95 % confidence; n = 1000], "
        "must be < 15 ms (runbooks/rating.md:12)"
    )
    assert found.gates[0].reason == text


def test_passed_gates_have_a_sentence_too() -> None:
    """A reader sees how far a passed gate was from its limit."""
    assert "is 0 [n = 1000], must be < 0.0001 (runbooks/rating.md:12)" in verdict().gates[0].reason


def test_value_and_limit_never_read_alike() -> None:
    """A value just beyond the limit is written with the digits that show it."""
    assert "is 1.00001" in one(gate("<=", 1.0), measured(1.00001)).reason


@pytest.mark.parametrize(
    ("action", "words"),
    [(Action.ROLLBACK, "rolls back when > 0.001"), (Action.FALLBACK, "falls back when"), (Action.WARN, "warns when")],
)
def test_triggers_say_what_they_do(action: Action, words: str) -> None:
    """A trigger's sentence names its action."""
    assert words in one(trigger(action=action), measured(0.5)).reason


@pytest.mark.parametrize(("unit", "bound", "shown"), [("ratio", "x", "9x"), ("ratio", "fraction", "900 %")])
def test_values_read_in_the_words_of_the_limit(unit: str, bound: str, shown: str) -> None:
    """A ratio is written as the runbook writes its limit."""
    assert f"is {shown} " in one(gate(">", 1.0, bound), measured(9.0, unit)).reason
