"""Imports what a contract names by path, and says where it failed when it is not there."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from harness.errors import Code, HarnessError


def load_callable(path: str) -> Callable[..., Any]:
    """Import "package.module:function"; raises HarnessError CALLABLE_MISSING, or CONTRACT_BROKEN when importing itself fails."""
    module_name, separator, name = path.partition(":")
    if not separator or not module_name or not name:
        raise HarnessError(Code.CALLABLE_MISSING, f"{path!r} does not read package.module:function", where=path)
    try:
        found: Any = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        raise HarnessError(Code.CALLABLE_MISSING, f"there is no module {error.name!r}", where=path, cause=str(error)) from error
    except Exception as error:
        raise HarnessError(Code.CONTRACT_BROKEN, f"{module_name!r} does not import", where=path, cause=describe(error)) from error
    for part in name.split("."):
        found = getattr(found, part, None)
    if not callable(found):
        raise HarnessError(Code.CALLABLE_MISSING, f"{module_name!r} has no callable {name!r}", where=path)
    checked: Callable[..., Any] = found
    return checked


def describe(error: BaseException) -> str:
    """Render an exception as its type and words, for the cause of another."""
    return f"{type(error).__name__}: {error}"
