"""A build says what it is, and a debug build warns that its timings mean nothing."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import omega_rust
import pytest
from omega_rust import _native

from harness.formats.digest import digest_files

ROOT = Path(__file__).parents[2] / "targets_rust"
SOURCES = ("**/*.rs", "**/Cargo.toml", "Cargo.lock", "**/pyproject.toml", "**/*.py", "**/*.pyi")


def test_the_build_is_one_of_these_sources_in_release_mode() -> None:
    """The digest that the build carries is the one the harness computes from the files."""
    info = omega_rust.build_info()
    assert info["profile"] == "release"
    assert info["source_digest"] == digest_files(ROOT, SOURCES)
    assert info["version"] == omega_rust.__version__
    assert info["threads"] >= 1


def test_a_debug_build_warns_at_import(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever times a debug build is told so, once an import."""
    debug: dict[str, Any] = {**omega_rust.build_info(), "profile": "debug"}
    with monkeypatch.context() as patched:
        patched.setattr(_native, "build_info", lambda: debug)
        with pytest.warns(RuntimeWarning, match="timings mean nothing"):
            importlib.reload(omega_rust)
    importlib.reload(omega_rust)
