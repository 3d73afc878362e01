"""The daily bars of the S&P 500 from 1999 to 2018, read from the file beside this one; its README tells the source."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow as pa

FILE = Path(__file__).with_name("sp500_daily.arrow")
ROWS = 5031
SCHEMA = pa.schema(
    [
        pa.field("timestamp", pa.timestamp("us", "UTC"), nullable=False),
        pa.field("open", pa.float64(), nullable=False),
        pa.field("high", pa.float64(), nullable=False),
        pa.field("low", pa.float64(), nullable=False),
        pa.field("close", pa.float64(), nullable=False),
        pa.field("volume", pa.int64(), nullable=False),
    ]
)


@dataclass(frozen=True, slots=True)
class Bars:
    """Daily bars in order of time: days as microseconds since 1970 at midnight UTC, prices in index points."""

    times_us: tuple[int, ...]
    opens: tuple[float, ...]
    highs: tuple[float, ...]
    lows: tuple[float, ...]
    closes: tuple[float, ...]
    volumes: tuple[int, ...]

    def __len__(self) -> int:
        """Return the number of trading days."""
        return len(self.times_us)


@cache
def load() -> Bars:
    """Return the bars; raises ValueError when the file is not the one that the README describes."""
    return read(FILE)


def read(path: Path) -> Bars:
    """Read and check a file of bars; raises ValueError naming what is wrong with it."""
    try:
        with pa.OSFile(str(path)) as file:
            table = pa.ipc.open_file(file).read_all()
    except (pa.ArrowException, OSError) as error:
        raise ValueError(f"{path} cannot be read as an Arrow file: {error}") from error
    _check_table(path, table)
    bars = Bars(
        times_us=tuple(table.column("timestamp").cast(pa.int64()).to_pylist()),
        opens=tuple(table.column("open").to_pylist()),
        highs=tuple(table.column("high").to_pylist()),
        lows=tuple(table.column("low").to_pylist()),
        closes=tuple(table.column("close").to_pylist()),
        volumes=tuple(table.column("volume").to_pylist()),
    )
    _check_bars(path, bars)
    return bars


def _check_table(path: Path, table: pa.Table) -> None:
    if not table.schema.equals(SCHEMA):
        raise ValueError(f"{path} has the schema {table.schema}, not {SCHEMA}")
    if table.num_rows != ROWS:
        raise ValueError(f"{path} has {table.num_rows} rows, not {ROWS}")
    if any(column.null_count for column in table.columns):
        raise ValueError(f"{path} holds nulls")


def _check_bars(path: Path, bars: Bars) -> None:
    for day in range(1, len(bars)):
        if bars.times_us[day] <= bars.times_us[day - 1]:
            raise ValueError(f"{path}: row {day} is not later than the one before")
    for day, (o, h, low, c) in enumerate(zip(bars.opens, bars.highs, bars.lows, bars.closes, strict=True)):
        if not (0.0 < low <= o <= h < math.inf and low <= c <= h):
            raise ValueError(f"{path}: the prices of row {day} contradict each other")
