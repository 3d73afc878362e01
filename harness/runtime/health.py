"""Whether a port can be used at all: it imports, has the names that are needed, and is the version that the caller was written for."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType

from harness.runtime.answers import Reason
from harness.runtime.failures import is_failure


class PortUnavailableError(ImportError):
    """The flag demands the port, and the port cannot be used; the cause is the port's own error, if there was one."""


class _RefusedError(Exception):
    """The port imports but is not what the caller needs."""

    def __init__(self, reason: Reason, text: str) -> None:
        super().__init__(text)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Health:
    """A port's module, or the reason and the error that keep it from being used."""

    module: ModuleType | None
    reason: Reason = Reason.PORT_HEALTHY
    error: BaseException | None = None


def examine(port: str, *, names: Sequence[str] = (), version: str = "") -> Health:
    """Import the port's module and hold it against what is needed; whatever goes wrong is the answer, never raised.

    `version` is a prefix of dot-separated parts ("0.1") that `build_info()["version"]` of the port's package must begin with.
    """
    importlib.invalidate_caches()
    try:
        module = importlib.import_module(port)
        _require_names(module, names)
        _require_version(module, version)
    except _RefusedError as error:
        return Health(None, error.reason, error)
    except BaseException as error:
        if not is_failure(error):
            raise
        return Health(None, Reason.IMPORT_FAILED, error)
    return Health(module)


def _require_names(module: ModuleType, names: Sequence[str]) -> None:
    missing = [name for name in names if not callable(getattr(module, name, None))]
    if missing:
        raise _RefusedError(Reason.NAME_MISSING, f"{module.__name__} lacks {', '.join(missing)}")


def _require_version(module: ModuleType, version: str) -> None:
    if not version:
        return
    package = importlib.import_module(module.__name__.partition(".")[0])
    build_info = getattr(module, "build_info", None) or getattr(package, "build_info", None)
    found = str(build_info().get("version", "")) if callable(build_info) else ""
    wanted = version.split(".")
    if found.split(".")[: len(wanted)] != wanted:
        raise _RefusedError(Reason.VERSION_MISMATCH, f"{package.__name__} says version {found or 'nothing'}, {version} is needed")
