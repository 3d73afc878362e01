"""How a value reads in a difference: its repr, short enough for a table."""

from __future__ import annotations

from typing import Any

LONGEST = 160


def show(value: Any) -> str:
    """Return the repr of a value, its middle left out when it is long; a repr that raises is replaced by the type's name."""
    try:
        text = repr(value)
    except Exception as error:  # noqa: BLE001 - a broken repr of a port's value must not break the report
        return f"<{type(value).__name__} whose repr raises {type(error).__name__}>"
    return shorten(text)


def show_typed(value: Any) -> str:
    """Return the repr with the type's name behind it, for values that look alike."""
    return f"{show(value)} ({type(value).__name__})"


def shorten(text: str, around: int = 0) -> str:
    """Cut a text to LONGEST characters that include the place `around`."""
    if len(text) <= LONGEST:
        return text
    start = max(0, min(around - LONGEST // 2, len(text) - LONGEST))
    before = "…" if start else ""
    after = "…" if start + LONGEST < len(text) else ""
    return f"{before}{text[start : start + LONGEST]}{after}"
