"""What a symbol's contract is made of, and what counts where nothing is said (spec 1, 6)."""

from __future__ import annotations

from typing import Any

import pytest

from reference_py.execution import ExecutionError
from reference_py.execution.symbols import SymbolSpec, contract_size, pip_size, quote_currency, read_spec


def test_a_specification_has_the_defaults_of_the_table() -> None:
    """Sizes of contract and tick are unknown, volumes go from 0.01 to 100 in steps of 0.01, a pip is 0.0001."""
    assert read_spec({}, "x") == SymbolSpec(
        contract_size=0.0, tick_size=0.0, tick_value=0.0, volume_min=0.01, volume_step=0.01, volume_max=100.0, pip_size=0.0001
    )


@pytest.mark.parametrize("name", ["contract_size", "tick_size", "tick_value", "volume_min", "volume_step"])
def test_none_is_zero_where_zero_is_unknown(name: str) -> None:
    """Missing figures of a broker come as None."""
    assert getattr(read_spec({name: None}, "x"), name) == 0.0


def test_no_largest_volume_is_no_limit() -> None:
    """None is kept."""
    assert read_spec({"volume_max": None}, "x").volume_max is None


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"contract_size": -1.0}, 1001),
        ({"pip_size": 0.0}, 1001),
        ({"pip_size": None}, 1004),
        ({"volume_max": 0.0}, 1001),
        ({"quote_currency": None}, 1004),
        ({"digits": 5}, 1001),
        ({"volume_min": 200.0}, 1006),
        ({"volume_min": 0.0, "volume_step": 0.5, "volume_max": 0.4}, 1006),
        ("EURUSD", 1004),
    ],
)
def test_a_specification_is_refused(given: Any, code: int) -> None:
    """Out of range, of another type, unknown, or with a largest lot below the smallest."""
    with pytest.raises(ExecutionError) as caught:
        read_spec(given, "x")
    assert caught.value.code == code


def test_a_step_of_zero_is_a_hundredth() -> None:
    """0 is unknown, and 0.01 is usual."""
    assert read_spec({"volume_step": 0.0}, "x").lot_step == 0.01


def test_a_smallest_lot_of_zero_is_one_step() -> None:
    """Nothing smaller than a step can be traded."""
    assert read_spec({"volume_min": 0.0, "volume_step": 0.1}, "x").smallest_lot == 0.1


def test_a_pip_is_a_ten_thousandth_without_specification() -> None:
    """The default of the table."""
    assert (pip_size({}, "EURUSD"), pip_size({"USDJPY": SymbolSpec(pip_size=0.01)}, "USDJPY")) == (0.0001, 0.01)


@pytest.mark.parametrize(("specs", "expected"), [({}, 5.0), ({"X": SymbolSpec()}, 5.0), ({"X": SymbolSpec(contract_size=2.0)}, 2.0)])
def test_the_contract_size_falls_back(specs: dict[str, SymbolSpec], expected: float) -> None:
    """No specification and a size of 0 both mean the default."""
    assert contract_size(specs, "X", 5.0) == expected


@pytest.mark.parametrize(
    ("specs", "symbol", "expected"),
    [
        ({}, "EURUSD", "USD"),
        ({"EURUSD": SymbolSpec()}, "EURUSD", "USD"),
        ({"DAX": SymbolSpec(quote_currency="EUR")}, "DAX", "EUR"),
        ({}, "EU", ""),
        ({}, "äöüUSD", "USD"),
    ],
)
def test_the_quote_currency_follows_the_third_character(specs: dict[str, SymbolSpec], symbol: str, expected: str) -> None:
    """Unless the specification names it; characters are counted, not bytes."""
    assert quote_currency(specs, symbol) == expected
