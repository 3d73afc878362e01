"""Tells apart what may come out of a port: an error that is an answer, a panic that is a defect, and a wish to stop."""

from __future__ import annotations

PANIC = "PanicException"  # what pyo3 raises for a Rust panic: a BaseException, reachable by this name only


def is_failure(error: BaseException) -> bool:
    """Tell the port's own errors from a wish to stop (KeyboardInterrupt, SystemExit, cancellation), which nobody may swallow."""
    return isinstance(error, Exception) or is_panic(error)


def is_panic(error: BaseException) -> bool:
    """Tell a Rust panic, which is never an answer."""
    return any(kind.__name__ == PANIC for kind in type(error).__mro__)


def alike(failure: BaseException, error: BaseException) -> bool:
    """Compare what callers can tell apart: the type by name, because each side has its own class, and the stable code."""
    return type(failure).__name__ == type(error).__name__ and getattr(failure, "code", None) == getattr(error, "code", None)


def text_of(error: BaseException | None) -> str:
    """Return the error's message, even if it cannot make one."""
    try:
        return "" if error is None else str(error)
    except Exception:  # noqa: BLE001 - a port's exception may fail in anything, its own text included
        return "(its text cannot be made)"
