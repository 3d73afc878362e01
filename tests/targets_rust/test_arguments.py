"""Arguments by position and by name, mappings and sequences of every kind, and the typed configurations."""

from __future__ import annotations

import copy
import pickle
from collections import OrderedDict, UserDict, defaultdict, deque
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from omega_rust import rating

BASE = {"profit": 1000.0, "drawdown": 100.0, "sharpe": 1.0}
WORSE = {"profit": 800.0, "drawdown": 150.0, "sharpe": 0.8}
PENALTY = rating.stress_penalty(BASE, [WORSE])


def test_every_argument_has_a_name() -> None:
    """Position and keyword mean the same."""
    assert rating.stress_penalty(penalty_cap=0.5, stressed=[WORSE], base=BASE) == PENALTY
    trades = {"result": [1.0, 2.0, 3.0]}
    by_name = rating.trade_dropout(trades=trades, frac=0.4, seed=7, run=2, base=None, dropped=None)
    assert by_name == rating.trade_dropout(trades, 0.4, 7, 2)


@pytest.mark.parametrize("kind", [dict, OrderedDict, UserDict, lambda base: defaultdict(lambda: 9.0, base)])
def test_any_mapping_is_a_record(kind: Any) -> None:
    """A missing key counts as 0, even where the mapping would make one up."""
    assert rating.stress_penalty(kind(BASE), [kind(WORSE)]) == PENALTY
    assert rating.stress_penalty(kind({"sharpe": 1.0}), [kind({"sharpe": 1.0})]) == 0.0


@pytest.mark.parametrize("kind", [list, tuple, deque])
def test_any_sequence_holds_records(kind: Any) -> None:
    """Lists, tuples and other sequences are read alike."""
    assert rating.stress_penalty(BASE, kind([WORSE])) == PENALTY


@pytest.mark.parametrize("value", [800, "800", " 8e2 ", np.float64(800), np.int64(800), np.array(800.0)])
def test_whatever_float_reads_is_a_number(value: Any) -> None:
    """Numeric text and numpy scalars convert."""
    assert rating.stress_penalty(BASE, [{**WORSE, "profit": value}]) == PENALTY


@pytest.mark.parametrize("value", [None, "eight", float("nan"), float("-inf"), 10**400, [], object()])
def test_what_float_cannot_read_counts_as_zero(value: Any) -> None:
    """A value that is no finite number is one that is missing."""
    assert rating.stress_penalty(BASE, [{**WORSE, "profit": value}], 9.0) == rating.stress_penalty(BASE, [{**WORSE, "profit": 0}], 9.0)


def test_a_typed_configuration_is_the_mapping_of_its_fields(table: pa.RecordBatch) -> None:
    """Both ways to configure lead to the same bits."""
    options: dict[str, Any] = {"dropout_frac": 0.4, "jitter": {"seed": 2**64 - 1, "n_iterations": 3}, "weights": [1, 0, 0, 0, 0]}
    typed = rating.RatingConfig(**(options | {"jitter": rating.JitterConfig(seed=2**64 - 1, n_iterations=3)}))
    assert rating.calculate_ratings_table(table, typed) == rating.calculate_ratings_table(table, options)
    assert typed == rating.RatingConfig(**options)
    assert typed != rating.RatingConfig()


def test_a_configuration_shows_its_fields_and_cannot_be_changed() -> None:
    """What was checked stays as it was checked."""
    config = rating.RatingConfig(thresholds={}, penalty_cap=1)
    assert (config.penalty_cap, config.jitter.n_iterations, config.cost_multipliers) == (1.0, 50, (1.25, 1.5, 2.0))
    assert repr(config.jitter) == "JitterConfig(param_variation=0.1, n_iterations=50, seed=None)"
    with pytest.raises(AttributeError):
        config.penalty_cap = 0.1  # type: ignore[misc]


@pytest.mark.parametrize("again", [copy.deepcopy, lambda config: pickle.loads(pickle.dumps(config))])
def test_a_configuration_can_be_copied_and_pickled(again: Any) -> None:
    """A configuration crosses processes as its fields."""
    limits = {"min_winrate": 1.0, "min_avg_r": 2.0, "min_profit": 3.0, "min_profit_factor": 4.0, "max_drawdown": 5.0}
    config = rating.RatingConfig(jitter=rating.JitterConfig(seed=1), thresholds=limits)
    assert again(config) == config
    assert again(config).thresholds == limits
