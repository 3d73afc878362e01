"""Facts about what is left when the parent is gone: nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

Living = Callable[[Iterable[int]], list[int]]

PARENT = """
import sys
from pathlib import Path
from harness.drivers import Driver
from harness.model import Case
driver = Driver("ports:" + sys.argv[1], name="port", root=Path("."), search_path=[sys.argv[2]])
driver.load()
child = driver.call([Case("0", "o", (1.0,))], timeout_seconds=60)[0].value
print(driver._worker.pid, int(child or 0), flush=True)
driver.call([Case("0", "o", (0.0,))], timeout_seconds=600)
sys.stdin.read()
"""
COMMAND = """
import sys
from pathlib import Path
from harness.drivers import commands
commands.run(["sh", "-c", "sleep 600 & echo $$ $! > pids; sleep 600"], root=Path("."), timeout_seconds=600)
"""


def names(folder: str) -> set[str]:
    """Return the names in a folder."""
    return {path.name for path in Path(folder).iterdir()}


def start(program: str, *arguments: str, folder: Path) -> subprocess.Popen[str]:
    """Start a parent that uses the harness, in a folder of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("name", ["hanging_on_zero", "hanging_with_the_lock", "starting_a_child", "identity"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_outlives_a_parent_that_is_killed(tmp_path: Path, fakes: str, living: Living, name: str, number: signal.Signals) -> None:
    """When the parent dies by any signal, its worker and what the port started die too, even hanging in native code."""
    shared = names("/dev/shm")
    temporary = names(tempfile.gettempdir())
    with start(PARENT, name, fakes, folder=tmp_path) as parent:
        assert parent.stdout is not None
        numbers = [int(word) for word in parent.stdout.readline().split()]
        time.sleep(0.1)
        parent.send_signal(number)
        parent.wait(timeout=20)

    assert living([number for number in numbers if number > 2]) == []
    assert names("/dev/shm") <= shared
    assert not [file for file in names(tempfile.gettempdir()) - temporary if "harness" in file]


def test_no_tool_outlives_a_parent_that_is_killed(tmp_path: Path, living: Living) -> None:
    """When the parent dies, the tool that it ran dies with all that it started."""
    with start(COMMAND, folder=tmp_path) as parent:
        file = tmp_path / "pids"
        while not file.exists() or not file.read_text().endswith("\n"):
            time.sleep(0.01)
        numbers = [int(word) for word in file.read_text().split()]
        parent.kill()

    assert living(numbers) == []
