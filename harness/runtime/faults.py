"""Plants one fault in a port, for the drill: each is what a broken installation or a broken build really does to a process."""

from __future__ import annotations

import importlib
import importlib.util
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

# Half a header: the loader itself refuses it. Cut further back, after the headers, it would map pages that are not there and the
# process would die of SIGBUS, which no fallback in the same process can answer.
TRUNCATED_BYTES = 32


class PanicException(BaseException):
    """Stands for a Rust panic that reached Python."""


@contextmanager
def planted(fault: str, port: str, operation: str) -> Iterator[None]:
    """Break the port for as long as the context lasts: "", "missing", "broken-abi", "raises", "panics" or "wrong-version".

    Raises ValueError for any other fault, AttributeError for "wrong-version" where the port says no version at all.
    """
    package = port.partition(".")[0]
    if fault == "":
        yield
    elif fault == "missing":
        with _unloaded(package), _refused(package):
            yield
    elif fault == "broken-abi":
        with tempfile.TemporaryDirectory() as folder:
            _truncated_copy(package, Path(folder))
            with _unloaded(package), _first_on_path(folder):
                yield
    elif fault in _BEHAVIOURS:
        with _replaced(importlib.import_module(port), operation, _BEHAVIOURS[fault]):
            yield
    elif fault == "wrong-version":
        with _replaced(_with_build_info(port, package), "build_info", lambda: {"version": "0.0.0+planted"}):
            yield
    else:
        raise ValueError(f"no fault is named {fault!r}")


def _raise(*_: Any, **__: Any) -> NoReturn:
    raise RuntimeError("planted by the drill")


def _panic(*_: Any, **__: Any) -> NoReturn:
    raise PanicException("planted by the drill")


_BEHAVIOURS: dict[str, Callable[..., NoReturn]] = {"raises": _raise, "panics": _panic}


class _Refusal:
    """A finder that says of one package what the import system says of one that is not installed."""

    def __init__(self, package: str) -> None:
        self.package = package

    def find_spec(self, name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None) -> ModuleSpec | None:
        if name.partition(".")[0] == self.package:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


@contextmanager
def _refused(package: str) -> Iterator[None]:
    finder = _Refusal(package)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


@contextmanager
def _first_on_path(folder: str) -> Iterator[None]:
    sys.path.insert(0, folder)
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(folder)
        importlib.invalidate_caches()


@contextmanager
def _unloaded(package: str) -> Iterator[None]:
    """Take the package out of the loaded modules, and put the very same ones back: an extension cannot be loaded twice."""
    kept = _take_out(package)
    try:
        yield
    finally:
        _take_out(package)
        sys.modules.update(kept)


def _take_out(package: str) -> dict[str, ModuleType]:
    names = [name for name in sys.modules if name == package or name.startswith(f"{package}.")]
    return {name: sys.modules.pop(name) for name in names}


@contextmanager
def _replaced(module: ModuleType, name: str, value: object) -> Iterator[None]:
    kept = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, kept)


def _with_build_info(port: str, package: str) -> ModuleType:
    modules = [importlib.import_module(name) for name in (port, package)]
    found = next((module for module in modules if hasattr(module, "build_info")), None)
    if found is None:
        raise AttributeError(f"{package} has no build_info() that says its version, so a port of another version would go unnoticed")
    return found


def _truncated_copy(package: str, folder: Path) -> None:
    """Cut the port's own library, or for a port without one any library of this Python, to half a header."""
    whole = _library_of(package)
    cut = folder / f"{package}{EXTENSION_SUFFIXES[0]}"
    shutil.copyfile(whole, cut)
    with cut.open("r+b") as file:
        file.truncate(TRUNCATED_BYTES)


def _library_of(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    folders = spec.submodule_search_locations if spec is not None else None
    found = [path for folder in folders or () for path in sorted(Path(folder).rglob("*.so"))]
    if not found and spec is not None and spec.origin and spec.origin.endswith(tuple(EXTENSION_SUFFIXES)):
        found = [Path(spec.origin)]
    if found:
        return found[0]
    stand_in = importlib.import_module("_ctypes").__file__
    if stand_in is None:
        raise RuntimeError("this Python has no library to break")
    return Path(stand_in)
