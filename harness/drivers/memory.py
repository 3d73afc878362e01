"""How much memory one call takes at its worst moment, as the kernel saw it, native allocations included."""

from __future__ import annotations

import re
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

from harness.formats.packing import unpack

_STATUS = Path("/proc/self/status")
_PAGES = Path("/proc/self/statm")
PAGE_BYTES = resource.getpagesize()
_CLEAR = Path("/proc/self/clear_refs")
_KIBIBYTE = 1024


def peak_bytes(function: Callable[..., Any], packed: bytes) -> int:
    """Return the resident bytes at the worst moment of one call above those before it; the arguments are there before.

    The process must be fresh: memory that an earlier call gave back to the allocator, but not to the kernel, would hide what this
    one takes.
    """
    arguments = unpack(packed)
    before = _reset()
    result = function(*arguments)
    peak = _status("VmHWM") or _maximum()
    del result
    return max(0, peak - before)


def resident_bytes() -> int:
    """Return the memory of this process that is resident now; without /proc the most that ever was."""
    try:
        return int(_PAGES.read_bytes().split()[1]) * PAGE_BYTES
    except OSError:
        return _maximum()


def _reset() -> int:
    """Set the kernel's high-water mark back to the present size and return that; without /proc the mark so far must do."""
    try:
        _CLEAR.write_text("5")
    except OSError:
        return _maximum()
    return _status("VmRSS") or _maximum()


def _status(field: str) -> int | None:
    try:
        match = re.search(rf"^{field}:\s+(\d+) kB$", _STATUS.read_text(), re.MULTILINE)
    except OSError:
        return None
    return int(match.group(1)) * _KIBIBYTE if match else None


def _maximum() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIBIBYTE
