"""Stress penalty: the cases of spec 4."""

from __future__ import annotations

import math
from typing import Any

import pytest

from reference_py.rating import score_from_penalty, stress_penalty

BASE = {"profit": 1000.0, "drawdown": 100.0, "sharpe": 1.0}


def test_check_value() -> None:
    """Deteriorations of 0.2, 0.5 and 0.2 average to 0.3."""
    assert stress_penalty(BASE, [{"profit": 800.0, "drawdown": 150.0, "sharpe": 0.8}]) == pytest.approx(0.3, abs=1e-16)


@pytest.mark.parametrize("cap", [0.0, -1.0, math.nan])
def test_no_cap_no_penalty(cap: float) -> None:
    """A cap of 0, below 0 or NaN gives a penalty of 0."""
    assert stress_penalty(BASE, [{"profit": 0.0}], cap) == 0.0


@pytest.mark.parametrize("stressed", [[], [{}], [{}, {}]])
def test_nothing_stressed_no_penalty(stressed: list[dict[str, float]]) -> None:
    """An empty list, and a list of empty maps, give a penalty of 0."""
    assert stress_penalty(BASE, stressed) == 0.0


def test_an_empty_map_is_skipped() -> None:
    """An empty map is not read as zeros: the others are averaged without it."""
    one = {"profit": 800.0, "drawdown": 150.0, "sharpe": 0.8}
    assert stress_penalty(BASE, [{}, one, {}]) == stress_penalty(BASE, [one])


def test_a_map_of_other_keys_is_read_as_zeros() -> None:
    """Only emptiness is skipped; missing keys count as 0."""
    assert stress_penalty(BASE, [{"other": 1.0}], 1.0) == 2.0 / 3.0


def test_overflow_leaves_a_set_out() -> None:
    """A penalty that is not finite is left out, the others count."""
    base = BASE | {"drawdown": 0.0}
    assert stress_penalty(base, [base | {"drawdown": 1e300}, base]) == 0.0


def test_overflow_of_every_set_is_no_penalty() -> None:
    """With every set left out the penalty is 0, unlike robustness, where it is the cap."""
    assert stress_penalty(BASE | {"drawdown": 0.0}, [BASE | {"drawdown": 1e300}]) == 0.0


@pytest.mark.parametrize("profit", [0.0, -0.0, -500.0, math.nan, None])
def test_no_base_profit_none_to_lose(profit: Any) -> None:
    """A base profit at or below 0 makes the profit term 0."""
    assert stress_penalty(BASE | {"profit": profit}, [BASE | {"profit": -1e6}]) == 0.0


def test_a_tiny_base_profit_has_no_guard() -> None:
    """The profit term divides by the base itself, however small it is."""
    assert stress_penalty(BASE | {"profit": 1e-12}, [BASE | {"profit": 5e-13}], 1.0) == 0.5 / 3.0


def test_no_base_sharpe_is_guarded() -> None:
    """A base Sharpe at or below 0 is compared as 1e-9: a stressed Sharpe of 0 costs 1."""
    assert stress_penalty(BASE | {"sharpe": 0.0}, [BASE | {"sharpe": 0.0}], 1.0) == 1.0 / 3.0


def test_a_negative_sharpe_against_none_costs_the_cap() -> None:
    """A negative stressed Sharpe against the guard is huge."""
    assert stress_penalty(BASE | {"sharpe": -1.0}, [BASE | {"sharpe": -1.0}]) == 0.5


def test_a_loss_costs_more_than_one() -> None:
    """A negative stressed profit is not clipped: losing twice the base costs 3."""
    assert stress_penalty(BASE, [BASE | {"profit": -2000.0}], 5.0) == 1.0


def test_a_drawdown_out_of_nothing_costs_the_cap() -> None:
    """A base drawdown of 0 is guarded by 1e-9."""
    assert stress_penalty(BASE | {"drawdown": 0.0}, [BASE | {"drawdown": 1.0}]) == 0.5


def test_improvement_is_not_rewarded() -> None:
    """Each term is at least 0, so one gain does not make up for another loss."""
    assert stress_penalty(BASE, [{"profit": 9e9, "drawdown": 0.0, "sharpe": 0.5}]) == 0.5 / 3.0


@pytest.mark.parametrize("bad", [math.nan, math.inf, "x", None])
def test_what_is_not_finite_counts_as_zero(bad: Any) -> None:
    """A stressed profit that is not finite is a full loss."""
    assert stress_penalty(BASE, [BASE | {"profit": bad}]) == 1.0 / 3.0


@pytest.mark.parametrize(("penalty", "score"), [(0.0, 1.0), (0.25, 0.75), (0.9, 0.5), (-3.0, 1.0), ("0.25", 0.75), (True, 0.5)])
def test_the_score_is_one_minus_the_penalty(penalty: Any, score: float) -> None:
    """The penalty is limited to [0, cap] and taken from 1."""
    assert score_from_penalty(penalty) == score


@pytest.mark.parametrize("penalty", [math.nan, math.inf, -math.inf, None, "x"])
def test_a_penalty_that_is_no_number_costs_the_cap(penalty: Any) -> None:
    """What is not finite or does not convert is read as the cap."""
    assert score_from_penalty(penalty, 0.3) == 0.7


@pytest.mark.parametrize(("cap", "score"), [(0.0, 1.0), (-1.0, 1.0), (math.nan, 1.0), (2.0, 0.0), (math.inf, 0.0)])
def test_the_cap_of_the_score(cap: float, score: float) -> None:
    """No cap gives 1; a cap above 1 never gives less than 0."""
    assert score_from_penalty(math.nan, cap) == score


@pytest.mark.parametrize(
    ("base", "stressed", "cap"), [(None, [], 0.5), ({}, None, 0.5), ({}, "", 0.5), ({}, [None], 0.5), ({}, [], None), ({}, [], "1")]
)
def test_wrong_types_are_type_errors(base: Any, stressed: Any, cap: Any) -> None:
    """A base that is no mapping, sets that are no sequence of mappings, and a cap that is no number raise."""
    with pytest.raises(TypeError):
        stress_penalty(base, stressed, cap)
