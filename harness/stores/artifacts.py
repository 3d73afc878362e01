"""Writes the files of a report: each whole or not at all, and none outside its folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from harness.stores.atomic import write_atomic
from harness.stores.layout import checked_name


def write_artifacts(folder: Path, files: Mapping[str, bytes | str]) -> tuple[Path, ...]:
    """Write files by their names into a folder and return their paths; raises HarnessError BAD_SETTING for a name that leads elsewhere."""
    paths = {folder / checked_name(name): data for name, data in files.items()}
    for path, data in paths.items():
        write_atomic(path, data)
    return tuple(paths)
