"""Tests what evidence must be like before it can decide, and that it meets limits in base units."""

from __future__ import annotations

import math

import pytest
from judge_builders import OPEN, codes, gate, measured, one, verdict

from harness.model import EvidenceStatus, Interval, Result


@pytest.mark.parametrize("status", [status for status in EvidenceStatus if status is not EvidenceStatus.MEASURED])
@pytest.mark.parametrize("value", [0.0, 1.0])
def test_doubtful_evidence_decides_nothing(status: EvidenceStatus, value: float) -> None:
    """Evidence that is not measured is open whatever its value, and its note is the reason."""
    found = verdict(evidence=(measured(value, status=status, note="debug build"),))
    assert (found.decision, codes(found)) == (OPEN, [f"evidence-{status.value}"])
    assert "debug build" in found.reasons[0].text


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_below_the_floor(value: float) -> None:
    """Too few cases decide nothing, neither way, and the reason says how many are needed."""
    found = verdict(evidence=(measured(value, n=199),))
    assert (found.decision, codes(found)) == (OPEN, ["evidence-below-floor"])
    assert "199" in found.reasons[0].text
    assert "200" in found.reasons[0].text


@pytest.mark.parametrize(
    ("bound", "limit", "value", "unit", "base"),
    [
        ("s", 0.015, 12.0, "ms", 0.012),
        ("ms", 0.015, 12e6, "ns", 0.012),
        ("bytes", 500.0, 0.4, "KB", 400.0),
        ("fraction", 0.1, 9.0, "%", 0.09),
        ("fraction", 0.1, 0.09, "ratio", 0.09),
        ("", 0.1, 0.09, "fraction", 0.09),
    ],
)
def test_values_are_converted(bound: str, limit: float, value: float, unit: str, base: float) -> None:
    """Value and interval are converted to the base unit before they are judged."""
    found = one(gate("<", limit, bound), measured(value, unit, interval=Interval(value, value)))
    assert found.result is Result.PASS
    assert found.value == pytest.approx(base, rel=1e-12)
    assert found.interval is not None
    assert found.interval.low == found.value


@pytest.mark.parametrize(("bound", "unit"), [("s", "bytes"), ("s", ""), ("fraction", "count"), ("s", "parsec"), ("USD", "s")])
def test_units_that_do_not_fit(bound: str, unit: str) -> None:
    """A value in another or an unknown unit is open, not compared as a bare number."""
    found = verdict((gate("<", 1.0, bound),), (measured(0.1, unit),))
    assert (found.decision, codes(found)) == (OPEN, ["unit-mismatch"])


def test_times_are_scaled_to_the_baseline_machine() -> None:
    """On a machine that takes twice the baseline's time, a time is halved before it is judged, and both are said."""
    slow = measured(24.0, "ms", subject="batch", interval=Interval(22.0, 26.0))
    found = one(gate("<", 0.015, "s"), slow, scales={"batch": 2.0})
    assert (found.result, found.scaled, found.value) == (Result.PASS, True, 0.012)
    assert found.interval == Interval(0.011, 0.013)
    assert "scaled" in found.reason
    assert one(gate("<", 0.015, "s"), slow).result is Result.FAIL


def test_ratios_are_not_scaled() -> None:
    """What is measured in one run needs no machine to compare with."""
    found = one(gate(">=", 8.0, "x"), measured(9.0, "ratio", subject="batch"), scales={"batch": 2.0})
    assert (found.value, found.scaled) == (9.0, False)


@pytest.mark.parametrize("factor", [0.0, -1.0, math.nan, math.inf])
def test_useless_scale(factor: float) -> None:
    """A machine factor that is no positive number makes a time open: an infinite one would make everything fast."""
    found = verdict((gate("<", 0.015, "s"),), (measured(24.0, "ms", subject="batch"),), scales={"batch": factor})
    assert (found.decision, codes(found)) == (OPEN, ["scale-invalid"])
