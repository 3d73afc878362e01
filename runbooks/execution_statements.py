"""What must hold of the simulator's answers, whoever gave them: the bookkeeping of a trader who trusts nobody."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import pyarrow as pa

from harness.model import Outcome

PENNY = 0.005
HUGE = 1e12
SMALLEST_LOT = 0.01
A_BIT_OF_A_STEP = 1e-6
STATE_ALONE = ["save_state"]

Rows = list[dict[str, Any]]
Arguments = tuple[Any, ...]
State = Mapping[str, Any]


def rows(stream: Any) -> Rows:
    """Read an Arrow answer, stream bytes or in memory, as rows; times become microseconds."""
    table = pa.ipc.open_stream(stream).read_all() if isinstance(stream, bytes) else pa.Table.from_batches([stream])
    for place, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            table = table.set_column(place, field.name, table.column(place).cast(pa.int64()))
    found: Rows = table.to_pylist()
    return found


def stream_of(table: pa.Table) -> bytes:
    """Write a table as stream bytes."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    written: bytes = sink.getvalue().to_pybytes()
    return written


@lru_cache(maxsize=2)
def parts(state: bytes) -> dict[str, Any]:
    """Read a saved state: its configuration, and the rows of its tables."""
    saved = {row["name"]: row["data"] for row in rows(state)}
    return {name: json.loads(data) if name == "config" else rows(data) for name, data in saved.items()}


# What must hold of trades, whoever made them


def ended_is_complete(trade: Mapping[str, Any]) -> bool:
    """Hold when an ended position has everything that its end gives it."""
    if trade["book"] is None:
        return True
    done = trade["is_closed"] and trade["status"] == "closed" and trade["exit_time"] is not None and trade["reason"] is not None
    return bool(done and (trade["book"] == "expired") == (trade["exit_price"] is None) == (trade["result"] is None))


def leaves_after_it_enters(trade: Mapping[str, Any]) -> bool:
    """Hold when a position leaves after its entry, by a signal or by hand at the earliest at the same time."""
    at_once = trade["reason"] in {"signal", "limit_expired", "manual", "by hand", "partial_exit"}
    return bool(trade["exit_time"] >= trade["entry_time"] if at_once else trade["exit_time"] > trade["entry_time"])


def fills_after_its_signal(position: Mapping[str, Any]) -> bool:
    """Hold when a pending order was filled later than in the bar of its signal."""
    pending = position["order_type"] in {"limit", "stop"} and position["trigger_time"] is not None
    return not pending or position["trigger_time"] > position["entry_time"]


def adds_up(initial: float, cash: float, results: Sequence[float | None], fees: Sequence[float], tolerance: float) -> bool:
    """Hold when cash is what was there, plus results, minus fees; not asked of amounts beyond all reason."""
    amounts = [initial, cash, *(result for result in results if result is not None), *fees]
    if not all(math.isfinite(amount) and abs(amount) < HUGE for amount in amounts):
        return True
    expected = initial + sum(result for result in results if result is not None) - sum(fees)
    return abs(cash - expected) <= tolerance + 1e-12 * sum(map(abs, amounts))


def of_trades(holds: Callable[[Mapping[str, Any]], bool]) -> Callable[[Outcome], bool]:
    """Ask every trade of a backtest."""
    return lambda outcome: all(map(holds, rows(outcome.value["trades"])))


# Properties of backtests


def money_adds_up(outcome: Outcome) -> bool:
    """Hold when the final balance is the initial one with all results and fees."""
    summary = rows(outcome.value["summary"])[0]
    results = [trade["result"] for trade in rows(outcome.value["trades"])]
    fees = [fee["amount"] for fee in rows(outcome.value["fees"])]
    return adds_up(summary["Initial Balance"], summary["Final Balance"], results, fees, 1.1 * PENNY)


def curve_goes_forward(outcome: Outcome) -> bool:
    """Hold when the equity curve's times rise strictly behind its placeholder, and its peak and drawdown make sense."""
    points = rows(outcome.value["curve"])[1:]
    rising = all(later["timestamp"] > earlier["timestamp"] for earlier, later in pairwise(points))
    peaks = all(later["high_water"] >= earlier["high_water"] for earlier, later in pairwise(points))
    return rising and peaks and all(point["drawdown"] >= 0.0 or math.isnan(point["drawdown"]) for point in points)


def with_a_neighbour(given: Arguments) -> list[Arguments]:
    """Let a symbol of the same pip size trade alongside, where nothing but order numbers and money is shared."""
    bars, signals, config = given
    market, orders = (pa.ipc.open_stream(data).read_all() for data in (bars, signals))
    if not trades_alone(market, config or {}):
        return []
    symbol = market.column("symbol")[0].as_py()
    neighbour = f"AAA{symbol[3:]}"
    specs = dict((config or {}).get("specs", {}))
    specs |= {neighbour: specs[symbol]} if symbol in specs else {}
    return [(stream_of(doubled(market, neighbour)), stream_of(doubled(orders, neighbour)), {**(config or {}), "specs": specs})]


def trades_alone(market: pa.Table, config: Mapping[str, Any]) -> bool:
    """Tell whether a run is over bars of one symbol with every ask there, without draws and with the filter on."""
    slippage = config.get("slippage") or {}
    one = market.num_rows > 0 and len(market.column("symbol").unique()) == 1 and "bid_open" in market.schema.names
    return bool(
        one
        and market.column("ask_open").null_count == 0
        and not slippage.get("random")
        and config.get("symbol_filter", True)
        and not (config.get("commission") or {}).get("symbols")
    )


def doubled(table: pa.Table, neighbour: str) -> pa.Table:
    """Return every row, followed by the same row for the neighbour."""
    place = table.schema.get_field_index("symbol")
    count = table.num_rows
    twin = table.set_column(place, "symbol", pa.array([neighbour] * count, pa.utf8()))
    own = table.set_column(place, "symbol", table.column(place).cast(pa.utf8()))
    order = [row for first in range(count) for row in (first, first + count)]
    return (
        pa.concat_tables([own.combine_chunks(), twin.combine_chunks()])
        .unify_dictionaries()
        .combine_chunks()
        .take(pa.array(order, pa.int64()))
    )


def same_own_trades(before: Outcome, after: Sequence[Outcome]) -> bool:
    """Hold when the first symbol's trades are what they were, but for their numbers."""
    trades = rows(before.value["trades"])
    symbols = {trade["symbol"] for trade in trades}
    others = [trade for trade in rows(after[0].value["trades"]) if trade["symbol"] in symbols]
    return [_unnumbered(trade) for trade in trades] == [_unnumbered(trade) for trade in others]


def _unnumbered(trade: Mapping[str, Any]) -> str:
    return repr({name: cell for name, cell in trade.items() if name != "position_id"})


# Properties of exits


def reaching_everything(given: Arguments) -> list[Arguments]:
    """Let the candle reach every stop and every target at once."""
    config, signals, candle = given
    wide = {"open": 1.0, "high": 1e6, "low": -1e6, "close": 1.0}
    return [(config, signals, {**candle, "bid": wide, "ask": wide})]


def nothing_but_stops(_: Outcome, after: Sequence[Outcome]) -> bool:
    """Hold when no target is taken, since every position has a stop and the stop comes first."""
    return all(row["kind"] != "take_profit" for row in rows(after[0].value))


# Invariants of the simulator, asked after every step


def cash_adds_up(state: State) -> bool:
    """Hold when cash is the initial balance with all results and fees, unless a pending order was closed by hand and left no trace."""
    saved = parts(state["save_state"])
    positions, ledger = saved["positions"], saved["ledger"][0]
    if len(positions) != ledger["positions"]:
        return True
    booked = [position["result"] for position in positions if position["book"] in {"closed", "partial"}]
    fees = [fee["amount"] for fee in saved["fees"]]
    untraced = [position for position in positions if position["is_closed"] and position["book"] is None]
    return bool(untraced) or adds_up(saved["config"]["initial_balance"], ledger["cash"], booked, fees, 1e-6)


def open_list_is_active_and_open(state: State) -> bool:
    """Hold when the portfolio's open list is what is open among the active positions; those without symbol could not be entered."""
    found = [position for position in parts(state["save_state"])["positions"] if not position["is_closed"] and position["symbol"]]
    return all((position["open"] is not None) == (position["active"] is not None and position["status"] == "open") for position in found)


def sizes_are_on_the_grid(state: State) -> bool:
    """Hold when every size is the smallest lot plus whole steps, and not above the largest."""
    saved = parts(state["save_state"])
    return all(_on_grid(position, saved["config"]["specs"].get(position["symbol"])) for position in saved["positions"])


def _on_grid(position: Mapping[str, Any], spec: Mapping[str, Any] | None) -> bool:
    size = position["size"]
    if position["trigger_time"] is None and position["status"] != "open":
        return bool(size == 0.0 or position["order_type"] == "market")
    step = (spec["volume_step"] if spec else 0.0) or SMALLEST_LOT
    least = (spec["volume_min"] or step) if spec else SMALLEST_LOT
    most = spec["volume_max"] if spec else None
    if not math.isfinite(size) or size > HUGE or (most is not None and math.isclose(size, most)):
        return True
    steps = (size - least) / step
    blur = A_BIT_OF_A_STEP + 2 * math.ulp(size) / step  # a huge size cannot be told more finely
    return math.isclose(steps, round(steps), rel_tol=0.0, abs_tol=blur) and (most is None or size < most)


def of_positions(holds: Callable[[Mapping[str, Any]], bool]) -> Callable[[State], bool]:
    """Ask every position, active or ended."""
    return lambda state: all(map(holds, parts(state["save_state"])["positions"]))


def drawdown_never_falls(outcome: Outcome) -> bool:
    """Hold when the deepest drawdown starts at nothing or above, and never becomes smaller."""
    seen = [entry["state"]["summary"]["Max Drawdown"] for entry in outcome.value]
    return all(math.isnan(later) or later >= earlier for earlier, later in pairwise([0.0, *seen]) if not math.isnan(earlier))


def row_by_row(program: Arguments) -> list[Arguments]:
    """Hand every batch of signals over one row at a time."""
    construct, steps, _ = program
    cut = [single for step in steps for single in _singles(step)]
    return [(construct, cut, STATE_ALONE)] if len(cut) > len(steps) else []


def _singles(step: list[Any]) -> Iterator[list[Any]]:
    method, arguments = step
    table = _table(arguments) if method == "process_signals_batch" else None
    if table is None or table.num_rows < 2:  # noqa: PLR2004 - one row is single already
        yield step
        return
    yield from ([method, [stream_of(table.slice(row, 1))]] for row in range(table.num_rows))


def _table(arguments: list[Any]) -> pa.Table | None:
    try:
        return pa.ipc.open_stream(arguments[0]).read_all()
    except (pa.ArrowException, TypeError, IndexError):
        return None


def saved_in_the_middle(program: Arguments) -> list[Arguments]:
    """Save and load in the middle."""
    construct, steps, _ = program
    half = len(steps) // 2
    return [(construct, [*steps[:half], ["load_state(save_state)", []], *steps[half:]], STATE_ALONE)] if steps else []


def same_end(before: Outcome, after: Sequence[Outcome]) -> bool:
    """Hold when both programs leave the same state behind, to the bit."""
    first, second = (outcome.value[-1]["state"]["save_state"] for outcome in (before, after[0]))
    return bool(first == second) or repr(parts(first)) == repr(parts(second))
