"""A whole run in one call: the order of events, the start, several symbols, quotes, and the same as by hand (spec 10)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest

from reference_py.execution import (
    ExecutionError,
    ExecutionSimulator,
    backtest_boundary,
    run_backtest,
    run_backtest_tables,
    run_backtests,
    signals_boundary,
)
from reference_py.execution.arrow import to_ipc
from reference_py.market.execution_cases import TICK_WORLDS, WORLDS, world
from reference_py.market.execution_tables import rows_of, signals_of_rows

NO_SIGNALS = signals_of_rows([])
Bar = tuple[int, str, float, float, float | None]


def bars(*rows: Bar, valid: Sequence[bool] | None = None) -> bytes:
    """Return bars of (time, symbol, low, high, spread of the ask or None); open is the low, close the high."""
    columns: dict[str, Any] = {"symbol": [row[1] for row in rows], "timestamp": pa.array([row[0] for row in rows], pa.int64())}
    for name, place in (("open", 2), ("high", 3), ("low", 2), ("close", 3)):
        columns[f"bid_{name}"] = pa.array([row[place] for row in rows], pa.float64())
        columns[f"ask_{name}"] = pa.array([None if row[4] is None else float(row[place]) + row[4] for row in rows], pa.float64())  # type: ignore[arg-type]
    if valid is not None:
        columns["valid"] = pa.array(valid)
    return to_ipc(pa.RecordBatch.from_pydict(columns))


def quotes(*rows: tuple[int, str, float]) -> bytes:
    """Return quotes of (time, symbol, price) without spread."""
    prices = pa.array([row[2] for row in rows], pa.float64())
    columns = {
        "symbol": [row[1] for row in rows],
        "timestamp": pa.array([row[0] for row in rows], pa.int64()),
        "bid": prices,
        "ask": prices,
    }
    return to_ipc(pa.RecordBatch.from_pydict(columns))


def entry(time: int, **changes: Any) -> dict[str, Any]:
    """Return a market order to buy X at 10 with stop 8 and target 12."""
    return {"timestamp": time, "symbol": "X", "direction": "long", "entry": 10.0, "sl": 8.0, "tp": 12.0, **changes}


def run(bars_ipc: bytes, *signals: dict[str, Any], **config: Any) -> dict[str, list[dict[str, Any]]]:
    """Run a backtest and return its tables."""
    return {name: rows_of(data) for name, data in run_backtest(bars_ipc, signals_of_rows(signals), config).items()}


def outcomes(answer: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Return what became of the signals."""
    return [str(row["outcome"]) for row in answer["outcomes"]]


def code_of(*arguments: Any) -> int:
    """Return the code with which a run is refused."""
    with pytest.raises(ExecutionError) as caught:
        run_backtest(*arguments)
    return caught.value.code


QUIET = (9.5, 10.5, 0.0)


def test_a_run_answers_with_five_tables() -> None:
    """Under their names."""
    assert list(run_backtest(bars((1, "X", *QUIET)), NO_SIGNALS)) == ["trades", "fees", "curve", "summary", "outcomes"]


def test_signals_come_before_exits_before_the_update() -> None:
    """A signal of a bar enters before that bar's test, which passes over it; the next bar closes it and shows it in the curve."""
    answer = run(bars((1, "X", 1.0, 20.0, 0.0), (2, "X", 7.0, 10.0, 0.0), (3, "X", *QUIET)), entry(1))
    assert [(row["exit_time"], row["reason"]) for row in answer["trades"]] == [(2, "stop_loss")]
    assert [row["equity"] for row in answer["curve"]] == [10_000.0, 10_000.0, 9900.0, 9900.0]


def test_an_exit_signal_comes_before_the_test_of_its_bar() -> None:
    """The stop of that bar is no longer there."""
    leave = {"timestamp": 2, "symbol": "X", "signal_type": "exit", "entry": 11.0}
    answer = run(bars((1, "X", *QUIET), (2, "X", 7.0, 10.0, 0.0)), entry(1), leave)
    assert [row["reason"] for row in answer["trades"]] == ["signal"]


def test_a_time_out_comes_after_the_exits() -> None:
    """The stop wins in the bar of the time-out."""
    answer = run(bars((1, "X", *QUIET), (2, "X", 7.0, 10.0, 0.0), (3, "X", *QUIET)), entry(1), entry(1, sl=1.0, tp=None), timeout_us=1)
    assert [(row["reason"], row["exit_price"]) for row in answer["trades"]] == [("stop_loss", 8.0), ("timeout", 10.0)]


def test_signals_wait_for_their_bar() -> None:
    """A signal between two bars is processed in the later one."""
    answer = run(bars((1, "X", *QUIET), (5, "X", 1.0, 20.0, 0.0), (6, "X", 7.0, 10.0, 0.0)), entry(3))
    assert [(row["entry_time"], row["exit_time"]) for row in answer["trades"]] == [(3, 5)]


def test_signals_are_taken_in_the_order_of_their_rows() -> None:
    """One that comes too late in the table waits for its predecessor."""
    answer = run(bars((1, "X", *QUIET), (5, "X", *QUIET)), entry(5), entry(1))
    assert [row["position_id"] for row in answer["outcomes"]] == ["X#1", "X#2"]


def test_a_signal_without_time_is_rejected_when_its_turn_comes() -> None:
    """It holds nobody up."""
    table = pa.ipc.open_stream(signals_of_rows([entry(1), entry(1), entry(1)])).read_all()
    times = pa.array([1, None, 1], pa.int64())
    signals_ipc = to_ipc(table.set_column(0, "timestamp", times).combine_chunks().to_batches()[0])
    answer = rows_of(run_backtest(bars((1, "X", *QUIET)), signals_ipc)["outcomes"])
    assert [(row["outcome"], row["error_code"]) for row in answer] == [("opened", 0), ("rejected", 1002), ("opened", 0)]


def test_signals_after_the_last_bar_are_ignored() -> None:
    """Every signal has its row."""
    assert outcomes(run(bars((1, "X", *QUIET)), entry(1), entry(2), entry(3))) == ["opened", "ignored", "ignored"]


def test_signals_before_the_start_are_ignored() -> None:
    """Without a check: no row of them is rejected, no draw is taken."""
    answer = run(bars((1, "X", *QUIET), (2, "X", *QUIET)), entry(1, direction="up"), entry(2), start=2)
    assert outcomes(answer) == ["ignored", "opened"]


def test_a_run_begins_at_its_start() -> None:
    """Earlier bars leave no trace."""
    answer = run(bars((1, "X", *QUIET), (2, "X", *QUIET), (3, "X", *QUIET)), start=2)
    assert [row["timestamp"] for row in answer["curve"]] == [946_684_800_000_000, 2, 3]


def test_a_start_after_the_last_bar_is_an_error() -> None:
    """There is nothing to run over."""
    assert code_of(bars((1, "X", *QUIET)), NO_SIGNALS, {"start": 2}) == 2008


def test_the_ask_may_be_missing() -> None:
    """With one symbol longs are still closed; pending longs wait for an ask."""
    answer = run(
        bars((1, "X", *QUIET), (2, "X", 7.0, 10.0, None), (3, "X", 7.0, 10.0, 0.0)), entry(1), entry(1, order_type="limit", entry=9.0)
    )
    assert [(row["reason"], row["trigger_time"]) for row in answer["trades"]] == [("stop_loss", 1), ("stop_loss", 3)]


@pytest.mark.parametrize("valid", [True, False])
def test_an_invalid_bar_is_skipped_as_a_pair(*, valid: bool) -> None:
    """No signal, no exit, no update; the signal waits for the next bar."""
    answer = run(bars((1, "X", *QUIET), (2, "X", 7.0, 10.0, 0.0), (3, "X", *QUIET), valid=[True, valid, True]), entry(1), entry(2))
    assert (len(answer["trades"]), len(answer["curve"])) == ((1, 4) if valid else (0, 3))
    assert outcomes(answer) == ["opened", "opened"]


def test_a_missing_ask_keeps_the_pairing() -> None:
    """Sides are paired by row: a short is closed by the ask of its own row, and by the bid where there is none."""
    signal = entry(1, direction="short", sl=12.0, tp=None)
    table = bars((1, "X", *QUIET), (2, "X", 9.0, 10.5, None), (3, "X", 9.0, 10.5, 1.0), (4, "X", 9.0, 11.5, 0.6))
    assert [row["exit_time"] for row in run(table, signal)["trades"]] == [4]


def test_with_several_symbols_exits_need_both_sides() -> None:
    """A bar without ask tests nothing, but its time is still noted."""
    table = bars(
        (1, "X", *QUIET), (1, "Y", *QUIET), (2, "X", 7.0, 10.0, None), (2, "Y", *QUIET), (3, "X", 7.0, 10.0, 0.0), (3, "Y", *QUIET)
    )
    answer = run(table, entry(1))
    assert [row["exit_time"] for row in answer["trades"]] == [3]
    assert [row["timestamp"] for row in answer["curve"]][1:] == [1, 2, 3]


def test_with_several_symbols_a_missing_ask_delays_time_outs() -> None:
    """As it does exits."""
    table = bars((1, "X", *QUIET), (1, "Y", *QUIET), (2, "X", *QUIET[:2], None), (3, "X", *QUIET))
    assert [row["exit_time"] for row in run(table, entry(1), timeout_us=1)["trades"]] == [3]


def test_all_signals_of_a_time_come_before_all_exits() -> None:
    """Whatever their symbols; then the symbols in the order of their rows."""
    table = bars((1, "Y", *QUIET), (1, "X", *QUIET), (2, "Y", 7.0, 10.0, 0.0), (2, "X", 7.0, 10.0, 0.0))
    answer = run(table, entry(1), entry(1, symbol="Y"), entry(2, symbol="Y"))
    assert [row["position_id"] for row in answer["trades"]] == ["Y#2", "X#1"]
    assert outcomes(answer) == ["opened"] * 3


def test_quotes_are_steps_of_their_own() -> None:
    """Signals take the quote of their moment; equal times replace the point of the curve."""
    table = quotes((1, "X", 10.0), (1, "X", 10.5), (2, "X", 7.0))
    answer = run(table, entry(1, entry=None), mode="tick")
    assert [(row["entry_price"], row["exit_price"], row["exit_time"]) for row in answer["trades"]] == [(10.0, 8.0, 2)]
    assert [row["timestamp"] for row in answer["curve"]][1:] == [1, 2]


def test_quotes_before_the_start_are_not_seen() -> None:
    """Not even to price an order."""
    table = quotes((1, "Y", 10.0), (2, "X", 10.0), (3, "X", 10.0))
    answer = run(table, entry(2, symbol="Y"), entry(2), mode="tick", start=2)
    assert [(row["outcome"], row["error_code"]) for row in answer["outcomes"]] == [("rejected", 1007), ("opened", 0)]


def test_positions_time_out_over_quotes() -> None:
    """At the bid."""
    answer = run(quotes((1, "X", 10.0), (5, "X", 11.0), (6, "X", 11.5)), entry(1), mode="tick", timeout_us=5)
    assert [(row["reason"], row["exit_price"], row["exit_time"]) for row in answer["trades"]] == [("timeout", 11.5, 6)]


def test_an_error_of_a_pass_ends_the_run() -> None:
    """It is raised, not hidden."""
    series = {"USDCHF": {"times": [1], "bid": [1.0], "ask": [1.0]}}
    config = {
        "account_currency": "CHF",
        "commission": {},
        "specs": {"X": {"quote_currency": "USD"}},
        "rates": {"series": series, "bar_us": 1, "max_age_bars": 1},
    }
    assert code_of(bars((1, "X", *QUIET), (5, "X", 7.0, 10.0, 0.0)), signals_of_rows([entry(1)]), config) == 1008


@pytest.mark.parametrize("name", [*WORLDS, *TICK_WORLDS])
def test_a_run_is_its_steps_by_hand(name: str) -> None:
    """Batches of signals, candles, time-outs and updates, called one by one, give the same tables to the byte."""
    bars_ipc, signals_ipc, config = world(name, seed=9)
    answer = run_backtest(bars_ipc, signals_ipc, config)
    by_hand = _by_hand(bars_ipc, signals_ipc, config)
    assert {part: answer[part] for part in ("trades", "fees", "curve")} == by_hand


@pytest.mark.parametrize("name", ["several_symbols", "missing_asks", "ticks"])
def test_tables_run_as_streams_do(name: str) -> None:
    """Over the PyCapsule interface."""
    arguments = world(name, seed=2)
    bars_ipc, signals_ipc, config = arguments
    tables = run_backtest_tables(pa.ipc.open_stream(bars_ipc).read_all(), pa.ipc.open_stream(signals_ipc), config)
    assert {part: to_ipc(table) for part, table in tables.items()} == run_backtest(*arguments)


def test_many_runs_are_single_runs() -> None:
    """In their order."""
    jobs = [world(name, seed=3) for name in ("plain", "gaps", "ticks")]
    assert run_backtests(jobs) == [run_backtest(*job) for job in jobs]


def test_the_first_failing_run_is_raised() -> None:
    """By its place in the list."""
    good, bad, worse = world("plain", 1), (b"", NO_SIGNALS, None), (bars((1, "X", *QUIET)), NO_SIGNALS, {"start": 2})
    with pytest.raises(ExecutionError) as caught:
        run_backtests([good, worse, bad])
    assert caught.value.code == 2008


@pytest.mark.parametrize("jobs", [None, "jobs", [1], [(b"", b"")]])
def test_jobs_are_lists_of_three(jobs: Any) -> None:
    """Another kind is a TypeError."""
    with pytest.raises(TypeError):
        run_backtests(jobs)


@pytest.mark.parametrize("arguments", [(1, NO_SIGNALS), (b"", 1), (b"", b"", 1)])
def test_another_kind_of_argument_is_a_type_error(arguments: tuple[Any, ...]) -> None:
    """Before anything is read."""
    with pytest.raises(TypeError):
        run_backtest(*arguments)


@pytest.mark.parametrize("arguments", [(b"", NO_SIGNALS), (NO_SIGNALS, b"")])
def test_tables_must_speak_arrow(arguments: tuple[Any, ...]) -> None:
    """Bytes do not."""
    with pytest.raises(TypeError):
        run_backtest_tables(*arguments)


def test_faults_are_found_in_their_order() -> None:
    """The configuration, the bars, the signals, the start."""
    good, nonsense = bars((1, "X", *QUIET)), b"nonsense"
    assert code_of(nonsense, nonsense, {"mode": "x"}) == 1001
    assert code_of(to_ipc(pa.RecordBatch.from_pydict({"a": [1]})), nonsense, None) == 1005
    assert code_of(good, nonsense, {"start": 99}) == 3004
    assert code_of(good, good, {"start": 99}) == 1005


def test_the_boundary_checks_and_does_nothing() -> None:
    """The same faults, empty tables, every signal ignored."""
    bars_ipc, signals_ipc, config = world("plain", 1)
    answer = {name: rows_of(data) for name, data in backtest_boundary(bars_ipc, signals_ipc, config).items()}
    assert (answer["trades"], answer["fees"], len(answer["curve"]), len(answer["summary"])) == ([], [], 1, 1)
    assert {row["outcome"] for row in answer["outcomes"]} == {"ignored"}
    assert len(answer["outcomes"]) == pa.ipc.open_stream(signals_ipc).read_all().num_rows
    with pytest.raises(ExecutionError):
        backtest_boundary(bars_ipc, signals_ipc, {"mode": "tick"})


def test_the_boundary_of_signals_ignores_all() -> None:
    """As many rows as signals."""
    assert [row["outcome"] for row in rows_of(signals_boundary(signals_of_rows([entry(1), entry(2, direction="up")])))] == [
        "ignored",
        "ignored",
    ]


def _by_hand(bars_ipc: bytes, signals_ipc: bytes, config: dict[str, Any]) -> dict[str, bytes]:
    """Call the methods of a simulator in the order of specification 10."""
    simulator, table = ExecutionSimulator(config), pa.ipc.open_stream(bars_ipc).read_all()
    market, signals = rows_of(bars_ipc), pa.ipc.open_stream(signals_ipc).read_all()
    times = signals.column("timestamp").cast(pa.int64()).to_pylist()
    start, done = config.get("start", 0), 0
    several = len(set(table.column("symbol").to_pylist())) > 1
    while done < len(times) and times[done] < start:
        done += 1
    for group in _groups(market, in_ticks=simulator.config.tick_mode):
        time = int(group[0]["timestamp"])
        if time < start:
            continue
        if simulator.config.tick_mode:
            simulator.observe_tick(_tick(group[0]))
        until = done
        while until < len(times) and times[until] <= time:
            until += 1
        simulator.process_signals_batch(
            to_ipc(signals.slice(done, until - done).combine_chunks().to_batches()[0]) if until > done else NO_SIGNALS
        )
        done = until
        if simulator.config.tick_mode:
            simulator.process_tick(_tick(group[0]))
            _time_out_by_hand(simulator, group[0])
        else:
            candles = [_candle(row) for row in group if not several or row["ask_close"] is not None]
            for candle in candles:
                simulator.evaluate_and_close(candle)
            for candle in candles:
                simulator.manage(candle)
        simulator.update(time)
    return {"trades": simulator.trades_arrow(), "fees": simulator.fees_arrow(), "curve": simulator.curve_arrow()}


def _groups(market: list[dict[str, Any]], *, in_ticks: bool) -> list[list[dict[str, Any]]]:
    """Return the rows that make a step, without those that are of no use."""
    if in_ticks:
        return [[row] for row in market]
    usable = [row for row in market if row["valid"]]
    by_time: dict[int, list[dict[str, Any]]] = {}
    for row in usable:
        by_time.setdefault(row["timestamp"], []).append(row)
    return list(by_time.values())


def _candle(row: dict[str, Any]) -> dict[str, Any]:
    sides = {side: {name: row[f"{side}_{name}"] for name in ("open", "high", "low", "close")} for side in ("bid", "ask")}
    return {
        "symbol": row["symbol"],
        "time": row["timestamp"],
        "bid": sides["bid"],
        "ask": sides["ask"] if row["ask_close"] is not None else None,
    }


def _tick(row: dict[str, Any]) -> dict[str, Any]:
    return {"symbol": row["symbol"], "time": row["timestamp"], "bid": row["bid"], "ask": row["ask"]}


def _time_out_by_hand(simulator: ExecutionSimulator, row: dict[str, Any]) -> None:
    """Close by update what has been open too long, as `manage` is for candles only."""
    limit = simulator.config.timeout_us
    for position in simulator.active:
        if (
            limit is not None
            and position.symbol == row["symbol"]
            and position.status == "open"
            and row["timestamp"] - position.entry_time >= limit
        ):
            price = row["bid"] if position.is_long else row["ask"]
            columns = {"position_id": [position.position_id], "status": ["closed"], "exit_price": [price], "reason": ["timeout"]}
            simulator.apply_updates_table(pa.table({**columns, "exit_time": pa.array([row["timestamp"]], pa.int64())}))
