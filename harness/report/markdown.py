"""The report as Markdown for pull requests and step summaries, which GitHub drops or refuses when they grow too long."""

from __future__ import annotations

from pathlib import Path

from harness.report import templates
from harness.report.document import RunDocument
from harness.report.page import page

LONGEST_BYTES = 60_000
_ROWS = (200, 100, 50, 20, 8, 3)
_CUT = "\n\nThe rest is in the HTML report.\n"


def render(document: RunDocument, *, templates_dir: Path | None = None, longest_bytes: int = LONGEST_BYTES) -> str:
    """Return Markdown of fewer than `longest_bytes` bytes; when it has to be shorter, the best rows of each table go first.

    Raises HarnessError REPORT_INVALID when a template cannot be rendered.
    """
    shown = page(document)
    text = ""
    for rows in _ROWS:
        text = templates.render("report.md.j2", templates_dir=templates_dir, page=shown, rows=rows)
        if len(text.encode()) < longest_bytes:
            return text
    return _cut(text, longest_bytes)


def _cut(text: str, longest_bytes: int) -> str:
    """Cut at the end of a line; what stands first is what matters most."""
    room = max(longest_bytes - len(_CUT.encode()) - 1, 0)
    kept = text.encode()[:room].decode(errors="ignore")
    return kept[: kept.rfind("\n") + 1].rstrip("\n") + _CUT
