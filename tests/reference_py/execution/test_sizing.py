"""Sizes: what is at risk, whole steps, and the smallest lot that is always taken (spec 6)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_py.execution import ExecutionError
from reference_py.execution.position import Position, Status
from reference_py.execution.rates import Rates
from reference_py.execution.signal import Direction, OrderType
from reference_py.execution.sizing import Sizer, lots_at_risk, quantised, unit_value
from reference_py.execution.symbols import SymbolSpec

SPEC = SymbolSpec()


def position(*, entry: float = 1.1, stop: float | None = 1.09, size: float | None = None, symbol: str = "EURUSD") -> Position:
    """Return an open position that risks 100."""
    return Position(
        number=1, symbol=symbol, direction=Direction.LONG, order_type=OrderType.MARKET, entry_time=0, entry_price=entry, stop_loss=stop,
        take_profit=None, initial_stop_loss=stop, initial_take_profit=None, requested_size=size, risk_per_trade=100.0, magic_number=0,
        signal_reason=None, scenario=None, tags=None, size=0.0, status=Status.OPEN, trigger_time=0, trailing=None,
    )  # fmt: skip


def sizer(specs: dict[str, SymbolSpec] | None = None, rates: Rates | None = None, account: str = "USD", **options: Any) -> Sizer:
    """Return a sizer for candles without lot sizer, unless told otherwise."""
    return Sizer(specs or {}, rates, account, **{"lot_sizer": False, "tick_mode": False, **options})


@pytest.mark.parametrize(("raw", "expected"), [(0.126, 0.13), (0.125, 0.12), (0.0, 0.01), (-5.0, 0.01), (0.014, 0.01), (7.375, 7.38)])
def test_without_specification_sizes_are_rounded_to_cents_of_a_lot(raw: float, expected: float) -> None:
    """To nearest, ties to even, and never below 0.01."""
    assert quantised(raw, None) == expected


@pytest.mark.parametrize(
    ("raw", "spec", "expected"),
    [
        (0.0, SPEC, 0.01),
        (-1.0, SPEC, 0.01),
        (0.01, SPEC, 0.01),
        (0.019, SPEC, 0.01),
        (0.0199999999999, SPEC, 0.02),
        (0.0199999, SPEC, 0.01),
        (0.126, SPEC, 0.12),
        (1e9, SPEC, 100.0),
        (1e9, SymbolSpec(volume_max=None), 1e9),
        (0.37, SymbolSpec(volume_min=0.1, volume_step=0.1), 0.3),
        (0.37, SymbolSpec(volume_min=0.15, volume_step=0.1), 0.35),
        (0.37, SymbolSpec(volume_min=0.0, volume_step=0.1), 0.3),
        (0.037, SymbolSpec(volume_min=0.0, volume_step=0.0), 0.03),
    ],
)
def test_with_specification_sizes_are_rounded_down_to_steps(raw: float, spec: SymbolSpec, expected: float) -> None:
    """From the smallest lot upwards, with a tolerance of 1e-12, not above the largest."""
    assert quantised(raw, spec) == expected


@given(st.floats(0.0, 1e6), st.sampled_from([0.01, 0.1, 0.25, 1.0]), st.sampled_from([0.01, 0.1, 0.5]))
def test_a_size_is_the_smallest_lot_and_whole_steps(raw: float, step: float, smallest: float) -> None:
    """Every size is vmin + k·step to eight decimals, and not above the limit."""
    size = quantised(raw, SymbolSpec(volume_min=smallest, volume_step=step, volume_max=500.0))
    steps = round((size - smallest) / step)
    assert size == 500.0 or abs(size - (smallest + steps * step)) < 1e-8
    assert smallest <= size <= 500.0


def test_the_size_puts_the_risk_between_entry_and_stop() -> None:
    """100 over 0.01 · 100,000 is 0.1 lots."""
    assert sizer().size(position(), 0) == 0.1


def test_no_distance_gives_the_smallest_lot() -> None:
    """A pending order whose stop was moved onto its price is still filled."""
    assert sizer().size(position(stop=1.1), 0) == 0.01


def test_a_size_that_is_given_is_quantised() -> None:
    """And the stop plays no part."""
    assert sizer({"EURUSD": SPEC}).size(position(size=0.129, stop=None), 0) == 0.12


@pytest.mark.parametrize(
    ("specs", "rates", "account", "expected"),
    [
        ({}, None, "USD", 100_000.0),
        ({"EURUSD": SymbolSpec(contract_size=5.0)}, None, "USD", 100_000.0),
        ({"EURUSD": SymbolSpec(contract_size=5.0, tick_size=0.5, tick_value=2.0)}, Rates(), "EUR", 4.0),
        ({"EURUSD": SymbolSpec(contract_size=5.0, tick_value=2.0)}, Rates(), "USD", 5.0),
        ({"EURUSD": SymbolSpec(contract_size=5.0, tick_size=2.0)}, Rates(), "USD", 5.0),
        ({"EURUSD": SymbolSpec()}, Rates(), "USD", 100_000.0),
        ({}, Rates(static={"USDCHF": 0.5}), "CHF", 50_000.0),
        ({"EURUSD": SymbolSpec(contract_size=5.0, quote_currency="GBP")}, Rates(static={"GBPUSD": 2.0}), "USD", 10.0),
        ({"EURUSD": SymbolSpec(contract_size=5.0)}, Rates(strict=False), "CHF", 100_000.0),
        ({"EURUSD": SymbolSpec(contract_size=5.0)}, Rates(strict=False), "USD", 5.0),
    ],
)
def test_the_unit_value_has_its_sources(specs: dict[str, SymbolSpec], rates: Rates | None, account: str, expected: float) -> None:
    """Ticks, then the converted contract size, then 100,000, which stands for the contract size where rates are missing."""
    assert unit_value(specs, rates, account, "EURUSD", 0) == expected


def test_a_missing_rate_raises_if_rates_are_strict() -> None:
    """No way to the account's currency."""
    with pytest.raises(ExecutionError) as caught:
        unit_value({}, Rates(), "CHF", "EURUSD", 0)
    assert caught.value.code == 1008


def test_the_unit_value_is_kept_for_good() -> None:
    """The rate of the first time counts for the life of the simulator."""
    series = {"USDCHF": {"times": [0, 10], "bid": [0.5, 0.25], "ask": [0.5, 0.25]}}
    from reference_py.execution.rates import read_rates  # noqa: PLC0415 - used once

    cached = sizer({}, read_rates({"series": series}, "rates"), "CHF")
    first = cached.size(position(), 0)
    assert (cached.size(position(), 10), cached.unit_values) == (first, {"EURUSD": 50_000.0})


def test_a_copy_learns_by_itself() -> None:
    """What a rehearsal finds is not kept."""
    original = sizer()
    original.copy().size(position(), 0)
    assert original.unit_values == {}


def test_the_lot_sizer_counts_pips() -> None:
    """100 over 100 pips of 10 is 0.1 lots, as it comes."""
    spec = SymbolSpec(contract_size=100_000.0)
    assert sizer({"EURUSD": spec}, lot_sizer=True).size(position(), 0) == pytest.approx(0.1)


def test_the_lot_sizer_does_not_round() -> None:
    """What quantising rounds to eight decimals stays as the steps made it."""
    assert (lots_at_risk(0.065, 0.0001, 1.0, SPEC), quantised(0.065, SPEC)) == (0.060000000000000005, 0.06)


@pytest.mark.parametrize(
    ("risk", "distance", "pip_value", "expected"),
    [(100.0, 0.0, 10.0, 0.01), (100.0, 0.0, 0.0, 0.01), (100.0, 0.01, -10.0, 0.01), (1e9, 0.01, 10.0, 100.0), (0.0, 0.01, 10.0, 0.01)],
)
def test_the_lot_sizer_stays_within_the_limits(risk: float, distance: float, pip_value: float, expected: float) -> None:
    """No stop distance is the smallest lot, and nothing exceeds the largest."""
    assert lots_at_risk(risk, distance, pip_value, SPEC) == expected


def test_a_worthless_pip_divides_by_zero() -> None:
    """A contract size of 0 is not replaced here."""
    with pytest.raises(ExecutionError) as caught:
        sizer({"EURUSD": SymbolSpec()}, lot_sizer=True).size(position(), 0)
    assert caught.value.code == 2001


def test_the_lot_sizer_needs_a_specification() -> None:
    """A missing symbol is a missing key."""
    with pytest.raises(ExecutionError) as caught:
        sizer({}, lot_sizer=True).size(position(), 0)
    assert caught.value.code == 1008


def test_the_lot_sizer_needs_a_rate() -> None:
    """The pip value is converted to the account's currency."""
    with pytest.raises(ExecutionError) as caught:
        sizer({"EURUSD": SymbolSpec(contract_size=1.0)}, account="CHF", lot_sizer=True).size(position(), 0)
    assert caught.value.code == 1008


def test_with_ticks_the_lot_sizer_is_quantised_again() -> None:
    """Only there is its answer rounded to eight decimals."""
    specs = {"EURUSD": SymbolSpec(contract_size=15_384.0)}
    given = position(entry=1.25, stop=1.15)
    sizes = [sizer(specs, lot_sizer=True, tick_mode=tick_mode).market_size(given, 0) for tick_mode in (False, True)]
    assert sizes == [0.060000000000000005, 0.06]
