"""Measures how much memory a run takes at its peak, in this process and in all that it started, as the kernel sees it."""
# ruff: noqa: INP001 - a script's neighbour, not a package

from __future__ import annotations

import ctypes
import gc
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

PROCESSES = Path("/proc")
KIBIBYTE = 1024
# What the kernel's documentation of clear_refs names for the peak.
RESET_PEAK = "5"


def with_peak(run: Callable[[], Any]) -> tuple[Any, int | None]:
    """Return the result of a run and by how many bytes it exceeded what was resident before; None where the kernel does not say.

    Only processes that live before and after the run count.
    """
    gc.collect()
    try:
        ctypes.CDLL(None).malloc_trim(0)
        before = {process: _resident_bytes(process) for process in family(os.getpid())}
    except (AttributeError, OSError):
        return run(), None
    result = run()
    return result, sum(_field_bytes(process, "VmHWM") - bytes_before for process, bytes_before in before.items() if _lives(process))


def family(process: int) -> list[int]:
    """Return a process and everything that it started; raises OSError where the kernel keeps no such list."""
    children = (PROCESSES / f"{process}/task").glob("*/children")
    return [process, *(one for listed in children for child in listed.read_text("ascii").split() for one in family(int(child)))]


def _resident_bytes(process: int) -> int:
    """Forget the peak so far, and return what is resident now."""
    (PROCESSES / f"{process}/clear_refs").write_text(RESET_PEAK, encoding="ascii")
    return _field_bytes(process, "VmRSS")


def _field_bytes(process: int, name: str) -> int:
    status = (PROCESSES / f"{process}/status").read_text("utf-8")
    return next(int(line.split()[1]) * KIBIBYTE for line in status.splitlines() if line.startswith(f"{name}:"))


def _lives(process: int) -> bool:
    return (PROCESSES / f"{process}/status").exists()
