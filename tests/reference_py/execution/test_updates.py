"""Updates from outside: their checks, their order, and what they do (interface document, 7.7)."""

from __future__ import annotations

import math
from typing import Any

import pyarrow as pa
import pytest

from reference_py.execution import ExecutionError, ExecutionSimulator
from reference_py.execution.arrow import to_ipc
from reference_py.market.execution_tables import signals_of_rows

TYPES = {
    "position_id": pa.utf8(),
    "stop_loss": pa.float64(),
    "take_profit": pa.float64(),
    "status": pa.utf8(),
    "exit_price": pa.float64(),
    "exit_time": pa.timestamp("us", "UTC"),
    "reason": pa.utf8(),
}


def updates(*rows: dict[str, Any]) -> pa.RecordBatch:
    """Return a table of updates; what a row does not name is null."""
    columns = {name: pa.array([row.get(name) for row in rows], data_type) for name, data_type in TYPES.items()}
    return pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns))


def simulator() -> ExecutionSimulator:
    """Return a simulator with an open position EURUSD#1, a pending one #2, and one that a signal closed, #3; all of time 10."""
    given = ExecutionSimulator({"slippage": {"fixed": 5.0}, "fee": {"per_million": 1.0}})
    common = {"timestamp": 10, "symbol": "EURUSD", "direction": "long", "entry": 1.1, "sl": 1.09, "tp": 1.12}
    leave = {"timestamp": 10, "symbol": "EURUSD", "signal_type": "exit", "entry": 1.1, "position_id": "EURUSD#3"}
    given.process_signals_batch(signals_of_rows([common, common | {"order_type": "limit"}, common, leave]))
    return given


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"position_id": None}, 1002),
        ({"position_id": "EURUSD#9"}, 1003),
        ({"position_id": "EURUSD#3"}, 1003),
        ({"position_id": "EURUSD#1", "stop_loss": math.inf}, 2005),
        ({"position_id": "EURUSD#1", "take_profit": -math.inf, "status": "won"}, 2005),
        ({"position_id": "EURUSD#1", "status": "pending"}, 1001),
        ({"position_id": "EURUSD#2", "status": "open"}, 1001),
        ({"position_id": "EURUSD#1", "status": "closed", "exit_price": 1.0}, 1008),
        ({"position_id": "EURUSD#1", "status": "closed", "exit_price": 1.0, "exit_time": 9}, 1006),
        ({"position_id": "EURUSD#1", "status": "closed", "exit_price": math.inf, "exit_time": 10}, 2005),
        ({"position_id": "EURUSD#1", "status": "closed", "exit_price": math.nan, "exit_time": 10}, 1008),
    ],
)
def test_an_update_is_refused_wholly(row: dict[str, Any], code: int) -> None:
    """With its number, and without any effect."""
    given = simulator()
    before = given.save_state()
    with pytest.raises(ExecutionError) as caught:
        given.apply_updates(to_ipc(updates({"stop_loss": 1.0, **row} if "stop_loss" not in row else row)))
    assert (caught.value.code, given.save_state()) == (code, before)


def test_levels_are_set_and_absent_ones_stay() -> None:
    """NaN is absent too; the initial levels stay."""
    given = simulator()
    given.apply_updates(to_ipc(updates({"position_id": "EURUSD#1", "stop_loss": 1.095, "take_profit": math.nan, "status": "open"})))
    one = given.active[0]
    assert (one.stop_loss, one.take_profit, one.initial_stop_loss, one.status.value) == (1.095, 1.12, 1.09, "open")


def test_rows_before_a_fault_stay_applied() -> None:
    """And rows after it are not."""
    given = simulator()
    rows = [{"position_id": f"EURUSD#{number}", "stop_loss": 1.0} for number in (1, 9, 2)]
    with pytest.raises(ExecutionError):
        given.apply_updates_table(updates(*rows))
    assert [one.stop_loss for one in given.active] == [1.0, 1.09, 1.09]


def test_closing_by_hand_costs_nothing() -> None:
    """No slippage, no fee; the reason is `manual`, the result counts."""
    given = simulator()
    fees = len(given.portfolio.fee_log)
    given.apply_updates_table(updates({"position_id": "EURUSD#1", "status": "closed", "exit_price": 1.1, "exit_time": 10}))
    one = given.active[0]
    assert (one.exit_price, one.reason, one.status.value, one.is_closed) == (1.1, "manual", "closed", True)
    assert (len(given.portfolio.fee_log), given.summary()["Total Trades"]) == (fees, 2)


@pytest.mark.parametrize(
    ("reason", "name"),
    [("partial_exit", "Partial Closed Orders"), ("break_even_stop_loss", "Orders closed at Break Even"), ("whim", "Total Trades")],
)
def test_the_reason_chooses_the_list(reason: str, name: str) -> None:
    """As in the portfolio's table."""
    given = simulator()
    before = given.summary()[name]
    given.apply_updates_table(
        updates({"position_id": "EURUSD#1", "status": "closed", "exit_price": 1.2, "exit_time": 11, "reason": reason})
    )
    assert given.summary()[name] == before + 1


def test_a_pending_order_closed_by_hand_moves_cash_without_a_trade() -> None:
    """If it is given a price."""
    given = simulator()
    cash, trades = given.portfolio.cash, given.trades_table().num_rows
    given.apply_updates_table(updates({"position_id": "EURUSD#2", "status": "closed", "exit_price": 1.11, "exit_time": 11}))
    assert given.active[1].result == pytest.approx(100.0)
    assert (given.portfolio.cash, given.trades_table().num_rows) == (cash + given.active[1].result, trades)


def test_a_pending_order_can_expire_by_hand() -> None:
    """It needs no price."""
    given = simulator()
    given.apply_updates_table(updates({"position_id": "EURUSD#2", "status": "closed", "exit_time": 11, "reason": "limit_expired"}))
    assert given.summary()["Expired Orders"] == 1


def test_a_level_can_be_set_while_closing() -> None:
    """The level first."""
    given = simulator()
    given.apply_updates_table(
        updates({"position_id": "EURUSD#1", "stop_loss": 1.0, "status": "closed", "exit_price": 1.2, "exit_time": 11})
    )
    assert (given.active[0].stop_loss, given.active[0].is_closed) == (1.0, True)


def test_only_the_id_is_required() -> None:
    """A table of ids changes nothing."""
    given = simulator()
    before = given.save_state()
    given.apply_updates_table(pa.table({"position_id": ["EURUSD#1"]}))
    assert given.save_state() == before


def test_another_table_is_refused() -> None:
    """1005, as for every table."""
    with pytest.raises(ExecutionError) as caught:
        simulator().apply_updates_table(pa.table({"id": ["EURUSD#1"]}))
    assert caught.value.code == 1005
