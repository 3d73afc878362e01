"""What the tests of the command share: a way to call it as a user would, without a process of its own."""

from __future__ import annotations

import os
from typing import Any, Protocol

import pytest
from click.testing import CliRunner, Result

from harness.cli import main
from tests.conftest import Shop


class Call(Protocol):
    """Calls the command in a project: verb and options as words, variables by name."""

    def __call__(self, shop: Shop, *words: str, **variables: str) -> Result:
        """Return exit code, stdout and stderr."""
        ...


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Call:
    """Return the command; whatever it does, it shows no traceback."""
    for name in [name for name in os.environ if name.startswith("HARNESS_")]:
        monkeypatch.delenv(name)

    def called(shop: Shop, *words: str, **variables: str) -> Result:
        result = CliRunner().invoke(main, ["--root", str(shop.root), *words], env={"CI": None, "NO_COLOR": "1", **variables})
        assert "Traceback" not in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return called


def small(*words: str) -> tuple[str, ...]:
    """Return the words of a check that is quick enough for a test."""
    return ("check", *words, "--cases", "60", "--jobs", "1")


def second_migration(shop: Shop, name: str = "annex", **changes: Any) -> None:
    """Add a migration like the first, with pieces of its contract replaced."""
    contract = (shop.root / "runbooks" / "shop.py").read_text("utf-8")
    for old, new in changes.items():
        contract = contract.replace(old, new)
    shop.write(f"runbooks/{name}.py", contract)
    shop.write(f"runbooks/{name}.md", (shop.root / "runbooks" / "shop.md").read_text("utf-8"))


def break_contract(shop: Shop, name: str) -> None:
    """Let a contract not import any more."""
    shop.write(f"runbooks/{name}.py", '"""Broken."""\n\nimport nothing_of_this_name\n')
