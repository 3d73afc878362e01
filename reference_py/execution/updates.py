"""Changes that come from outside, from a strategy's position manager or by hand, checked before they are made (interface document, 7.7)."""

from __future__ import annotations

import math
from collections.abc import Mapping

from reference_py.execution.errors import ErrorCode, ExecutionError
from reference_py.execution.position import Position, Status
from reference_py.execution.tables import UpdateRow


def check_update(row: UpdateRow, live: Mapping[str, Position]) -> tuple[Position, int | None]:
    """Return the position of an update, and the time at which to close it, None if it stays.

    Raises:
        ExecutionError: 1002, 1003 for the position; 2005 for a level; 1001 for a status; 1008, 1006, 2005 for a closing.
    """
    if row.position_id is None:
        raise ExecutionError(ErrorCode.NULL, "position_id is null")
    position = live.get(row.position_id)
    if position is None:
        raise ExecutionError(ErrorCode.OUT_OF_BOUNDS, f"there is no live position {row.position_id!r}")
    for level in (row.stop_loss, row.take_profit):
        _check_finite(level)
    if row.status is None or row.status == position.status:
        return position, None
    if row.status != Status.CLOSED:
        raise ExecutionError(ErrorCode.INVALID_ARGUMENT, f"{row.position_id} cannot become {row.status!r}")
    return position, _closing_time(row, position)


def _closing_time(row: UpdateRow, position: Position) -> int:
    if row.exit_time is None:
        raise ExecutionError(ErrorCode.MISSING_FIELD, f"closing {row.position_id} needs a time")
    if row.exit_time < position.entry_time:
        raise ExecutionError(ErrorCode.CONSTRAINT, f"{row.position_id} cannot be closed before it was entered")
    _check_finite(row.exit_price)
    if row.exit_price is None and position.status is Status.OPEN:
        raise ExecutionError(ErrorCode.MISSING_FIELD, f"closing {row.position_id} needs a price")
    return row.exit_time


def _check_finite(level: float | None) -> None:
    if level is not None and math.isinf(level):
        raise ExecutionError(ErrorCode.INFINITE, "a level is infinite")
