"""A trade list read from columns (spec 6.1, steps 2 and 3): the net results and R-multiples in order of time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from reference_py.rating.arguments import mapping, sequence
from reference_py.rating.errors import ErrorCode, RatingError
from reference_py.rating.finite import fin
from reference_py.rating.stability import I64_MAX, I64_MIN

EXIT_COLUMNS = ("exit_time", "close_time", "exit_timestamp", "close_timestamp", "exit")
ENTRY_COLUMNS = ("entry_time", "open_time", "entry_timestamp", "open_timestamp", "entry")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

Columns = dict[Any, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Trades:
    """Trades in order of time: money earned after fees, and R-multiples (NaN where unknown), None without such a column."""

    nets: list[float]
    r_multiples: list[float] | None


def read_columns(trades: Mapping[str, Sequence[Any]]) -> Columns:
    """Return the columns by name; raises TypeError for one that is no sequence."""
    return {name: sequence(cells, f"column {name!r}") for name, cells in mapping(trades, "trades").items()}


def check_lengths(columns: Columns) -> None:
    """Raise RatingError 1011 when the columns differ in length, whether they are used or not."""
    if len({len(cells) for cells in columns.values()}) > 1:
        raise RatingError(ErrorCode.SIZE_MISMATCH, "the columns of trades differ in length")


def read_trades(columns: Columns) -> Trades:
    """Return the trades sorted by time; there must be a `result` column."""
    order = _order(columns)
    nets = _nets(columns)
    r_cells = columns.get("r_multiple")
    r_multiples = None if r_cells is None else [fin(r_cells[i], math.nan) for i in order]
    return Trades([nets[i] for i in order], r_multiples)


def _order(columns: Columns) -> list[int]:
    """Return the positions in order of time: stable, ascending, unknown times last; as given without a column of times."""
    count = len(columns["result"])
    name = next((name for name in EXIT_COLUMNS + ENTRY_COLUMNS if name in columns), None)
    if name is None:
        return list(range(count))
    times = [_microseconds(cell) for cell in columns[name]]
    known = [i for i in range(count) if times[i] is not None]
    unknown = [i for i in range(count) if times[i] is None]
    return sorted(known, key=lambda i: times[i] or 0) + unknown


def _nets(columns: Columns) -> list[float]:
    """Return pnl - fee per trade in the given order; what is not finite counts as 0."""
    results = columns["result"]
    return [fin(results[i]) - _fee(columns, i) for i in range(len(results))]


def _fee(columns: Columns, i: int) -> float:
    """Return the total fee, else entry plus exit fee if both columns exist, else 0; one unknown half removes both."""
    if "total_fee" in columns:
        return fin(columns["total_fee"][i])
    if "entry_fee" in columns and "exit_fee" in columns:
        return fin(fin(columns["entry_fee"][i], math.nan) + fin(columns["exit_fee"][i], math.nan))
    return 0.0


def _microseconds(cell: Any) -> int | None:
    """Return microseconds since 1970 in UTC: integers (of 64 bits) as they are, ISO text, datetimes; None for anything else."""
    if isinstance(cell, int):
        return int(cell) if I64_MIN <= cell <= I64_MAX else None
    if isinstance(cell, str):
        try:
            cell = datetime.fromisoformat(cell)
        except ValueError:
            return None
    if not isinstance(cell, datetime):
        return None
    moment = cell.replace(tzinfo=UTC) if cell.utcoffset() is None else cell
    return (moment - EPOCH) // MICROSECOND
