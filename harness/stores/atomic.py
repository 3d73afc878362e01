"""Writes files so that whoever reads them, or kills the writer, never meets half of one."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path


def write_atomic(path: Path | str, data: bytes | str) -> None:
    """Replace or create a file in one step: a reader sees the old content or the new, whenever the writer dies.

    Text is written as UTF-8. Folders on the way are made. Temporary files that killed writers left for the same path are removed.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(target)
    content = data.encode() if isinstance(data, str) else data
    temporary = target.with_name(f".{target.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
    try:
        _write_new(temporary, content)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def append_line(path: Path, line: bytes) -> None:
    """Append one line, its end included, in one write, and wait until it is on the disk."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
    try:
        _write_all(file, line)
        os.fsync(file)
    finally:
        os.close(file)


def _write_new(path: Path, content: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        _write_all(file, content)
        os.fsync(file)
    finally:
        os.close(file)


def _write_all(file: int, content: bytes) -> None:
    """Write everything; the system may take less at a time when the disk is nearly full or a signal comes."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(file, rest) :]


def _sync_folder(folder: Path) -> None:
    """Make the new name last, where the file system can: some refuse to sync a folder."""
    with contextlib.suppress(OSError):
        file = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(file)
        finally:
            os.close(file)


def _remove_leftovers(target: Path) -> None:
    """Remove temporary files of the same target whose writers are gone."""
    prefix, suffix = f".{target.name}.", ".tmp"
    for entry in os.scandir(target.parent):
        if entry.name.startswith(prefix) and entry.name.endswith(suffix) and not _is_alive(entry.name[len(prefix) :].partition(".")[0]):
            Path(entry.path).unlink(missing_ok=True)


def _is_alive(process_id: str) -> bool:
    if not process_id.isdigit():
        return True  # not a name of ours
    try:
        os.kill(int(process_id), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
