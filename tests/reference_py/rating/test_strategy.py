"""Strategy rating: the table of spec 1, row by row and edge by edge."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import Any

import pytest

from reference_py.rating import RatingError, strategy_rating

GOOD = {"Winrate (%)": 50.0, "Avg R-Multiple": 1.0, "Net Profit": 900.0, "profit_factor": 1.5, "drawdown_eur": 400.0}
LIMITS = {"min_winrate": 45.0, "min_avg_r": 0.6, "min_profit": 500.0, "min_profit_factor": 1.2, "max_drawdown": 1000.0}


def test_a_good_strategy_may_be_deployed() -> None:
    """Nothing failing gives score 1, deployment and an empty text."""
    assert strategy_rating(GOOD) == {"Score": 1.0, "Deployment": True, "Deployment_Fails": ""}


EDGES = [
    ("Winrate (%)", 45.0, math.nextafter(45.0, 0.0), "Winrate"),
    ("Avg R-Multiple", 0.6, math.nextafter(0.6, 0.0), "Avg R"),
    ("Net Profit", 500.0, math.nextafter(500.0, 0.0), "Net Profit"),
    ("profit_factor", 1.2, math.nextafter(1.2, 0.0), "Profit Factor"),
    ("drawdown_eur", 1000.0, math.nextafter(1000.0, 2000.0), "Drawdown"),
]


@pytest.mark.parametrize(("key", "limit"), [edge[:2] for edge in EDGES])
def test_equality_passes(key: str, limit: float) -> None:
    """A value equal to its threshold passes."""
    assert strategy_rating(GOOD | {key: limit})["Deployment"]


@pytest.mark.parametrize(("key", "limit", "worse", "label"), EDGES)
def test_the_next_double_fails(key: str, limit: float, worse: float, label: str) -> None:
    """A value one last place beyond its threshold fails and is named."""
    assert worse != limit
    assert strategy_rating(GOOD | {key: worse}) == {"Score": 0.8, "Deployment": False, "Deployment_Fails": label}


@pytest.mark.parametrize("key", list(GOOD))
def test_nan_passes(key: str) -> None:
    """NaN passes, as comparisons with it are false."""
    assert strategy_rating(GOOD | {key: math.nan})["Deployment"]


@pytest.mark.parametrize("key", list(GOOD))
def test_null_is_a_type_error(key: str) -> None:
    """A present null raises."""
    with pytest.raises(TypeError):
        strategy_rating(GOOD | {key: None})


def test_the_empty_summary_fails_four_times() -> None:
    """Missing keys count as 0, so everything but the drawdown fails."""
    assert strategy_rating({}) == {"Score": 0.2, "Deployment": False, "Deployment_Fails": "Winrate|Avg R|Net Profit|Profit Factor"}


@pytest.mark.parametrize(("fails", "score"), [(0, 1.0), (1, 0.8), (2, 0.6), (3, 0.4), (4, 0.2), (5, 0.0)])
def test_scores_are_fifths(fails: int, score: float) -> None:
    """Every failure costs a fifth, rounded to two places."""
    worse = {"Winrate (%)": 0.0, "Avg R-Multiple": 0.0, "Net Profit": 0.0, "profit_factor": 0.0, "drawdown_eur": 1e9}
    summary = GOOD | dict(list(worse.items())[:fails])
    assert strategy_rating(summary)["Score"] == score


def test_labels_stand_in_table_order() -> None:
    """The names of the failures follow the table, whatever the order of the summary."""
    summary = {"drawdown_eur": 5000.0, "profit_factor": 2.0, "Net Profit": 0.0, "Avg R-Multiple": 1.0, "Winrate (%)": 1.0}
    assert strategy_rating(summary)["Deployment_Fails"] == "Winrate|Net Profit|Drawdown"


@pytest.mark.parametrize("thresholds", [None, {}])
def test_no_thresholds_mean_the_defaults(thresholds: dict[str, float] | None) -> None:
    """An absent and an empty map give the defaults."""
    assert strategy_rating(GOOD, thresholds) == strategy_rating(GOOD, LIMITS)


@pytest.mark.parametrize("name", list(LIMITS))
def test_thresholds_must_be_complete(name: str) -> None:
    """A map that is not empty and lacks a threshold is error 1008."""
    with pytest.raises(RatingError, match=r"^\[1008\] .*" + name):
        strategy_rating(GOOD, {key: value for key, value in LIMITS.items() if key != name})


def test_own_thresholds_replace_the_defaults() -> None:
    """Given thresholds decide, and keys that mean nothing are left alone."""
    assert strategy_rating(GOOD, LIMITS | {"min_winrate": 51.0, "other": None})["Deployment_Fails"] == "Winrate"


def test_a_nan_threshold_lets_everything_pass() -> None:
    """Comparisons with a NaN threshold are false."""
    assert strategy_rating({}, dict.fromkeys(LIMITS, math.nan))["Deployment"]


@pytest.mark.parametrize("value", [None, "45"])
def test_a_threshold_must_be_a_number(value: Any) -> None:
    """A threshold that is no number raises a TypeError."""
    with pytest.raises(TypeError):
        strategy_rating(GOOD, LIMITS | {"min_winrate": value})


@pytest.mark.parametrize(("summary", "thresholds"), [(None, None), ([], None), ({}, [1]), ({}, "x")])
def test_arguments_must_be_mappings(summary: Any, thresholds: Any) -> None:
    """Anything but a mapping raises a TypeError."""
    with pytest.raises(TypeError):
        strategy_rating(summary, thresholds)


def test_any_mapping_will_do() -> None:
    """A mapping that is no dict is read the same."""
    assert strategy_rating(MappingProxyType(GOOD), MappingProxyType(LIMITS))["Deployment"]


def test_booleans_and_integers_are_numbers() -> None:
    """An integer and a boolean are compared as doubles."""
    assert strategy_rating(GOOD | {"Winrate (%)": 45, "Avg R-Multiple": True})["Deployment"]
