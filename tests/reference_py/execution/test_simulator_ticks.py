"""The simulator over quotes, row by row of the table of differences (spec 9)."""

from __future__ import annotations

from typing import Any

import pytest

from reference_py.execution import ExecutionError, ExecutionSimulator
from reference_py.market.execution_tables import rows_of
from tests.reference_py.execution.orders import send


def simulator(**config: Any) -> ExecutionSimulator:
    """Return a simulator that has seen EURUSD at 1.1000/1.1002 at time 5."""
    given = ExecutionSimulator({"mode": "tick", **config})
    given.observe_tick(tick(5))
    return given


def tick(time: int, bid: float = 1.1, ask: float = 1.1002, symbol: str = "EURUSD") -> dict[str, Any]:
    """Return a quote."""
    return {"symbol": symbol, "time": time, "bid": bid, "ask": ask}


def entry(time: int = 10, **changes: Any) -> dict[str, Any]:
    """Return a market order to buy at 1.1 with stop 1.09 and target 1.12."""
    given = {"timestamp": time, "symbol": "EURUSD", "direction": "long", "entry": 1.1, "sl": 1.09, "tp": 1.12, "order_type": "market"}
    return {**given, **changes}


def move(given: ExecutionSimulator, time: int, bid: float, ask: float | None = None) -> list[dict[str, Any]]:
    """Process a quote and return the exits."""
    return rows_of(given.process_tick(tick(time, bid, bid if ask is None else ask)))


def position(given: ExecutionSimulator) -> dict[str, Any]:
    """Return the first active position."""
    return rows_of(given.get_positions_arrow())[0]


@pytest.mark.parametrize("price", [None, 0.0])
@pytest.mark.parametrize(("direction", "sl", "expected"), [("long", 1.09, 1.1), ("short", 1.11, 1.1002)])
def test_without_price_a_long_enters_at_the_bid(price: float | None, direction: str, sl: float, expected: float) -> None:
    """And a short at the ask, an oddity that is kept."""
    assert send(simulator(), entry(entry=price, direction=direction, sl=sl))[0]["price"] == expected


def test_a_price_that_is_named_is_taken() -> None:
    """Whatever the quote."""
    assert send(simulator(), entry(entry=1.5))[0]["price"] == 1.5


@pytest.mark.parametrize(("word", "price"), [("market", 1.1 + 0.0001), (None, 1.1 + 0.0001), ("iceberg", 1.1)])
def test_only_market_orders_by_name_slip(word: str | None, price: float) -> None:
    """Other words are filled at once without slippage."""
    assert send(simulator(slippage={"fixed": 1.0}), entry(order_type=word))[0]["price"] == price


def test_a_pending_order_is_entered_at_the_time_of_the_quote() -> None:
    """Not at that of the signal."""
    given = simulator()
    send(given, entry(order_type="limit"))
    assert position(given)["entry_time"] == 5


def test_a_market_order_has_no_trigger_time() -> None:
    """Its entry time is the signal's."""
    given = simulator()
    send(given, entry())
    assert (position(given)["entry_time"], position(given)["trigger_time"]) == (10, None)


def test_the_lot_sizer_is_quantised_again() -> None:
    """To eight decimals."""
    given = simulator(lot_sizer=True, specs={"EURUSD": {"contract_size": 15_384.0}})
    assert send(given, entry(entry=1.25, sl=1.15))[0]["size"] == 0.06


def test_a_pending_order_is_filled_by_a_later_quote() -> None:
    """At its own price; trigger time is that of the quote, and the same quote may close it."""
    given = simulator()
    send(given, entry(order_type="limit", entry=1.095))
    assert move(given, 5, 1.09, 1.0901) == []
    assert move(given, 6, 1.0949, 1.0951) == []
    assert move(given, 7, 1.094, 1.0950) == []
    assert (position(given)["trigger_time"], position(given)["entry_price"]) == (7, 1.095)
    send(given, entry(order_type="stop", entry=1.08, sl=1.2))
    assert [row["kind"] for row in move(given, 8, 1.1, 1.1001)] == ["stop_loss"]


def test_exits_know_no_buffer() -> None:
    """A level must be reached."""
    given = simulator()
    send(given, entry())
    assert move(given, 11, 1.09001) == []
    assert [(row["kind"], row["price"]) for row in move(given, 12, 1.09)] == [("stop_loss", 1.09)]


def test_a_quote_of_the_time_of_entry_passes_over() -> None:
    """Only later ones count."""
    given = simulator()
    send(given, entry(10))
    assert move(given, 10, 1.0) == []


def test_a_moved_stop_is_a_stop() -> None:
    """There is no break-even label."""
    given = simulator()
    send(given, entry(), {"timestamp": 11, "symbol": "EURUSD", "signal_type": "modify", "sl": 1.095})
    assert [row["kind"] for row in move(given, 12, 1.0)] == ["stop_loss"]
    assert given.summary()["Orders closed at Break Even"] == 0


def test_exits_slip() -> None:
    """As with bars."""
    given = simulator(slippage={"fixed": 1.0}, exit_slippage="adverse")
    send(given, entry())
    assert move(given, 12, 1.0)[0]["price"] == 1.09 - 0.0001


def test_a_trail_follows_the_quotes() -> None:
    """After the test; not on the trigger quote."""
    given = simulator()
    send(given, entry(order_type="stop", tp=None, trail_distance=0.005))
    move(given, 11, 1.11)
    assert position(given)["trail_best"] == 1.1
    move(given, 12, 1.12)
    assert position(given)["current_sl"] == 1.12 - 0.005
    assert [row["kind"] for row in move(given, 13, 1.11)] == ["trailing_stop"]


@pytest.mark.parametrize(("direction", "sl", "price"), [("long", 1.09, 1.1), ("short", 1.11, 1.1002)])
def test_an_exit_signal_may_leave_its_price_to_the_quote(direction: str, sl: float, price: float) -> None:
    """Longs leave at the bid, shorts at the ask."""
    outcome = send(simulator(), entry(direction=direction, sl=sl, tp=None), {"timestamp": 11, "symbol": "EURUSD", "signal_type": "exit"})[1]
    assert (outcome["outcome"], outcome["price"]) == ("closed", price)


@pytest.mark.parametrize(
    ("signal", "code"),
    [
        (entry(symbol="GBPUSD"), 1007),
        (entry(symbol="GBPUSD", order_type="limit"), 1007),
        ({"timestamp": 11, "symbol": "GBPUSD", "signal_type": "exit"}, 1007),
        ({"timestamp": 11, "symbol": "GBPUSD", "signal_type": "exit", "entry": 1.0}, 0),
        ({"timestamp": 11, "symbol": "GBPUSD", "signal_type": "modify"}, 0),
    ],
)
def test_entries_need_a_quote(signal: dict[str, Any], code: int) -> None:
    """And exits without price; changes do not."""
    assert send(simulator(), signal)[0]["error_code"] == code


@pytest.mark.parametrize("call", ["observe_tick", "process_tick"])
def test_quotes_are_refused_in_candle_mode(call: str) -> None:
    """The simulator is for one of both."""
    with pytest.raises(ExecutionError) as caught:
        getattr(ExecutionSimulator(), call)(tick(1))
    assert caught.value.code == 1007


@pytest.mark.parametrize(
    ("given", "code"),
    [({}, 1008), ({**tick(1), "last": 1.0}, 1001), ({**tick(1), "bid": None}, 1004), ({**tick(1), "time": 1.0}, 1004)],
)
def test_a_quote_is_refused(given: dict[str, Any], code: int) -> None:
    """Unless it is whole."""
    with pytest.raises(ExecutionError) as caught:
        simulator().process_tick(given)
    assert caught.value.code == code


def test_only_a_mapping_is_a_quote() -> None:
    """Another kind is a TypeError."""
    with pytest.raises(TypeError):
        simulator().process_tick([])  # type: ignore[arg-type]
