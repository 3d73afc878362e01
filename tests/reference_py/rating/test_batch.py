"""The batch functions: built from the kernels row by row, and the same whichever way the rows come in (spec 8.4)."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest

from reference_py.rating import (
    JitterConfig,
    RatingConfig,
    RatingError,
    calculate_ratings_batch,
    calculate_ratings_table,
    cost_shock_mean,
    cost_shock_score_batch,
    cost_shock_scores_table,
    final_rating,
    metrics_round_trip,
    ratings_boundary,
    robustness_score,
    robustness_score_batch,
    robustness_scores_table,
    stability_score,
    stress_penalty,
    trade_dropout_runs,
    trade_dropout_score,
)
from reference_py.rating.philox import uniforms
from reference_py.rating.schema import COST_SHOCK_SCHEMA, METRICS_SCHEMA, RATING_SCHEMA, MetricsInput, table_of_rows, to_ipc

ROW = MetricsInput(10, 0.5, 1.5, 1.0, 100.0, 3.0, 2.0, [100.0, 300.0], first_year=2019)
LISTED = replace(ROW, trade_results=[50.0, -20.0, 370.0], trade_r=[0.5, -0.2, 3.7])
ROWS = [ROW, LISTED, replace(ROW, net_profit=-50.0), replace(ROW, yearly_profits=[]), replace(LISTED, trade_r=None)]


def read(data: bytes) -> pa.Table:
    """Return the table of an IPC stream."""
    return pa.ipc.open_stream(data).read_all()


def rate(rows: list[MetricsInput], config: Any = None) -> list[dict[str, float]]:
    """Return the ratings of rows as mappings."""
    ratings: list[dict[str, float]] = read(calculate_ratings_batch(to_ipc(table_of_rows(rows)), config)).to_pylist()
    return ratings


def expected_dropouts(row: MetricsInput, base: dict[str, float]) -> list[dict[str, float]]:
    """Return the dropout runs of ROW or LISTED under the default configuration."""
    if row.trade_results is not None and row.trade_r is not None:
        return trade_dropout_runs({"result": row.trade_results, "r_multiple": row.trade_r}, 0.1, 3, base=base)
    losses = [(0.1 * 2.0 * u[4], 0.1 * 2.0 * u[5]) for u in uniforms(987654321, 2, 3)]
    return [{"profit": 400.0 * (1.0 - a), "drawdown": 100.0 * (1.0 + b), "sharpe": 1.0 - a} for a, b in losses]


@pytest.mark.parametrize("row", [ROW, LISTED])
def test_a_rating_is_made_of_the_kernels(row: MetricsInput) -> None:
    """The six numbers follow from the kernels, with and without a trade list."""
    base = {"profit": 400.0, "drawdown": 100.0, "sharpe": 1.0}
    jitter_base = {"profit": 400.0, "avg_r": 40.0, "winrate": 0.5, "drawdown": 100.0}
    moved = [[1.0 + 0.1 * (2.0 * number - 1.0) for number in u[:4]] for u in uniforms(987654321, 1, 50)]
    samples = [{key: value * factor for (key, value), factor in zip(jitter_base.items(), f, strict=True)} for f in moved]
    shocks = [{"profit": 400.0 - x, "drawdown": 100.0 + x / 2.0, "sharpe": (400.0 - x) / 400.0} for x in (5.0, 10.0, 20.0)]
    dropouts = expected_dropouts(row, base)
    scores = {
        "robustness_score": robustness_score(jitter_base, samples),
        "stability_score": stability_score({2019: 100.0, 2020: 300.0})[0],
        "cost_shock_score": cost_shock_mean(base, shocks),
        "trade_dropout_score": trade_dropout_score(base, dropouts),
        "stress_penalty": stress_penalty(base, shocks + dropouts),
    }
    robustness, stability, cost_shock, dropout, penalty = scores.values()
    final = final_rating(robustness, stability, cost_shock, dropout, penalty, 1.5)
    assert rate([row]) == [scores | {"final_rating": final}]


def test_the_rating_table_has_its_schema() -> None:
    """Six columns of doubles, none null, one batch."""
    reader = pa.ipc.open_stream(calculate_ratings_batch(to_ipc(table_of_rows(ROWS))))
    assert reader.schema.equals(RATING_SCHEMA)
    assert [batch.num_rows for batch in reader] == [5]


def test_a_batch_is_its_rows() -> None:
    """A row is rated the same alone and among others."""
    assert rate(ROWS) == [rating for row in ROWS for rating in rate([row])]


def test_the_order_of_rows_does_not_matter() -> None:
    """Rows turned around are rated the same, turned around."""
    assert rate(ROWS[::-1]) == rate(ROWS)[::-1]


def test_no_rows_no_ratings() -> None:
    """An empty table gives an empty table."""
    assert rate([]) == []


def test_the_table_function_rates_the_same() -> None:
    """Rows over the PyCapsule interface are rated as rows in a stream."""
    assert calculate_ratings_table(table_of_rows(ROWS)).to_pylist() == rate(ROWS)


@pytest.mark.parametrize("scores", ["trade_dropout_score", "robustness_score"])
def test_the_seed_moves_the_random_parts(scores: str) -> None:
    """One seed keys both streams: another one moves jitter and dropout."""
    assert rate([ROW], {"jitter": {"seed": 1}})[0][scores] != rate([ROW], {"jitter": {"seed": 2}})[0][scores]


def test_the_seed_moves_dropped_trades() -> None:
    """The seed decides which trades of a list go."""
    seeds = {rate([LISTED], {"jitter": {"seed": seed}, "dropout_runs": 1})[0]["trade_dropout_score"] for seed in range(8)}
    assert len(seeds) > 1


def test_no_variation_is_robust() -> None:
    """Without variation every sample is the base."""
    assert rate([ROW], {"jitter": {"param_variation": 0.0}})[0]["robustness_score"] == 1.0


def test_no_iterations_cost_the_cap() -> None:
    """Without iterations robustness is 1 - cap."""
    assert rate([ROW], {"jitter": {"n_iterations": 0}, "penalty_cap": 0.3})[0]["robustness_score"] == 0.7


def test_no_cap_no_penalty() -> None:
    """A cap of 0 makes every score but stability 1, and the penalty 0."""
    rating = rate([ROW], {"penalty_cap": 0.0})[0]
    assert [rating[name] for name in RATING_SCHEMA.names if name not in {"stability_score", "final_rating"}] == [1.0, 1.0, 1.0, 0.0]


def test_no_multipliers_no_shock() -> None:
    """The mean over no multipliers is 1."""
    assert rate([ROW], {"cost_multipliers": []})[0]["cost_shock_score"] == 1.0


def test_no_runs_no_dropout() -> None:
    """The mean over no runs is 1."""
    assert rate([ROW, LISTED], {"dropout_runs": 0})[1]["trade_dropout_score"] == 1.0


@pytest.mark.parametrize("row", [ROW, LISTED])
def test_a_share_of_zero_drops_nothing(row: MetricsInput) -> None:
    """With a share of 0 both ways of dropping give the base."""
    assert rate([row], {"dropout_frac": 0.0})[0]["trade_dropout_score"] == 1.0


def test_an_empty_trade_list_is_the_base() -> None:
    """An empty list is not a missing one: nothing can be dropped, so nothing is lost."""
    assert rate([replace(ROW, trade_results=[])])[0]["trade_dropout_score"] == 1.0


def test_metrics_that_are_not_finite_are_rated() -> None:
    """NaN and infinities are no error, and every score stays in [0, 1]."""
    for bad in (math.nan, math.inf, -math.inf):
        row = MetricsInput(-3, bad, bad, bad, bad, bad, bad, [bad, 1.0], trade_results=[bad, 1.0, 2.0], trade_r=[bad, 0.1, 0.2])
        assert all(0.0 <= score <= 1.0 for score in rate([row])[0].values())


def test_typed_configuration() -> None:
    """A typed configuration rates as the mapping does."""
    typed = RatingConfig(penalty_cap=0.4, jitter=JitterConfig(seed=3, n_iterations=5))
    assert rate(ROWS, typed) == rate(ROWS, {"penalty_cap": 0.4, "jitter": {"seed": 3, "n_iterations": 5}})


def test_robustness_alone_is_that_of_the_rating() -> None:
    """The batch function gives the same robustness as the full rating."""
    scores = [rating["robustness_score"] for rating in rate(ROWS)]
    assert robustness_score_batch(to_ipc(table_of_rows(ROWS))) == scores
    assert robustness_scores_table(table_of_rows(ROWS)) == scores


def test_jitter_may_be_given() -> None:
    """Mapping and class are the same jitter."""
    data = to_ipc(table_of_rows(ROWS))
    assert robustness_score_batch(data, {"seed": 5}) == robustness_score_batch(data, JitterConfig(seed=5))
    assert robustness_score_batch(data, {"seed": 5}) != robustness_score_batch(data)


def test_cost_shocks_stand_in_row_major_order() -> None:
    """One row per pair, the multipliers of the first row first, in the declared schema."""
    table = read(cost_shock_score_batch(to_ipc(table_of_rows(ROWS[:2])), [1.0, 2.0, 1.5]))
    assert table.schema.equals(COST_SHOCK_SCHEMA)
    assert table.column("row").to_pylist() == [0, 0, 0, 1, 1, 1]
    assert table.column("multiplier").to_pylist() == [1.0, 2.0, 1.5] * 2


def test_the_mean_of_a_row_is_the_score_of_the_rating() -> None:
    """The scores of the default factors average to the cost-shock score."""
    one, two, three = cost_shock_scores_table(table_of_rows([ROW]), [1.25, 1.5, 2.0]).column("score").to_pylist()
    assert (one + two + three) / 3 == rate([ROW])[0]["cost_shock_score"]


def test_a_multiplier_of_one_scores_one() -> None:
    """Costs that stay the same cost nothing, in every row."""
    assert cost_shock_scores_table(table_of_rows(ROWS), [1.0]).column("score").to_pylist() == [1.0] * 5


def test_no_multipliers_no_rows() -> None:
    """An empty list of multipliers gives an empty table."""
    assert read(cost_shock_score_batch(to_ipc(table_of_rows(ROWS)), [])).num_rows == 0


@pytest.mark.parametrize("multipliers", [[-1.0], [math.nan], [1.0, math.inf]])
def test_multipliers_out_of_range(multipliers: list[float]) -> None:
    """Multipliers that are negative or not finite are error 1001, before the bytes are looked at."""
    with pytest.raises(RatingError, match=r"^\[1001\]"):
        cost_shock_score_batch(b"", multipliers)


@pytest.mark.parametrize("multipliers", [None, 1.5, "12", ["1"], [None]])
def test_multipliers_of_a_wrong_type(multipliers: Any) -> None:
    """Multipliers that are no sequence of numbers raise a TypeError."""
    with pytest.raises(TypeError):
        cost_shock_score_batch(b"", multipliers)


def test_the_round_trip_loses_nothing() -> None:
    """Rows decoded and encoded again are the same, in the full schema."""
    batch = table_of_rows(ROWS)
    table = read(metrics_round_trip(to_ipc(batch)))
    assert table.schema.equals(METRICS_SCHEMA)
    assert table.to_pylist() == batch.to_pylist()


def test_the_round_trip_adds_absent_columns() -> None:
    """Columns that were absent come back as nulls."""
    batch = table_of_rows([ROW])
    names = [field.name for field in METRICS_SCHEMA if not field.nullable]
    table = read(metrics_round_trip(to_ipc(batch.select(names))))
    assert table.column("first_year").to_pylist() == [None]


def test_the_boundary_computes_nothing() -> None:
    """The crossing alone gives as many zeros as there are rows."""
    table = read(ratings_boundary(to_ipc(table_of_rows(ROWS)), {"penalty_cap": 0.1}))
    assert table.schema.equals(RATING_SCHEMA)
    assert table.to_pylist() == [dict.fromkeys(RATING_SCHEMA.names, 0.0)] * 5


@pytest.mark.parametrize("call", [calculate_ratings_batch, ratings_boundary, robustness_score_batch])
def test_the_configuration_is_checked_before_the_bytes(call: Any) -> None:
    """A wrong configuration is reported even if the bytes are wrong as well."""
    with pytest.raises(RatingError, match=r"^\[1001\]"):
        call(b"", {"unknown": 1})


@pytest.mark.parametrize("call", [calculate_ratings_table, robustness_scores_table])
def test_the_configuration_is_checked_before_the_table(call: Any) -> None:
    """A wrong configuration is reported even if the table is wrong as well."""
    with pytest.raises(RatingError, match=r"^\[1004\]"):
        call(pa.table({"a": [1]}), 5)


@pytest.mark.parametrize("call", [calculate_ratings_batch, calculate_ratings_table, robustness_score_batch, robustness_scores_table])
def test_wrong_python_types_come_first(call: Any) -> None:
    """What is neither bytes nor Arrow data raises a TypeError before the configuration is looked at."""
    with pytest.raises(TypeError):
        call(None, {"unknown": 1})


@pytest.mark.parametrize("call", [calculate_ratings_batch, ratings_boundary, robustness_score_batch, metrics_round_trip])
def test_bytes_that_are_no_stream(call: Any) -> None:
    """Every function that reads a stream refuses other bytes with error 3004."""
    with pytest.raises(RatingError, match=r"^\[3004\]"):
        call(b"no stream")
