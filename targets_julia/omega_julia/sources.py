"""Which sources this port runs: those of Python as they were when they were imported, those of Julia as the worker loaded them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
ROOT = PACKAGE.parent
JULIA_PACKAGE = ROOT / "OmegaMonteCarlo"


def _read(paths: Iterable[Path]) -> dict[str, bytes]:
    return {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in paths}


_PYTHON = _read(PACKAGE.glob("*.py"))


def julia_sources() -> dict[str, bytes]:
    """Read the Julia package's files."""
    return _read([JULIA_PACKAGE / "Project.toml", *JULIA_PACKAGE.glob("src/*.jl")])


def digest(sources: dict[str, bytes]) -> str:
    """Return the SHA-256 over path, zero byte, length, zero byte and content of each file in byte order of the paths."""
    result = hashlib.sha256()
    for path, content in sorted(sources.items(), key=lambda item: item[0].encode()):
        result.update(b"%b\0%d\0" % (path.encode(), len(content)))
        result.update(content)
    return result.hexdigest()


def whole_digest(julia: dict[str, bytes]) -> str:
    """Return the digest of everything that this port is made of."""
    return digest(julia | _PYTHON)
