"""Rows of signals: what they ask for, and which fault is found first (interface document, 7.1)."""

from __future__ import annotations

import math
from typing import Any

import pytest

from reference_py.execution import ExecutionError
from reference_py.execution.signal import Direction, Entry, Exit, Modify, OrderType, Selection, SignalRow, Trail, read_signal

ENTRY = SignalRow(5, "long", 1.1, 1.09, 1.12, None, "EURUSD", "market")
EXIT = SignalRow(5, None, 1.1, None, None, None, "EURUSD", None, signal_type="exit")
MODIFY = SignalRow(5, None, None, 1.0, None, None, "EURUSD", None, signal_type="modify")


def code_of(row: SignalRow, *, tick_mode: bool = False) -> int:
    """Return the code with which a row is refused."""
    with pytest.raises(ExecutionError) as caught:
        read_signal(row, tick_mode=tick_mode)
    return caught.value.code


def entry_of(*, tick_mode: bool = False, **changes: Any) -> Entry:
    """Return the entry that a changed row asks for."""
    signal = read_signal(ENTRY._replace(**changes), tick_mode=tick_mode)
    assert isinstance(signal, Entry)
    return signal


FAULTS: list[tuple[str, Any, int]] = [
    ("timestamp", None, 1002),
    ("signal_type", "entries", 1001),
    ("symbol", None, 1002),
    ("direction", None, 1002),
    ("direction", "up", 1001),
    ("entry", math.inf, 2005),
    ("entry", None, 1002),
    ("entry", math.nan, 2004),
    ("sl", -math.inf, 2005),
    ("tp", math.inf, 2005),
    ("size", math.inf, 2005),
    ("trail_distance", math.inf, 2005),
    ("trail_distance", 0.0, 1001),
]


@pytest.mark.parametrize(("name", "value", "code"), FAULTS)
def test_a_fault_of_an_entry_has_its_number(name: str, value: Any, code: int) -> None:
    """Null, NaN, infinite, unknown or out of range."""
    assert code_of(ENTRY._replace(**{name: value})) == code


@pytest.mark.parametrize("place", range(len(FAULTS) - 1))
def test_the_first_fault_in_the_order_of_the_document_is_reported(place: int) -> None:
    """Together with any later one, an earlier one wins."""
    (name, value, code), later = FAULTS[place], FAULTS[place + 1 :]
    for other, spoilt, _ in later:
        if other != name:
            assert code_of(ENTRY._replace(**{other: spoilt})._replace(**{name: value})) == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"trail_distance": 1.0, "trail_step": -1.0}, 1001),
        ({"trail_distance": 1.0, "trail_activation": -1.0}, 1001),
        ({"trail_step": math.inf}, 2005),
        ({"trail_activation": math.inf, "trail_distance": 1.0}, 2005),
        ({"sl": None}, 1008),
    ],
)
def test_an_entry_is_refused(changes: dict[str, Any], code: int) -> None:
    """Trails that lead backwards, and neither stop nor size."""
    assert code_of(ENTRY._replace(**changes)) == code


@pytest.mark.parametrize(
    ("row", "changes", "code"),
    [
        (EXIT, {"entry": None}, 1002),
        (EXIT, {"entry": math.nan}, 2004),
        (EXIT, {"entry": math.inf}, 2005),
        (EXIT, {"direction": "up"}, 1001),
        (MODIFY, {"direction": "up"}, 1001),
        (MODIFY, {"sl": math.inf}, 2005),
        (MODIFY, {"tp": math.inf}, 2005),
        (MODIFY, {"trail_distance": -1.0}, 1001),
    ],
)
def test_exits_and_changes_are_refused(row: SignalRow, changes: dict[str, Any], code: int) -> None:
    """For the columns that they read."""
    assert code_of(row._replace(**changes)) == code


def test_an_exit_reads_no_levels() -> None:
    """Columns that an exit has no use for may hold anything."""
    signal = read_signal(EXIT._replace(sl=math.inf, tp=math.inf, size=math.inf, trail_distance=-1.0), tick_mode=False)
    assert signal == Exit(Selection(5, "EURUSD", None, None), 1.1)


def test_a_change_reads_no_price_and_no_size() -> None:
    """Columns that a change has no use for may hold anything."""
    signal = read_signal(MODIFY._replace(entry=math.inf, size=math.inf, position_id="EURUSD#1", direction="short"), tick_mode=False)
    assert signal == Modify(Selection(5, "EURUSD", Direction.SHORT, "EURUSD#1"), 1.0, None, None)


def test_an_entry_is_the_default() -> None:
    """A row that does not say what it is wants to enter."""
    assert entry_of(signal_type=None) == entry_of(signal_type="entry")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("market", OrderType.MARKET),
        (None, OrderType.MARKET),
        ("iceberg", OrderType.MARKET),
        ("LIMIT", OrderType.MARKET),
        ("limit", OrderType.LIMIT),
        ("stop", OrderType.STOP),
    ],
)
def test_unknown_order_types_are_market_orders(word: str | None, expected: OrderType) -> None:
    """Only limit and stop wait."""
    assert entry_of(order_type=word).order_type is expected


@pytest.mark.parametrize(
    ("tick_mode", "word", "slips"), [(False, "iceberg", True), (True, "iceberg", False), (True, "market", True), (True, None, True)]
)
def test_with_ticks_only_market_orders_by_name_slip(*, tick_mode: bool, word: str | None, slips: bool) -> None:
    """An unknown word is filled at once, but without slippage."""
    assert entry_of(tick_mode=tick_mode, order_type=word).slips is slips


@pytest.mark.parametrize("price", [None, math.nan, 0.0])
def test_with_ticks_a_price_may_be_left_to_the_quote(price: float | None) -> None:
    """None, NaN and 0 name no price."""
    assert entry_of(tick_mode=True, entry=price).price is None


def test_with_ticks_a_price_may_be_named() -> None:
    """And is then taken."""
    assert entry_of(tick_mode=True, entry=-2.0).price == -2.0


@pytest.mark.parametrize("price", [0.0, -37.63])
def test_prices_need_not_be_positive(price: float) -> None:
    """Oil once cost less than nothing."""
    assert entry_of(entry=price).price == price


def test_steps_and_activation_of_a_trail_may_be_left_out() -> None:
    """They are 0."""
    assert entry_of(trail_distance=2.0).trail == Trail(2.0, 0.0, 0.0)


def test_a_trail_needs_a_distance() -> None:
    """Without one the other two mean nothing, even if they are negative."""
    assert entry_of(trail_step=-1.0, trail_activation=-1.0).trail is None


def test_directions_have_an_opposite() -> None:
    """Adverse slippage turns the direction around."""
    assert (Direction.LONG.opposite, Direction.SHORT.opposite) == (Direction.SHORT, Direction.LONG)


def test_an_entry_without_stop_may_name_its_size() -> None:
    """Nothing is at risk, and the size is known."""
    assert (entry_of(sl=None, size=2.0).stop_loss, entry_of(sl=None, size=2.0).size) == (None, 2.0)


def test_a_missing_magic_number_is_zero() -> None:
    """The default of the seed's type."""
    assert (entry_of().magic_number, entry_of(magic_number=7).magic_number) == (0, 7)
