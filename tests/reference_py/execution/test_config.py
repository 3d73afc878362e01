"""The configuration: defaults, order of faults, and the way back from JSON (interface document, 5)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reference_py.execution import ExecutionError
from reference_py.execution.config import Config, config_json, read_config
from reference_py.market.execution_cases import TICK_WORLDS, WORLDS

ORDER = (
    "initial_balance",
    "risk_per_trade",
    "pip_buffer_factor",
    "account_currency",
    "mode",
    "symbol_filter",
    "exit_slippage",
    "seed",
    "slippage",
    "fee",
    "commission",
    "lot_sizer",
    "specs",
    "rates",
    "start",
    "timeout_us",
)


def code_of(config: Any) -> int:
    """Return the code with which a configuration is refused."""
    with pytest.raises(ExecutionError) as caught:
        read_config(config)
    return caught.value.code


def test_nothing_given_is_the_default() -> None:
    """None and an empty mapping are the same."""
    assert read_config(None) == read_config({}) == Config()


def test_the_defaults_are_those_of_the_specification() -> None:
    """Risk 100, buffer half a pip, symbols apart, exits slipping as entries do."""
    config = Config()
    assert (config.risk_per_trade, config.pip_buffer_factor, config.symbol_filter, config.exit_slippage) == (100.0, 0.5, True, "entry_sign")


@pytest.mark.parametrize("config", [[], "text", 3])
def test_only_a_mapping_is_a_configuration(config: Any) -> None:
    """Another kind of argument is a TypeError, as everywhere."""
    with pytest.raises(TypeError):
        read_config(config)


@pytest.mark.parametrize(
    ("config", "code"),
    [
        ({"balance": 1.0}, 1001),
        ({"initial_balance": float("nan")}, 1001),
        ({"initial_balance": "1"}, 1004),
        ({"risk_per_trade": -1.0}, 1001),
        ({"pip_buffer_factor": -0.5}, 1001),
        ({"pip_buffer_factor": None}, 1004),
        ({"account_currency": 1}, 1004),
        ({"mode": "bars"}, 1001),
        ({"symbol_filter": 0}, 1004),
        ({"exit_slippage": "none"}, 1001),
        ({"seed": -1}, 1001),
        ({"seed": 1.5}, 1004),
        ({"slippage": {"pips": 1}}, 1001),
        ({"fee": {"per_million": None}}, 1004),
        ({"commission": {"defaults": {"side": "none"}}}, 1001),
        ({"lot_sizer": None}, 1004),
        ({"specs": {"X": {"pip_size": 0}}}, 1001),
        ({"specs": None}, 1004),
        ({"rates": {"bar_us": 0}}, 1001),
        ({"start": 2**63}, 1004),
        ({"timeout_us": 0}, 1001),
    ],
)
def test_a_configuration_is_refused(config: dict[str, Any], code: int) -> None:
    """1001 for words, names and ranges, 1004 for types."""
    assert code_of(config) == code


@pytest.mark.parametrize("place", range(len(ORDER) - 1))
def test_keys_are_checked_in_their_order(place: int) -> None:
    """Of two faults the earlier key's is reported, whatever the order in the mapping: here 1001 before 1004 or the reverse."""
    wrong_type = {name: object() for name in ORDER[place + 1 :]}
    out_of_range: dict[str, Any] = {
        "initial_balance": float("inf"),
        "risk_per_trade": -1,
        "pip_buffer_factor": -1,
        "mode": "x",
        "exit_slippage": "x",
        "seed": -1,
        "slippage": {"x": 1},
        "fee": {"x": 1},
        "commission": {"x": 1},
        "specs": {"X": {"x": 1}},
        "rates": {"x": 1},
    }
    name = ORDER[place]
    if name in out_of_range:
        assert code_of(wrong_type | {name: out_of_range[name]}) == 1001
    else:
        assert code_of({later: out_of_range[later] for later in ORDER[place + 1 :] if later in out_of_range} | {name: object()}) == 1004


@pytest.mark.parametrize("name", [*WORLDS, *TICK_WORLDS])
def test_a_configuration_survives_json(name: str) -> None:
    """With every default filled in, it reads back as it was."""
    config = read_config({**WORLDS, **TICK_WORLDS}[name].config)
    assert read_config(json.loads(config_json(config))) == config


def test_json_names_every_key() -> None:
    """So that another language needs no defaults to read it."""
    assert list(json.loads(config_json(Config()))) == list(ORDER)


def test_seeds_of_64_bits_survive_json() -> None:
    """They are written as whole numbers."""
    assert read_config(json.loads(config_json(read_config({"seed": 2**64 - 1})))).seed == 2**64 - 1
