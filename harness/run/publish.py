"""The third stage of a run: the judged run as pages and files, and the index of all migrations."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from harness.errors import HarnessError
from harness.model import Divergence
from harness.report import html, index, json_report, junit, markdown
from harness.report.document import RunDocument
from harness.run.context import read_migration
from harness.settings import Project
from harness.stores.atomic import write_atomic
from harness.stores.divergences import DivergenceStore


def publish(project: Project, judged: RunDocument) -> RunDocument:
    """Write report.html, .md, .json, junit.xml and the reproducers of a run; return the run with the paths of its reproducers."""
    folder = project.layout.reports / judged.migration
    own = templates_of(project)
    document = replace(judged, divergences=_write_reproducers(project, judged))
    rendered = {
        "report.json": json_report.render(document),
        "report.md": markdown.render(document, templates_dir=own),
        "junit.xml": junit.render(document),
        "report.html": html.render(document, templates_dir=own),
    }
    for name, text in rendered.items():
        write_atomic(folder / name, text)
    return document


def templates_of(project: Project) -> Path | None:
    """Return the project's own templates, if it has any."""
    folder = project.settings.get("templates")
    return project.root / str(folder) if folder else None


def page_of(project: Project, name: str) -> Path:
    """Return where the page of a migration is written."""
    return project.layout.reports / name / "report.html"


def publish_index(project: Project) -> Path:
    """Write the page over all migrations from the reports that there are; unreadable ones are left out."""
    reports = []
    for name in project.migrations():
        path = project.layout.reports / name / "report.json"
        try:
            reports.append(json_report.read_back(path.read_text("utf-8")))
        except (OSError, UnicodeDecodeError, HarnessError):
            continue
    page = project.layout.reports / "index.html"
    write_atomic(page, index.render(reports, templates_dir=templates_of(project)))
    schema = project.layout.reports / "schema.json"
    if not schema.is_file():
        write_atomic(schema, (files("harness.report") / "schema.json").read_text("utf-8"))
    return page


def _write_reproducers(project: Project, document: RunDocument) -> tuple[Divergence, ...]:
    _, contract = read_migration(project, document.migration)
    subjects = list(contract.subjects())
    return DivergenceStore(project.layout.reports / document.migration).write(
        document.divergences,
        root=project.root,
        targets=_targets(document),
        policies={subject.name: subject.compare for subject in subjects},
        errors={subject.name: subject.errors for subject in subjects},
    )


def _targets(document: RunDocument) -> dict[str, tuple[str, str]]:
    """Map an operation and port to the import paths that its worker loaded."""
    found = {}
    for record in document.checks:
        targets = {ran.implementation: ran.target for ran in record.ran}
        if "reference" in targets and record.port in targets:
            found[f"{record.operation}/{record.port}"] = (targets["reference"], targets[record.port])
    return found
