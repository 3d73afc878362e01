"""The bars of the S&P 500: the facts in the file, and the files that are refused."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from reference_py.market.sp500 import FILE, load, read


def bars_table() -> pa.Table:
    """Return the table in the project's file."""
    with pa.OSFile(str(FILE)) as file:
        return pa.ipc.open_file(file).read_all()


def write(path: Path, table: pa.Table) -> Path:
    """Write a table as an Arrow file."""
    with pa.ipc.new_file(str(path), table.schema) as writer:
        writer.write_table(table)
    return path


def changed(name: str, row: int, value: object) -> pa.Table:
    """Return the table with one cell changed."""
    table = bars_table()
    cells = table.column(name).to_pylist()
    cells[row] = value
    place = table.column_names.index(name)
    return table.set_column(place, table.schema.field(name), pa.array(cells, table.schema.field(name).type))


def test_there_are_twenty_years_of_days() -> None:
    """The file holds 5,031 days from 4 January 1999 to 31 December 2018."""
    bars = load()
    assert (len(bars), bars.times_us[0], bars.times_us[-1]) == (5031, 915_408_000_000_000, 1_546_214_400_000_000)


def test_first_and_last_close() -> None:
    """The closes are those of the index."""
    assert (load().closes[0], load().closes[-1]) == (1228.099976, 2506.850098)


def test_the_file_names_its_source() -> None:
    """The metadata of the file says where the facts come from."""
    assert bars_table().schema.metadata[b"source"] == b"arch 8.0.0, arch.data.sp500"


def test_the_bars_are_read_once() -> None:
    """Loading twice gives the same object."""
    assert load() is load()


@pytest.mark.parametrize("content", [b"", b"ARROW1", b"no arrow"])
def test_a_file_of_other_bytes_is_refused(tmp_path: Path, content: bytes) -> None:
    """A file that is not Arrow raises a ValueError that names it."""
    path = tmp_path / "bars.arrow"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"bars\.arrow cannot be read"):
        read(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """A file that is not there raises a ValueError that names it."""
    with pytest.raises(ValueError, match=r"none\.arrow cannot be read"):
        read(tmp_path / "none.arrow")


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    """Half a file raises a ValueError."""
    path = tmp_path / "bars.arrow"
    path.write_bytes(FILE.read_bytes()[:100_000])
    with pytest.raises(ValueError, match="cannot be read"):
        read(path)


def test_another_schema_is_refused(tmp_path: Path) -> None:
    """A missing column raises a ValueError."""
    with pytest.raises(ValueError, match="has the schema"):
        read(write(tmp_path / "bars.arrow", bars_table().drop_columns(["volume"])))


def test_another_number_of_rows_is_refused(tmp_path: Path) -> None:
    """A missing row raises a ValueError."""
    with pytest.raises(ValueError, match="5030 rows, not 5031"):
        read(write(tmp_path / "bars.arrow", bars_table().slice(1)))


def test_a_null_is_refused(tmp_path: Path) -> None:
    """A null raises a ValueError."""
    with pytest.raises(ValueError, match="holds nulls"):
        read(write(tmp_path / "bars.arrow", changed("close", 7, None)))


def test_days_out_of_order_are_refused(tmp_path: Path) -> None:
    """A day that is not later than the one before raises a ValueError."""
    first = bars_table().column("timestamp")[0].as_py()
    with pytest.raises(ValueError, match="row 9 is not later"):
        read(write(tmp_path / "bars.arrow", changed("timestamp", 9, first)))


@pytest.mark.parametrize(("name", "value"), [("low", 1e9), ("high", 1.0), ("low", 0.0), ("high", float("inf")), ("close", float("nan"))])
def test_prices_that_contradict_each_other_are_refused(tmp_path: Path, name: str, value: float) -> None:
    """A low above the open, a high below it, and prices that are no prices raise a ValueError."""
    with pytest.raises(ValueError, match="the prices of row 5"):
        read(write(tmp_path / "bars.arrow", changed(name, 5, value)))
