"""What can go wrong between Python and Julia: a refusal of the input, which Python would refuse too, or Julia itself."""

from __future__ import annotations

INVALID_ARGUMENT = 1001
TYPE = 1004
EMPTY_INPUT = 1010
SIZE_MISMATCH = 1011
COMPUTATION = 2000
OBJECTIVE_ERROR = 6003


class OptimizerError(RuntimeError):
    """A refusal with a number; its text reads `[code] message`. No reason to ask another implementation."""

    def __init__(self, code: int, message: str, module_code: int | None = None) -> None:
        """Keep the numbers apart from the message, so that the error survives pickling."""
        super().__init__(code, message, module_code)
        self.code = code
        self.message = message
        self.module_code = module_code

    def __str__(self) -> str:
        """Render the form that callers in any language can parse."""
        return f"[{self.code}] {self.message}"


class JuliaError(RuntimeError):
    """Julia did not answer as it should; the Python reference can.

    `kind` names Julia's exception or the accident, `backtrace` is Julia's, `stderr` the end of what the process wrote, `attempts`
    how often the call was tried.
    """

    def __init__(
        self, message: str, *, kind: str = "", backtrace: str = "", stderr: str = "", julia_version: str = "", attempts: int = 1
    ) -> None:
        """Keep the parts, so that a report can show them."""
        super().__init__(message)
        self.message = message
        self.kind = kind or type(self).__name__
        self.backtrace = backtrace
        self.stderr = stderr
        self.julia_version = julia_version
        self.attempts = attempts


class JuliaUnavailableError(JuliaError):
    """There is no Julia that is healthy and computes rightly."""


class JuliaStartError(JuliaError):
    """Julia was found, but its worker did not come up."""


class JuliaComputeError(JuliaError):
    """Julia threw an exception; the worker lives."""


class JuliaOutOfMemoryError(JuliaError):
    """There was no room for the call, in Julia or in shared memory."""


class JuliaCrashedError(JuliaError):
    """The worker ended in the middle of a call."""


class JuliaTimeoutError(JuliaError):
    """The call took longer than it was given; the worker was ended."""


class JuliaProtocolError(JuliaError):
    """The worker sent what is no reply; it was ended."""
