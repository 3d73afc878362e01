"""The one error that the optimizer raises on purpose: the number that all modules share, and the module's own where it has one."""

from __future__ import annotations

from enum import IntEnum
from typing import Any


class ErrorCode(IntEnum):
    """Numbers shared by every language; 1xxx validation, 2xxx computation, 3xxx input and output, 5xxx the language boundary."""

    INVALID_ARGUMENT = 1001
    NULL = 1002
    OUT_OF_BOUNDS = 1003
    TYPE = 1004
    CONSTRAINT = 1006
    INVALID_STATE = 1007
    EMPTY_INPUT = 1010
    SIZE_MISMATCH = 1011
    COMPUTATION = 2000
    OVERFLOW = 2002
    NAN = 2004
    IO = 3000
    DESERIALISE = 3004
    SCHEMA_MISMATCH = 5004


class ModuleCode(IntEnum):
    """The interface document's own numbers; in the shared table 6001 to 6004 speak of memory and other resources."""

    OPTIMIZATION_FAILED = 6001
    INVALID_PARAM_SPACE = 6002
    OBJECTIVE_ERROR = 6003
    PRUNER_ERROR = 6004


SHARED_CODES = {
    ModuleCode.OPTIMIZATION_FAILED: ErrorCode.COMPUTATION,
    ModuleCode.INVALID_PARAM_SPACE: ErrorCode.INVALID_ARGUMENT,
    ModuleCode.OBJECTIVE_ERROR: ErrorCode.COMPUTATION,
    ModuleCode.PRUNER_ERROR: ErrorCode.INVALID_ARGUMENT,
}


class OptimizerError(RuntimeError):
    """A refusal with a number; its text reads `[code] message`.

    Made with one of the module's numbers it carries the shared number that a generic handler understands, and keeps the own one in
    `module_code` and at the head of the message.
    """

    def __init__(self, code: int, message: str, module_code: int | None = None) -> None:
        """Keep numbers and message apart, so that the error survives pickling."""
        if module_code is None and code in SHARED_CODES:
            own = ModuleCode(code)
            code, message, module_code = SHARED_CODES[own], f"{own.value} {own.name}: {message}", own
        super().__init__(int(code), message, None if module_code is None else int(module_code))
        self.code = int(code)
        self.message = message
        self.module_code = None if module_code is None else int(module_code)

    def __str__(self) -> str:
        """Render the form that callers in any language can parse."""
        return f"[{self.code}] {self.message}"

    def record(self) -> dict[str, Any]:
        """Return the result record that crosses process and language borders."""
        own = {} if self.module_code is None else {"module_code": self.module_code, "module_name": ModuleCode(self.module_code).name}
        return {"ok": False, "error_code": self.code, "message": self.message, "context": own}
