"""Real arguments for every operation of the rating module, out of the strategy grid on the S&P 500.

`<operation>_cases` yields tuples of positional arguments; every call makes fresh values, so nobody can spoil another's input.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pyarrow as pa

from reference_py.market.backtest import rows, without_trades
from reference_py.market.generated_rows import adjust_metrics, metrics_rows
from reference_py.market.strategy_grid import FAST_DAYS, SLOW_DAYS, Strategy, grid
from reference_py.rating.batch import calculate_ratings_table
from reference_py.rating.cost_shock import COST_FACTORS
from reference_py.rating.metrics import derive, shocked
from reference_py.rating.schema import MetricsInput, table_of_rows, to_ipc
from reference_py.rating.trade_dropout import trade_dropout_runs

__all__ = [
    "adjust_metrics",
    "calculate_ratings_batch_cases",
    "calculate_ratings_table_cases",
    "cost_shock_mean_cases",
    "cost_shock_score_batch_cases",
    "cost_shock_score_cases",
    "cost_shock_scores_table_cases",
    "final_rating_cases",
    "metrics_round_trip_cases",
    "metrics_rows",
    "robustness_score_batch_cases",
    "robustness_score_cases",
    "robustness_scores_table_cases",
    "score_from_penalty_cases",
    "stability_score_cases",
    "strategy_rating_cases",
    "stress_penalty_cases",
    "trade_dropout_cases",
    "trade_dropout_runs_cases",
    "trade_dropout_score_cases",
]

Cases = Iterator[tuple[Any, ...]]

CAPS = (0.5, 1.0, 0.25)
CONFIGS: tuple[dict[str, Any] | None, ...] = (
    None,
    {"penalty_cap": 1.0, "jitter": {"param_variation": 0.25, "n_iterations": 20, "seed": 42}},
    {"weights": [3.0, 1.0, 2.0, 0.0, 0.5], "cost_multipliers": [1.0, 1.1, 1.2, 1.5], "dropout_frac": 0.3, "dropout_runs": 7},
    {"penalty_cap": 0.2, "jitter": {"n_iterations": 0}, "cost_multipliers": [], "dropout_runs": 0},
    {"dropout_frac": 0.0, "jitter": {"param_variation": 0.0, "n_iterations": 5, "seed": 2**64 - 1}},
)
JITTERS: tuple[dict[str, Any] | None, ...] = (None, {"param_variation": 0.3, "n_iterations": 25, "seed": 7}, {"n_iterations": 1})
MULTIPLIERS = ([1.25, 1.5, 2.0], [1.0, 1.1, 1.2, 1.5], [0.0, 10.0])
THRESHOLDS = {"min_winrate": 40.0, "min_avg_r": 0.2, "min_profit": 2500.0, "min_profit_factor": 1.5, "max_drawdown": 3000.0}
TABLES = 3
SHARES = (0.1, 0.05, 0.5, 0.07, 1.0)


def calculate_ratings_batch_cases() -> Cases:
    """Yield (metrics_ipc, config): the whole grid in parts, each under every configuration."""
    return ((to_ipc(table), config) for table, config in calculate_ratings_table_cases())


def calculate_ratings_table_cases() -> Cases:
    """Yield (metrics, config) with the metrics as a record batch."""
    return ((table, deepcopy(config)) for table in _tables() for config in CONFIGS)


def robustness_score_batch_cases() -> Cases:
    """Yield (metrics_ipc, jitter)."""
    return ((to_ipc(table), jitter) for table, jitter in robustness_scores_table_cases())


def robustness_scores_table_cases() -> Cases:
    """Yield (metrics, jitter) with the metrics as a record batch."""
    return ((table, deepcopy(jitter)) for table in _tables() for jitter in JITTERS)


def cost_shock_score_batch_cases() -> Cases:
    """Yield (metrics_ipc, multipliers)."""
    return ((to_ipc(table), multipliers) for table, multipliers in cost_shock_scores_table_cases())


def cost_shock_scores_table_cases() -> Cases:
    """Yield (metrics, multipliers) with the metrics as a record batch."""
    return ((table, list(multipliers)) for table in _tables() for multipliers in MULTIPLIERS)


def metrics_round_trip_cases() -> Cases:
    """Yield (metrics_ipc,)."""
    return ((to_ipc(table),) for table in _tables())


def strategy_rating_cases() -> Cases:
    """Yield (summary, thresholds), the thresholds given for every second strategy."""
    for number, row in enumerate(rows().values()):
        d = derive(row)
        summary = {
            "Winrate (%)": row.win_rate * 100.0,
            "Avg R-Multiple": d.avg_r,
            "Net Profit": d.profit,
            "profit_factor": row.profit_factor,
            "drawdown_eur": row.max_drawdown,
        }
        yield summary, dict(THRESHOLDS) if number % 2 else None


def robustness_score_cases() -> Cases:
    """Yield (base, samples, penalty_cap); the samples are the strategy's neighbours in the grid, a real change of parameters."""
    for number, strategy in enumerate(rows()):
        samples = [derive(rows()[near]).robustness_base for near in _neighbours(strategy)]
        yield derive(rows()[strategy]).robustness_base, samples, CAPS[number % len(CAPS)]


def stability_score_cases() -> Cases:
    """Yield (profits, days), the days given for every second strategy."""
    for number, row in enumerate(rows().values()):
        years = range(row.first_year or 0, (row.first_year or 0) + len(row.yearly_profits))
        days = dict(zip(years, row.year_durations or (), strict=True))
        yield dict(zip(years, row.yearly_profits, strict=True)), days if number % 2 else None


def stress_penalty_cases() -> Cases:
    """Yield (base, stressed, penalty_cap): dearer trades and dropped trades together."""
    for number, row in enumerate(rows().values()):
        yield derive(row).stress_base, _cost_shocks(row) + _dropouts(row), CAPS[number % len(CAPS)]


def score_from_penalty_cases() -> Cases:
    """Yield (penalty, penalty_cap) with the penalties of the grid."""
    penalties = _ratings().column("stress_penalty").to_pylist()
    return ((penalty, CAPS[number % len(CAPS)]) for number, penalty in enumerate(penalties))


def cost_shock_score_cases() -> Cases:
    """Yield (base, shocked, penalty_cap), one factor after the other."""
    for number, row in enumerate(rows().values()):
        factor = COST_FACTORS[number % len(COST_FACTORS)]
        yield derive(row).stress_base, shocked(derive(row), factor), CAPS[number % len(CAPS)]


def cost_shock_mean_cases() -> Cases:
    """Yield (base, shocked, penalty_cap) with all factors."""
    for number, row in enumerate(rows().values()):
        yield derive(row).stress_base, _cost_shocks(row), CAPS[number % len(CAPS)]


def trade_dropout_cases() -> Cases:
    """Yield (trades, frac, seed, run, base); the times are microseconds or ISO text, the fees in one column or two."""
    for number, (strategy, row) in enumerate(rows().items()):
        share = SHARES[number % len(SHARES)]
        yield _columns(strategy, number), share, 987654321 + number, number % 4, derive(row).stress_base


def trade_dropout_runs_cases() -> Cases:
    """Yield (trades, frac, runs, seed, base)."""
    for number, (strategy, row) in enumerate(rows().items()):
        seed = None if number % 2 else number
        yield _columns(strategy, number), SHARES[number % len(SHARES)], number % 5, seed, derive(row).stress_base


def trade_dropout_score_cases() -> Cases:
    """Yield (base, dropped, penalty_cap)."""
    for number, row in enumerate(rows().values()):
        yield derive(row).stress_base, _dropouts(row), CAPS[number % len(CAPS)]


def final_rating_cases() -> Cases:
    """Yield (robustness, stability, cost_shock, dropout, stress_penalty, profit_factor, weights), the weights for every second row."""
    components = _ratings().drop_columns(["final_rating"]).to_pylist()
    for number, (scores, row) in enumerate(zip(components, rows().values(), strict=True)):
        yield *scores.values(), row.profit_factor, [3.0, 1.0, 2.0, 0.0, 0.5] if number % 2 else None


@cache
def _tables() -> tuple[pa.RecordBatch, ...]:
    """Return the grid in three tables, a third of the strategies each: with trade lists, totals only, and both mixed."""
    given = list(rows().values())
    parts = [given[start::TABLES] for start in range(TABLES)]
    mixed = [row if number % 2 else without_trades(row) for number, row in enumerate(parts[2])]
    return tuple(table_of_rows(part) for part in (parts[0], [without_trades(row) for row in parts[1]], mixed))


@cache
def _ratings() -> pa.RecordBatch:
    return calculate_ratings_table(table_of_rows(list(rows().values())))


def _neighbours(strategy: Strategy) -> list[Strategy]:
    """Return the strategies one step away in either average, as far as the grid has them."""
    fast, slow = FAST_DAYS.index(strategy.fast_days), SLOW_DAYS.index(strategy.slow_days)
    steps = [(-1, 0), (1, 0), (0, -1), (0, 1)]
    places = [(fast + f, slow + s) for f, s in steps if 0 <= fast + f < len(FAST_DAYS) and 0 <= slow + s < len(SLOW_DAYS)]
    found = [Strategy(FAST_DAYS[f], SLOW_DAYS[s], strategy.exit) for f, s in places]
    return [one for one in found if one in rows()]


def _cost_shocks(row: MetricsInput) -> list[dict[str, float]]:
    return [shocked(derive(row), factor) for factor in COST_FACTORS]


def _dropouts(row: MetricsInput) -> list[dict[str, float]]:
    trades = {"result": row.trade_results or [], "r_multiple": row.trade_r or []}
    return trade_dropout_runs(trades, 0.1, 3, None, derive(row).stress_base)


def _columns(strategy: Strategy, number: int) -> dict[str, list[Any]]:
    """Return the trades as columns, in one of the ways in which a trade list may be written."""
    columns: dict[str, list[Any]] = dict(grid()[strategy].columns())
    if number % 2:
        columns["total_fee"] = [entry + leave for entry, leave in zip(columns.pop("entry_fee"), columns.pop("exit_fee"), strict=True)]
    if number % 3 == 1:
        columns["exit_time"] = [_iso(time) for time in columns["exit_time"]]
    return columns


def _iso(time_us: int) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=time_us)).isoformat()
