"""How large an operation's cases are: tables cost by their rows, so that fewer of them make as much evidence."""

from __future__ import annotations

import sys
from typing import Any

from harness.contract import Columns, Operation, Table
from harness.model import Case

TABLES_SHARE = 4
STREAM_MARK = b"\xff\xff\xff\xff"


def takes_tables(operation: Operation) -> bool:
    """Tell whether an operation is called with Arrow data."""
    return any(isinstance(kind, Table) for inputs in operation.inputs if isinstance(inputs, Columns) for kind in inputs.types.values())


def cases_wanted(operation: Operation, cases: int) -> int:
    """Return how many inputs to generate: as many as asked for, fewer where each is a table, never fewer than the floor."""
    return max(operation.floor.cases, cases // TABLES_SHARE if takes_tables(operation) else cases)


def rows_of(case: Case) -> int:
    """Count the rows of a case: those of its Arrow arguments, 1 where it has none."""
    counts = [count for count in map(_rows, case.arguments) if count is not None]
    return sum(counts) if counts else 1


def _rows(value: Any) -> int | None:
    arrow = sys.modules.get("pyarrow")
    if arrow is None:
        return None
    if isinstance(value, arrow.RecordBatch | arrow.Table):
        return int(value.num_rows)
    if isinstance(value, bytes) and value.startswith(STREAM_MARK):
        try:
            return int(sum(batch.num_rows for batch in arrow.ipc.open_stream(value)))
        except (arrow.ArrowException, OSError, ValueError):  # damaged bytes are cases too, and pyarrow has many words for them
            return None
    return None
