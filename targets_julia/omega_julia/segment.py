"""Memory that Python and the worker both map: a file without a name, so that nothing is left however either of them ends."""

from __future__ import annotations

import contextlib
import errno
import mmap
import os
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

SMALLEST_BYTES = 2**16
KEPT_BYTES = 2**26
PREFIX = "omega-jl-"
MEMORY_STATE = Path("/proc/meminfo")
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - the system's folder of shared memory; names in it are made by mkstemp


class Segment:
    """A file of doubles that grows with what is asked of it.

    `path` is where the worker opens it; after that `forget_name` removes the name of a file that needed one.
    """

    def __init__(self) -> None:
        """Make the file; raises OSError where there is no room."""
        sweep()
        self.fd, self.path = _create()
        self._map: mmap.mmap | None = None
        self.size_bytes = 0

    def hold(self, wanted_bytes: int) -> npt.NDArray[np.uint8]:
        """Return the mapped memory, at least that large; raises OSError ENOSPC or ENOMEM where there is no room."""
        if self._map is None or wanted_bytes > self.size_bytes:
            self._resize(max(SMALLEST_BYTES, 1 << (wanted_bytes - 1).bit_length() if wanted_bytes else 0))
        return np.frombuffer(self._map, dtype=np.uint8) if self._map is not None else np.empty(0, np.uint8)

    def trim(self) -> None:
        """Give a large memory back to the system; the next `hold` makes a new one."""
        if self.size_bytes > KEPT_BYTES:
            self._map = None
            os.ftruncate(self.fd, 0)
            self.size_bytes = 0

    def forget_name(self) -> None:
        """Remove the name of the file, if it has one."""
        if self.path.startswith(f"/proc/self/fd/{self.fd}"):
            return
        with contextlib.suppress(OSError):
            Path(self.path).unlink()

    def close(self) -> None:
        """Let go of the file; what is still mapped stays until nobody looks at it."""
        self.forget_name()
        self._map = None
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def _resize(self, size_bytes: int) -> None:
        if size_bytes > _available_bytes():
            raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))
        self._map = None
        # Room is claimed now, because later a full system would end the process that touches the memory.
        os.posix_fallocate(self.fd, 0, size_bytes)
        self._map = mmap.mmap(self.fd, size_bytes)
        self.size_bytes = size_bytes


def sweep() -> None:
    """Remove files of processes that died between making a file and forgetting its name."""
    for folder in _folders():
        for path in folder.glob(f"{PREFIX}*-*"):
            owner = path.name.removeprefix(PREFIX).partition("-")[0]
            if owner.isdecimal() and not _is_alive(int(owner)):
                with contextlib.suppress(OSError):
                    path.unlink()


def _available_bytes() -> int:
    """Return how much may be claimed: a nameless file has no bound of its own, and a system without memory kills whom it likes."""
    try:
        for line in MEMORY_STATE.read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024 // 2
    except (OSError, ValueError, IndexError):
        pass
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 4


def _create() -> tuple[int, str]:
    """Make a file in memory that has no name; where the system has no such files, one that has a name for a moment."""
    try:
        fd = os.memfd_create(f"{PREFIX}{os.getpid()}", os.MFD_CLOEXEC)
    except (AttributeError, OSError):
        fd, path = tempfile.mkstemp(prefix=f"{PREFIX}{os.getpid()}-", dir=_folders()[0])
        return fd, path
    return fd, f"/proc/self/fd/{fd}"


def _folders() -> list[Path]:
    usable = [SHARED_MEMORY] if os.access(SHARED_MEMORY, os.W_OK) else []
    return [*usable, Path(tempfile.gettempdir())]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError as error:
        return error.errno != errno.ESRCH
    return True
