"""What stands in for a value that no format can carry: a port may answer with anything, and the run must go on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]+")
_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value known only by its qualified type and its representation, shortened and freed of memory addresses."""

    type_name: str
    representation: str


def type_name(kind: type) -> str:
    """Return the qualified name of a type, for example "builtins.ValueError"."""
    return f"{kind.__module__}.{kind.__qualname__}"


def shorten(text: str, limit: int = _LIMIT) -> str:
    """Cut a text in the middle so that it keeps at most about `limit` characters."""
    return text if len(text) <= limit else f"{text[: limit // 2]} ... {text[-limit // 2 :]}"


def describe(value: Any) -> Opaque:
    """Describe a value that cannot be carried; two runs describe it alike, and no bad `__repr__` breaks it."""
    try:
        text = repr(value)
    except BaseException as error:  # noqa: BLE001 - the value is foreign code, and its failure is only worth a remark
        text = f"<its repr raised {type(error).__name__}>"
    return Opaque(type_name(type(value)), shorten(_ADDRESS.sub("at 0x...", text)))
