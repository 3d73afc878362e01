"""The files of the repository as git sees them, read once for all rules."""

from __future__ import annotations

import ast
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Repository:
    """What is, or is about to be, under version control; paths are relative to `root`."""

    root: Path
    paths: tuple[Path, ...]

    def named(self, *suffixes: str) -> list[Path]:
        """Return the files with one of these suffixes."""
        return [path for path in self.paths if path.suffix in suffixes]

    def python(self, *folders: str) -> list[Path]:
        """Return the Python files below some folders, or all."""
        return [path for path in self.named(".py", ".pyi") if not folders or path.parts[0] in folders]

    def text(self, path: Path) -> str:
        """Return a file's text."""
        return _text(self.root / path)

    def tree(self, path: Path) -> ast.Module:
        """Return a Python file parsed; shared, so it is to be read only."""
        return _tree(self.root / path)


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(_text(path), filename=str(path))


@pytest.fixture(scope="session")
def repository() -> Repository:
    """List the tracked files, and the new ones that nothing ignores, so that a rule speaks before the commit."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return Repository(ROOT, tuple(Path(name) for name in sorted(set(listed)) if name and (ROOT / name).is_file()))
