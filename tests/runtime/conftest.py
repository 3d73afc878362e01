"""A throw-away migration: a reference, a port and a facade as real files, so that imports fail and succeed as they do for users."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.runtime import Dispatcher, EventLog, flags

FLAG = "TOY_USE_RUST_SUM"

REFERENCE = """
    class ToyError(RuntimeError):
        def __init__(self, code, message):
            super().__init__(code, message)
            self.code = code
            self.message = message

        def __str__(self):
            return f"[{self.code}] {self.message}"


    def total(values):
        if not values:
            raise ToyError(1001, "nothing to add")
        result = 0
        for value in values:
            result += value
        return result


    def only_here():
        return "reference"
"""

PORT = """
    class ToyError(RuntimeError):
        def __init__(self, code, message):
            super().__init__(f"[{code}] {message}")
            self.code = code


    def build_info():
        return {"version": "0.3.7", "profile": "release"}


    def total(values):
        if not values:
            raise ToyError(1001, "nothing to add")
        return sum(values)
"""

FACADE = """
    from harness.runtime import Dispatcher

    dispatcher = Dispatcher("TOY_USE_RUST_SUM", reference="toy_reference", port="toy_port.kernels", names=["total"], version="0.3")


    def total(values):
        return dispatcher.call("total", values)
"""


@dataclass
class Toy:
    """The folder of the throw-away migration, and a dispatcher with its own log."""

    folder: Path
    log: EventLog
    dispatcher: Dispatcher
    flag: str = FLAG

    def write_port(self, text: str) -> None:
        """Replace the port's source before it is first imported."""
        write(self.folder / "toy_port" / "kernels.py", text)


def write(path: Path, text: str) -> None:
    """Write indented source text as a file of its own."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(textwrap.dedent(text), encoding="utf-8")


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Toy]:
    """Make the throw-away migration importable for one test, its flag unset."""
    write(tmp_path / "toy_reference.py", REFERENCE)
    write(tmp_path / "toy_facade.py", FACADE)
    write(tmp_path / "toy_port" / "__init__.py", "")
    write(tmp_path / "toy_port" / "kernels.py", PORT)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.delenv(FLAG, raising=False)
    log = EventLog(clock=lambda: 7)
    names = {"names": ["total"], "version": "0.3"}
    yield Toy(tmp_path, log, Dispatcher(FLAG, reference="toy_reference", port="toy_port.kernels", log=log, **names))
    flags.set_feature_flag(FLAG, None)
    for name in [name for name in sys.modules if name.startswith("toy_")]:
        del sys.modules[name]
