"""The one error that the execution simulator raises on purpose, with its stable number."""

from __future__ import annotations

from enum import IntEnum


class ErrorCode(IntEnum):
    """Numbers shared by every language; 1xxx validation, 2xxx computation, 3xxx input and output."""

    INVALID_ARGUMENT = 1001
    NULL = 1002
    OUT_OF_BOUNDS = 1003
    TYPE = 1004
    SCHEMA = 1005
    CONSTRAINT = 1006
    INVALID_STATE = 1007
    MISSING_FIELD = 1008
    EMPTY_INPUT = 1010
    DIVISION_BY_ZERO = 2001
    NAN = 2004
    INFINITE = 2005
    INSUFFICIENT_DATA = 2008
    DESERIALISE = 3004


class ExecutionError(RuntimeError):
    """A refusal with a number; its text reads `[code] message`."""

    def __init__(self, code: int, message: str) -> None:
        """Keep number and message apart, so that the error survives pickling."""
        super().__init__(int(code), message)
        self.code = int(code)
        self.message = message

    def __str__(self) -> str:
        """Render the form that callers in any language can parse."""
        return f"[{self.code}] {self.message}"
