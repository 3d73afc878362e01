"""Finds the Julia of this machine and asks whether it is healthy; standard library only, because the set-up runs this file alone."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TREE = Path(".julia", "debian")
OLDEST = (1, 5)
# Version and prints work on a Julia whose backtraces crash, so the question throws (a libunwind of another release does that).
QUESTION = "try; [1][2]; catch; end; print(VERSION)"
QUIET = ("--startup-file=no", "--history-file=no", "--color=no")
PROBE_SECONDS = 60.0


@dataclass(frozen=True)
class Candidate:
    """An executable that may be Julia, who named it, and the library folders that it needs first."""

    executable: Path
    source: str
    library_path: tuple[str, ...] = ()


@dataclass(frozen=True)
class Julia:
    """A Julia that starts, computes and throws."""

    candidate: Candidate
    version: str


@dataclass(frozen=True)
class Unhealthy:
    """A candidate that is none, and why."""

    candidate: Candidate
    reason: str


def candidates(environment: Mapping[str, str] | None = None, *, root: Path = ROOT) -> Iterator[Candidate]:
    """Name executables, the preferred first: OMEGA_JULIA_EXE alone where it is set, else juliapkg's, juliaup's, PATH's, ours."""
    given = os.environ if environment is None else environment
    if named := given.get("OMEGA_JULIA_EXE"):
        executable = shutil.which(named, path=given.get("PATH")) or named
        yield Candidate(Path(executable), "OMEGA_JULIA_EXE", _tree_libraries(root) if _is_of_tree(Path(executable), root) else ())
        return
    if named := given.get("PYTHON_JULIAPKG_EXE"):
        yield Candidate(Path(named), "PYTHON_JULIAPKG_EXE")
    if (default := _juliaup_default(given)) is not None:
        yield Candidate(default, "juliaup")
    if found := shutil.which("julia", path=given.get("PATH")):
        yield Candidate(Path(found), "PATH")
    own = root / TREE / "usr" / "bin" / "julia"
    if own.exists():
        yield Candidate(own, "the checkout", _tree_libraries(root))


def examine(candidate: Candidate) -> Julia | Unhealthy:
    """Start a candidate once, let it throw, and read its version."""
    command = [str(candidate.executable), *QUIET, "-e", QUESTION]
    try:
        done = subprocess.run(  # noqa: S603 - the user's own Julia
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PROBE_SECONDS,
            check=False,
            env=child_environment(candidate),
        )
    except OSError as error:
        return Unhealthy(candidate, f"does not start: {error.strerror}")
    except subprocess.TimeoutExpired:
        return Unhealthy(candidate, f"gave no answer within {PROBE_SECONDS:.0f} s")
    if done.returncode != 0:
        words = f"died of signal {-done.returncode}" if done.returncode < 0 else f"ended with exit code {done.returncode}"
        return Unhealthy(candidate, f"{words} when it was to throw and catch an exception")
    version = done.stdout.decode("utf-8", errors="replace").strip()
    match = re.match(r"(\d+)\.(\d+)\.", version)
    if match is None:
        return Unhealthy(candidate, "did not print a version, so it is no Julia")
    if (int(match[1]), int(match[2])) < OLDEST:
        return Unhealthy(candidate, f"is Julia {version}; 1.5 or newer is needed")
    return Julia(candidate, version)


def child_environment(candidate: Candidate) -> dict[str, str]:
    """Return the variables for a Julia of ours: what others set for theirs is left out, its libraries come first."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JULIA_")}
    asked = os.environ.get("OMEGA_JULIA_LD_LIBRARY_PATH", "")
    folders = [*candidate.library_path, asked, kept.get("LD_LIBRARY_PATH", "")]
    if path := os.pathsep.join(folder for folder in folders if folder):
        kept["LD_LIBRARY_PATH"] = path
    return kept


def _is_of_tree(executable: Path, root: Path) -> bool:
    return executable.is_relative_to(root / TREE)


def _tree_libraries(root: Path) -> tuple[str, ...]:
    """Name the two library folders of the unpacked packages: the system's kind, and Julia's own within it."""
    folders = sorted({path.parent for path in (root / TREE / "usr" / "lib").glob("*/libjulia.so*")})
    return tuple(str(folder) for base in folders for folder in (base, base / "julia"))


def _juliaup_default(environment: Mapping[str, str]) -> Path | None:
    """Read juliaup's own record for the default channel, because its launcher could start a download."""
    home = environment.get("HOME")
    depot = environment.get("JULIAUP_DEPOT_PATH") or (home and str(Path(home, ".julia")))
    if not depot:
        return None
    record = Path(depot, "juliaup", "juliaup.json")
    try:
        known = json.loads(record.read_text(encoding="utf-8"))
        version = known["InstalledChannels"][known["Default"]]["Version"]
        folder = record.parent / known["InstalledVersions"][version]["Path"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    executable = folder / "bin" / "julia"
    return executable if executable.exists() else None
