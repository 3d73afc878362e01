"""The simulator as a whole: reports without change, arguments, answers."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from reference_py.execution import ExecutionError, ExecutionSimulator
from reference_py.execution.arrow import to_ipc
from reference_py.market.execution_tables import rows_of, signals_of_rows
from tests.reference_py.execution.orders import SLIPS, candle, close, entry, leave, send, short, simulator

# Reports without change


def test_evaluating_reports_what_closing_does() -> None:
    """The same table, draws and errors included."""
    config = {**SLIPS, "fee": {"per_million": 30.0}}
    given, other = simulator(**config), simulator(**config)
    for one in (given, other):
        send(one, entry(), short(), entry(order_type="limit", trail_distance=0.001))
    candle_ = candle(11, 1.085, 1.1)
    assert given.evaluate_exits(candle_) == other.evaluate_and_close(candle_)


def test_evaluating_changes_nothing() -> None:
    """Not even what a fill or a trail would."""
    given = simulator(seed=1, slippage={"random": 1.0})
    send(given, entry(), short(trail_distance=0.001), entry(order_type="limit"))
    before = given.save_state()
    assert rows_of(given.evaluate_exits(candle(11, 1.085, 1.1)))
    assert given.save_state() == before


def test_evaluating_raises_what_closing_raises() -> None:
    """And changes nothing even then."""
    given = simulator(slippage={"draws": [0.0]})
    send(given, entry())
    before = given.save_state()
    with pytest.raises(ExecutionError):
        given.evaluate_exits(candle(11, 1.0))
    assert given.save_state() == before


# Arguments


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"colour": "red"}, 1001),
        ({"symbol": 1}, 1004),
        ({"time": 1.5}, 1004),
        ({"time": "1"}, 1004),
        ({"bid": []}, 1004),
        ({"bid": {"open": 1.0}}, 1008),
        ({"ask": {"open": 1.0, "high": "2", "low": 1.0, "close": 1.0}}, 1004),
        ({"bid": {"open": 1.0, "high": 2.0, "low": 1.0, "close": 1.0, "mid": 1.0}}, 1001),
        ({"valid": 1}, 1004),
    ],
)
def test_a_candle_is_refused(changes: dict[str, Any], code: int) -> None:
    """By each call that takes one."""
    given = simulator()
    for call in (given.evaluate_exits, given.evaluate_and_close, given.manage):
        with pytest.raises(ExecutionError) as caught:
            call({**candle(11), **changes})
        assert caught.value.code == code


@pytest.mark.parametrize("name", ["symbol", "time"])
def test_a_candle_needs_symbol_and_time(name: str) -> None:
    """The sides may be left out."""
    given = candle(11)
    del given[name]
    with pytest.raises(ExecutionError) as caught:
        simulator().evaluate_exits(given)
    assert caught.value.code == 1008


def test_a_candle_may_have_volumes() -> None:
    """Nobody reads them."""
    given = candle(11)
    given["bid"]["volume"] = 5
    assert rows_of(simulator().evaluate_exits(given)) == []


@pytest.mark.parametrize("call", ["process_signals_batch", "evaluate_exits", "evaluate_and_close", "manage", "apply_updates", "load_state"])
def test_another_kind_of_argument_is_a_type_error(call: str) -> None:
    """Before anything is looked at."""
    with pytest.raises(TypeError):
        getattr(simulator(), call)(7)


@pytest.mark.parametrize("call", ["process_signals_table", "apply_updates_table"])
def test_tables_must_speak_arrow(call: str) -> None:
    """Bytes do not."""
    with pytest.raises(TypeError):
        getattr(simulator(), call)(b"")


@pytest.mark.parametrize(("time", "error"), [("1", TypeError), (1.5, TypeError), (2**63, OverflowError)])
def test_an_update_needs_an_integer_of_64_bits(time: Any, error: type[Exception]) -> None:
    """Microseconds."""
    with pytest.raises(error):
        simulator().update(time)


def test_rounding_is_asked_for_with_a_flag() -> None:
    """Not with a number."""
    with pytest.raises(TypeError):
        simulator().trades_arrow(5)  # type: ignore[arg-type]


def test_bars_are_refused_in_tick_mode() -> None:
    """After the candle itself was checked."""
    given = ExecutionSimulator({"mode": "tick"})
    with pytest.raises(ExecutionError) as caught:
        given.evaluate_exits(candle(11))
    assert caught.value.code == 1007
    with pytest.raises(ExecutionError) as caught:
        given.evaluate_exits({})
    assert caught.value.code == 1008


# Answers


def test_signals_can_come_as_a_table() -> None:
    """Over the PyCapsule interface, as an array or as a stream."""
    table = pa.ipc.open_stream(signals_of_rows([entry(), entry()])).read_all()
    for given_table in (table, table.to_batches()[0]):
        assert simulator().process_signals_table(given_table).column("outcome").to_pylist() == ["opened", "opened"]


def test_trades_can_be_rounded() -> None:
    """Prices to five decimals, the result to two, for people; otherwise they are as they are."""
    given = simulator(slippage={"fixed": 0.123456789})
    send(given, entry(sl=1.0912345678, tp=None), leave(11, entry=1.1049876543))
    exact, tidy = rows_of(given.trades_arrow())[0], rows_of(given.trades_arrow(rounded=True))[0]
    assert (exact["exit_price"], tidy["exit_price"]) == (1.1049876543 + 0.123456789 * 0.0001, 1.105)
    assert [tidy[name] for name in ("initial_sl", "current_sl", "result")] == [1.09123, 1.09123, round(exact["result"], 2)]
    assert tidy["tp"] != tidy["tp"]


def test_rounding_passes_over_what_is_absent() -> None:
    """An expired order has no exit price."""
    given = simulator()
    send(given, entry(order_type="limit"), leave(11))
    assert rows_of(given.trades_arrow(rounded=True))[0]["exit_price"] is None


def test_the_curve_shows_high_water_and_drawdown() -> None:
    """Equity, balance, drawdown and high water of each update."""
    given = simulator()
    send(given, entry())
    close(given, 11, 1.0)
    given.update(11)
    assert rows_of(given.curve_arrow())[1] == {
        "timestamp": 11,
        "equity": 9900.0,
        "balance": 9900.0,
        "drawdown": 100.0,
        "high_water": 10_000.0,
    }


def test_the_trade_curve_is_a_table() -> None:
    """Times and equity."""
    given = simulator()
    given.update(5)
    send(given, entry())
    close(given, 11, 1.0)
    assert rows_of(given.trade_curve_arrow()) == [{"timestamp": 5, "equity": 10_000.0}, {"timestamp": 11, "equity": 9900.0}]


def test_tables_and_streams_say_the_same() -> None:
    """The PyCapsule variants."""
    given = simulator(fee={"per_million": 30.0})
    send(given, entry(), entry())
    close(given, 11, 1.095)
    given.update(11)
    pairs = [
        (given.positions_table(), given.get_positions_arrow()),
        (given.trades_table(), given.trades_arrow()),
        (given.fees_table(), given.fees_arrow()),
        (given.curve_table(), given.curve_arrow()),
        (given.trade_curve_table(), given.trade_curve_arrow()),
    ]
    assert all(to_ipc(table) == data for table, data in pairs)
