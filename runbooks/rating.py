"""The rating kernels are bit-identical in Rust: same loops, same order of additions, same random numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from harness import Floor, Operation, Tool, arrow, batch, columns, contract, exact, ipc, one_of, port, recorded
from harness.contract import ListOf, Record, parse
from harness.model import Outcome
from reference_py.market.rating_cases import metrics_rows

rating = contract(
    reference="reference_py.rating",
    ports={
        "rust": port(
            "omega_rust.rating",
            source_root="targets_rust",
            sources=("**/*.rs", "**/Cargo.toml", "Cargo.lock", "**/pyproject.toml", "**/*.py", "**/*.pyi"),
        )
    },
    flag="OMEGA_USE_RUST_RATING",
    facade="omega.rating",
    switches=("omega.config:set_feature_flag",),
    reference_sources=("reference_py/rating/*.py",),
    tools=(
        Tool("mypy", ("python", "-m", "mypy", "--strict", "-p", "reference_py.rating", "-p", "omega")),
        Tool("coverage", ("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/reference_py/rating"), "reference_py.rating"),
        Tool(
            "clippy",
            (
                "cargo",
                "clippy",
                "--manifest-path",
                "targets_rust/Cargo.toml",
                "-p",
                "rating",
                "-q",
                "--all-targets",
                "--message-format=json",
                "--",
                "-W",
                "clippy::pedantic",
            ),
        ),
        Tool("cargo-test", ("cargo", "test", "--manifest-path", "targets_rust/Cargo.toml", "-p", "rating", "-q")),
    ),
)

CASES = "reference_py.market.rating_cases"
SCORES = ("robustness_score", "stability_score", "cost_shock_score", "trade_dropout_score", "stress_penalty")
CAP = "float64[0..1]"
BASE = "{profit: float64, avg_r: float64, winrate: float64, drawdown: float64}"
STRESS = "{profit: float64, drawdown: float64, sharpe: float64}"
METRICS = {
    "total_trades": "int64[0..5000]",
    "win_rate": "float64[0..1]",
    "profit_factor": "float64",
    "sharpe_ratio": "float64",
    "max_drawdown": "float64",
    "avg_trade_duration": "float64",
    "cost_per_trade": "float64",
    "yearly_profits": "list<float64>[0..20]",
    "net_profit": "float64?",
    "avg_r": "float64?",
    "first_year": "int32[1890..2110]?",
    "year_durations": "list<float64>[0..20]?",
    "trade_results": "list<float64>[0..40]?",
    "trade_r": "list<float64>[0..40]?",
}
ADJUST = f"{CASES}:adjust_metrics"
CONFIGS = one_of(
    None,
    {},
    {"penalty_cap": 1.0, "jitter": {"param_variation": 0.5, "n_iterations": 7, "seed": 7}},
    {"penalty_cap": 0.0},
    {"weights": [1.0, 0.0, 2.0, 0.5, 0.25], "cost_multipliers": [1.0, 3.0], "dropout_frac": 0.75, "dropout_runs": 11},
    {"jitter": {"n_iterations": 0}, "dropout_runs": 0, "cost_multipliers": []},
)
JITTERS = one_of(None, {}, {"param_variation": 0.0}, {"param_variation": 1.0, "n_iterations": 3, "seed": 2**64 - 1}, {"n_iterations": 0})
MULTIPLIERS = one_of([], [1.0], [1.0, 1.1, 1.2, 1.5], [0.0, 100.0])
BATCHES = Floor(cases=100)
KERNELS = Floor(cases=1000)
FEW_ROWS = 5
SIZES = (0, 1, 2, 7, 64, 257, 600)


def in_unit_interval(outcome: Outcome) -> bool:
    """Hold when a single score is in [0, 1]."""
    return 0.0 <= outcome.value <= 1.0


def table_of(value: Any) -> pa.RecordBatch | pa.Table:
    """Read an answer that is Arrow, as stream bytes or in memory."""
    return pa.ipc.open_stream(value).read_all() if isinstance(value, bytes) else value


def scores_in_bounds(outcome: Outcome) -> bool:
    """Hold when every score of a rating table is in [0, 1]."""
    table = table_of(outcome.value)
    return all(0.0 <= score <= 1.0 for name in (*SCORES, "final_rating") for score in table.column(name).to_pylist())


def with_rows(metrics: Any, table: pa.Table) -> Any:
    """Encode rows as the argument they came from: stream bytes or a batch."""
    if not isinstance(metrics, bytes):
        return table.combine_chunks().to_batches()[0] if table.num_rows else table.schema.empty_table().to_batches(1)[0]
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


def rows_of(metrics: Any) -> pa.Table:
    """Read the metrics argument, stream bytes or a batch, as one table."""
    table = table_of(metrics)
    return table if isinstance(table, pa.Table) else pa.Table.from_batches([table])


def singles(arguments: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """Cut a batch of up to five rows into batches of one."""
    table = rows_of(arguments[0])
    return (
        [(with_rows(arguments[0], table.slice(row, 1)), *arguments[1:]) for row in range(table.num_rows)]
        if table.num_rows <= FEW_ROWS
        else []
    )


def reversed_rows(arguments: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """Turn the order of the rows around."""
    table = rows_of(arguments[0])
    return [(with_rows(arguments[0], table.take(list(range(table.num_rows))[::-1])), *arguments[1:])] if table.num_rows > 1 else []


def better_profit_factor(arguments: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """Raise every profit factor by a quarter and a bit, and nothing else."""
    table = rows_of(arguments[0])
    raised = pa.array(
        [factor * 1.25 + 0.01 if factor >= 0 else factor for factor in table.column("profit_factor").to_pylist()], pa.float64()
    )
    index = table.schema.get_field_index("profit_factor")
    return [(with_rows(arguments[0], table.set_column(index, table.schema.field(index), raised)), *arguments[1:])] if table.num_rows else []


def same_rows(before: Outcome, after: Sequence[Outcome]) -> bool:
    """Hold when the rows of the parts, one after the other, are the rows of the whole, to the bit."""
    parts = [part for outcome in after for part in row_bits(outcome.value)]
    return row_bits(before.value) == parts


def same_rows_reversed(before: Outcome, after: Sequence[Outcome]) -> bool:
    """Hold when the other order of rows gives the same scores in the other order."""
    return row_bits(before.value) == row_bits(after[0].value)[::-1]


def row_bits(value: Any) -> list[str]:
    """Spell each row of an answer, a table or a list of scores, so that equal text means equal bits."""
    rows = value if isinstance(value, list) else table_of(value).to_pylist()
    return [repr(row) for row in rows]


def not_worse(before: Outcome, after: Sequence[Outcome]) -> bool:
    """Hold when no final rating fell."""
    old, new = (table_of(outcome.value).column("final_rating").to_pylist() for outcome in (before, after[0]))
    return all(second >= first for first, second in zip(old, new, strict=True))


def dropout_arguments(trades: int) -> tuple[Any, ...]:
    """Make one trade list of the given length, with ties and losses."""
    results = [float((index * 37) % 101 - 40) for index in range(trades)]
    return ({"exit_time": list(range(trades)), "result": results, "r_multiple": [result / 20.0 for result in results]}, 0.1)


def kernel(name: str, **types: Any) -> Any:
    """Declare a kernel: generated arguments, and the real ones of the market workload."""
    return rating.operation(name, inputs=(columns(**types), recorded(f"{CASES}:{name}_cases")), compare=exact, floor=KERNELS)


@rating.operation(
    "calculate_ratings_batch",
    inputs=(
        columns(metrics=ipc(sizes=SIZES, adjust=ADJUST, **METRICS), config=CONFIGS),
        recorded(f"{CASES}:calculate_ratings_batch_cases"),
    ),
    compare=arrow(exact),
    floor=BATCHES,
)
def _(call: Operation) -> None:
    call.property("in_bounds", scores_in_bounds)
    call.relation("batch_equals_singles", singles, same_rows)
    call.relation("row_order_irrelevant", reversed_rows, same_rows_reversed)
    call.relation("monotone_in_profit_factor", better_profit_factor, not_worse)
    crossing = "omega_rust.rating.ratings_boundary"
    sizes = (500, 1_000, 2_000, 4_000, 8_000)  # each call far shorter than a time slice, so that a busy machine bends nothing
    call.workload("full_rating", lambda rows: (metrics_rows(rows, seed=1),), size=1_000, boundary=crossing, threads=1)
    call.workload("full_rating_10k", lambda rows: (metrics_rows(rows, seed=2),), size=10_000, sizes=sizes, threads=1)
    call.workload("one_row", lambda rows: (metrics_rows(rows, seed=3),), size=1)


@rating.operation(
    "robustness_score_batch",
    inputs=(columns(metrics=ipc(adjust=ADJUST, **METRICS), jitter=JITTERS), recorded(f"{CASES}:robustness_score_batch_cases")),
    compare=exact,
    floor=BATCHES,
)
def _(call: Operation) -> None:
    call.property("in_bounds", lambda outcome: all(0.0 <= score <= 1.0 for score in outcome.value))
    call.relation(
        "batch_equals_singles",
        singles,
        lambda before, after: row_bits(before.value) == [bit for one in after for bit in row_bits(one.value)],
    )
    call.workload("robustness_50_jitters", lambda rows: (metrics_rows(rows, seed=4), {"n_iterations": 50}), size=1_000)


@rating.operation(
    "cost_shock_score_batch",
    inputs=(columns(metrics=ipc(adjust=ADJUST, **METRICS), multipliers=MULTIPLIERS), recorded(f"{CASES}:cost_shock_score_batch_cases")),
    compare=arrow(exact),
    floor=BATCHES,
)
def _(call: Operation) -> None:
    call.property("in_bounds", lambda outcome: all(0.0 <= score <= 1.0 for score in table_of(outcome.value).column("score").to_pylist()))
    call.workload("cost_shock_batch", lambda rows: (metrics_rows(rows, seed=5), [1.0, 1.1, 1.2, 1.5]), size=1_000)


@rating.operation(
    "calculate_ratings_table",
    inputs=(columns(metrics=batch(adjust=ADJUST, **METRICS), config=CONFIGS), recorded(f"{CASES}:calculate_ratings_table_cases")),
    compare=exact,
    floor=BATCHES,
)
def _(call: Operation) -> None:
    call.property("in_bounds", scores_in_bounds)
    call.relation("batch_equals_singles", singles, same_rows)


@rating.operation("robustness_scores_table", inputs=columns(metrics=batch(adjust=ADJUST, **METRICS), jitter=JITTERS), floor=BATCHES)
def _(call: Operation) -> None:
    call.property("in_bounds", lambda outcome: all(0.0 <= score <= 1.0 for score in outcome.value))


@rating.operation(
    "cost_shock_scores_table", inputs=columns(metrics=batch(adjust=ADJUST, **METRICS), multipliers=MULTIPLIERS), floor=BATCHES
)
def _(call: Operation) -> None:
    call.property("in_bounds", lambda outcome: all(0.0 <= score <= 1.0 for score in table_of(outcome.value).column("score").to_pylist()))


@rating.operation("metrics_round_trip", inputs=columns(metrics=ipc(adjust=ADJUST, **METRICS)), compare=arrow(exact), floor=BATCHES)
def _(call: Operation) -> None:
    call.workload("arrow_round_trip_1k", lambda rows: (metrics_rows(rows, seed=6),), size=1_000)


@kernel("robustness_score", base=BASE, samples=f"list<{BASE}>", cap=CAP)
def _(call: Operation) -> None:
    call.property("in_bounds", in_unit_interval)


@kernel("stability_score", profits="map<int64[1890..2110], float64?>", days="map<int64[1890..2110], float64>?")
def _(call: Operation) -> None:
    call.property("in_bounds", lambda outcome: 0.0 <= outcome.value[0] <= 1.0)


@kernel(
    "stress_penalty",
    base=STRESS,
    stressed=ListOf(Record({"profit": parse("float64"), "drawdown": parse("float64"), "sharpe": parse("float64")}, sparse=True)),
    cap=CAP,
)
def _(call: Operation) -> None:
    call.property("in_bounds", in_unit_interval)


@rating.operation("score_from_penalty", inputs=columns(penalty="float64", cap=CAP), floor=KERNELS)
def _(call: Operation) -> None:
    call.property("in_bounds", in_unit_interval)


@kernel("cost_shock_score", base=STRESS, shocked=STRESS, cap=CAP)
def _(call: Operation) -> None:
    call.property("in_bounds", in_unit_interval)


@rating.operation("cost_shock_mean", inputs=columns(base=STRESS, shocked=f"list<{STRESS}>", cap=CAP), floor=KERNELS)
def _(call: Operation) -> None:
    call.property("in_bounds", in_unit_interval)


@rating.operation("trade_dropout_score", inputs=columns(base=STRESS, dropped=f"list<{STRESS}>", cap=CAP), floor=KERNELS)
def _(call: Operation) -> None:
    call.property("in_bounds", in_unit_interval)


TRADES = {
    "exit_time": parse("list<int64[0..9]?>[6..6]"),
    "result": parse("list<float64>[6..6]"),
    "r_multiple": parse("list<float64>[6..6]"),
    "total_fee": parse("list<float64>[6..6]"),
}


@kernel(
    "trade_dropout", trades=Record(TRADES, sparse=True), frac="float64[0..1]", seed="int64[0..1000]", run="int64[0..5]", base=f"{STRESS}?"
)
def _(call: Operation) -> None:
    call.workload("trade_dropout_1000", dropout_arguments, size=1_000, sizes=(500, 1_000, 2_000, 4_000, 8_000))


@rating.operation(
    "trade_dropout_runs",
    inputs=columns(trades=Record(TRADES), frac="float64[0..1]", runs="int64[0..6]", seed="int64[0..99]?"),
    floor=KERNELS,
)
def _(call: Operation) -> None:
    call.property("one_result_a_run", lambda outcome: isinstance(outcome.value, list))


@kernel("final_rating", robustness=CAP, stability=CAP, cost_shock=CAP, dropout=CAP, stress_penalty=CAP, profit_factor="float64")
def _(call: Operation) -> None:
    call.property("in_bounds", in_unit_interval)
    call.relation(
        "monotone_in_profit_factor",
        lambda given: [(*given[:5], given[5] * 1.25 + 0.01, *given[6:])] if given[5] >= 0 else [],
        lambda before, after: after[0].value >= before.value,
    )


SUMMARY = Record(
    {key: parse("float64") for key in ("Winrate (%)", "Avg R-Multiple", "Net Profit", "profit_factor", "drawdown_eur")}, sparse=True
)
LIMITS = Record(
    {key: parse("float64") for key in ("min_winrate", "min_avg_r", "min_profit", "min_profit_factor", "max_drawdown")}, optional=True
)


@kernel("strategy_rating", summary=SUMMARY, thresholds=LIMITS)
def _(call: Operation) -> None:
    call.property("score_is_a_fifth", lambda outcome: outcome.value["Score"] in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0))
