"""The one error that the rating module raises on purpose, with its stable number."""

from __future__ import annotations

from enum import IntEnum


class ErrorCode(IntEnum):
    """Numbers shared by every language; 1xxx validation, 2xxx computation, 3xxx input and output, 5xxx the language boundary."""

    INVALID_ARGUMENT = 1001
    NULL = 1002
    OUT_OF_BOUNDS = 1003
    TYPE = 1004
    SCHEMA = 1005
    CONSTRAINT = 1006
    MISSING_FIELD = 1008
    SIZE_MISMATCH = 1011
    NAN = 2004
    DESERIALISE = 3004


class RatingError(RuntimeError):
    """A refusal with a number; its text reads `[code] message`."""

    def __init__(self, code: int, message: str) -> None:
        """Keep number and message apart, so that the error survives pickling."""
        super().__init__(int(code), message)
        self.code = int(code)
        self.message = message

    def __str__(self) -> str:
        """Render the form that callers in any language can parse."""
        return f"[{self.code}] {self.message}"
