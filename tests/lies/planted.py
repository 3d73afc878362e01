"""Builds copies of the Rust port with some of its lines changed, for tests of whether the harness finds what was changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORKSPACE = ROOT / "targets_rust"


@dataclass(frozen=True)
class Change:
    """A piece of a file below the workspace as it is, and as it becomes; only the first place counts."""

    file: str
    old: str
    new: str


def build(folder: Path, changes: Iterable[Change]) -> Path:
    """Copy the workspace, plant the changes, build it with the dependencies that the real build left; return what to import it from."""
    copy = folder / "targets_rust"
    shutil.copytree(WORKSPACE, copy, ignore=shutil.ignore_patterns("target", "*.so", "__pycache__"))
    for change in changes:
        path = copy / change.file
        text = path.read_text("utf-8")
        assert change.old in text, f"{change.file} has changed; plant the fault elsewhere: {change.old}"
        path.write_text(text.replace(change.old, change.new, 1), "utf-8")
    environment = {**os.environ, "CARGO_TARGET_DIR": str(WORKSPACE / "target"), "PYO3_PYTHON": sys.executable}
    command = ["cargo", "build", "--release", "--quiet", "--offline", "-p", "omega_rust"]
    built = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    package = shutil.copytree(copy / "omega_rust" / "python", folder / "site")
    shutil.copy2(WORKSPACE / "target" / "release" / "lib_native.so", package / "omega_rust" / "_native.abi3.so")
    return package


def reproduced(script: Path, site: Path | None = None, environment: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Run a reproducer with the port of `site`, or the installed one; return its exit code and what it printed."""
    searched = {"PYTHONPATH": str(site)} if site else {}
    ran = subprocess.run(
        [sys.executable, script], env={**os.environ, **searched, **(environment or {})}, capture_output=True, text=True, check=False
    )
    return ran.returncode, ran.stdout + ran.stderr
