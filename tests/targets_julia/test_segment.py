"""Shared memory that nobody has to clean up: without a name where the system has such files, swept where it has not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from omega_julia import segment
from omega_julia.errors import JuliaOutOfMemoryError
from omega_julia.find import Julia
from omega_julia.process import WorkerTransport
from omega_julia.request import Request
from omega_julia.segment import Segment


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Take nameless files away, and put those with names into a folder of the test."""
    monkeypatch.delattr(os, "memfd_create")
    monkeypatch.setattr(segment, "_folders", lambda: [tmp_path])
    return tmp_path


def test_memory_grows_and_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was large once does not stay so."""
    monkeypatch.setattr(segment, "KEPT_BYTES", 2**17)
    memory = Segment()
    sizes = [memory.hold(0).size, memory.hold(1).size, memory.hold(2**17 + 1).size]
    memory.trim()
    after = os.fstat(memory.fd).st_size
    memory.hold(8)[:] = 7
    again = memory.size_bytes
    memory.close()
    memory.close()

    assert sizes == [2**16, 2**16, 2**18]
    assert (after, again) == (0, 2**16)


def test_a_new_memory_is_empty() -> None:
    """What a former call left is not seen after it was given back."""
    memory = Segment()
    memory.hold(8)[:] = 255
    memory.hold(2**20)
    fresh = Segment()

    assert int(fresh.hold(8).max()) == 0
    memory.close()
    fresh.close()


def test_a_file_with_a_name_has_it_only_until_the_worker_is_there(named: Path, julia: Julia) -> None:
    """Where files must have names, they are forgotten before the first call."""
    transport = WorkerTransport(julia, threads=1, flags=(), start_seconds=120.0)
    left = list(named.iterdir())
    words = {"n_bootstrap": "10", "confidence": "0x1p-1", "seed": "1", "threads": "1"}
    small = transport.call(Request("bootstrap", words, {"data": np.arange(4.0)}, {"out": 2}), timeout_seconds=60.0)
    large = transport.call(Request("bootstrap", words, {"data": np.arange(100_000.0)}, {"out": 2}), timeout_seconds=60.0)
    transport.close()

    assert left == []
    assert 0.0 < small.arrays["out"][0] < small.arrays["out"][1] < 3.0
    assert 49_000.0 < large.arrays["out"][0] < large.arrays["out"][1] < 51_000.0
    assert list(named.iterdir()) == []


def test_a_failed_start_leaves_no_name(named: Path, julia: Julia) -> None:
    """The name goes with the transport that did not come to be."""
    with pytest.raises(RuntimeError):
        WorkerTransport(julia, threads=1, flags=("--no-such-flag",), start_seconds=120.0)

    assert list(named.iterdir()) == []


def test_files_of_dead_processes_are_swept(named: Path) -> None:
    """A process that was killed in the one moment in which its file had a name is cleaned up after."""
    done = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True)
    dead = named / f"{segment.PREFIX}{done.stdout.strip()}-abc"
    alive = named / f"{segment.PREFIX}{os.getpid()}-abc"
    other = named / f"{segment.PREFIX}x-abc"
    for path in (dead, alive, other):
        path.touch()
    segment.sweep()

    assert sorted(named.iterdir()) == sorted([alive, other])


def test_no_room_is_an_error_of_its_own(julia: Julia) -> None:
    """A memory that the system cannot give is refused before anybody touches it; the worker lives."""
    transport = WorkerTransport(julia, threads=1, flags=(), start_seconds=120.0)
    with pytest.raises(JuliaOutOfMemoryError, match="no room"):
        transport.call(Request("scores", {}, {}, {"out": 2**47}), timeout_seconds=60.0)
    assert transport.call(Request("hello"), timeout_seconds=60.0).words["threads"] == "1"
    transport.close()
