"""Merges streams of trials with pyarrow alone: one table of all, sorted by trial, each trial once."""
# ruff: noqa: INP001 - a script, run in an environment of its own

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from serve import Job, serve
from streams import TIMED, ContraryError, answer_of, read_streams, stream_of

ID, SECONDS = "trial_id", "duration_seconds"


def prepare(folder: Path) -> Job:
    """Read the files, which is not timed."""
    streams = read_streams(folder, TIMED)
    return Job(lambda: merge(streams), lambda merged: answer_of(folder, merge, merged))


def merge(streams: list[bytes]) -> bytes:
    """Return one stream; raises ContraryError for a trial with different contents."""
    every = pa.concat_tables([pa.ipc.open_stream(data).read_all() for data in streams])
    order = pc.sort_indices(every, sort_keys=[(ID, "ascending"), (SECONDS, "ascending")])
    rows = every.take(order)
    if pc.count_distinct(rows[ID]).as_py() == len(rows):
        return stream_of(rows)
    return stream_of(rows.take(_first_of_each(rows)))


def _first_of_each(rows: pa.Table) -> list[int]:
    """Return the place of the first row of every trial, after comparing the others with it."""
    contents = [repr(row) for row in rows.drop_columns([SECONDS]).to_pylist()]
    found: dict[int, int] = {}
    for place, number in enumerate(rows[ID].to_pylist()):
        if contents[found.setdefault(number, place)] != contents[place]:
            raise ContraryError(f"trial {number} comes with different contents")
    return list(found.values())


if __name__ == "__main__":
    serve(prepare)
