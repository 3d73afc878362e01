"""Tests the comparison of outcomes: kinds, values, errors, and what became of the arguments."""

from __future__ import annotations

import math
from typing import Any

import pytest

from harness.compare import compare_outcomes
from harness.contract.policy import close, exact
from harness.model import Failure, Outcome, OutcomeKind


def value(given: Any, **rest: Any) -> Outcome:
    """Return an outcome with a value."""
    return Outcome(OutcomeKind.VALUE, given, **rest)


def error(type_name: str = "builtins.ValueError", message: str = "no", code: str | None = None, **rest: Any) -> Outcome:
    """Return an outcome with an error."""
    return Outcome(OutcomeKind.ERROR, failure=Failure(type_name, message, code), **rest)


def kinds(reference: Outcome, candidate: Outcome, errors: str = "code") -> list[str]:
    """Return the kinds of the differences."""
    return [item.kind for item in compare_outcomes(reference, candidate, exact, errors)]


@pytest.mark.parametrize("kind", [kind for kind in OutcomeKind if kind is not OutcomeKind.VALUE])
@pytest.mark.parametrize("errors", ["code", "type", "type+message", "any"])
def test_kinds_of_outcome_are_told_apart(kind: OutcomeKind, errors: str) -> None:
    """No error, accident or absence equals a value, whatever errors need to agree in."""
    other = Outcome(kind, failure=Failure("builtins.ValueError", "no"))
    assert kinds(value(None), other, errors) == kinds(other, value(None), errors) == ["outcome"]
    assert "ValueError" in compare_outcomes(value(None), other, exact, errors)[0].candidate


def test_values_are_compared_under_the_policy() -> None:
    """Values go through the comparison of values, NaN and tolerance included."""
    assert kinds(value([math.nan]), value([math.nan])) == []
    assert kinds(value(1.0), value(1.5)) == ["value"]
    assert compare_outcomes(value(1.0), value(1.5), close(abs=0.5), "code") == ()


@pytest.mark.parametrize(
    ("reference", "candidate", "equal_at"),
    [
        (error(), error(), {"code", "type", "type+message", "any"}),
        (error(message="a"), error(message="b"), {"code", "type", "any"}),
        (error("a.RatingError"), error("b.c.RatingError"), {"code", "type", "type+message", "any"}),
        (error("builtins.ValueError"), error("builtins.TypeError"), {"any"}),
        (error(code="1005"), error("x.Other", code="1005", message="other"), {"code", "any"}),
        (error(code="1005"), error(code="1006"), {"type", "type+message", "any"}),
        (error(code="1005"), error(), {"type", "type+message", "any"}),
        (error(), error(code="1005"), {"type", "type+message", "any"}),
    ],
)
@pytest.mark.parametrize("level", ["code", "type", "type+message", "any"])
def test_levels_of_error(reference: Outcome, candidate: Outcome, equal_at: set[str], level: str) -> None:
    """A code decides where either side has one, else the type by name; message and nothing are further levels."""
    assert (compare_outcomes(reference, candidate, exact, level) == ()) is (level in equal_at)


def test_an_unknown_level_is_refused() -> None:
    """A misspelt level must not compare less than was meant."""
    with pytest.raises(ValueError, match="codes"):
        compare_outcomes(error(), error(), exact, "codes")


def test_accidents_on_both_sides() -> None:
    """Two crashes are the same only by the same signal, at every level."""
    crashes = [Outcome(OutcomeKind.CRASH, failure=Failure(signal, "died")) for signal in ("SIGSEGV", "SIGABRT")]
    for level in ("code", "any"):
        assert kinds(crashes[0], crashes[0], level) == []
        assert kinds(crashes[0], crashes[1], level) == ["error-type"]


def test_errors_without_a_failure() -> None:
    """An error that nothing is known about differs from one that is known."""
    unknown = Outcome(OutcomeKind.ERROR)
    assert kinds(unknown, unknown) == []
    assert kinds(unknown, error()) == kinds(error(), unknown) == ["error-type"]


class TestArguments:
    """What a call does to its arguments is part of its outcome."""

    def test_changed_on_one_side(self) -> None:
        """A port that changes its arguments where the reference does not differs from it, and the other way round."""
        assert kinds(value(1), value(1, arguments_after=([1],))) == ["arguments"]
        assert kinds(value(1, arguments_after=([1],)), value(1)) == ["arguments"]

    def test_changed_differently(self) -> None:
        """Arguments changed on both sides are compared, and located as arguments."""
        where = compare_outcomes(value(1, arguments_after=([1, 2],)), value(1, arguments_after=([1, 3],)), exact, "code")
        assert [item.path for item in where] == ["arguments[0][1]"]
        assert kinds(value(1, arguments_after=([1],)), value(1, arguments_after=([1],))) == []

    def test_changed_before_an_error(self) -> None:
        """An error does not excuse what was done to the arguments."""
        assert kinds(error(), error(arguments_after=([1],))) == ["arguments"]

    def test_after_the_values(self) -> None:
        """Differing values come first, then the arguments, within the limit."""
        reference, candidate = value([1, 2], arguments_after=(1,)), value([3, 4], arguments_after=(2,))
        found = compare_outcomes(reference, candidate, exact, "code")
        assert [item.path for item in found] == ["value[0]", "value[1]", "arguments[0]"]
        assert len(compare_outcomes(reference, candidate, exact, "code", limit=2)) == 2
