"""Signals: entries, fills, exits and changes by signal, and what each leaves behind (spec 3, 4, 11.1)."""

from __future__ import annotations

from typing import Any

import pytest

from reference_py.market.execution_tables import rows_of
from tests.reference_py.execution.orders import SLIPS, change, close, entry, leave, position, send, short, simulator

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
    assert rows_of(given.fees_arrow()) == [
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


# Exits by signal


def test_an_exit_signal_closes_at_its_price() -> None:
    """With slippage and fee, for the reason `signal`."""
    given = simulator(slippage={"fixed": 1.0}, fee={"per_million": 100.0})
    outcome = send(given, entry(size=1.0), leave(10, entry=1.15))[1]
    assert (outcome["outcome"], outcome["position_id"], outcome["price"], outcome["size"]) == ("closed", "EURUSD#1", 1.15 + 0.0001, 1.0)
    trade = rows_of(given.trades_arrow())[0]
    assert (trade["reason"], trade["book"], trade["exit_fee"]) == ("signal", "closed", (1.15 + 0.0001) * 100_000.0 / 1e6 * 100.0)


def test_an_exit_signal_calls_back_pending_orders() -> None:
    """They expire without price, result and fee."""
    given = simulator(fee={"per_million": 100.0})
    outcome = send(given, entry(order_type="limit"), leave(11))[1]
    assert (outcome["outcome"], outcome["position_id"], outcome["price"], outcome["size"]) == ("expired", "EURUSD#1", None, None)
    trade = rows_of(given.trades_arrow())[0]
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
    assert [row["current_sl"] for row in rows_of(given.get_positions_arrow())] == [1.0, 1.0]
