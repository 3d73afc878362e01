"""A healthy Julia for the tests that need one, workers that may be broken, and the proof that nothing of them is left."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

import omega_julia
from omega_julia.errors import JuliaUnavailableError
from omega_julia.find import Julia
from omega_julia.probe import healthy
from omega_julia.process import WorkerTransport
from omega_julia.segment import PREFIX, SHARED_MEMORY

ROOT = Path(__file__).resolve().parents[2]
REQUIRE = "OMEGA_REQUIRE_JULIA"
# A worker that is to fail need not be fast once it runs: without optimisation it starts in half the time.
QUICK_START = "-O0"

RunPython = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def julia() -> Julia:
    """Return a healthy Julia; without one these tests say so, and fail where CI demands one."""
    try:
        return healthy()
    except JuliaUnavailableError as error:
        if os.environ.get(REQUIRE):
            pytest.fail(f"{REQUIRE} is set, and {error}")
        pytest.skip(f"not run, there is no Julia: {error}")


@pytest.fixture
def worker(julia: Julia, monkeypatch: pytest.MonkeyPatch) -> Iterator[WorkerTransport]:
    """Return a worker of its own that breaks on demand."""
    monkeypatch.setenv("OMEGA_JULIA_FAULTS", "1")
    transport = WorkerTransport(julia, threads=2, flags=(QUICK_START,), start_seconds=120.0)
    yield transport
    transport.close()


@pytest.fixture
def fresh_session(julia: Julia, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:  # noqa: ARG001 - it must be there
    """Give a test the process's session in its first state, with faults on demand, and leave none behind."""
    monkeypatch.setenv("OMEGA_JULIA_FAULTS", "1")
    monkeypatch.setenv("OMEGA_JULIA_FLAGS", QUICK_START)
    omega_julia.reset()
    yield
    omega_julia.reset()


@pytest.fixture(scope="module", autouse=True)
def _nothing_is_left() -> Iterator[None]:
    """Hold that a module's tests leave neither a process nor a file."""
    yield
    omega_julia.reset()
    assert workers_of(os.getpid()) == []
    assert left_files(os.getpid()) == []


@pytest.fixture
def run_python(tmp_path: Path) -> RunPython:
    """Return a function that runs Python source in a process of its own."""

    def run(source: str, **environment: str) -> subprocess.CompletedProcess[str]:
        script = tmp_path / "script.py"
        script.write_text(textwrap.dedent(source), encoding="utf-8")
        command = [sys.executable, str(script)]
        return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False, timeout=300, cwd=tmp_path)

    return run


def workers_of(pid: int) -> list[int]:
    """Name the processes of Julia below a process."""
    found = psutil.Process(pid).children(recursive=True)
    return [child.pid for child in found if "julia" in child.name()]


def left_files(pid: int) -> list[str]:
    """Name the files that a process left in shared memory."""
    return [path.name for path in SHARED_MEMORY.glob(f"{PREFIX}{pid}-*")]
