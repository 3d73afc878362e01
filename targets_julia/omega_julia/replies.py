"""What a reply other than an answer means, the same for every transport."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from omega_julia.errors import JuliaComputeError, JuliaOutOfMemoryError, JuliaProtocolError, OptimizerError

DONE = 0
REFUSED = 1
FAILED = 2
OUT_OF_MEMORY = 3


def raise_failure(status: int, words: Mapping[str, str], julia_version: str) -> NoReturn:
    """Raise OptimizerError for a refusal, else the JuliaError that the status stands for, with Julia's own words."""
    message, kind = words.get("message", ""), words.get("kind", "")
    if status == REFUSED and words.get("code", "").isdecimal():
        raise OptimizerError(int(words["code"]), message)
    text = f"{kind}: {message}"
    if status == OUT_OF_MEMORY:
        raise JuliaOutOfMemoryError(text, kind=kind, backtrace=words.get("backtrace", ""), julia_version=julia_version)
    if status == REFUSED:
        raise JuliaProtocolError(f"a refusal without a number: {text}", julia_version=julia_version)
    raise JuliaComputeError(text, kind=kind, backtrace=words.get("backtrace", ""), julia_version=julia_version)
