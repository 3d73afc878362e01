"""Finds a callable by its import path, and the proof of where it came from and which build it is."""

from __future__ import annotations

import hashlib
import importlib
import importlib.machinery
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

_NATIVE = tuple(importlib.machinery.EXTENSION_SUFFIXES)


class MissingError(Exception):
    """The import path leads nowhere: the module or the attribute does not exist."""


def load(target: str) -> Callable[..., Any]:
    """Import `package.module.attribute` or `package.module:attribute`.

    Raises MissingError when a part of the path does not exist; whatever else the import raises passes through, since then the
    implementation exists and is broken.
    """
    found = _walk_attributes(*target.split(":", 1)) if ":" in target else _walk_modules(target)
    if not callable(found):
        raise MissingError(f"{target} is a {type(found).__name__}, not a callable")
    return found  # type: ignore[no-any-return]  # foreign code may be anything


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
    """Return the fields of `model.Ran` but the implementation's name: target, file, digest, version, profile, source digest."""
    file = _file(target, function)
    build = _build(target, function)
    return {
        "target": target,
        "file": file,
        "file_digest": _digest(file),
        "version": str(build.get("version") or _version(target)),
        "profile": str(build.get("profile") or ""),
        "source_digest": str(build.get("source_digest") or ""),
    }


def _file(target: str, function: Callable[..., Any]) -> str:
    """Name the file that holds the code: its own source for Python, the shared library for an extension."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    if isinstance(code, CodeType) and Path(code.co_filename).is_file():
        return str(Path(code.co_filename).resolve())
    modules = [module for module in _modules(target, function) if getattr(module, "__file__", None)]
    natives = [module for module in (*modules, *_siblings(modules)) if str(module.__file__).endswith(_NATIVE)]
    name = getattr(function, "__name__", "")
    owners = [module for module in natives if getattr(module, name, None) is function]
    return next((str(module.__file__) for module in (*owners, *natives, *modules)), "")


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
    """Ask the nearest module that has a `build_info()`; one that fails says nothing, and the harness then has no proof."""
    for module in _modules(target, function):
        ask = getattr(module, "build_info", None)
        if callable(ask):
            try:
                answer = ask()
            except Exception:  # noqa: BLE001 - foreign code; no answer is an answer
                return {}
            return answer if isinstance(answer, Mapping) else {}
    return {}


def _version(target: str) -> str:
    top = sys.modules.get(target.replace(":", ".").partition(".")[0])
    return str(getattr(top, "__version__", ""))


def _digest(file: str) -> str:
    try:
        return hashlib.sha256(Path(file).read_bytes()).hexdigest()
    except OSError:
        return ""
