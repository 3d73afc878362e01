"""The execution simulator is bit-identical in Rust: same order of events, same order of operations, same random numbers, same money."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness import Floor, Machine, Operation, Policy, Tool, arrow, batch, columns, contract, exact, ipc, one_of, port, recorded
from harness.contract import OneOf, Record, parse
from reference_py.market.execution_cases import backtest_tables, backtest_world, open_positions, signal_batch
from reference_py.market.execution_held import held_backtest
from runbooks.execution_statements import (
    cash_adds_up,
    curve_goes_forward,
    drawdown_never_falls,
    ended_is_complete,
    fills_after_its_signal,
    leaves_after_it_enters,
    money_adds_up,
    nothing_but_stops,
    of_positions,
    of_trades,
    open_list_is_active_and_open,
    reaching_everything,
    row_by_row,
    rows,
    same_end,
    same_own_trades,
    saved_in_the_middle,
    sizes_are_on_the_grid,
    with_a_neighbour,
)

CRATES = ("--manifest-path", "targets_rust/Cargo.toml", "-p", "execution", "-p", "execution_arrow", "-q")
execution = contract(
    reference="reference_py.execution",
    ports={
        "rust": port(
            "omega_rust.execution",
            source_root="targets_rust",
            sources=("**/*.rs", "**/Cargo.toml", "Cargo.lock", "**/pyproject.toml", "**/*.py", "**/*.pyi"),
        )
    },
    flag="OMEGA_USE_RUST_EXECUTION",
    facade="omega.execution",
    switches=("omega.config:set_feature_flag",),
    reference_sources=("reference_py/execution/*.py",),
    tools=(
        Tool("mypy", ("python", "-m", "mypy", "--strict", "-p", "reference_py.execution", "-p", "omega")),
        Tool(
            "coverage",
            ("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/reference_py/execution", "tests/omega/test_execution.py"),
            "reference_py.execution",
        ),
        Tool(
            "clippy",
            ("cargo", "clippy", *CRATES, "--all-targets", "--message-format=json", "--", "-W", "clippy::pedantic"),
        ),
        Tool("cargo-test", ("cargo", "test", *CRATES)),
    ),
)

CASES = "reference_py.market.execution_cases"
SMALL = "reference_py.market.execution_small"
PROGRAMS = "reference_py.market.execution_programs"
REFERENCE, PORT = "reference_py.execution", "omega_rust.execution"

# Arguments

PRICES = "{open: float64, high: float64, low: float64, close: float64}"
SYMBOLS = one_of("EURUSD", "GBPUSD", "EURUSD", "")
CANDLE = Record(
    {"symbol": SYMBOLS, "time": parse("int64"), "bid": parse(f"{PRICES}?"), "ask": parse(f"{PRICES}?"), "valid": parse("bool")}, sparse=True
)
TICK = Record({"symbol": SYMBOLS, "time": parse("int64"), "bid": parse("float64"), "ask": parse("float64")}, sparse=True)
SIGNALS: dict[str, Any] = {
    "timestamp": "int64[0..600000000]?",
    "direction": OneOf(("long", "short", "sideways"), optional=True),
    "entry": "float64?",
    "sl": "float64?",
    "tp": "float64?",
    "size": "float64?",
    "symbol": OneOf(("EURUSD", "GBPUSD", ""), optional=True),
    "order_type": OneOf(("market", "limit", "stop", "iceberg"), optional=True),
    "signal_type": OneOf(("entry", "entry", "exit", "modify", "noise"), optional=True),
    "position_id": OneOf(("EURUSD#1", "EURUSD#2", "GBPUSD#1"), optional=True),
    "magic_number": "int64?",
    "reason": "string?",
    "trail_distance": "float64?",
    "trail_step": "float64?",
    "trail_activation": "float64?",
}
UPDATES: dict[str, Any] = {
    "position_id": OneOf(("EURUSD#1", "EURUSD#2", "GBPUSD#1", "nobody"), optional=True),
    "stop_loss": "float64?",
    "take_profit": "float64?",
    "status": OneOf(("closed", "open", "pending"), optional=True),
    "exit_price": "float64?",
    "exit_time": "int64?",
    "reason": "string?",
}
FEW = (1, 2, 3)
CONFIGS = one_of(
    None,
    {},
    {"slippage": {"fixed": 0.5, "random": 1.0}, "seed": 42, "fee": {"per_million": 30.0, "min_fee": 0.1}},
    {
        "specs": {"EURUSD": {"volume_max": None, "tick_size": 1e-05, "tick_value": 1.0}},
        "exit_slippage": "adverse",
        "pip_buffer_factor": 0.0,
    },
    {"account_currency": "EUR", "rates": {"static": {"EURUSD": 1.1234}}, "commission": {"defaults": {"rate_per_million": 25.0}}},
    {"lot_sizer": True, "specs": {"EURUSD": {"contract_size": 100000.0}}, "slippage": {"random": 0.5, "draws": [0.25, 0.75]}},
    {"mode": "tick"},
)
OBSERVED = ("get_positions_arrow", "trades_arrow", "fees_arrow", "curve_arrow", "trade_curve_arrow", "summary", "save_state")
LAYOUT = "two libraries lay the same tables out in other bytes; its tables are observed beside it, and programs load it"
ALWAYS: Mapping[str, Any] = {
    "process_signals_batch": (recorded(f"{PROGRAMS}:signal_steps"), columns(signals=ipc(sizes=FEW, **SIGNALS))),
    "process_signals_table": (recorded(f"{PROGRAMS}:signal_table_steps"), columns(signals=batch(sizes=FEW, **SIGNALS))),
    "apply_updates": (recorded(f"{PROGRAMS}:update_steps"), columns(updates=ipc(sizes=FEW, **UPDATES))),
    "apply_updates_table": (recorded(f"{PROGRAMS}:update_table_steps"), columns(updates=batch(sizes=FEW, **UPDATES))),
    "update": (recorded(f"{PROGRAMS}:time_steps"), columns(time_us="int64")),
    "load_state(save_state)": columns(),
}
CANDLES = (recorded(f"{PROGRAMS}:candle_steps"), columns(candle=CANDLE))
TICKS = (recorded(f"{PROGRAMS}:tick_steps"), columns(tick=TICK))
WEIGHTS = {"process_signals_batch": 3.0, "process_signals_table": 0.5, "apply_updates_table": 0.3, "load_state(save_state)": 0.3}


# Operations


@execution.operation(
    "run_backtest",
    inputs=(recorded(f"{SMALL}:small_world_cases"), recorded(f"{CASES}:run_backtest_cases")),
    compare=arrow(exact),
    floor=Floor(cases=300),
)
def _(call: Operation) -> None:
    call.property("money_adds_up", money_adds_up)
    call.property("curve_goes_forward", curve_goes_forward)
    call.property("ended_is_complete", of_trades(ended_is_complete))
    call.property("leaves_after_it_enters", of_trades(leaves_after_it_enters))
    call.property("fills_after_its_signal", of_trades(fills_after_its_signal))
    call.relation("neighbour_changes_nothing", with_a_neighbour, same_own_trades)
    call.workload(
        "full_backtest",
        lambda bars: backtest_world(bars, seed=1),
        size=100_000,
    )
    call.workload("held_positions_1k", lambda positions: held_backtest(positions, 250, seed=1), size=1_000)


@execution.operation(
    "process_signals_once",
    reference=f"{REFERENCE}.workloads.process_signals_once",
    ports={"rust": "omega_rust.execution_workloads.process_signals_once"},
    inputs=(recorded(f"{SMALL}:signal_cases"), columns(config=CONFIGS, signals=ipc(**SIGNALS))),
    compare=arrow(exact),
    floor=Floor(cases=200),
)
def _(call: Operation) -> None:
    call.workload(
        "signals_1k",
        lambda count: ({"seed": 1, "slippage": {"random": 0.3}}, signal_batch(count, seed=1)),
        size=1_000,
        sizes=(250, 1_000, 4_000, 16_000),
    )


@execution.operation(
    "evaluate_exits_once",
    reference=f"{REFERENCE}.workloads.evaluate_exits_once",
    ports={"rust": "omega_rust.execution_workloads.evaluate_exits_once"},
    inputs=(recorded(f"{SMALL}:exit_cases"), columns(config=CONFIGS, signals=ipc(**SIGNALS), candle=CANDLE)),
    compare=arrow(exact),
    floor=Floor(cases=200, both_succeeded=0.3),
)
def _(call: Operation) -> None:
    call.relation("stop_before_target", reaching_everything, nothing_but_stops)
    call.workload("exits_1k", lambda count: open_positions(count, seed=1), size=1_000, sizes=(250, 1_000, 4_000, 16_000))


@execution.operation(
    "finish_run",
    reference=f"{REFERENCE}.workloads.finish_run",
    ports={"rust": "omega_rust.execution_workloads.finish_run"},
    inputs=recorded(f"{PROGRAMS}:finish_run_cases"),
    compare=arrow(exact),
    floor=Floor(cases=100),
    probe_boundary=False,
)
def _(call: Operation) -> None:
    call.relation(
        "resumed_equals_uninterrupted",
        lambda given: [(given[0], given[1], None, given[3])],
        lambda before, after: before.value == after[0].value,
    )


@execution.operation(
    "run_backtest_tables",
    inputs=(recorded(f"{SMALL}:small_table_cases"), recorded(f"{CASES}:run_backtest_tables_cases")),
    compare=arrow(exact),
    floor=Floor(cases=100),
)
def _(call: Operation) -> None:
    call.property("money_adds_up", money_adds_up)
    # Growth is measured on tables: the curve of a million bars as one stream is a block that the allocator takes fresh from the kernel.
    call.workload(
        "full_backtest_tables",
        lambda bars: backtest_tables(bars, seed=1),
        size=100_000,
        sizes=(10_000, 30_000, 100_000, 300_000, 1_000_000),
    )


@execution.operation(
    "run_backtests", inputs=recorded(f"{SMALL}:run_backtests_cases"), compare=arrow(exact), floor=Floor(cases=20, both_succeeded=0.0)
)
def _(call: Operation) -> None:
    call.property(
        "an_answer_a_job",
        lambda outcome: all(set(answer) == {"trades", "fees", "curve", "summary", "outcomes"} for answer in outcome.value),
    )


@execution.operation("backtest_boundary", inputs=recorded(f"{SMALL}:small_world_cases"), compare=arrow(exact), floor=Floor(cases=100))
def _(call: Operation) -> None:
    call.property("nothing_happens", lambda outcome: not rows(outcome.value["trades"]) and not rows(outcome.value["fees"]))


@execution.operation(
    "signals_boundary",
    inputs=(recorded(f"{SMALL}:signals_only_cases"), columns(signals=ipc(**SIGNALS))),
    compare=arrow(exact),
    floor=Floor(cases=100),
)
def _(call: Operation) -> None:
    call.property("nothing_happens", lambda outcome: all(row["outcome"] == "ignored" for row in rows(outcome.value)))
    call.workload("signals_round_trip_1k", lambda count: (signal_batch(count, seed=1),), size=1_000)


def simulator(name: str, mode: str, steps: Mapping[str, Any], weights: Mapping[str, float]) -> None:
    """Declare the simulator's class with the steps of one mode."""
    machine = execution.machine(
        name,
        reference=f"{REFERENCE}.ExecutionSimulator",
        ports={"rust": f"{PORT}.ExecutionSimulatorRust"},
        construct=(recorded(f"{PROGRAMS}:{mode}_configs"), columns(config=CONFIGS)),
        steps={**ALWAYS, **steps},
        weights={**WEIGHTS, **weights},
        observe=OBSERVED,
        recorded=f"{PROGRAMS}:{mode}_programs",
        adjust=f"{PROGRAMS}:on_one_clock",
        compare=Policy(arrow=True, ignore={'value*["save_state"]': LAYOUT}),
    )
    machine(_with_statements)


def _with_statements(machine: Machine) -> None:
    machine.invariant("cash_adds_up", cash_adds_up)
    machine.invariant("open_list_is_active_and_open", open_list_is_active_and_open)
    machine.invariant("sizes_are_on_the_grid", sizes_are_on_the_grid)
    machine.invariant("ended_is_complete", of_positions(ended_is_complete))
    machine.invariant("fills_after_its_signal", of_positions(fills_after_its_signal))
    machine.property("drawdown_never_falls", drawdown_never_falls)
    machine.relation("batch_equals_singles", row_by_row, same_end)
    machine.relation("saved_equals_uninterrupted", saved_in_the_middle, same_end)


simulator(
    "simulator_on_bars",
    "candle",
    {"evaluate_exits": CANDLES, "evaluate_and_close": CANDLES, "manage": CANDLES},
    {"evaluate_and_close": 4.0, "update": 2.0},
)
simulator("simulator_on_ticks", "tick", {"observe_tick": TICKS, "process_tick": TICKS}, {"process_tick": 4.0, "update": 2.0})
