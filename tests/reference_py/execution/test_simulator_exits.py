"""Exits over bars: levels, buffer, symbols, missing sides, trails and time-outs (spec 5, 11.1)."""

from __future__ import annotations

from typing import Any

import pytest

from reference_py.execution import ExecutionError, ExecutionSimulator
from reference_py.market.execution_tables import rows_of
from tests.reference_py.execution.orders import candle, change, close, entry, leave, position, send, short, simulator

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
    assert [row["position_id"] for row in rows_of(given.get_positions_arrow())] == ["EURUSD#2"]


def test_an_exit_pays_its_fee_before_it_is_registered() -> None:
    """Cash: minus fee, plus result, in this order; the equity shows the fee only."""
    given = simulator(fee={"per_million": 100.0})
    send(given, entry(size=1.0))
    close(given, 11, 1.0)
    paid = [row["amount"] for row in rows_of(given.fees_arrow())]
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
    assert rows_of(given.evaluate_and_close({**candle(12, 1.0), **changes})) == []
    assert len(given.active) == 1


def test_without_ask_shorts_leave_by_the_bid() -> None:
    """And longs are not filled."""
    given = simulator()
    send(given, short(), entry(order_type="limit"))
    assert [row["position_id"] for row in close(given, 11, 1.0, 1.2, spread=None)] == ["EURUSD#1"]
    assert position(given)["status"] == "pending"


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
    assert rows_of(given.manage(candle(14, close=1.105, spread=spread))) == []
    report = rows_of(given.manage(candle(15, close=1.105, spread=spread)))[0]
    assert (report["kind"], report["price"], len(given.portfolio.fee_log)) == ("timeout", price, fees)


def test_a_time_out_leaves_the_position_active_until_the_next_pass() -> None:
    """The simulator drops it then."""
    given = simulator(timeout_us=5)
    send(given, entry())
    given.manage(candle(15))
    assert (len(given.active), rows_of(given.manage(candle(16)))) == (1, [])
    close(given, 16)
    assert given.active == []


def test_without_limit_nothing_times_out() -> None:
    """The default."""
    given = simulator()
    send(given, entry())
    assert rows_of(given.manage(candle(10**15))) == []


def test_pending_orders_and_other_symbols_do_not_time_out() -> None:
    """Only what is open, and what the candle is about."""
    given = simulator(timeout_us=5)
    send(given, entry(order_type="limit"), entry(symbol="GBPUSD"))
    assert rows_of(given.manage(candle(99))) == []


def test_an_invalid_candle_times_nothing_out() -> None:
    """It is passed over."""
    given = simulator(timeout_us=5)
    send(given, entry())
    assert rows_of(given.manage({**candle(99), "valid": False})) == []
