"""Whether a Julia can be trusted: it must throw and catch, and compute what is known."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache

from omega_julia.errors import JuliaUnavailableError
from omega_julia.find import Candidate, Julia, Unhealthy, candidates, examine

# Block 1 of stream 4 with the default seed, as numpy gives it.
WORDS = "2b716180c13fb782 672316de3bd08c95 df45ee9cfd126a1c 5d1e1618801f1a00"
# Mean, deviation and bounds of 40 equity paths, then the bounds of 40 resamples: bits of doubles, computed once by the reference.
NUMBERS = "3f9c34db89ad7d42 3fc841209242c0c7 bfd6a038b152fe84 3fd3208e22eb299a bfb47ae147ae147a 3fd1eb851eb851ec"


def healthy() -> Julia:
    """Return the first Julia that passes; raises JuliaUnavailableError with what is wrong with each candidate."""
    reasons = []
    for candidate in candidates():
        found = _examined(candidate, _state(candidate))
        if isinstance(found, Julia):
            return found
        reasons.append(f"{candidate.executable} (from {candidate.source}) {found.reason}")
    hint = "install Julia 1.5 or newer, name one with OMEGA_JULIA_EXE, or run `make setup`"
    raise JuliaUnavailableError(f"{'; '.join(reasons) or 'no Julia was found'}: {hint}")


def check_known(words: Mapping[str, str]) -> None:
    """Compare what a fresh Julia computed with what is known; raises JuliaUnavailableError."""
    for name, known in (("words", WORDS), ("numbers", NUMBERS)):
        if words.get(name) != known:
            raise JuliaUnavailableError(f"this Julia computes wrongly: {name} are {words.get(name)!r} instead of {known!r}", kind="probe")


@lru_cache(maxsize=32)
def _examined(candidate: Candidate, _state: tuple[object, ...]) -> Julia | Unhealthy:
    return examine(candidate)


def _state(candidate: Candidate) -> tuple[object, ...]:
    """Describe a candidate, so that one that was replaced is asked again."""
    try:
        status = candidate.executable.stat()
    except OSError:
        return (None, os.environ.get("OMEGA_JULIA_LD_LIBRARY_PATH"))
    return (status.st_mtime_ns, status.st_size, os.environ.get("OMEGA_JULIA_LD_LIBRARY_PATH"))
