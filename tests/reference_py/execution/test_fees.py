"""Fee model and commission, row by row of the tables (spec 7)."""

from __future__ import annotations

import math
from typing import Any

import pytest

from reference_py.execution import ExecutionError
from reference_py.execution.fees import Commission, CommissionRule, Costs, FeeModel, Side, read_commission, read_fee_model
from reference_py.execution.rates import NO_RATES, Rates
from reference_py.execution.symbols import SymbolSpec

SPECS = {"EURUSD": SymbolSpec(contract_size=50_000.0, quote_currency="USD"), "BARE": SymbolSpec(quote_currency="USD")}


def commission_fee(
    commission: Commission, *, symbol: str = "EURUSD", rates: Rates = NO_RATES, account: str = "USD", asked: Side = Side.ENTRY
) -> float:
    """Return the commission of two lots at a price of 1.5."""
    return commission.fee(SPECS, rates, account, symbol, 2.0, 1.5, asked, 0)


@pytest.mark.parametrize(
    ("model", "symbol", "expected"),
    [
        (FeeModel(per_million=30.0), "EURUSD", 4.5),
        (FeeModel(per_million=30.0), "BARE", 9.0),
        (FeeModel(per_million=30.0), "UNKNOWN", 9.0),
        (FeeModel(per_million=50.0, lot_size=10_000.0), "BARE", 1.5),
        (FeeModel(per_million=30.0, min_fee=5.0), "EURUSD", 5.0),
        (FeeModel(per_million=30.0, min_fee=0.0), "EURUSD", 4.5),
        (FeeModel(per_million=-30.0, min_fee=-9.0), "EURUSD", -4.5),
    ],
)
def test_the_fee_model_takes_a_rate_per_million(model: FeeModel, symbol: str, expected: float) -> None:
    """Two lots at 1.5; the contract size falls back to the lot size, and a floor counts only if it is positive."""
    assert model.fee(SPECS, symbol, 2.0, 1.5) == expected


def test_the_fee_model_does_not_round() -> None:
    """Cents are for commissions."""
    assert FeeModel(per_million=1.0).fee(SPECS, "EURUSD", 0.01, 1.1) == 0.01 * 50_000.0 * 1.1 / 1e6


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (CommissionRule(schema="per_lot", per_lot=2.5), 5.0),
        (CommissionRule(schema="per_million_notional", rate_per_million=30.0), 4.5),
        (CommissionRule(rate_per_million=30.0), 4.5),
        (CommissionRule(schema="percent_of_notional", pct=0.001), 150.0),
        (CommissionRule(schema="per_lot", per_lot=2.5, min_fee=7.0), 7.0),
        (CommissionRule(schema="per_lot", per_lot=0.0025), 0.01),
        (CommissionRule(schema="per_lot", per_lot=0.0024), 0.0),
    ],
)
def test_each_schema_has_its_base(rule: CommissionRule, expected: float) -> None:
    """Per lot, per million (the default), or a share; not below the floor; in whole cents."""
    assert commission_fee(Commission(defaults=rule)) == expected


@pytest.mark.parametrize(
    ("side", "asked", "expected"),
    [
        ("both", Side.ENTRY, 1.0),
        ("both", Side.EXIT, 1.0),
        ("both", Side.BOTH, 2.0),
        ("entry", Side.ENTRY, 1.0),
        ("entry", Side.EXIT, 0.0),
        ("entry", Side.BOTH, 0.0),
        ("exit", Side.ENTRY, 0.0),
        ("exit", Side.EXIT, 1.0),
        ("exit", Side.BOTH, 0.0),
    ],
)
def test_sides_are_counted(side: str, asked: Side, expected: float) -> None:
    """The table of configured and asked sides."""
    assert CommissionRule(side=side).sides(asked) == expected


def test_both_sides_cost_twice() -> None:
    """Asked for both, a rule for both sides is paid twice."""
    assert commission_fee(Commission(defaults=CommissionRule(schema="per_lot", per_lot=2.5)), asked=Side.BOTH) == 10.0


@pytest.mark.parametrize(("multiplier", "expected"), [(3.0, 2.0), (2.0, 2.0), (0.0, 0.0)])
def test_the_multiplier_raises_base_and_floor(multiplier: float, expected: float) -> None:
    """Base 0.4 under a floor of 1: the floor is multiplied too."""
    commission = Commission(defaults=CommissionRule(schema="per_lot", per_lot=0.2, min_fee=1.0), multiplier=multiplier)
    assert commission_fee(commission) == (3.0 if multiplier == 3.0 else expected)


@pytest.mark.parametrize(
    ("given", "expected"),
    [(2.0, 2.0), (-1.0, 0.0), (math.nan, 1.0), (math.inf, 1.0), (-math.inf, 1.0), ("dear", 1.0), (None, 1.0), (True, 1.0)],
)
def test_an_odd_multiplier_is_tamed(given: Any, expected: float) -> None:
    """Negative is 0, what is no finite number is 1."""
    assert read_commission({"multiplier": given}, "commission").multiplier == expected


def test_rules_of_a_symbol_name_only_what_differs() -> None:
    """The rest comes from the defaults; other symbols have the defaults."""
    commission = read_commission({"symbols": {"EURUSD": {"per_lot": 1.0}}, "defaults": {"schema": "per_lot", "per_lot": 9.0}}, "commission")
    assert (commission_fee(commission), commission_fee(commission, symbol="BARE")) == (2.0, 18.0)


def test_the_notional_value_is_counted_in_the_currency_of_the_fee() -> None:
    """150,000 dollars are 75,000 of a currency twice as dear; the fee comes back to the account's currency."""
    rule = CommissionRule(rate_per_million=40.0, fee_ccy="GBP")
    assert commission_fee(Commission(defaults=rule), rates=Rates(static={"GBPUSD": 2.0})) == 6.0


@pytest.mark.parametrize("schema", ["per_lot", "per_million_notional", "percent_of_notional"])
def test_a_missing_rate_raises_whatever_the_schema(schema: str) -> None:
    """The notional value is converted even where nobody asks for it."""
    with pytest.raises(ExecutionError) as caught:
        commission_fee(Commission(defaults=CommissionRule(schema=schema)), account="EUR")
    assert caught.value.code == 1008


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"defaults": {"schema": "per_trade"}}, 1001),
        ({"defaults": {"side": "left"}}, 1001),
        ({"symbols": {"X": {"side": "left"}}}, 1001),
        ({"defaults": {"per_lot": math.inf}}, 1001),
        ({"defaults": None}, 1004),
        ({"rules": {}}, 1001),
    ],
)
def test_a_commission_is_refused(given: Any, code: int) -> None:
    """Unknown schemas and sides above all."""
    with pytest.raises(ExecutionError) as caught:
        read_commission(given, "commission")
    assert caught.value.code == code


def test_the_commission_wins_over_the_fee_model() -> None:
    """Only one of them is charged."""
    commission = Commission(defaults=CommissionRule(schema="per_lot", per_lot=1.0))
    costs = Costs(SPECS, None, "USD", FeeModel(per_million=1000.0), commission)
    assert costs.fee("EURUSD", 2.0, 1.5, Side.ENTRY, 0) == 2.0


def test_the_fee_model_is_charged_without_commission() -> None:
    """And costs the same at both ends."""
    costs = Costs(SPECS, None, "USD", read_fee_model({"per_million": 30}, "fee"), None)
    assert [costs.fee("EURUSD", 2.0, 1.5, side, 0) for side in (Side.ENTRY, Side.EXIT)] == [4.5, 4.5]


def test_nothing_costs_nothing() -> None:
    """Neither model, no fee."""
    assert Costs(SPECS, None, "USD", None, None).fee("EURUSD", 2.0, 1.5, Side.ENTRY, 0) == 0.0
