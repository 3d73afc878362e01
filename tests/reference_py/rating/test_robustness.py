"""Robustness: the cases of spec 2."""

from __future__ import annotations

import math
from typing import Any

import pytest

from reference_py.rating import robustness_score

BASE = {"profit": 1000.0, "avg_r": 1.0, "winrate": 50.0, "drawdown": 100.0}


def test_check_value() -> None:
    """Four deteriorations of 0.2, 0.2, 0.2 and 0.5 average to 0.275."""
    assert robustness_score(BASE, [{"profit": 800.0, "avg_r": 0.8, "winrate": 40.0, "drawdown": 150.0}]) == 0.725


@pytest.mark.parametrize("cap", [0.0, -0.0, -3.0, math.nan])
@pytest.mark.parametrize("samples", [[], [{}], [BASE]])
def test_no_cap_gives_one(cap: float, samples: list[dict[str, float]]) -> None:
    """A cap of 0, below 0 or NaN gives 1 before anything else is looked at."""
    assert robustness_score(BASE, samples, cap) == 1.0


@pytest.mark.parametrize(("cap", "score"), [(0.5, 0.5), (0.25, 0.75), (1.0, 0.0), (7.0, 0.0), (math.inf, 0.0)])
def test_no_samples_cost_the_cap(cap: float, score: float) -> None:
    """Without samples the score is max(0, 1 - cap)."""
    assert robustness_score(BASE, [], cap) == score


def test_the_default_cap_is_a_half() -> None:
    """Nothing can cost more than 0.5 unless the cap says so."""
    assert robustness_score(BASE, [{}] * 2 + [{"drawdown": 1e6}]) == 0.5


def test_overflow_leaves_a_sample_out() -> None:
    """A sample whose deterioration is not finite is left out, the others count."""
    base = BASE | {"drawdown": 0.0}
    same = dict(base)
    assert robustness_score(base, [base | {"drawdown": 1e300}, same]) == 1.0


def test_overflow_of_every_sample_costs_the_cap() -> None:
    """With every sample left out the penalty is the cap."""
    base = BASE | {"drawdown": 0.0}
    assert robustness_score(base, [base | {"drawdown": 1e300}], 0.3) == 0.7


@pytest.mark.parametrize("zero", [0.0, -5.0, None, "x", math.nan])
def test_a_base_of_nothing_cannot_be_lost(zero: Any) -> None:
    """A base at or below 0 is read as 1e-9: a sample of at least that drops by 0."""
    assert robustness_score(BASE | {"profit": zero}, [BASE | {"profit": 1e-9}], 1.0) == 1.0


def test_a_base_of_nothing_drops_fully_to_zero() -> None:
    """A base at 0 against a sample at 0 is a drop of 1, a quarter of the average."""
    assert robustness_score(BASE | {"profit": 0.0}, [BASE | {"profit": 0.0}], 1.0) == 0.75


def test_the_guard_is_a_billionth() -> None:
    """A base of 0 is exactly 1e-9: half of that in the sample is a drop of a half."""
    assert robustness_score(BASE | {"profit": 0.0}, [BASE | {"profit": 5e-10}], 1.0) == 1.0 - 0.5 / 4.0


def test_a_drawdown_out_of_nothing_is_a_huge_rise() -> None:
    """A base drawdown of 0 makes any drawdown cost the cap."""
    assert robustness_score(BASE | {"drawdown": 0.0}, [BASE | {"drawdown": 1.0}]) == 0.5


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, None, "abc"])
@pytest.mark.parametrize("key", ["profit", "avg_r", "winrate"])
def test_a_sample_that_is_not_finite_drops_fully(key: str, bad: Any) -> None:
    """What is not finite counts as 0: a drop of 1 for profit, average R and win rate."""
    assert robustness_score(BASE, [BASE | {key: bad}], 1.0) == 0.75


@pytest.mark.parametrize("bad", [math.nan, math.inf, None])
def test_a_drawdown_that_is_not_finite_does_not_rise(bad: Any) -> None:
    """What is not finite counts as 0: a rise of 0 for the drawdown."""
    assert robustness_score(BASE, [BASE | {"drawdown": bad}], 1.0) == 1.0


def test_a_missing_key_counts_as_zero() -> None:
    """An empty sample drops three times fully and does not rise."""
    assert robustness_score(BASE, [{}], 1.0) == 0.25


def test_a_negative_sample_is_clipped() -> None:
    """One drop is at most 1, however large the loss."""
    assert robustness_score(BASE, [BASE | {"profit": -1e9}], 1.0) == 0.75


def test_improvement_is_not_rewarded() -> None:
    """Better samples cost nothing and pay nothing back."""
    assert robustness_score(BASE, [{"profit": 1e6, "avg_r": 9.0, "winrate": 99.0, "drawdown": 1.0}]) == 1.0


def test_samples_are_averaged_from_the_left() -> None:
    """The mean is a plain loop over the samples, equal to one written out here."""
    samples = [BASE | {"profit": 1000.0 - 7.3 * i, "drawdown": 100.0 + 1.7 * i} for i in range(20)]
    total = 0.0
    for sample in samples:
        total += ((1000.0 - sample["profit"]) / 1000.0 + 0.0 + 0.0 + (sample["drawdown"] - 100.0) / 100.0) / 4.0
    assert robustness_score(BASE, samples, 1.0) == 1.0 - total / 20


def test_numeric_text_converts() -> None:
    """Numbers written as text are read as numbers."""
    assert robustness_score({key: str(value) for key, value in BASE.items()}, [BASE]) == 1.0


@pytest.mark.parametrize(
    ("base", "samples", "cap"),
    [(None, [], 0.5), ([], [], 0.5), ({}, None, 0.5), ({}, "x", 0.5), ({}, {}, 0.5), ({}, [1], 0.5), ({}, [], None), ({}, [], "0.5")],
)
def test_wrong_types_are_type_errors(base: Any, samples: Any, cap: Any) -> None:
    """A base that is no mapping, samples that are no sequence of mappings, and a cap that is no number raise."""
    with pytest.raises(TypeError):
        robustness_score(base, samples, cap)
