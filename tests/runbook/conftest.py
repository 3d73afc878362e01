"""What the tests of the runbook room share: a runbook written to disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.errors import Code, HarnessError
from harness.runbook import Runbook, read_runbook


def refusal(read: Callable[[], object]) -> Code | None:
    """Return the code with which a reading is refused, None when it is not."""
    try:
        read()
    except HarnessError as error:
        return error.code
    return None


@pytest.fixture(scope="session")
def refused() -> Callable[[Callable[[], object]], Code | None]:
    """Give tests the code with which a reading is refused."""
    return refusal


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Runbook]:
    """Write a text as runbooks/demo.md of a project and read it back."""

    def write(text: str) -> Runbook:
        path = tmp_path / "runbooks" / "demo.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        return read_runbook(path, root=tmp_path)

    return write
