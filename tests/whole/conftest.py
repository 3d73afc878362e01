"""What the tests of the whole share: the command as a process of its own, in a project away from this checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

Harness = Callable[..., subprocess.CompletedProcess[str]]
COMMAND = (sys.executable, "-m", "harness")


def clean_environment() -> dict[str, str]:
    """Return the environment without what the tests' own surroundings would tell the command."""
    return {name: value for name, value in os.environ.items() if not name.startswith("HARNESS_") and name != "CI"}


@pytest.fixture(scope="session")
def harness() -> Harness:
    """Return the command: words in, exit code and both streams out, and never a traceback."""

    def run(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
        completed = subprocess.run(
            [*COMMAND, *words], cwd=root, env=clean_environment(), capture_output=True, text=True, timeout=300, check=False
        )
        assert "Traceback" not in completed.stdout + completed.stderr
        return completed

    return run


def wait_until(holds: Callable[[], bool], seconds: float = 60.0) -> bool:
    """Wait until something holds; tell whether it did."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.02)
    return holds()


def living(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Return those that still run; a zombie does not."""
    return [process for process in processes if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
