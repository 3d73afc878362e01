"""How much memory one call takes at its worst moment, as the kernel saw it, native allocations included."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import re
import resource
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from harness.formats.packing import unpack

_STATUS = Path("/proc/self/status")
_PAGES = Path("/proc/self/statm")
PAGE_BYTES = resource.getpagesize()
_CLEAR = Path("/proc/self/clear_refs")
_KIBIBYTE = 1024


def peak_bytes(function: Callable[..., Any], packed: bytes, modules: Iterable[str] = ()) -> tuple[int, list[str]]:
    """Return the resident bytes at the worst moment of one call above those before it, and the modules that the call imported.

    The arguments are there before, and so are the modules that are named: what a call imports, it imports once, and so it is no part of
    what a call takes. The process must be fresh: memory that an earlier call gave back to the allocator, but not to the kernel, would
    hide what this one takes.
    """
    for name in modules:
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    arguments = unpack(packed)
    known = set(sys.modules)
    _give_back()
    before = _reset()
    result = function(*arguments)
    peak = _status("VmHWM") or _maximum()
    del result
    return max(0, peak - before), sorted(set(sys.modules) - known)


def resident_bytes() -> int:
    """Return the memory of this process that is resident now; without /proc the most that ever was."""
    try:
        return int(_PAGES.read_bytes().split()[1]) * PAGE_BYTES
    except OSError:
        return _maximum()


def _give_back() -> None:
    """Return free memory to the kernel.

    After a large block was freed once, glibc keeps smaller ones in its heap (`M_MMAP_THRESHOLD` in mallopt(3)). Loading a native port
    and receiving the arguments leave holes there, and a call that fills them would seem to take nothing.
    """
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


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
