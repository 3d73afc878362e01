"""An object that takes its time."""

from __future__ import annotations

import time


class Waits:
    """Waits when it is told to."""

    def wait(self, seconds: float) -> float:
        """Sleep and return how long."""
        time.sleep(seconds)
        return seconds
