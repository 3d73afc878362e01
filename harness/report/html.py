"""The report as one self-contained page for people: no network, no script, every word escaped."""

from __future__ import annotations

from pathlib import Path

from harness import __version__
from harness.report import templates
from harness.report.document import RunDocument
from harness.report.page import page


def render(document: RunDocument, *, templates_dir: Path | None = None) -> str:
    """Return the page; templates in `templates_dir` replace the built-in ones of the same name.

    Raises HarnessError REPORT_INVALID when a template cannot be rendered.
    """
    return templates.render("report.html.j2", templates_dir=templates_dir, page=page(document), version=__version__)
