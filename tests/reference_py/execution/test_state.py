"""A simulator survives being written down, and what was tampered with is refused (interface document, 10)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from reference_py.execution import ExecutionError, ExecutionSimulator
from reference_py.execution.arrow import to_ipc
from reference_py.market.execution_tables import signals_of_rows

NAMES = ["config", "ledger", "positions", "fees", "curve", "unit_values", "quotes"]
CONFIG = {
    "seed": 3,
    "slippage": {"fixed": 0.1, "random": 1.0},
    "fee": {"per_million": 30.0},
    "rates": {"static": {"EURUSD": 1.1}},
    "account_currency": "EUR",
}


def signal(**changes: Any) -> dict[str, Any]:
    """Return a market order to buy."""
    return {"timestamp": 10, "symbol": "EURUSD", "direction": "long", "entry": 1.1, "sl": 1.09, "tp": 1.12, "size": None, **changes}


def candle(time: int, low: float, high: float) -> dict[str, Any]:
    """Return a candle of both sides."""
    side = {"open": low, "high": high, "low": low, "close": high}
    return {"symbol": "EURUSD", "time": time, "bid": side, "ask": side}


@pytest.fixture
def simulator() -> ExecutionSimulator:
    """Return a simulator with something in every list: open, pending, trailing, closed, break-even, partial, expired."""
    given = ExecutionSimulator(CONFIG)
    rows = [
        signal(),
        signal(sl=1.05, tp=None, trail_distance=0.01, tags="t"),
        signal(order_type="limit", entry=1.0, sl=None, size=1.0),
        signal(order_type="stop", entry=1.3, sl=1.2),
        signal(sl=1.0, tp=1.5),
        signal(timestamp=11, signal_type="modify", position_id="EURUSD#1", sl=1.095),
        signal(timestamp=11, signal_type="exit", position_id="EURUSD#4"),
    ]
    given.process_signals_batch(signals_of_rows(rows))
    given.evaluate_and_close(candle(12, 1.0901, 1.11))
    given.update(12)
    closing = {"position_id": ["EURUSD#5"], "status": ["closed"], "exit_price": [1.2], "exit_time": [13], "reason": ["partial_exit"]}
    given.apply_updates_table(pa.table(closing))
    return given


def parts_of(state: bytes) -> dict[str, bytes]:
    """Return the parts of a state by name."""
    table = pa.ipc.open_stream(state).read_all()
    return dict(zip(table.column("name").to_pylist(), table.column("data").to_pylist(), strict=True))


def state_of(parts: dict[str, bytes]) -> bytes:
    """Return a state of these parts."""
    schema = pa.schema([pa.field("name", pa.utf8(), nullable=False), pa.field("data", pa.binary(), nullable=False)])
    return to_ipc(pa.RecordBatch.from_arrays([pa.array(list(parts)), pa.array(list(parts.values()))], schema=schema))


def tampered(simulator: ExecutionSimulator, part: str, change: Callable[[pa.Table], pa.Table]) -> bytes:
    """Return the simulator's state with one of its tables changed."""
    parts = parts_of(simulator.save_state())
    table = change(pa.ipc.open_stream(parts[part]).read_all())
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return state_of(parts | {part: sink.getvalue().to_pybytes()})


def code_of(state: bytes) -> int:
    """Return the code with which a state is refused."""
    with pytest.raises(ExecutionError) as caught:
        ExecutionSimulator.load_state(state)
    return caught.value.code


def with_cells(name: str, cells: list[Any]) -> Callable[[pa.Table], pa.Table]:
    """Return a change that replaces the first cells of a column."""

    def change(table: pa.Table) -> pa.Table:
        column = table.column(name)
        values = column.to_pylist() if not pa.types.is_timestamp(column.type) else column.cast(pa.int64()).to_pylist()
        data_type = pa.utf8() if pa.types.is_dictionary(column.type) else column.type
        return table.set_column(table.column_names.index(name), name, pa.array(cells + values[len(cells) :], data_type))

    return change


def test_a_state_has_its_seven_parts(simulator: ExecutionSimulator) -> None:
    """In their order."""
    assert list(parts_of(simulator.save_state())) == NAMES


def test_a_loaded_simulator_is_the_saved_one(simulator: ExecutionSimulator) -> None:
    """Saved again it is the same to the byte."""
    state = simulator.save_state()
    assert ExecutionSimulator.load_state(state).save_state() == state


def test_a_loaded_simulator_goes_on_as_the_saved_one(simulator: ExecutionSimulator) -> None:
    """The same draws, ids, exits and money."""
    other = ExecutionSimulator.load_state(simulator.save_state())
    for given in (simulator, other):
        given.process_signals_batch(signals_of_rows([signal(timestamp=13), signal(timestamp=13, direction="short", sl=1.2, tp=1.0)]))
        given.evaluate_and_close(candle(14, 0.9, 1.4))
        given.update(14)
    assert other.save_state() == simulator.save_state()


def test_lists_share_their_positions_again(simulator: ExecutionSimulator) -> None:
    """What is active and open is one position, not two."""
    other = ExecutionSimulator.load_state(simulator.save_state())
    assert all(any(one is active for active in other.active) for one in other.portfolio.open)


def test_an_unused_simulator_can_be_saved() -> None:
    """Empty tables are tables."""
    state = ExecutionSimulator().save_state()
    assert ExecutionSimulator.load_state(state).save_state() == state


def test_quotes_are_saved() -> None:
    """Tick mode goes on with the last quotes."""
    given = ExecutionSimulator({"mode": "tick"})
    given.observe_tick({"symbol": "EURUSD", "time": 5, "bid": 1.1, "ask": 1.2})
    assert ExecutionSimulator.load_state(given.save_state()).quotes == given.quotes


@pytest.mark.parametrize("data", [b"", b"nonsense", to_ipc(pa.RecordBatch.from_arrays([pa.array([1])], names=["name"]))])
def test_other_bytes_are_refused(data: bytes) -> None:
    """No stream, or another table."""
    assert code_of(data) in {3004, 1005}


def test_every_part_must_be_there_once_and_in_order(simulator: ExecutionSimulator) -> None:
    """A state is no loose collection."""
    parts = parts_of(simulator.save_state())
    missing = {name: data for name, data in parts.items() if name != "fees"}
    assert [code_of(state_of(missing)), code_of(state_of(dict(reversed(parts.items()))))] == [1005, 1005]


@pytest.mark.parametrize("name", NAMES)
def test_every_part_must_be_readable(simulator: ExecutionSimulator, name: str) -> None:
    """Nonsense in a part is refused as nonsense in the whole is."""
    assert code_of(state_of(parts_of(simulator.save_state()) | {name: b"\xff"})) == 3004


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[]", 3004),
        ("{", 3004),
        ('{"initial_balance": NaN}', 3004),
        ("[" * 100_000, 3004),
        ('{"initial_balance": "1"}', 1004),
        ('{"balance": 1}', 1001),
    ],
)
def test_the_configuration_is_checked_as_any_other(simulator: ExecutionSimulator, text: str, code: int) -> None:
    """JSON that is none, and configurations that are none."""
    assert code_of(state_of(parts_of(simulator.save_state()) | {"config": text.encode()})) == code


@pytest.mark.parametrize(
    ("part", "name", "cells", "code"),
    [
        ("ledger", "cash", [None], 1002),
        ("ledger", "draws", [-1], 1007),
        ("ledger", "positions", [-1], 1007),
        ("ledger", "positions", [3], 1007),
        ("positions", "number", [2], 1007),
        ("positions", "number", [0], 1007),
        ("positions", "active", [None, 5], 1007),
        ("positions", "active", [0, 0], 1007),
        ("positions", "book", ["won"], 1007),
        ("positions", "book", [None], 1007),
        ("positions", "ended", [None], 1007),
        ("positions", "direction", ["up"], 1007),
        ("positions", "order_type", ["iceberg"], 1007),
        ("positions", "status", ["won"], 1007),
        ("positions", "status", ["closed"] * 5, 1007),
        ("positions", "position_id", ["X#1"], 1007),
        ("positions", "symbol", ["X"], 1007),
        ("positions", "trail_distance", [1.0], 1007),
        ("positions", "size", [None], 1002),
        ("positions", "requested_size", [float("nan")] * 5, 1007),
        ("fees", "kind", [None], 1002),
        ("quotes", "bid", [None], 1002),
    ],
)
def test_a_state_that_contradicts_itself_is_refused(
    simulator: ExecutionSimulator, part: str, name: str, cells: list[Any], code: int
) -> None:
    """Each contradiction has its number; quotes are those of a simulator that saw none, so one is added."""
    if part == "quotes":
        row = {"symbol": ["X"], "timestamp": pa.array([1], pa.int64()), "bid": pa.array(cells, pa.float64()), "ask": [1.0]}
        assert code_of(tampered(simulator, part, lambda _: pa.table(row))) == code
    else:
        assert code_of(tampered(simulator, part, with_cells(name, cells))) == code


def test_a_ledger_has_one_row(simulator: ExecutionSimulator) -> None:
    """Not none and not two."""
    assert code_of(tampered(simulator, "ledger", lambda table: table.slice(0, 0))) == 1007
    assert code_of(tampered(simulator, "ledger", lambda table: pa.concat_tables([table, table]))) == 1007


def test_a_curve_has_a_point(simulator: ExecutionSimulator) -> None:
    """At least the placeholder."""
    assert code_of(tampered(simulator, "curve", lambda table: table.slice(0, 0))) == 1007


def test_another_column_is_refused(simulator: ExecutionSimulator) -> None:
    """In the inner tables as in any."""
    assert code_of(tampered(simulator, "fees", lambda table: table.append_column("more", table.column("amount")))) == 1005


def test_the_configuration_is_written_whole(simulator: ExecutionSimulator) -> None:
    """With every default, as JSON."""
    config = json.loads(parts_of(simulator.save_state())["config"])
    assert (len(config), config["mode"], config["rates"]["static"]) == (16, "candle", {"EURUSD": 1.1})
