"""The real objective: a strategy's parameters become orders, trades, metrics and a rating."""

from __future__ import annotations

import pytest

from reference_py.market.execution_tables import rows_of
from reference_py.market.optimizer_objective import CONFIG, FEWEST_TRADES, SPACE, Strategy, ported, signals
from reference_py.market.strategy_grid import Exit, grid
from reference_py.market.strategy_grid import Strategy as GridStrategy
from reference_py.optimizer import Optimizer
from reference_py.rating import final_rating

PARAMS = {"fast_days": 10, "gap_days": 40, "exit": "cross", "stop": 0.05, "target": 0.1}


def test_orders_follow_the_grids_trades() -> None:
    """An entry with stop and target and an exit for each trade, in order of time."""
    trades = grid()[GridStrategy(10, 50, Exit.CROSS)]
    orders = rows_of(signals(PARAMS))
    assert len(orders) == 2 * len(trades)
    assert [row["timestamp"] for row in orders] == sorted(row["timestamp"] for row in orders)
    entry = orders[0]
    assert entry["sl"] == entry["entry"] * (1.0 - 0.05)
    assert entry["tp"] == entry["entry"] * (1.0 + 0.1)


def test_the_rating_is_that_of_its_scores() -> None:
    """The scores given to Monte-Carlo are those of the rating itself."""
    found = Strategy().assess(PARAMS)
    assert found is not None
    s = found.scores
    rating = final_rating(s["robustness"], s["stability"], s["cost_shock"], s["dropout"], s["stress_penalty"], s["profit_factor"])
    assert rating == found.rating
    assert len(found.net_results) >= FEWEST_TRADES


def test_stops_matter() -> None:
    """Other levels make other trades."""
    near, far = (Strategy().assess({**PARAMS, "stop": stop}) for stop in (0.01, 0.08))
    assert near is not None
    assert far is not None
    assert near.net_results != far.net_results


def test_too_few_trades_are_pruned() -> None:
    """They say nothing."""
    assert Strategy().assess({**PARAMS, "fast_days": 40, "gap_days": 160}) is None
    space = {name: {"type": "categorical", "choices": [value]} for name, value in {**PARAMS, "fast_days": 40, "gap_days": 160}.items()}
    both = {**space, "fast_days": {"type": "categorical", "choices": [40, 10]}, "gap_days": {"type": "categorical", "choices": [160, 40]}}
    result = Optimizer({"n_trials": 4, "sampler": "grid", "param_space": both}).optimize(Strategy())
    assert result.n_pruned >= 1
    assert result.n_fail == 0
    assert int(result.trials[result.best_trial].user_attrs["trades"]) >= FEWEST_TRADES


def test_the_ports_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """The facades answer to the bit, whoever stands behind them."""
    for flag in ("OMEGA_USE_RUST_EXECUTION", "OMEGA_USE_RUST_RATING"):
        monkeypatch.setenv(flag, "auto")
    assert ported().assess(PARAMS) == Strategy().assess(PARAMS)


def test_the_space_has_no_invalid_pair() -> None:
    """The slow average is a gap above the fast one, and the simulator's settings are its own."""
    assert SPACE["gap_days"]["low"] > 0
    assert "specs" in CONFIG
