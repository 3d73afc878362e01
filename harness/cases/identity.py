"""Gives a case its name: what is called with what, so that the same input has the same id in every run and file."""

from __future__ import annotations

from typing import Any

from harness.formats.digest import digest_bytes
from harness.formats.tables import is_table
from harness.formats.values import pack, unpack
from harness.model import Case

ID_LENGTH = 12


def case_id(operation: str, arguments: tuple[Any, ...]) -> str:
    """Return the first twelve hex digits of the digest of operation and arguments; raises what `pack` raises.

    Arrow data is brought to the form in which it comes back from a file first, because equal tables may differ in their padding.
    """
    packed = pack(arguments)
    if any(is_table(argument) for argument in arguments):
        packed = pack(unpack(packed))
    return digest_bytes(operation.encode() + b"\0" + packed)[:ID_LENGTH]


def make_case(operation: str, arguments: tuple[Any, ...], *, origin: str = "generated", seed: int | None = None) -> Case:
    """Make a case with the id that its operation and arguments give it."""
    return Case(case_id(operation, arguments), operation, arguments, origin, seed)
