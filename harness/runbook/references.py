"""The files that a runbook names, so that a claim about them can be checked against the disk."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from harness.model import Source
from harness.runbook.document import Block, Span
from harness.runbook.findings import Finding, Severity

_PLANNED = "(docs-lint:planned)"
_PATH = re.compile(r"^(?:\./)?[\w*.@-]+(?:/[\w*.@-]+)*(?:/|/[\w*-][\w*.-]*\.[A-Za-z]\w*)$")
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:")
_PLACEHOLDER = re.compile(r"[\[\]{}<>$]|YYYY")


@dataclass(frozen=True, slots=True)
class Reference:
    """A file, folder or glob, relative to the project's root; `planned` when the line says that it does not exist yet."""

    path: str
    source: Source
    planned: bool = False

    def exists(self, root: Path) -> bool:
        """Tell whether the path, or at least one match of the glob, is there."""
        try:
            return any(True for _ in root.glob(self.path)) if "*" in self.path else (root / self.path).exists()
        except (OSError, ValueError):  # a name no file system takes, or a glob that pathlib refuses
            return False


def names_a_file(span: Span) -> bool:
    """Tell whether a piece of inline code or a link's target is the path of a file, a folder or a glob."""
    target = _cut(span.content)
    if not target or _PLACEHOLDER.search(target):
        return False
    if span.link:
        return not _SCHEME.match(span.content) and not span.content.startswith(("/", "#"))
    return _PATH.match(target) is not None


def find_references(block: Block, folder: str, file: str, lines: list[str]) -> Iterator[Reference | Finding]:
    """Yield the paths of a block, links relative to the runbook's `folder`, code relative to the root; finding those that lead outside."""
    for span in block.spans:
        if not names_a_file(span):
            continue
        target = unquote(_cut(span.content)) if span.link else _cut(span.content)
        source = Source(file, span.line)
        path = posixpath.normpath(posixpath.join(folder, target) if span.link else target)
        if path.startswith(("..", "/")) or "\0" in path:
            yield Finding("reference-outside", f"{target} lies outside the project", source, Severity.WARNING)
        elif path != ".":
            yield Reference(path, source, _is_planned(lines, span.line))


def front_matter_reference(text: str, source: Source) -> Reference | None:
    """Read an entry of the front matter as a path, None when it is prose."""
    path = _cut(text.strip())
    is_path = _PATH.match(path) is not None and not _PLACEHOLDER.search(path)
    normal = posixpath.normpath(path) if is_path else ""
    return Reference(normal, source, _PLANNED in text) if normal and not normal.startswith(("..", "/")) else None


def _is_planned(lines: list[str], line: int) -> bool:
    return 0 < line <= len(lines) and _PLANNED in lines[line - 1]


def _cut(target: str) -> str:
    """Cut test ids, anchors and queries off a path."""
    return re.split(r"::|[#?]", target, maxsplit=1)[0]
