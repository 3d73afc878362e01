"""Prepares a foreign project, and writes the first runbook and contract of a migration."""

from __future__ import annotations

import keyword
from importlib.resources import files
from pathlib import Path
from string import Template

from harness.errors import Code, HarnessError
from harness.settings import NOT_MIGRATIONS, Project
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
    settings, ignored = project.root / "pyproject.toml", project.root / ".gitignore"
    before = {path: _read(path) for path in (settings, ignored)}
    made = []
    for folder in (project.layout.runbooks, project.layout.golden, project.layout.baselines):
        if not folder.is_dir():
            folder.mkdir(parents=True)
            made.append(f"made {folder.relative_to(project.root)}/")
    if not project.settings and "[tool.harness]" not in before[settings]:
        made.append(_add(settings, before[settings], TABLE, "[tool.harness]"))
    if "/reports/*" not in before[ignored]:
        made.append(_add(ignored, before[ignored], IGNORED, "/reports/*"))
    return made


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8") if path.is_file() else ""
    except UnicodeDecodeError as error:
        hint = "save it as UTF-8 text, or add the lines of `harness init` yourself"
        raise HarnessError(Code.BAD_SETTING, f"{path.name} is not UTF-8 text", where=str(path), cause=str(error), hint=hint) from error


def _add(path: Path, before: str, text: str, what: str) -> str:
    write_atomic(path, f"{before.rstrip()}\n{text}" if before.strip() else text.lstrip())
    return f"added to {path.name}: {what}"


def new_migration(project: Project, name: str, *, reference: str, port: str) -> list[Path]:
    """Write NAME.md and NAME.py into the runbooks folder; raises HarnessError BAD_SETTING when either is there or a name is none."""
    if not name.isidentifier() or keyword.iskeyword(name) or name.lower() in NOT_MIGRATIONS:
        raise HarnessError(
            Code.BAD_SETTING, f"{name!r} cannot name a migration", hint="use letters, digits and underscores, and no word with a meaning"
        )
    for prefix in (reference, port):
        if not all(part.isidentifier() for part in prefix.split(".")):
            raise HarnessError(Code.BAD_SETTING, f"{prefix!r} is no import prefix", hint="write it as package.module")
    if reference == port:
        raise HarnessError(Code.BAD_SETTING, "the port is the reference itself", where=port, hint="name the port's own module")
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
