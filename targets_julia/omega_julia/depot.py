"""A place for Julia's compiled package, made once per Julia and state of the sources, so that a start takes half the time."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
import time
from pathlib import Path

from omega_julia.child import Child
from omega_julia.find import QUIET, ROOT, Julia, child_environment
from omega_julia.sources import JULIA_PACKAGE

HALF = "half-"
STALE_SECONDS = 3600.0


def start_environment(julia: Julia, depot: Path | None) -> dict[str, str]:
    """Return the variables with which Julia finds our package, and nothing of its user's projects."""
    own = {"JULIA_LOAD_PATH": os.pathsep.join((str(JULIA_PACKAGE.parent), "@stdlib"))}
    if depot is not None:
        # The empty part at the end stands for the depots that Julia has of its own.
        own["JULIA_DEPOT_PATH"] = f"{depot}{os.pathsep}"
    return child_environment(julia.candidate) | own


def compiled(julia: Julia, flags: tuple[str, ...], seconds: float) -> Path | None:
    """Return the depot that holds the compiled package, made now if need be; None where that fails, and Julia compiles at each start."""
    depots = _depots()
    depot = depots / _key(julia, flags)
    if depot.is_dir():
        return depot
    try:
        depots.mkdir(parents=True, exist_ok=True)
        _sweep(depots)
        half = Path(tempfile.mkdtemp(prefix=HALF, dir=depots))
    except OSError:
        return None
    try:
        command = [str(julia.candidate.executable), *QUIET, *flags, "-e", "using OmegaMonteCarlo"]
        if not Child(command, start_environment(julia, half)).run(time.monotonic() + seconds):
            return None
        half.replace(depot)
    except OSError:
        # Another process may have been faster, which is as good.
        return depot if depot.is_dir() else None
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return depot


def _sweep(depots: Path) -> None:
    """Remove what processes that were killed while compiling left."""
    for half in depots.glob(f"{HALF}*"):
        with contextlib.suppress(OSError):
            if time.time() - half.stat().st_mtime > STALE_SECONDS:
                shutil.rmtree(half, ignore_errors=True)


def _depots() -> Path:
    """Choose the checkout's own folder where it can be written, else the user's cache."""
    own = ROOT / ".julia"
    if os.access(own if own.exists() else ROOT, os.W_OK):
        return own / "depots"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "omega_julia"


def _key(julia: Julia, flags: tuple[str, ...]) -> str:
    """Name everything that makes compiled code another one; times count because Julia compares them too."""
    executable = julia.candidate.executable
    parts = [str(executable), str(executable.stat().st_mtime_ns), julia.version, *flags]
    for path in sorted([JULIA_PACKAGE / "Project.toml", *JULIA_PACKAGE.glob("src/*.jl")]):
        parts += [str(path), str(path.stat().st_mtime_ns), hashlib.sha256(path.read_bytes()).hexdigest()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
