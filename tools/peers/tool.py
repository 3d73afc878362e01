"""Starts a tool in an environment of its own and asks it for its answer and times; what goes wrong is said in words."""
# ruff: noqa: INP001, S603, T201 - a script's neighbour, not a package; starting programs and saying so is what it is for

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer
from typing import Any

SCRIPTS = Path(__file__).resolve().parent
ROOT = SCRIPTS.parent.parent
CONSTRAINTS = ROOT / "constraints-peers.txt"
PATIENCE_SECONDS = 600.0
HIDDEN = frozenset({"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PIP_CONSTRAINT"})


class ToolMissingError(Exception):
    """A tool cannot be installed, does not start, or ended; the words say why."""


@dataclass
class Tool:
    """A tool that runs: its process, its answer, and the nanoseconds of its runs, with those of the port's around each.

    `setting` is what it chose where it had a choice, `peak_bytes` what its first run took beyond what it had before, None if unknown.
    """

    process: subprocess.Popen[str]
    answer: Any
    setting: str = ""
    peak_bytes: int | None = None
    samples_ns: list[int] = field(default_factory=list)
    port_ns: list[int] = field(default_factory=list)

    def run(self) -> int:
        """Ask for a run and return its nanoseconds; raises ToolMissingError when the process has ended."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.write("\n")
            self.process.stdin.flush()
            return int(self.process.stdout.readline())
        except (OSError, ValueError) as error:
            raise ToolMissingError("it ended while it was timed") from error


@contextmanager
def started(python: Path, script: str, folder: Path, *arguments: str, environment: dict[str, str]) -> Iterator[Tool]:
    """Start a tool and wait for its first run; raises ToolMissingError when it does not come that far. It never outlives the block."""
    with (folder / f"{'-'.join((script, *arguments))}.log").open("w+", encoding="utf-8") as log:
        command = [str(python), str(SCRIPTS / script), str(folder), *arguments]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
        watch = Timer(PATIENCE_SECONDS, process.kill)
        watch.start()
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line:
                process.wait()
                log.seek(0)
                raise ToolMissingError(f"it did not run ({_last_line(log.read(), process.returncode)})")
            yield Tool(process, **json.loads(line))
        finally:
            watch.cancel()
            process.kill()
            process.communicate()


def install(python: Path, packages: Sequence[str]) -> None:
    """Make an environment with these packages unless it is there; raises ToolMissingError when they cannot be installed."""
    folder = python.parent.parent
    stamp = folder / "installed"
    digest = hashlib.sha256(f"{sys.version} {' '.join(packages)}\n{CONSTRAINTS.read_text('utf-8')}".encode()).hexdigest()
    if stamp.is_file() and stamp.read_text("utf-8") == digest:
        return
    print(f"installing {', '.join(packages)} into {folder.relative_to(ROOT)}", file=sys.stderr, flush=True)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--constraint", str(CONSTRAINTS), *packages]
    for command in ([sys.executable, "-m", "venv", "--clear", str(folder)], pip):
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=plain())
        if done.returncode:
            raise ToolMissingError(f"{', '.join(packages)} cannot be installed ({_last_line(done.stderr, done.returncode)})")
    stamp.write_text(digest, encoding="utf-8")


def plain() -> dict[str, str]:
    """Return the variables for a tool that must not see this project."""
    return {name: value for name, value in os.environ.items() if name not in HIDDEN}


def _last_line(words: str, code: int) -> str:
    return next((line for line in reversed(words.splitlines()) if line.strip()), f"exit {code}")
