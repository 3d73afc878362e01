"""What a user can set: `[tool.harness]` of pyproject.toml, then HARNESS_ variables, then options, each beating the one before."""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harness.errors import Code, HarnessError
from harness.stores.layout import Layout

KNOWN: Mapping[str, type] = {
    "runbooks": str,
    "golden": str,
    "baselines": str,
    "output": str,
    "seed": int,
    "budget": str,
    "cases": int,
    "jobs": int,
    "fail_on": str,
    "format": str,
    "quiet": bool,
    "allow_unsigned": bool,
    "templates": str,
}
FOLDERS = ("runbooks", "golden", "baselines", "output")
FORMATS = ("text", "json", "markdown", "github")
FAIL_ON = ("no-go", "inconclusive", "never")
CHOICES: Mapping[str, tuple[str, ...]] = {"format": FORMATS, "fail_on": FAIL_ON}
NOT_MIGRATIONS = {"template", "readme", "rollback"}


@dataclass(frozen=True)
class Project:
    """A project on disk: its root, where its files lie, and what its pyproject.toml sets."""

    layout: Layout
    settings: Mapping[str, Any]

    @property
    def root(self) -> Path:
        """Return the folder of the project."""
        return self.layout.root

    def migrations(self) -> list[str]:
        """Name the migrations: the runbooks that have, or should have, a contract beside them."""
        names = sorted(path.stem for path in self.layout.runbooks.glob("*.md"))
        return [name for name in names if name.lower() not in NOT_MIGRATIONS]

    def choose(self, wanted: Iterable[str]) -> list[str]:
        """Check the names of migrations; all of them when none is given.

        Raises HarnessError UNKNOWN_MIGRATION with the nearest name, or RUNBOOK_MISSING when there is none at all.
        """
        known, names = self.migrations(), list(wanted)
        if not known:
            raise HarnessError(Code.RUNBOOK_MISSING, "there is no runbook in this project", where=str(self.layout.runbooks))
        for name in names:
            if name not in known:
                raise HarnessError(
                    Code.UNKNOWN_MIGRATION, f"no migration is called {name!r}{did_you_mean(name, known)}", where=str(self.layout.runbooks)
                )
        return list(dict.fromkeys(names)) or known

    def reporting_to(self, output: str) -> Project:
        """Return the same project with its reports in another folder."""
        return replace(self, layout=replace(self.layout, reports=self.root / output))


def load_project(root: Path, *, overrides: Mapping[str, str] | None = None) -> Project:
    """Read the settings of the project at `root`; `overrides` are texts given by variables or options.

    Raises HarnessError UNKNOWN_SETTING, BAD_SETTING.
    """
    settings = {**_read(root / "pyproject.toml"), **(overrides or {})}
    return Project(Layout.of(root, **{key: settings[key] for key in FOLDERS if key in settings}), settings)


def find_root(start: Path) -> Path:
    """Return the nearest folder above `start` with a pyproject.toml that speaks to the harness, or with runbooks; else `start`."""
    for folder in (start, *start.parents):
        pyproject = folder / "pyproject.toml"
        if (folder / "runbooks").is_dir() or (pyproject.is_file() and "[tool.harness]" in pyproject.read_text("utf-8", errors="replace")):
            return folder
    return start


def parse_duration(text: str) -> float:
    """Read a duration such as `30s`, `2m` or `500ms` as seconds; raises HarnessError BAD_SETTING."""
    for suffix, factor in (("ms", 1e-3), ("s", 1.0), ("m", 60.0), ("h", 3600.0), ("", 1.0)):
        if text.endswith(suffix):
            number = text.removesuffix(suffix)
            try:
                seconds = float(number) * factor
            except ValueError:
                break
            if 0 < seconds < math.inf:
                return seconds
            break
    raise HarnessError(Code.BAD_SETTING, f"not a duration: {text!r}", hint="write it as 30s, 2m or 500ms")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a fragment that proposes the nearest known word, or an empty text."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def check_environment(environment: Mapping[str, str], known: Iterable[str]) -> None:
    """Refuse a HARNESS_ variable that nothing reads, because a misspelt one would silently do nothing."""
    names = set(known)
    for variable in environment:
        if variable.startswith("HARNESS_") and variable not in names:
            raise HarnessError(Code.UNKNOWN_SETTING, f"{variable} is not a setting{did_you_mean(variable, names)}", where="environment")


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        table = tomllib.loads(path.read_text("utf-8")).get("tool", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise HarnessError(Code.BAD_SETTING, "pyproject.toml cannot be read", where=str(path), cause=str(error)) from error
    table = table.get("harness", {}) if isinstance(table, dict) else table
    if not isinstance(table, dict):
        raise HarnessError(Code.BAD_SETTING, "[tool.harness] is not a table", where=str(path))
    for key, value in table.items():
        why = _problem(key, value)
        if why:
            code = Code.BAD_SETTING if key in KNOWN else Code.UNKNOWN_SETTING
            raise HarnessError(code, f"[tool.harness] {why}", where=str(path))
    return table


def _problem(key: str, value: Any) -> str:
    """Say what is wrong with a setting, or return an empty text."""
    if key not in KNOWN:
        return f"has no key {key!r}{did_you_mean(key, KNOWN)}"
    if not isinstance(value, KNOWN[key]) or (KNOWN[key] is int and isinstance(value, bool)):
        return f"{key} is to be of type {KNOWN[key].__name__}, not {value!r}"
    if value not in CHOICES.get(key, (value,)):
        return f"{key} is to be one of {', '.join(CHOICES[key])}, not {value!r}{did_you_mean(str(value), CHOICES[key])}"
    return ""
