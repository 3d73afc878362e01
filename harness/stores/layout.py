"""Where a project keeps its files, so that no other room puts paths together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from harness.errors import Code, HarnessError

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders of a project; migrations have a file or folder of their name in each."""

    root: Path
    runbooks: Path
    golden: Path
    baselines: Path
    reports: Path

    @classmethod
    def of(
        cls, root: Path, *, runbooks: str = "runbooks", golden: str = "golden", baselines: str = "baselines", output: str = "reports"
    ) -> Layout:
        """Lay out a project from the folder names in its settings; absolute ones stand for themselves."""
        return cls(root, root / runbooks, root / golden, root / baselines, root / output)

    def runbook(self, migration: str) -> Path:
        """Return the runbook of a migration."""
        return self.runbooks / f"{checked_name(migration)}.md"

    def contract(self, migration: str) -> Path:
        """Return the contract beside the runbook."""
        return self.runbooks / f"{checked_name(migration)}.py"

    def golden_folder(self, migration: str) -> Path:
        """Return the folder of recorded outcomes."""
        return self.golden / checked_name(migration)

    def baseline_folder(self, migration: str) -> Path:
        """Return the folder of recorded timings."""
        return self.baselines / checked_name(migration)

    def report_folder(self, migration: str) -> Path:
        """Return the folder that a run writes to."""
        return self.reports / checked_name(migration)


def checked_name(name: str) -> str:
    """Return a name that may be a file's; raises HarnessError BAD_SETTING for one that could lead elsewhere."""
    if not _NAME.fullmatch(name):
        raise HarnessError(
            Code.BAD_SETTING, f"{name!r} cannot be the name of a file", hint="use letters, digits, dots, dashes and underscores"
        )
    return name


def file_stem(name: str) -> str:
    """Return the stem of a file for any name: the name itself where that is safe, else escaped; `name_of_stem` leads back."""
    return quote(name, safe="").replace(".", "%2E") if name else "%"


def name_of_stem(stem: str) -> str:
    """Return the name that `file_stem` was given."""
    return unquote(stem) if stem != "%" else ""
