"""Gives a case its name: what is called with what, so that the same input has the same id in every run and file."""

from __future__ import annotations

from typing import Any

from harness.formats.digest import digest_bytes
from harness.formats.values import pack
from harness.model import Case

ID_LENGTH = 12


def case_id(operation: str, arguments: tuple[Any, ...]) -> str:
    """Return the first twelve hex digits of the digest of operation and arguments; raises what `pack` raises."""
    return digest_bytes(operation.encode() + b"\0" + pack(arguments))[:ID_LENGTH]


def make_case(operation: str, arguments: tuple[Any, ...], *, origin: str = "generated", seed: int | None = None) -> Case:
    """Make a case with the id that its operation and arguments give it."""
    return Case(case_id(operation, arguments), operation, arguments, origin, seed)
