"""An append-only file of sealed lines below a header: what was written stays, and a line that a kill cut off is told apart."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.model import Source
from harness.stores.atomic import append_line, write_atomic
from harness.stores.sealed import check_header, seal, unseal


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it was read, with its place and its bytes."""

    tree: Mapping[str, Any]
    source: Source
    raw: bytes


@dataclass(frozen=True, slots=True)
class Log:
    """The file at `path`, of one format and version."""

    path: Path
    format: str
    version: int

    def append(self, tree: Mapping[str, Any]) -> bytes:
        """Add a line, creating the file with its header first; return the line as it was written."""
        self.prepare()
        line = seal(tree)
        append_line(self.path, line)
        return line

    def prepare(self) -> None:
        """Create the file when it is missing, and cut off what a killed writer left without an end."""
        if not self.path.exists():
            write_atomic(self.path, self._header())
            return
        data = self.path.read_bytes()
        whole = data.rfind(b"\n") + 1
        if whole < len(data):
            os.truncate(self.path, whole)
        if not whole:
            write_atomic(self.path, self._header())

    def read(self) -> list[Line]:
        """Return the whole lines below the header, none when there is no file; a last line without its end is left out.

        Raises HarnessError FILE_EDITED, FILE_INVALID, FILE_TOO_NEW or FILE_TOO_OLD, located at its line.
        """
        if not self.path.exists():
            return []
        whole = self.path.read_bytes().split(b"\n")[:-1]
        lines = [self._line(raw, number) for number, raw in enumerate(whole, start=1)]
        if lines:
            check_header(lines[0].tree, self.format, self.version, lines[0].source)
        return lines[1:]

    def rewrite(self, lines: list[Line]) -> None:
        """Replace the file by its header and some of its lines, in one step."""
        write_atomic(self.path, self._header() + b"".join(line.raw + b"\n" for line in lines))

    def _header(self) -> bytes:
        return seal({"kind": "header", "format": self.format, "version": self.version})

    def _line(self, raw: bytes, number: int) -> Line:
        source = Source(str(self.path), number)
        return Line(unseal(raw, source), source, raw)
