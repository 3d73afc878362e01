"""The Arrow streams of trials that every tool merges, as files, and what a merged stream holds as plain rows."""
# ruff: noqa: INP001 - a script's neighbour, not a package

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

# Trials that come once, some that come twice, and one that comes with different contents.
TIMED, REPEATED, CONTRARY = "timed", "repeated", "contrary"
Merge = Callable[[list[bytes]], bytes]


class ContraryError(ValueError):
    """A trial comes with different contents."""


def save_streams(folder: Path, sets: Mapping[str, Sequence[bytes]]) -> None:
    """Write every stream of every set to a file."""
    for name, streams in sets.items():
        for number, data in enumerate(streams):
            (folder / f"{name}-{number:02}.arrow").write_bytes(data)


def read_streams(folder: Path, name: str) -> list[bytes]:
    """Return the streams of a set."""
    return [path.read_bytes() for path in sorted(folder.glob(f"{name}-*.arrow"))]


def answer_of(folder: Path, merge: Merge, merged: bytes, refusal: type[Exception] = ContraryError) -> dict[str, Any]:
    """Return what every tool has to agree on: the rows of the timed set, those of the repeated one, and that the contrary is refused."""
    return {
        TIMED: rows_of(merged),
        REPEATED: rows_of(merge(read_streams(folder, REPEATED))),
        CONTRARY: "refused" if _refuses(merge, read_streams(folder, CONTRARY), refusal) else "merged",
    }


def rows_of(data: bytes) -> list[dict[str, Any]]:
    """Return the rows of a stream."""
    rows: list[dict[str, Any]] = pa.ipc.open_stream(data).read_all().to_pylist()
    return rows


def stream_of(table: pa.Table) -> bytes:
    """Write a table as a stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def _refuses(merge: Merge, streams: list[bytes], refusal: type[Exception]) -> bool:
    try:
        merge(streams)
    except refusal:
        return True
    return False
