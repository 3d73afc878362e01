"""The errors that the port raises on purpose; apart from the rest, because the native module imports them."""


class _RefusalError(RuntimeError):
    """A refusal with a number that is the same in every language; its text reads `[code] message`."""

    def __init__(self, code: int, message: str) -> None:
        """Keep number and message apart, so that the error survives pickling."""
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        """Render the form that callers in any language can parse."""
        return f"[{self.code}] {self.message}"


class ExecutionError(_RefusalError):
    """A refusal of the execution simulator."""


class RatingError(_RefusalError):
    """A refusal of the rating module."""
