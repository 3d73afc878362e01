"""Finds a callable by its import path, and the proof of where it came from and which build it is."""

from __future__ import annotations

import hashlib
import importlib
import importlib.machinery
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from harness.contract.machine import plain_path
from harness.machines.play import Player

_NATIVE = tuple(importlib.machinery.EXTENSION_SUFFIXES)


class MissingError(Exception):
    """The import path leads nowhere, or to an implementation that says it cannot work on this machine."""


def load(target: str) -> Callable[..., Any]:
    """Import `package.module.attribute` or `package.module:attribute`; behind `machine:` it is a class, and a player on it is returned.

    Raises MissingError when a part of the path does not exist; whatever else the import raises passes through, since then the
    implementation exists and is broken.
    """
    path = plain_path(target)
    found = _walk_attributes(*path.split(":", 1)) if ":" in path else _walk_modules(path)
    if not callable(found):
        raise MissingError(f"{path} is a {type(found).__name__}, not a callable")
    return found if path == target else Player(found)


def _walk_attributes(module: str, attributes: str) -> Any:
    found: Any = _import(module)
    for name in attributes.split("."):
        found = _attribute(found, name, f"{module}:{attributes}")
    return found


def _walk_modules(target: str) -> Any:
    """Follow modules as far as they go, then attributes; the last part is an attribute even where a file has its name."""
    first, *rest = target.split(".")
    found: Any = _import(first)
    path = first
    for name in rest[:-1]:
        path = f"{path}.{name}"
        found = _submodule(found, path) or _attribute(found, name, target)
    return _attribute(found, rest[-1], target) if rest else found


def _submodule(owner: Any, path: str) -> ModuleType | None:
    if not (isinstance(owner, ModuleType) and hasattr(owner, "__path__")):
        return None
    try:
        return _import(path)
    except MissingError:
        return None


def _attribute(owner: Any, name: str, target: str) -> Any:
    if not hasattr(owner, name):
        raise MissingError(f"{target}: {getattr(owner, '__name__', owner)!s} has no {name!r}")
    return getattr(owner, name)


def _import(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(f"{error.name}.")):
            raise MissingError(f"there is no module {error.name!r}") from error
        raise


def describe(target: str, function: Callable[..., Any]) -> dict[str, str]:
    """Return the fields of `model.Ran` but the implementation's name: target, file, digest, version, profile, source digest.

    Raises MissingError when the implementation, asked for its build, says that it cannot work here.
    """
    path, subject = plain_path(target), function.make if isinstance(function, Player) else function
    file = _file(path, subject)
    build = _build(path, subject)
    return {
        "target": target,
        "file": file,
        "file_digest": _digest(file),
        "version": str(build.get("version") or _version(path)),
        "profile": str(build.get("profile") or ""),
        "source_digest": str(build.get("source_digest") or ""),
    }


def _file(target: str, function: Callable[..., Any]) -> str:
    """Name the file that holds the code: its own source for Python, the shared library for an extension."""
    source = _source(function)
    if source:
        return source
    modules = [module for module in _modules(target, function) if getattr(module, "__file__", None)]
    natives = [module for module in (*modules, *_siblings(modules)) if str(module.__file__).endswith(_NATIVE)]
    name = getattr(function, "__name__", "")
    owners = [module for module in natives if getattr(module, name, None) is function]
    return next((str(module.__file__) for module in (*owners, *natives, *modules)), "")


def _source(function: Callable[..., Any]) -> str:
    """Name the file of Python source that a function comes from, for a class the first of its methods that has one."""
    methods = vars(function).values() if isinstance(function, type) else [inspect.unwrap(function)]
    codes = (getattr(method, "__code__", None) for method in methods)
    files = (Path(code.co_filename) for code in codes if isinstance(code, CodeType))
    return next((str(file.resolve()) for file in files if file.is_file()), "")


def _modules(target: str, function: Callable[..., Any]) -> Iterator[ModuleType]:
    """Yield the modules that may answer for a callable: its own first, then those of its path from the inside out."""
    owner = getattr(function, "__self__", None)
    if isinstance(owner, ModuleType):
        yield owner
    for path in (str(getattr(function, "__module__", "") or ""), target.replace(":", ".")):
        parts = path.split(".")
        for length in range(len(parts), 0, -1):
            module = sys.modules.get(".".join(parts[:length]))
            if module is not None:
                yield module


def _siblings(modules: list[ModuleType]) -> list[ModuleType]:
    """Return the loaded extension modules of the same top packages, since a package may re-export from the one that it wraps."""
    tops = {module.__name__.partition(".")[0] for module in modules} - {"builtins"}
    return [
        module
        for name, module in sorted(sys.modules.items())
        if name.partition(".")[0] in tops and str(getattr(module, "__file__", "") or "").endswith(_NATIVE)
    ]


def _build(target: str, function: Callable[..., Any]) -> Mapping[Any, Any]:
    """Ask the nearest module that has a `build_info()`.

    One that raises cannot work here, for want of its runtime for instance: that is a gap, and its calls would only be errors.
    """
    for module in _modules(target, function):
        ask = getattr(module, "build_info", None)
        if callable(ask):
            try:
                answer = ask()
            except Exception as error:
                raise MissingError(f"{type(error).__name__}: {error}") from error
            return answer if isinstance(answer, Mapping) else {}
    return {}


def _version(target: str) -> str:
    top = sys.modules.get(target.replace(":", ".").partition(".")[0])
    return str(getattr(top, "__version__", ""))


def _digest(file: str) -> str:
    try:
        status = Path(file).stat()
        return _digest_as_of(file, status.st_mtime_ns, status.st_size)
    except OSError:
        return ""


@cache
def _digest_as_of(file: str, _mtime_ns: int, _size_bytes: int) -> str:
    """Digest a file once for all callables of a worker that it holds."""
    with Path(file).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
