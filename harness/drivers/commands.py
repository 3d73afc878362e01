"""Runs a tool of the project, such as a linter or a test suite, and leaves nothing of it behind."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from harness.drivers import lifeline
from harness.errors import Code, HarnessError

TIMED_OUT = 124
_LOOK_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Completed:
    """How a command ended; `exit_code` is negative for a signal, and 124 with `timed_out` when it was stopped."""

    exit_code: int
    stdout: str
    stderr: str
    seconds: float
    timed_out: bool = False


@dataclass(frozen=True, slots=True)
class _Wait:
    """How long a command may take, and what ends it before."""

    timeout_seconds: float
    stop: threading.Event

    def until_ended(self, process: subprocess.Popen[bytes]) -> int | None:
        """Return the exit code, None when the process is to be stopped."""
        deadline = time.monotonic() + self.timeout_seconds
        while time.monotonic() < deadline and not self.stop.is_set():
            with contextlib.suppress(subprocess.TimeoutExpired):
                return process.wait(timeout=_LOOK_SECONDS)
        return None


def run(
    command: Sequence[str],
    *,
    root: Path,
    environment: Mapping[str, str] | None = None,
    timeout_seconds: float,
    stop: threading.Event | None = None,
) -> Completed:
    """Run a command in `root` without a shell and without input; raises HarnessError TOOL_MISSING when there is no such program.

    Everything that the command started in its process group ends with it, also when this process is killed. Setting `stop`, from another
    thread, ends it as the time-out does.
    """
    variables = {**os.environ, **(environment or {})}
    program = shutil.which(_located(command[0], root), path=variables.get("PATH"))
    if program is None:
        raise HarnessError(Code.TOOL_MISSING, f"there is no program {command[0]!r}", where=str(root))
    started = time.monotonic()
    wait = _Wait(timeout_seconds, stop or threading.Event())
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        exit_code = _finish([program, *command[1:]], root, variables, stdout=stdout, stderr=stderr, wait=wait)
        seconds = time.monotonic() - started
        if exit_code is None:
            return Completed(TIMED_OUT, _text(stdout), _text(stderr), seconds, timed_out=True)
        return Completed(exit_code, _text(stdout), _text(stderr), seconds)


def _located(program: str, root: Path) -> str:
    """Read a path with a folder in it relative to the project, as the command itself would."""
    return str(root / program) if os.sep in program else program


def _finish(command: list[str], root: Path, variables: dict[str, str], *, stdout: IO[bytes], stderr: IO[bytes], wait: _Wait) -> int | None:
    """Run a command to its end and return its exit code, None when it was stopped.

    It prints into files and not into pipes, which a process that it left in the background would keep open.
    """
    theirs, ours = os.pipe()
    try:
        process = subprocess.Popen(  # noqa: S603 - the contract's own command, no shell
            [sys.executable, "-I", "-S", lifeline.__file__, str(theirs), *command],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            cwd=root,
            env=variables,
            start_new_session=True,
            pass_fds=(theirs,),
        )
        with process, _killed_at_the_end(process):
            return wait.until_ended(process)
    finally:
        os.close(theirs)
        os.close(ours)


@contextlib.contextmanager
def _killed_at_the_end(process: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")
