"""Merges streams of trials with pandas: a frame a stream, one frame of all, sorted by trial, each trial once, and an Arrow stream again.

The second argument names the columns: `objects` are pandas' own, `arrow` are kept in Arrow's memory.
"""
# ruff: noqa: INP001 - a script, run in an environment of its own

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from serve import Job, serve
from streams import TIMED, ContraryError, answer_of, read_streams, stream_of

ID, SECONDS = "trial_id", "duration_seconds"
COLUMNS = {"objects": None, "arrow": pd.ArrowDtype}


def prepare(folder: Path) -> Job:
    """Read the files, which is not timed."""
    streams, merging = read_streams(folder, TIMED), partial(merge, types=COLUMNS[sys.argv[2]])
    return Job(lambda: merging(streams), lambda merged: answer_of(folder, merging, merged))


def merge(streams: list[bytes], types: Any) -> bytes:
    """Return one stream; raises ContraryError for a trial with different contents."""
    tables = [pa.ipc.open_stream(data).read_all() for data in streams]
    frames = [table.to_pandas(types_mapper=types) for table in tables]
    sorted_rows = pd.concat(frames, ignore_index=True).sort_values([ID, SECONDS])
    _check(sorted_rows)
    kept = sorted_rows.drop_duplicates(ID)
    schema = tables[0].schema
    # Not `Table.from_pandas`, which takes NaN for null.
    columns = [pa.array(kept[field.name], field.type, from_pandas=False) for field in schema]
    return stream_of(pa.Table.from_arrays(columns, schema=schema))


def _check(rows: Any) -> None:
    """Compare the contents of trials that come more than once, and only those."""
    again = rows[rows.duplicated(ID, keep=False)]
    contents = again.drop(columns=SECONDS).astype(str).drop_duplicates()
    if contents[ID].duplicated().any():
        raise ContraryError("a trial comes with different contents")


if __name__ == "__main__":
    serve(prepare)
