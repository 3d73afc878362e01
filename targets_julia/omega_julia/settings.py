"""What the environment says about how Julia is to be run, read at every call, so that a change takes effect at once."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass

from omega_julia.errors import JuliaUnavailableError

TRANSPORTS = ("worker", "juliacall")
START_SECONDS = 120.0
LEAST_CALL_SECONDS = 60.0
# Generous on purpose: a quiet machine needs 4 ns a draw.
SECONDS_PER_DRAW = 50 * 10e-9
_WATCHED = ("OMEGA_JULIA_EXE", "OMEGA_JULIA_LD_LIBRARY_PATH", "OMEGA_JULIA_FAULTS", "PYTHON_JULIAPKG_EXE", "PATH")


@dataclass(frozen=True)
class Settings:
    """How Julia is run; `watched` are the variables that lead to another Julia when they change."""

    transport: str
    threads: int
    start_seconds: float
    call_seconds: float | None
    flags: tuple[str, ...]
    watched: tuple[str | None, ...]


def current() -> Settings:
    """Read OMEGA_JULIA_TRANSPORT, _THREADS, _START_SECONDS, _TIMEOUT_SECONDS and _FLAGS; raises JuliaUnavailableError for nonsense.

    Where OMEGA_JULIA_THREADS is not set, the number in Julia's own JULIA_NUM_THREADS counts, else there is a thread per processor.
    """
    transport = os.environ.get("OMEGA_JULIA_TRANSPORT") or "worker"
    if transport not in TRANSPORTS:
        raise JuliaUnavailableError(f"OMEGA_JULIA_TRANSPORT={transport} is none of {', '.join(TRANSPORTS)}")
    return Settings(
        transport,
        _threads(),
        _positive("OMEGA_JULIA_START_SECONDS") or START_SECONDS,
        _positive("OMEGA_JULIA_TIMEOUT_SECONDS"),
        tuple(shlex.split(os.environ.get("OMEGA_JULIA_FLAGS", ""))),
        tuple(os.environ.get(name) for name in _WATCHED),
    )


def call_seconds(settings: Settings, draws: int) -> float:
    """Return how long a call of so many draws may take."""
    return settings.call_seconds or max(LEAST_CALL_SECONDS, draws * SECONDS_PER_DRAW)


def _threads() -> int:
    if ours := _positive("OMEGA_JULIA_THREADS"):
        return int(ours)
    # Julia also takes "auto", and a second number for threads that we have no use for.
    usual = os.environ.get("JULIA_NUM_THREADS", "").partition(",")[0]
    return int(usual) if usual.isascii() and usual.isdigit() and int(usual) > 0 else len(os.sched_getaffinity(0))


def _positive(name: str) -> float | None:
    text = os.environ.get(name)
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.0 < value < float("inf"):
        raise JuliaUnavailableError(f"{name}={text} is no positive number")
    return value
