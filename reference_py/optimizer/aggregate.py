"""Many results become one: whatever the order of the pieces and however they are grouped, the same rows come out."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import Any

from reference_py.optimizer.arguments import listed
from reference_py.optimizer.errors import ErrorCode, OptimizerError
from reference_py.optimizer.result import TrialRow
from reference_py.optimizer.schema import from_ipc, to_ipc


def aggregate_results(results: Sequence[bytes]) -> bytes:
    """Return all rows of `optimization_result` streams by trial_id; a trial that comes twice stays once, with the smaller duration.

    Raises:
        TypeError: unless given a list or tuple of bytes.
        OptimizerError: as `from_ipc` for the first faulty stream; 1006 for two different rows of one trial.
    """
    for data in listed(results, "results"):
        if not isinstance(data, bytes | bytearray):
            raise TypeError(f"results must hold bytes, not {type(data).__name__}")
    kept: dict[int, TrialRow] = {}
    for row in [row for data in results for row in from_ipc(data)]:
        known = kept.setdefault(row.trial_id, row)
        if content(known) != content(row):
            raise OptimizerError(ErrorCode.CONSTRAINT, f"trial {row.trial_id} comes with different contents")
        if row.duration_seconds < known.duration_seconds:
            kept[row.trial_id] = row
    return to_ipc(kept.values())


def content(row: TrialRow) -> tuple[Any, ...]:
    """Return what must agree: all but the duration, doubles by their bits, any NaN like any other."""
    return row.trial_id, {name: _bits(value) for name, value in row.params.items()}, _bits(row.value), row.state, row.user_attrs


def _bits(value: float) -> bytes:
    return struct.pack("<d", math.nan if math.isnan(value) else value)
