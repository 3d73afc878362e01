"""The scripts of the comparison with other tools, under the names that they have for each other, and only while they are tested."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"
SCRIPTS = (
    "bench_peers",
    "brute",
    "market",
    "memory",
    "optimizer",
    "paths",
    "run_numpy",
    "run_pandas",
    "run_pyarrow",
    "serve",
    "simulator",
    "streams",
    "table",
    "tool",
    "turns",
)


@pytest.fixture(scope="module")
def scripts() -> Iterator[SimpleNamespace]:
    """Import them, and forget them afterwards."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(TOOLS))
        importlib.import_module("bench_peers")
        yield SimpleNamespace(**{name: importlib.import_module(name) for name in SCRIPTS})
    for name in SCRIPTS:
        del sys.modules[name]
