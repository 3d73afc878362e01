"""Prepares a foreign project, and writes the first runbook and contract of a migration."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from string import Template

from harness.errors import Code, HarnessError
from harness.settings import Project
from harness.stores.atomic import write_atomic

TABLE = """
[tool.harness]
runbooks = "runbooks"
golden = "golden"
baselines = "baselines"
output = "reports"
"""
IGNORED = "/reports/*\n!/reports/README.md\n!/reports/schema.json\n"


def init_project(project: Project) -> list[str]:
    """Make what is missing and return one line a thing made; what is there stays as it is."""
    made = []
    for folder in (project.layout.runbooks, project.layout.golden, project.layout.baselines):
        if not folder.is_dir():
            folder.mkdir(parents=True)
            made.append(f"made {folder.relative_to(project.root)}/")
    for path, text, present in (
        (project.root / "pyproject.toml", TABLE, "[tool.harness]"),
        (project.root / ".gitignore", IGNORED, "/reports/*"),
    ):
        before = path.read_text("utf-8") if path.is_file() else ""
        if present not in before:
            write_atomic(path, f"{before.rstrip()}\n{text}" if before.strip() else text.lstrip())
            made.append(f"added to {path.name}: {present}")
    return made


def new_migration(project: Project, name: str, *, reference: str, port: str) -> list[Path]:
    """Write NAME.md and NAME.py into the runbooks folder; raises HarnessError when either is there or the name is no word."""
    if not name.isidentifier():
        raise HarnessError(Code.BAD_SETTING, f"{name!r} cannot name a migration", hint="use letters, digits and underscores")
    values = {"name": name, "reference": reference, "port": port, "flag": f"{name.upper()}_USE_PORT"}
    paths = [project.layout.runbooks / f"{name}.md", project.layout.runbooks / f"{name}.py"]
    for path in paths:
        if path.exists():
            raise HarnessError(
                Code.BAD_SETTING, f"{path.name} is there already", where=str(path), hint="choose another name, or edit that file"
            )
    for path in paths:
        skeleton = (files("harness.run") / "skeletons" / f"migration{path.suffix}.txt").read_text("utf-8")
        write_atomic(path, Template(skeleton).substitute(values))
    return paths
