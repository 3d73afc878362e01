"""What holds of every run, whatever happens in it (spec 11.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from reference_py.execution import ExecutionSimulator, run_backtest
from reference_py.execution.arrow import to_ipc
from reference_py.execution.position import Position, Reason, Status
from reference_py.market.execution_cases import WORLDS
from reference_py.market.execution_worlds import START_US, World, backtest

Step = Callable[[ExecutionSimulator], None]

SYMBOLS = ("EURUSD", "GBPUSD")
SPEC = {"volume_min": 0.05, "volume_step": 0.03, "volume_max": 0.5}
CONFIG = {
    "seed": 11,
    "slippage": {"fixed": 0.2, "random": 2.0},
    "commission": {"defaults": {"schema": "per_lot", "per_lot": 3.0}},
    "specs": dict.fromkeys(SYMBOLS, SPEC),
    "timeout_us": 7 * 60_000_000,
}
PRICE = st.integers(-30, 30).map(lambda ticks: (11_000 + ticks) * 0.0001)


def level(prices: st.SearchStrategy[float]) -> st.SearchStrategy[float | None]:
    """Draw a price or none."""
    return st.one_of(st.none(), prices)


@st.composite
def programs(draw: st.DrawFn, steps: int = 25) -> list[tuple[str, dict[str, Any]]]:
    """Draw signals and candles in order of time, several of them at the same time."""
    time, program = START_US, []
    for _ in range(draw(st.integers(1, steps))):
        time += draw(st.sampled_from([0, 60_000_000]))
        kind = draw(st.sampled_from(["signal", "signal", "candle", "candle", "manage", "update"]))
        make = {"signal": signals, "candle": candles, "manage": candles}.get(kind)
        program.append((kind, {"time": time} if make is None else draw(make(time))))
    return program


@st.composite
def signals(draw: st.DrawFn, time: int) -> dict[str, Any]:
    """Draw a signal of any type, good or bad."""
    return {
        "timestamp": time,
        "symbol": draw(st.sampled_from(SYMBOLS)),
        "direction": draw(st.sampled_from(["long", "short"])),
        "signal_type": draw(st.sampled_from(["entry", "entry", "entry", "exit", "modify"])),
        "order_type": draw(st.sampled_from(["market", "limit", "stop"])),
        "entry": draw(PRICE),
        "sl": draw(level(PRICE)),
        "tp": draw(level(PRICE)),
        "size": draw(st.one_of(st.none(), st.floats(0.0, 2.0))),
        "trail_distance": draw(st.one_of(st.none(), st.sampled_from([0.0005, 0.002]))),
    }


@st.composite
def candles(draw: st.DrawFn, time: int) -> dict[str, Any]:
    """Draw a candle with or without ask."""
    low, high = sorted(draw(st.tuples(PRICE, PRICE)))
    bid = {"open": low, "high": high, "low": low, "close": draw(st.sampled_from([low, high]))}
    ask = {name: price + 0.0001 for name, price in bid.items()}
    return {"symbol": draw(st.sampled_from(SYMBOLS)), "time": time, "bid": bid, "ask": draw(st.sampled_from([ask, ask, None]))}


def signal_table(rows: list[dict[str, Any]]) -> bytes:
    """Return signals as a stream."""
    names = ("symbol", "direction", "signal_type", "order_type", "entry", "sl", "tp", "size", "trail_distance")
    columns: dict[str, Any] = {
        name: pa.array([row[name] for row in rows], pa.utf8() if name in names[:4] else pa.float64()) for name in names
    }
    return to_ipc(pa.RecordBatch.from_pydict({"timestamp": pa.array([row["timestamp"] for row in rows], pa.int64()), **columns}))


def play(program: list[tuple[str, dict[str, Any]]], simulator: ExecutionSimulator) -> Iterator[ExecutionSimulator]:
    """Do the steps one by one, and yield the simulator after each."""
    for kind, argument in program:
        if kind == "signal":
            simulator.process_signals_batch(signal_table([argument]))
        elif kind == "update":
            simulator.update(argument["time"])
        else:
            {"candle": simulator.evaluate_and_close, "manage": simulator.manage}[kind](argument)
        yield simulator


def everyone(simulator: ExecutionSimulator) -> list[Position]:
    """Return all positions that are active or ended, each once."""
    known = {position.number: position for position in simulator.active}
    return list((known | {ended.position.number: ended.position for ended in simulator.portfolio.ended}).values())


def cash_moves(simulator: ExecutionSimulator, fees: int, ended: int) -> list[float]:
    """Return what moved the cash since so many fees and exits: a result follows its exit fee; time-outs pay none."""
    portfolio = simulator.portfolio
    results = {one.position.position_id: one.position.result for one in portfolio.ended[ended:] if one.position.result is not None}
    moves = []
    for fee in portfolio.fee_log[fees:]:
        moves.append(-fee.amount)
        if fee.kind == "exit":
            moves.append(results.pop(fee.position_id))
    return moves + list(results.values())


@settings(deadline=None)
@given(programs())
def test_cash_is_the_balance_and_results_without_fees(program: list[tuple[str, dict[str, Any]]]) -> None:
    """Nothing else moves it, to the bit, when everything is added in the order in which it came."""
    simulator = ExecutionSimulator(CONFIG)
    cash, fees, ended = simulator.portfolio.cash, 0, 0
    for after in play(program, simulator):
        for move in cash_moves(after, fees, ended):
            cash += move
        fees, ended = len(after.portfolio.fee_log), len(after.portfolio.ended)
        assert after.portfolio.cash == cash


@settings(deadline=None)
@given(programs())
def test_the_open_list_is_what_is_active_and_open(program: list[tuple[str, dict[str, Any]]]) -> None:
    """After every step, as sets of positions."""
    for simulator in play(program, ExecutionSimulator(CONFIG)):
        active = {position.number for position in simulator.active if position.status is Status.OPEN}
        assert {position.number for position in simulator.portfolio.open} == active


@settings(deadline=None)
@given(programs())
def test_no_exit_comes_before_its_entry(program: list[tuple[str, dict[str, Any]]]) -> None:
    """Passes close strictly later; only signals may close at the time of entry."""
    for simulator in play(program, ExecutionSimulator(CONFIG)):
        for position in everyone(simulator):
            if position.exit_time is not None:
                by_signal = position.reason in {Reason.SIGNAL, Reason.LIMIT_EXPIRED}
                assert position.exit_time >= position.entry_time if by_signal else position.exit_time > position.entry_time


@settings(deadline=None)
@given(programs())
def test_no_order_is_filled_in_its_own_bar(program: list[tuple[str, dict[str, Any]]]) -> None:
    """A fill is later than the signal."""
    for simulator in play(program, ExecutionSimulator(CONFIG)):
        for position in everyone(simulator):
            if position.order_type != "market" and position.trigger_time is not None:
                assert position.trigger_time > position.entry_time


@settings(deadline=None)
@given(programs())
def test_sizes_are_steps_within_their_limits(program: list[tuple[str, dict[str, Any]]]) -> None:
    """Vmin + k·step, not above vmax; waiting orders have none."""
    for simulator in play(program, ExecutionSimulator(CONFIG)):
        for position in everyone(simulator):
            if position.trigger_time is None:
                assert position.size == 0.0
            else:
                steps = round((position.size - 0.05) / 0.03)
                assert position.size == 0.5 or position.size == round(0.05 + steps * 0.03, 8)
                assert 0.05 <= position.size <= 0.5


@settings(deadline=None)
@given(programs())
def test_what_is_closed_is_closed_in_every_respect(program: list[tuple[str, dict[str, Any]]]) -> None:
    """Exit fields are set together with the status; trades have a price and a result as well."""
    for simulator in play(program, ExecutionSimulator(CONFIG)):
        for position in everyone(simulator):
            closed = position.status is Status.CLOSED
            assert [position.is_closed, position.exit_time is not None, position.reason is not None] == [closed] * 3
            assert (position.exit_price is None) == (position.result is None)
            assert closed or position.exit_price is None


@settings(deadline=None)
@given(programs())
def test_the_curve_moves_forward_and_drawdowns_only_grow(program: list[tuple[str, dict[str, Any]]]) -> None:
    """Updates come in order of time."""
    drawdowns = [0.0]
    for simulator in play(program, ExecutionSimulator(CONFIG)):
        times = [point.time_us for point in simulator.portfolio.curve]
        assert times == sorted(set(times))
        drawdowns.append(simulator.portfolio.max_drawdown)
    assert drawdowns == sorted(drawdowns)


@settings(deadline=None)
@given(programs(), st.integers(0, 25))
def test_a_run_can_be_interrupted_anywhere(program: list[tuple[str, dict[str, Any]]], place: int) -> None:
    """Saved and loaded in the middle, it ends in the same state to the byte."""
    whole = ExecutionSimulator(CONFIG)
    for _ in play(program, whole):
        pass
    first = ExecutionSimulator(CONFIG)
    for _ in play(program[:place], first):
        pass
    second = ExecutionSimulator.load_state(first.save_state())
    for _ in play(program[place:], second):
        pass
    assert second.save_state() == whole.save_state()


@settings(deadline=None)
@given(st.lists(signals(START_US), max_size=12), st.integers(0, 12))
def test_two_batches_are_one(rows: list[dict[str, Any]], place: int) -> None:
    """And so are as many as there are rows."""
    states, answers = [], []
    for batches in ([rows], [rows[:place], rows[place:]], [[row] for row in rows]):
        simulator = ExecutionSimulator(CONFIG)
        tables = [pa.ipc.open_stream(simulator.process_signals_batch(signal_table(batch))).read_all().to_pylist() for batch in batches]
        answers.append([{name: cell for name, cell in row.items() if name != "row"} for table in tables for row in table])
        states.append(simulator.save_state())
    assert answers[0] == answers[1] == answers[2]
    assert states[0] == states[1] == states[2]


@settings(deadline=None)
@given(programs())
def test_evaluating_foretells_and_changes_nothing(program: list[tuple[str, dict[str, Any]]]) -> None:
    """Before every candle the report is what closing then answers."""
    simulator = ExecutionSimulator(CONFIG)
    for kind, argument in program:
        if kind == "candle":
            before = simulator.save_state()
            foretold = simulator.evaluate_exits(argument)
            assert simulator.save_state() == before
            assert simulator.evaluate_and_close(argument) == foretold
        else:
            list(play([(kind, argument)], simulator))


@settings(deadline=None)
@given(programs())
def test_another_symbol_changes_nothing(program: list[tuple[str, dict[str, Any]]]) -> None:
    """With symbols kept apart, a market without random slippage treats a position the same in any company."""
    config = {**CONFIG, "slippage": {"fixed": 0.2}}
    alone = [(kind, argument) for kind, argument in program if argument.get("symbol", SYMBOLS[0]) == SYMBOLS[0]]
    simulators = [ExecutionSimulator(config) for _ in range(2)]
    for simulator, steps in zip(simulators, (program, alone), strict=True):
        list(play(steps, simulator))
    ended = [
        [
            (ended.position.entry_time, ended.position.exit_time, ended.position.result)
            for ended in simulator.portfolio.ended
            if ended.position.symbol == SYMBOLS[0]
        ]
        for simulator in simulators
    ]
    assert ended[0] == ended[1]


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(sorted(set(WORLDS) - {"late_start"})), st.integers(0, 2**32))
def test_the_same_seed_gives_the_same_bytes(name: str, seed: int) -> None:
    """Twice the same run."""
    world: World = replace(WORLDS[name], bars=60)
    assert run_backtest(*backtest(world, seed)) == run_backtest(*backtest(world, seed))
