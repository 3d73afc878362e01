"""The simulator over bars: signals, fills, exits, labels, fees and the order in which it all happens (spec 3 to 5, 11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pytest

from reference_py.execution import ExecutionError, ExecutionSimulator
from reference_py.execution.arrow import to_ipc
from reference_py.market.execution_tables import signals_of_rows

DRAWS = [0.0, 0.25, 0.5, 0.75]
SLIPS = {"slippage": {"fixed": 1.0, "random": 4.0, "draws": DRAWS}}


def simulator(**config: Any) -> ExecutionSimulator:
    """Return a simulator without buffer unless it is asked for."""
    return ExecutionSimulator({"pip_buffer_factor": 0.0, **config})


def entry(time: int = 10, **changes: Any) -> dict[str, Any]:
    """Return a market order to buy EURUSD at 1.1 with stop 1.09 and target 1.12."""
    given = {"timestamp": time, "symbol": "EURUSD", "direction": "long", "entry": 1.1, "sl": 1.09, "tp": 1.12}
    return {**given, **changes}


def short(time: int = 10, **changes: Any) -> dict[str, Any]:
    """Return a market order to sell EURUSD at 1.1 with stop 1.11 and target 1.08."""
    return entry(time, **{"direction": "short", "sl": 1.11, "tp": 1.08, **changes})


def leave(time: int, **changes: Any) -> dict[str, Any]:
    """Return an exit of EURUSD at 1.1."""
    return {"timestamp": time, "symbol": "EURUSD", "signal_type": "exit", "entry": 1.1, **changes}


def change(time: int, **changes: Any) -> dict[str, Any]:
    """Return a change of EURUSD positions."""
    return {"timestamp": time, "symbol": "EURUSD", "signal_type": "modify", **changes}


def rows(data: bytes) -> list[dict[str, Any]]:
    """Return the rows of an Arrow IPC stream, times as microseconds."""
    table = pa.ipc.open_stream(data).read_all()
    columns = [column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column for column in table.columns]
    answer: list[dict[str, Any]] = pa.Table.from_arrays(columns, names=table.column_names).to_pylist()
    return answer


def send(given: ExecutionSimulator, *signals: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Process signals in one batch and return what became of them."""
    return rows(given.process_signals_batch(signals_of_rows(signals)))


def candle(
    time: int, low: float = 1.1, high: float = 1.1, *, close: float = 1.1, spread: float | None = 0.0, symbol: str = "EURUSD"
) -> dict[str, Any]:
    """Return a candle whose ask lies `spread` above the bid; None for no ask."""
    bid = {"open": close, "high": high, "low": low, "close": close}
    ask = None if spread is None else {name: price + spread for name, price in bid.items()}
    return {"symbol": symbol, "time": time, "bid": bid, "ask": ask}


def close(given: ExecutionSimulator, time: int, low: float = 1.1, high: float = 1.1, **options: Any) -> list[dict[str, Any]]:
    """Evaluate a candle and return the exits."""
    return rows(given.evaluate_and_close(candle(time, low, high, **options)))


def position(given: ExecutionSimulator, number: int = 0) -> dict[str, Any]:
    """Return an active position."""
    return rows(given.get_positions_arrow())[number]


# Entries


def test_a_market_order_is_opened_at_once() -> None:
    """At its price, with the size of its risk."""
    given = simulator()
    assert send(given, entry()) == [{"row": 0, "outcome": "opened", "position_id": "EURUSD#1", "error_code": 0, "price": 1.1, "size": 0.1}]
    assert [position(given)[name] for name in ("status", "entry_time", "trigger_time", "order_type")] == ["open", 10, 10, "market"]


def test_a_pending_order_has_no_size_yet() -> None:
    """Nor slippage, fee or a place in the portfolio."""
    given = simulator(**SLIPS, fee={"per_million": 30.0})
    assert send(given, entry(order_type="limit")) == [
        {"row": 0, "outcome": "pending", "position_id": "EURUSD#1", "error_code": 0, "price": 1.1, "size": 0.0}
    ]
    assert (given.draws.count, given.portfolio.open, given.portfolio.fee_log) == (0, [], [])


def test_entries_slip() -> None:
    """Up for longs, down for shorts, one draw each."""
    given = simulator(**SLIPS)
    assert [row["price"] for row in send(given, entry(), short())] == [1.1 + 1.0 * 0.0001, 1.1 - 2.0 * 0.0001]


def test_an_entry_too_near_to_its_stop_is_ignored() -> None:
    """Less than 0.00001 after slippage, on either side."""
    outcomes = send(simulator(), entry(entry=1.09000999), entry(entry=1.08999001), entry(entry=1.0900101))
    assert [row["outcome"] for row in outcomes] == ["ignored", "ignored", "opened"]


def test_the_draw_of_an_ignored_entry_stays_consumed() -> None:
    """The next one gets the next draw."""
    given = simulator(**SLIPS)
    outcomes = send(given, entry(sl=1.1001), entry())
    assert [(row["outcome"], row["price"]) for row in outcomes] == [("ignored", None), ("opened", 1.1 + 2.0 * 0.0001)]


def test_ignored_entries_have_no_number() -> None:
    """Ids count positions."""
    assert [row["position_id"] for row in send(simulator(), entry(sl=1.1), entry())] == [None, "EURUSD#1"]


def test_pending_orders_are_not_checked() -> None:
    """Not even if the stop lies on the price."""
    assert send(simulator(), entry(sl=1.1, order_type="stop"))[0]["outcome"] == "pending"


def test_levels_on_the_wrong_side_are_accepted() -> None:
    """A long with a stop above and a target below."""
    assert send(simulator(), entry(sl=1.2, tp=1.0))[0]["outcome"] == "opened"


def test_an_unknown_order_type_is_a_market_order() -> None:
    """And is stored as one."""
    given = simulator()
    send(given, entry(order_type="iceberg"))
    assert position(given)["order_type"] == "market"


def test_an_entry_without_symbol_fails_after_it_was_appended() -> None:
    """The position is active and open, but in no portfolio, and has paid no fee."""
    given = simulator(fee={"per_million": 30.0})
    assert send(given, entry(symbol=""))[0] == {
        "row": 0, "outcome": "rejected", "position_id": "#1", "error_code": 1001, "price": None, "size": None,
    }  # fmt: skip
    assert (position(given)["status"], given.portfolio.open, given.portfolio.fee_log) == ("open", [], [])


def test_an_entry_that_cannot_be_sized_is_not_appended() -> None:
    """The fault comes before."""
    given = simulator(lot_sizer=True)
    assert (send(given, entry())[0]["error_code"], send(given, entry())[0]["position_id"], given.active) == (1008, None, [])


def test_a_fee_that_cannot_be_converted_comes_after_the_entry() -> None:
    """The position stays open in the portfolio."""
    given = simulator(account_currency="CHF", commission={})
    outcome = send(given, entry())[0]
    assert (outcome["outcome"], outcome["error_code"], len(given.portfolio.open)) == ("rejected", 1008, 1)


def test_faults_stand_in_their_rows() -> None:
    """Rows before and after are processed."""
    outcomes = send(simulator(), entry(), entry(direction="up"), entry())
    assert [(row["row"], row["outcome"], row["error_code"]) for row in outcomes] == [
        (0, "opened", 0),
        (1, "rejected", 1001),
        (2, "opened", 0),
    ]


def test_ids_count_over_all_symbols() -> None:
    """Pending and open alike."""
    outcomes = send(simulator(), entry(), entry(symbol="GBPUSD", order_type="limit"), entry())
    assert [row["position_id"] for row in outcomes] == ["EURUSD#1", "GBPUSD#2", "EURUSD#3"]


def test_what_a_signal_says_is_kept() -> None:
    """Reason, scenario and tags of the signal, and the magic number, which is 0 unless given."""
    given = simulator()
    send(given, entry(reason="cross", scenario="a", tags="x,y"))
    assert [position(given)[name] for name in ("signal_reason", "scenario", "tags", "magic_number", "reason")] == [
        "cross",
        "a",
        "x,y",
        0,
        None,
    ]


# Fills


def test_a_pending_order_is_not_filled_in_its_own_bar() -> None:
    """The candle must be later than the signal."""
    given = simulator()
    send(given, entry(order_type="limit"))
    close(given, 10, 1.05, 1.11)
    assert position(given)["status"] == "pending"
    close(given, 11, 1.095, 1.11)
    assert position(given)["status"] == "open"


def test_a_fill_is_at_the_price_of_the_order() -> None:
    """Whatever the gap, and without slippage."""
    given = simulator(**SLIPS)
    send(given, entry(order_type="limit"))
    close(given, 11, 1.095, 1.096)
    filled = position(given)
    assert (filled["entry_price"], filled["trigger_time"], filled["entry_time"], given.draws.count) == (1.1, 11, 10, 0)


def test_a_fill_sizes_and_pays() -> None:
    """With the stop as it is then; the fee at the time of the fill."""
    given = simulator(fee={"per_million": 100.0})
    send(given, entry(order_type="limit"), change(11, sl=1.08))
    close(given, 12, 1.095, 1.1)
    assert position(given)["size"] == 0.05
    assert rows(given.fees_arrow()) == [
        {"timestamp": 12, "position_id": "EURUSD#1", "kind": "entry", "amount": 0.05 * 100_000.0 * 1.1 / 1e6 * 100.0}
    ]


def test_a_change_before_the_fill_becomes_initial() -> None:
    """So the stop is no break-even stop later."""
    given = simulator()
    send(given, entry(order_type="limit"), change(11, sl=1.08, tp=1.2))
    close(given, 12, 1.095, 1.1)
    filled = position(given)
    assert (filled["initial_sl"], filled["initial_tp"]) == (1.08, 1.2)
    assert close(given, 13, 1.07)[0]["kind"] == "stop_loss"


def test_a_fill_and_an_exit_can_share_a_bar() -> None:
    """The stop at its level, in the same pass."""
    given = simulator()
    send(given, entry(order_type="limit"))
    assert [row["kind"] for row in close(given, 11, 1.08, 1.1)] == ["stop_loss"]


def test_the_target_of_a_limit_order_waits_for_the_close() -> None:
    """The fill bar closes inside, the next bar leaves."""
    given = simulator()
    send(given, entry(order_type="limit"))
    assert close(given, 11, 1.095, 1.13) == []
    assert [row["kind"] for row in close(given, 12, 1.1, 1.13)] == ["take_profit"]


# Exits


def test_a_market_order_is_never_closed_in_its_own_bar() -> None:
    """A candle of its time, or before, passes over it."""
    given = simulator()
    send(given, entry())
    assert close(given, 10, 1.0, 1.2) == []
    assert close(given, 9, 1.0, 1.2) == []
    assert len(close(given, 11, 1.0)) == 1


def test_an_exit_is_at_the_level_of_the_stop() -> None:
    """Not at the open of a gap; its result is the risk."""
    given = simulator()
    send(given, entry())
    report = close(given, 11, 1.0, 1.05)[0]
    assert (report["price"], report["pnl"], report["exit_time"]) == (1.09, -100.0, 11)


def test_the_stop_comes_before_the_target() -> None:
    """In a bar that reaches both."""
    given = simulator()
    send(given, entry(), short())
    assert [row["kind"] for row in close(given, 11, 1.0, 1.2)] == ["stop_loss", "stop_loss"]


@pytest.mark.parametrize(("sign", "long_price", "short_price"), [("entry_sign", 1.0903, 1.1096), ("adverse", 1.0897, 1.1104)])
def test_exits_slip_with_the_sign_of_an_entry(sign: str, long_price: float, short_price: float) -> None:
    """In the trader's favour, as the original does; `adverse` turns it around. The draws go on from the entries."""
    given = simulator(slippage={"fixed": 0.0, "random": 4.0, "draws": [0.0, 0.0, 0.75, 0.999999999]}, exit_slippage=sign)
    send(given, entry(), short())
    assert [row["price"] for row in close(given, 11, 1.0, 1.2)] == [pytest.approx(long_price), pytest.approx(short_price)]


def test_a_moved_stop_is_a_break_even_stop() -> None:
    """Also at a worse level."""
    given = simulator()
    send(given, entry(), change(11, sl=1.08))
    assert [row["kind"] for row in close(given, 12, 1.07)] == ["break_even_stop_loss"]
    assert given.summary()["Orders closed at Break Even"] == 1


def test_a_stop_set_to_where_it_was_is_no_break_even_stop() -> None:
    """Equality decides, not who touched it."""
    given = simulator()
    send(given, entry(), change(11, sl=1.09))
    assert [row["kind"] for row in close(given, 12, 1.07)] == ["stop_loss"]


def test_closed_positions_leave_the_active_list() -> None:
    """After the pass."""
    given = simulator()
    send(given, entry(), entry(sl=1.05))
    close(given, 11, 1.08)
    assert [row["position_id"] for row in rows(given.get_positions_arrow())] == ["EURUSD#2"]


def test_an_exit_pays_its_fee_before_it_is_registered() -> None:
    """Cash: minus fee, plus result, in this order; the equity shows the fee only."""
    given = simulator(fee={"per_million": 100.0})
    send(given, entry(size=1.0))
    close(given, 11, 1.0)
    paid = [row["amount"] for row in rows(given.fees_arrow())]
    assert paid == [1.1 * 100_000.0 / 1e6 * 100.0, 1.09 * 100_000.0 / 1e6 * 100.0]
    assert (given.portfolio.cash, given.portfolio.equity) == (10_000.0 - paid[0] - paid[1] + -100.0, 10_000.0 - paid[0] - paid[1])


def test_exits_come_in_the_order_of_insertion() -> None:
    """Whatever their levels."""
    given = simulator()
    send(given, entry(sl=1.05), entry(sl=1.09), entry(sl=1.07))
    assert [row["position_id"] for row in close(given, 11, 1.0)] == ["EURUSD#1", "EURUSD#2", "EURUSD#3"]


def test_a_fee_without_rate_stops_the_pass() -> None:
    """The position is closed but still open in the portfolio; it leaves the active list at the next pass."""
    given = simulator(
        account_currency="CHF",
        commission={"defaults": {"side": "exit"}},
        rates={"series": {"USDCHF": {"times": [10, 12], "bid": [1.0, 1.0], "ask": [1.0, 1.0]}}, "bar_us": 1, "max_age_bars": 5},
    )
    send(given, entry(), entry())
    with pytest.raises(ExecutionError) as caught:
        close(given, 99, 1.0)
    assert (caught.value.code, len(given.active), len(given.portfolio.open), given.active[0].is_closed) == (1008, 2, 2, True)
    assert [row["position_id"] for row in close(given, 12, 1.0)] == ["EURUSD#2"]
    assert (given.active, [other.position_id for other in given.portfolio.open]) == ([], ["EURUSD#1"])


# The buffer


def test_the_buffer_is_half_a_pip() -> None:
    """By default; levels are reached a little early, the price is still the level."""
    given = ExecutionSimulator()
    send(given, entry())
    assert close(given, 11, 1.09006) == []
    assert close(given, 12, 1.09004)[0]["price"] == 1.09


def test_the_buffer_comes_from_the_first_open_position() -> None:
    """Of any symbol; pending orders do not count."""
    given = simulator(pip_buffer_factor=1.0, specs={"USDJPY": {"pip_size": 0.01}})
    send(
        given,
        entry(symbol="USDJPY", order_type="limit", entry=100.0, sl=90.0),
        entry(symbol="USDJPY", entry=100.0, sl=90.0, tp=None),
        entry(),
    )
    assert [row["price"] for row in close(given, 11, 1.099)] == [1.09]


def test_the_buffer_is_that_of_a_pip_without_open_positions() -> None:
    """A fill inside the pass does not change it."""
    given = simulator(pip_buffer_factor=1.0, specs={"EURUSD": {"pip_size": 0.01}})
    send(given, entry(order_type="limit"), entry(order_type="limit"))
    assert close(given, 11, 1.0902) == []
    assert len(close(given, 12, 1.0999)) == 2


# Symbols


def test_a_candle_is_tested_against_its_symbol_only() -> None:
    """By default."""
    given = simulator()
    send(given, entry())
    assert close(given, 11, 1.0, symbol="GBPUSD") == []


def test_without_filter_a_candle_is_tested_against_everything() -> None:
    """As the original does."""
    given = simulator(symbol_filter=False)
    send(given, entry())
    assert len(close(given, 11, 1.0, symbol="GBPUSD")) == 1


# Missing sides


@pytest.mark.parametrize("changes", [{"valid": False}, {"bid": None}])
def test_a_candle_without_use_is_passed_over(changes: dict[str, Any]) -> None:
    """As a pair: nothing is filled, closed or dropped."""
    given = simulator()
    send(given, entry(), leave(11))
    assert rows(given.evaluate_and_close({**candle(12, 1.0), **changes})) == []
    assert len(given.active) == 1


def test_without_ask_shorts_leave_by_the_bid() -> None:
    """And longs are not filled."""
    given = simulator()
    send(given, short(), entry(order_type="limit"))
    assert [row["position_id"] for row in close(given, 11, 1.0, 1.2, spread=None)] == ["EURUSD#1"]
    assert position(given)["status"] == "pending"


# Exits by signal


def test_an_exit_signal_closes_at_its_price() -> None:
    """With slippage and fee, for the reason `signal`."""
    given = simulator(slippage={"fixed": 1.0}, fee={"per_million": 100.0})
    outcome = send(given, entry(size=1.0), leave(10, entry=1.15))[1]
    assert (outcome["outcome"], outcome["position_id"], outcome["price"], outcome["size"]) == ("closed", "EURUSD#1", 1.15 + 0.0001, 1.0)
    trade = rows(given.trades_arrow())[0]
    assert (trade["reason"], trade["book"], trade["exit_fee"]) == ("signal", "closed", (1.15 + 0.0001) * 100_000.0 / 1e6 * 100.0)


def test_an_exit_signal_calls_back_pending_orders() -> None:
    """They expire without price, result and fee."""
    given = simulator(fee={"per_million": 100.0})
    outcome = send(given, entry(order_type="limit"), leave(11))[1]
    assert (outcome["outcome"], outcome["position_id"], outcome["price"], outcome["size"]) == ("expired", "EURUSD#1", None, None)
    trade = rows(given.trades_arrow())[0]
    assert [trade[name] for name in ("book", "reason", "result", "exit_price", "exit_time")] == ["expired", "limit_expired", None, None, 11]


def test_an_exit_signal_that_does_both_has_closed() -> None:
    """And names the first position that it closed."""
    given = simulator()
    outcome = send(given, entry(order_type="limit"), entry(), leave(11))[2]
    assert (outcome["outcome"], outcome["position_id"], given.portfolio.open) == ("closed", "EURUSD#2", [])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [True, True, False]),
        ({"direction": "long"}, [True, False, False]),
        ({"direction": "short"}, [False, True, False]),
        ({"position_id": "EURUSD#2"}, [False, True, False]),
        ({"position_id": "EURUSD#2", "direction": "long"}, [False, False, False]),
        ({"position_id": "GBPUSD#3"}, [False, False, False]),
        ({"symbol": "GBPUSD"}, [False, False, True]),
    ],
)
def test_an_exit_signal_chooses(changes: dict[str, Any], expected: list[bool]) -> None:
    """By symbol, and by direction and id if given, also without symbol filter."""
    given = simulator(symbol_filter=False)
    outcome = send(given, entry(), short(), entry(symbol="GBPUSD"), leave(11, **changes))[3]
    assert [one.is_closed for one in given.active] == expected
    assert outcome["outcome"] == ("closed" if any(expected) else "ignored")


def test_an_exit_signal_cannot_close_before_the_entry() -> None:
    """At the time of entry it can."""
    assert [row["outcome"] for row in send(simulator(), entry(10), leave(9), leave(10))] == ["opened", "ignored", "closed"]


def test_an_exit_signal_closes_once() -> None:
    """What is closed but still active is not found again."""
    assert [row["outcome"] for row in send(simulator(), entry(), leave(11), leave(12))] == ["opened", "closed", "ignored"]


def test_what_a_signal_closed_leaves_at_the_next_pass() -> None:
    """Until then it is shown as closed."""
    given = simulator()
    send(given, entry(), leave(11))
    assert position(given)["status"] == "closed"
    close(given, 12)
    assert given.active == []


def test_an_exit_signal_that_fails_names_the_position() -> None:
    """The draws are used up at the second position, the first stays closed."""
    given = simulator(slippage={"draws": [0.0, 0.0, 0.0]})
    outcome = send(given, entry(), entry(), leave(11))[2]
    assert (outcome["outcome"], outcome["error_code"], outcome["position_id"]) == ("rejected", 1003, "EURUSD#2")
    assert [one.is_closed for one in given.active] == [True, False]


# Changes


def test_a_change_sets_what_is_given() -> None:
    """And leaves the other level and the initial ones."""
    given = simulator()
    outcome = send(given, entry(), change(11, sl=1.095))[1]
    assert (outcome["outcome"], outcome["position_id"], outcome["price"], outcome["size"]) == ("modified", "EURUSD#1", None, 0.1)
    assert [position(given)[name] for name in ("current_sl", "initial_sl", "tp")] == [1.095, 1.09, 1.12]


def test_a_change_of_the_target() -> None:
    """Alone."""
    given = simulator()
    send(given, entry(), change(11, tp=1.2))
    assert [position(given)[name] for name in ("current_sl", "tp", "initial_tp")] == [1.09, 1.2, 1.12]


def test_a_change_never_closes_at_once() -> None:
    """Not even if the price is beyond the new stop."""
    given = simulator()
    send(given, entry(), change(11, sl=1.5))
    assert position(given)["status"] == "open"


def test_a_change_without_match_is_ignored() -> None:
    """Nothing of that symbol."""
    assert send(simulator(), change(11, sl=1.0))[0]["outcome"] == "ignored"


def test_a_change_reaches_pending_orders() -> None:
    """And all positions of the selection."""
    given = simulator()
    send(given, entry(order_type="limit"), entry(), change(11, sl=1.0))
    assert [row["current_sl"] for row in rows(given.get_positions_arrow())] == [1.0, 1.0]


# Trailing


def test_a_trail_moves_the_stop_after_the_exit_test() -> None:
    """The bar that makes the high cannot be stopped out by it; the next one can, with its own label."""
    given = simulator()
    send(given, entry(tp=None, trail_distance=0.005))
    assert close(given, 11, 1.1, 1.11) == []
    assert position(given)["current_sl"] == 1.11 - 0.005
    assert [row["kind"] for row in close(given, 12, 1.104, 1.104)] == ["trailing_stop"]


def test_a_trail_does_not_see_the_trigger_bar() -> None:
    """Who knows whether the high came before the fill."""
    given = simulator()
    send(given, entry(order_type="limit", tp=None, trail_distance=0.005))
    close(given, 11, 1.1, 1.15)
    assert (position(given)["current_sl"], position(given)["trail_best"]) == (1.09, 1.1)


def test_a_trail_of_a_short_follows_the_ask() -> None:
    """Or the bid if there is no ask."""
    given = simulator()
    send(given, short(tp=None, trail_distance=0.005))
    close(given, 11, 1.08, 1.08, spread=0.001)
    assert position(given)["trail_best"] == 1.08 + 0.001
    close(given, 12, 1.079, 1.079, spread=None)
    assert position(given)["trail_best"] == 1.079


def test_a_trail_can_be_set_later() -> None:
    """It starts from the entry price."""
    given = simulator()
    send(given, entry(tp=None), change(11, trail_distance=0.005, trail_step=0.001, trail_activation=0.002))
    shown = position(given)
    assert [shown[f"trail_{name}"] for name in ("distance", "step", "activation", "best")] == [0.005, 0.001, 0.002, 1.1]


def test_a_change_takes_the_stop_from_the_trail() -> None:
    """A hit is then a break-even stop."""
    given = simulator()
    send(given, entry(tp=None, trail_distance=0.005))
    close(given, 11, 1.1, 1.11)
    send(given, change(11, sl=1.105))
    assert [row["kind"] for row in close(given, 12, 1.1)] == ["break_even_stop_loss"]


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
    assert rows(given.evaluate_exits(candle(11, 1.085, 1.1)))
    assert given.save_state() == before


def test_evaluating_raises_what_closing_raises() -> None:
    """And changes nothing even then."""
    given = simulator(slippage={"draws": [0.0]})
    send(given, entry())
    before = given.save_state()
    with pytest.raises(ExecutionError):
        given.evaluate_exits(candle(11, 1.0))
    assert given.save_state() == before


# Time-outs


@pytest.mark.parametrize(
    ("signal", "spread", "price"),
    [(entry(), 0.001, 1.105), (short(), 0.001, 1.105 + 0.001), (short(), None, 1.105)],
)
def test_a_time_out_is_at_the_close(signal: dict[str, Any], spread: float | None, price: float) -> None:
    """Bid for longs, ask for shorts; no slippage, no fee, and the limit itself is too long."""
    given = simulator(timeout_us=5, slippage={"fixed": 9.0, "draws": [0.0]}, fee={"per_million": 1.0})
    send(given, signal)
    fees = len(given.portfolio.fee_log)
    assert rows(given.manage(candle(14, close=1.105, spread=spread))) == []
    report = rows(given.manage(candle(15, close=1.105, spread=spread)))[0]
    assert (report["kind"], report["price"], len(given.portfolio.fee_log)) == ("timeout", price, fees)


def test_a_time_out_leaves_the_position_active_until_the_next_pass() -> None:
    """The simulator drops it then."""
    given = simulator(timeout_us=5)
    send(given, entry())
    given.manage(candle(15))
    assert (len(given.active), rows(given.manage(candle(16)))) == (1, [])
    close(given, 16)
    assert given.active == []


def test_without_limit_nothing_times_out() -> None:
    """The default."""
    given = simulator()
    send(given, entry())
    assert rows(given.manage(candle(10**15))) == []


def test_pending_orders_and_other_symbols_do_not_time_out() -> None:
    """Only what is open, and what the candle is about."""
    given = simulator(timeout_us=5)
    send(given, entry(order_type="limit"), entry(symbol="GBPUSD"))
    assert rows(given.manage(candle(99))) == []


def test_an_invalid_candle_times_nothing_out() -> None:
    """It is passed over."""
    given = simulator(timeout_us=5)
    send(given, entry())
    assert rows(given.manage({**candle(99), "valid": False})) == []


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
    assert rows(simulator().evaluate_exits(given)) == []


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
    exact, tidy = rows(given.trades_arrow())[0], rows(given.trades_arrow(rounded=True))[0]
    assert (exact["exit_price"], tidy["exit_price"]) == (1.1049876543 + 0.123456789 * 0.0001, 1.105)
    assert [tidy[name] for name in ("initial_sl", "current_sl", "result")] == [1.09123, 1.09123, round(exact["result"], 2)]
    assert tidy["tp"] != tidy["tp"]


def test_rounding_passes_over_what_is_absent() -> None:
    """An expired order has no exit price."""
    given = simulator()
    send(given, entry(order_type="limit"), leave(11))
    assert rows(given.trades_arrow(rounded=True))[0]["exit_price"] is None


def test_the_curve_shows_high_water_and_drawdown() -> None:
    """Equity, balance, drawdown and high water of each update."""
    given = simulator()
    send(given, entry())
    close(given, 11, 1.0)
    given.update(11)
    assert rows(given.curve_arrow())[1] == {"timestamp": 11, "equity": 9900.0, "balance": 9900.0, "drawdown": 100.0, "high_water": 10_000.0}


def test_the_trade_curve_is_a_table() -> None:
    """Times and equity."""
    given = simulator()
    given.update(5)
    send(given, entry())
    close(given, 11, 1.0)
    assert rows(given.trade_curve_arrow()) == [{"timestamp": 5, "equity": 10_000.0}, {"timestamp": 11, "equity": 9900.0}]


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
