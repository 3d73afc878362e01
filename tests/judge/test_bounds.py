"""Tests when a gate passes, fails or stays open."""

from __future__ import annotations

import math

import pytest
from judge_builders import OPEN, codes, gate, measured, one, trigger, verdict

from harness.model import Gate, Interval, Result


@pytest.mark.parametrize(
    ("judged_gate", "value", "result"),
    [
        (gate("<", 1.0), 0.5, Result.PASS),
        (gate("<", 1.0), 1.0, Result.FAIL),
        (gate("<=", 1.0), 1.0, Result.PASS),
        (gate("<=", 1.0), 1.5, Result.FAIL),
        (gate(">", 8.0), 9.0, Result.PASS),
        (gate(">", 8.0), 8.0, Result.FAIL),
        (gate(">=", 8.0), 8.0, Result.PASS),
        (gate(">=", 8.0), 7.9, Result.FAIL),
        (gate("==", 0.0), 0.0, Result.PASS),
        (gate("==", 0.0), 1.0, Result.FAIL),
        (gate("in", 0.0, upper=1.0), 1.0, Result.PASS),
        (gate("in", 0.0, upper=1.0), 1.1, Result.FAIL),
        (gate("in", 0.0, upper=1.0), -0.1, Result.FAIL),
        (trigger(">", 0.001), 0.0, Result.PASS),
        (trigger(">", 0.001), 0.001, Result.PASS),
        (trigger(">", 0.001), 0.002, Result.FAIL),
        (trigger(">=", 1.0), 1.0, Result.FAIL),
        (trigger("<", 3.0), 2.0, Result.FAIL),
        (trigger("<", 3.0), 4.0, Result.PASS),
        (trigger("==", 0.0), 0.0, Result.FAIL),
    ],
)
def test_without_an_interval_the_value_decides(judged_gate: Gate, value: float, result: Result) -> None:
    """A demand holds when it is true of the value; a trigger fires when it is true of the value."""
    assert one(judged_gate, measured(value)).result is result


@pytest.mark.parametrize(
    ("judged_gate", "low", "high", "result"),
    [
        (gate(">=", 8.0), 8.0, 9.0, Result.PASS),
        (gate(">=", 8.0), 7.9, 9.0, Result.INCONCLUSIVE),
        (gate(">=", 8.0), 7.0, 7.9, Result.FAIL),
        (gate("<", 1.0), 0.5, 1.0, Result.INCONCLUSIVE),
        (gate("in", 0.9, upper=1.1), 0.95, 1.05, Result.PASS),
        (gate("in", 0.9, upper=1.1), 0.85, 1.05, Result.INCONCLUSIVE),
        (gate("in", 0.9, upper=1.1), 0.8, 1.2, Result.INCONCLUSIVE),
        (gate("in", 0.9, upper=1.1), 1.2, 1.4, Result.FAIL),
        (gate("==", 1.0), 0.9, 1.1, Result.INCONCLUSIVE),
        (trigger(">", 0.1), 0.11, 0.2, Result.FAIL),
        (trigger(">", 0.1), 0.05, 0.2, Result.INCONCLUSIVE),
        (trigger(">", 0.1), 0.05, 0.1, Result.PASS),
    ],
)
def test_only_the_whole_interval_decides(judged_gate: Gate, low: float, high: float, result: Result) -> None:
    """An interval that reaches over the limit settles nothing; one beyond it does, either way."""
    found = verdict((judged_gate,), (measured((low + high) / 2, interval=Interval(low, high)),))
    assert found.gates[0].result is result
    assert ("too-noisy" in codes(found)) == (result is Result.INCONCLUSIVE)


def test_a_value_outside_its_interval_widens_it() -> None:
    """An interval that does not hold its own value is not believed on its word."""
    assert one(gate("<", 1.0), measured(2.0, interval=Interval(0.1, 0.2))).result is Result.INCONCLUSIVE


@pytest.mark.parametrize("value", [None, math.nan])
def test_no_number_never_passes(value: float | None) -> None:
    """A value that is missing or NaN is inconclusive for a demand and for a trigger."""
    for judged_gate in (gate("<", 1.0), gate(">", 1.0), trigger()):
        found = verdict((judged_gate,), (measured(value),))
        assert (found.decision, codes(found)) == (OPEN, ["evidence-without-value"])


def test_infinity_never_passes() -> None:
    """An infinite speed-up is a broken clock; an infinite error is a failure."""
    assert one(gate(">=", 8.0), measured(math.inf)).result is Result.INCONCLUSIVE
    assert one(gate("<", 1.0), measured(math.inf)).result is Result.FAIL
    assert one(trigger(">", 1.0), measured(math.inf)).result is Result.FAIL


def test_an_interval_with_nan_settles_nothing() -> None:
    """An interval that is no interval is open, though the value alone would pass."""
    assert one(gate("<", 1.0), measured(0.5, interval=Interval(math.nan, 0.6))).result is Result.INCONCLUSIVE


@pytest.mark.parametrize("bound", [gate("~", 1.0), gate("in", 0.0), gate("in", 1.0, upper=0.0), gate("<", math.nan)])
def test_bounds_that_cannot_be_judged(bound: Gate) -> None:
    """An unknown comparator, a range without upper end, or a limit that is no number is open, and says so."""
    found = verdict((bound,), (measured(0.5),))
    assert (found.decision, codes(found)) == (OPEN, ["bound-invalid"])
