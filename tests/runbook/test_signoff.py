"""The roles that must sign are found in tables and lists, in either language."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.runbook import Runbook

Write = Callable[[str], Runbook]


@pytest.mark.parametrize(
    "section",
    [
        "## 8. Sign-Off\n\n| Rolle | Name | Datum | Signatur |\n|---|---|---|---|\n| Tech Lead | | | ⏳ |\n| QA Lead | | | ⏳ |\n",
        "## Sign-off Matrix\n\n| Date | Reviewer |\n|---|---|\n| | **Tech Lead** |\n| | QA Lead |\n| | |\n| | Tech Lead |\n",
        "## Freigabe\n\n| Wer | Name |\n|---|---|\n| Tech Lead | |\n| QA Lead | |\n",
        "## Sign-off\n\n- [ ] Tech Lead: design\n- [ ] QA Lead\n",
    ],
)
def test_roles_are_found(written: Write, section: str) -> None:
    """Each once, in order, without empty ones."""
    assert written(f"# R\n\n{section}").signoff_roles == ("Tech Lead", "QA Lead")


def test_tables_elsewhere_name_no_roles(written: Write) -> None:
    """A table of reviewers in the overview demands no sign-off, nor does a table of something else."""
    assert written("# R\n\n## Overview\n\n| Role |\n|---|\n| Tech Lead |\n\n## Sign-off\n\n| Wave |\n|---|\n| 1 |\n").signoff_roles == ()
