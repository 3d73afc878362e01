"""The exit codes that scripts rely on; one code never means two things."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a verb of the command returns to the shell."""

    GO = 0
    NO_GO = 1
    USAGE = 2
    INCONCLUSIVE = 3
    INTERRUPTED = 130
