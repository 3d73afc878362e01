"""Cases of the execution simulator: real and made-up, all answered, reproducible, and each with the trouble that its name promises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pytest

from reference_py import execution
from reference_py.execution import ExecutionSimulator, run_backtest
from reference_py.market import execution_cases
from reference_py.market.execution_cases import TICK_WORLDS, WORLDS, backtest_world, open_positions, signal_batch, world
from reference_py.market.execution_series import chosen, daily_bars, daily_ticks, strategy_signals
from reference_py.market.execution_tables import rows_of
from reference_py.market.strategy_grid import Exit

OPERATIONS = ("run_backtest", "run_backtest_tables", "run_backtests", "backtest_boundary", "signals_boundary")


def cases_of(operation: str) -> Iterator[tuple[Any, ...]]:
    """Return the cases of an operation."""
    make: Callable[[], Iterator[tuple[Any, ...]]] = getattr(execution_cases, f"{operation}_cases")
    return make()


def counts(name: str, table: str, column: str) -> Counter[Any]:
    """Return how often each word occurs in a table of a world's answer, over three seeds."""
    answers = [rows_of(run_backtest(*world(name, seed))[table]) for seed in (1, 2, 3)]
    return Counter(row[column] for answer in answers for row in answer)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_has_cases(operation: str) -> None:
    """At least three, and the reference answers the first without an error."""
    cases = list(cases_of(operation))
    assert len(cases) >= 3
    assert getattr(execution, operation)(*cases[0])


@pytest.mark.parametrize("operation", OPERATIONS)
def test_cases_are_reproducible(operation: str) -> None:
    """Asked twice, the same cases come in the same order."""
    once, twice = (list(cases_of(operation)) for _ in range(2))
    assert len(once) == len(twice)
    assert all(_same(first, second) for first, second in zip(once, twice, strict=True))


def test_the_reference_answers_every_run() -> None:
    """No case ends in an error."""
    answers = [run_backtest(*arguments) for arguments in cases_of("run_backtest")]
    assert len(answers) > 90


def test_cases_cannot_be_spoilt() -> None:
    """Whoever empties a configuration leaves the next one whole."""
    for _, _, config in cases_of("backtest_boundary"):
        config.get("specs", {}).clear()
        config.clear()
    assert all(config for _, _, config in cases_of("backtest_boundary"))


def test_two_dozen_strategies_are_chosen() -> None:
    """With every way of leaving."""
    assert (len(set(chosen())), {strategy.exit for strategy in chosen()}) == (24, set(Exit))


def test_the_real_bars_have_both_sides() -> None:
    """Half a point apart, with asks and days missing."""
    rows = rows_of(daily_bars())
    assert len(rows) == 5031
    assert {row["ask_close"] - row["bid_close"] for row in rows if row["ask_close"] is not None} == {0.5}
    assert [sum(row["ask_low"] is None for row in rows), sum(not row["valid"] for row in rows)] == [51, 10]


def test_the_real_quotes_are_four_a_day() -> None:
    """In order of time."""
    times = [row["timestamp"] for row in rows_of(daily_ticks())]
    assert (len(times), times) == (4 * 5031, sorted(set(times)))


@pytest.mark.parametrize("sells", [False, True])
@pytest.mark.parametrize(("leave", "order_type"), [(Exit.CROSS, "market"), (Exit.TRAIL, "limit"), (Exit.TARGET, "stop")])
def test_real_orders_have_stops_and_targets(leave: Exit, order_type: str, *, sells: bool) -> None:
    """On the right side of the entry."""
    strategy = next(strategy for strategy in chosen() if strategy.exit is leave)
    entries = [row for row in rows_of(strategy_signals(strategy, sells=sells)) if row["signal_type"] is None]
    sign = -1.0 if sells else 1.0
    assert {row["order_type"] for row in entries} == {order_type}
    assert all(sign * row["sl"] < sign * row["entry"] < sign * row["tp"] for row in entries)


def test_the_real_runs_have_exits_of_every_kind() -> None:
    """Stops, moved stops, trailing stops, targets, signals, expired orders and time-outs."""
    real = [arguments for number, arguments in enumerate(cases_of("run_backtest")) if number < 24]
    reasons = {row["reason"] for arguments in real for row in rows_of(run_backtest(*arguments)["trades"])}
    assert reasons == {"stop_loss", "break_even_stop_loss", "trailing_stop", "take_profit", "signal", "limit_expired", "timeout"}


def test_several_symbols_trade_in_one_run() -> None:
    """Three of them."""
    assert len(counts("several_symbols", "trades", "symbol")) == 3


def test_asks_are_missing() -> None:
    """In four of ten bars."""
    rows = rows_of(world("missing_asks", 1)[0])
    assert 100 < sum(row["ask_close"] is None for row in rows) < 220


def test_prices_are_equal() -> None:
    """Open, high, low and close of both sides."""
    rows = rows_of(world("flat_market", 1)[0])
    assert all(len({row[f"{side}_{name}"] for side in ("bid", "ask") for name in ("open", "high", "low", "close")}) == 1 for row in rows)


def test_levels_lie_on_the_wrong_side() -> None:
    """Stops above the entries of longs."""
    rows = rows_of(world("wrong_side_levels", 1)[1])
    wrong = [row for row in rows if row["signal_type"] == "entry" and row["direction"] == "long" and row["sl"] > row["entry"]]
    assert len(wrong) > 5


def test_many_positions_are_in_one_bar() -> None:
    """Entered at the same time, and left at the same time."""
    assert max(counts("crowded_bars", "trades", "entry_time").values()) > 3
    assert max(counts("crowded_bars", "trades", "exit_time").values()) > 3


def test_orders_are_changed_while_they_wait() -> None:
    """Initial levels of filled orders differ from those of their signals."""
    signals = {row["magic_number"]: row for row in rows_of(world("modifies_while_pending", 1)[1])}
    trades = rows_of(run_backtest(*world("modifies_while_pending", 1))["trades"])
    assert any(row["initial_sl"] != signals[row["magic_number"]]["sl"] for row in trades if row["book"] == "closed")


def test_exits_and_entries_share_a_bar() -> None:
    """Of the same symbol."""
    trades = rows_of(run_backtest(*world("exits_and_entries_together", 1))["trades"])
    assert {row["entry_time"] for row in trades} & {row["exit_time"] for row in trades}


@pytest.mark.parametrize(("name", "low", "high"), [("prices_near_zero", 0.0, 1e-3), ("prices_near_1e9", 0.99e9, 1.01e9)])
def test_prices_are_very_small_and_very_large(name: str, low: float, high: float) -> None:
    """And still trade."""
    assert all(low < row["bid_low"] < high for row in rows_of(world(name, 1)[0]))
    assert counts(name, "trades", "book")["closed"] > 30


@pytest.mark.parametrize(
    ("name", "outcome"), [("rejected_rows", "rejected"), ("late_start", "ignored"), ("tick_orders_without_price", "rejected")]
)
def test_not_every_signal_is_followed(name: str, outcome: str) -> None:
    """Some are refused, some come too early."""
    assert counts(name, "outcomes", "outcome")[outcome] > 5


@pytest.mark.parametrize("name", ["lot_sizer_and_time_out", "ticks_with_lot_sizer"])
def test_positions_time_out(name: str) -> None:
    """Where there is a limit."""
    assert counts(name, "trades", "reason")["timeout"] > 0


def test_every_world_trades() -> None:
    """None is idle."""
    assert all(counts(name, "trades", "book")["closed"] > 10 for name in (*WORLDS, *TICK_WORLDS))


def test_the_timed_run_has_a_trade_every_hundred_bars() -> None:
    """About 1,000 for 100,000 bars, and in proportion for any number."""
    answer = run_backtest(*backtest_world(20_000, 1))
    assert 190 <= len(rows_of(answer["trades"])) <= 200


def test_signal_batches_are_of_their_size() -> None:
    """And all of their rows can be followed."""
    for n in (0, 1, 1000):
        outcomes = rows_of(ExecutionSimulator().process_signals_batch(signal_batch(n, 1)))
        assert len(outcomes) == n
        assert {row["outcome"] for row in outcomes} <= {"opened", "pending"}


def test_open_positions_are_open_and_a_few_are_hit() -> None:
    """About one in 300."""
    config, signals_ipc, candle = open_positions(3000, 1)
    simulator = ExecutionSimulator(config)
    assert {row["outcome"] for row in rows_of(simulator.process_signals_batch(signals_ipc))} == {"opened"}
    assert 3 <= len(rows_of(simulator.evaluate_exits(candle))) <= 20


def _same(first: Any, second: Any) -> bool:
    """Compare arguments, tables by their content with NaN equal to NaN."""
    if isinstance(first, tuple | list):
        return len(first) == len(second) and all(_same(a, b) for a, b in zip(first, second, strict=True))
    return repr(first.to_pydict()) == repr(second.to_pydict()) if isinstance(first, pa.RecordBatch) else bool(first == second)
