"""Progress on stderr: a bar on a terminal, a line now and then in a log, nothing with --quiet."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.status import Status

LOG_EVERY_SECONDS = 10.0


class ProgressLine:
    """Shows what is being done; `update` is cheap enough to be called for every batch."""

    def __init__(self, console: Console, title: str) -> None:
        """Show nothing until entered."""
        self.console = console
        self.title = title
        self.status = Status(title, console=console) if console.is_terminal and not console.quiet else None
        self.last_seconds = 0.0
        self.last_what = ""

    def __enter__(self) -> Self:
        """Begin to show."""
        if self.status is not None:
            self.status.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Leave the terminal clean."""
        if self.status is not None:
            self.status.stop()

    def update(self, what: str, done: int, total: int) -> None:
        """Say what is being done, and how much of it."""
        amount = f" {done}/{total}" if total else f" {done}" if done else ""
        text = f"{self.title}: {what}{amount}"
        if self.status is not None:
            self.status.update(text)
        elif time.monotonic() - self.last_seconds > LOG_EVERY_SECONDS:
            self.last_seconds = time.monotonic()
            self.console.print(text, markup=False)
