"""Facts about `harness doctor`."""

from __future__ import annotations

import importlib.util
import json
import shutil
from importlib.machinery import ModuleSpec

import pytest

from harness.run import check_names
from tests.cli.conftest import Call
from tests.conftest import Shop


def test_a_project_in_order_is_exit_code_0(shop: Shop, call: Call) -> None:
    """What is found has its version, and the checks are listed."""
    result = call(shop, "doctor")

    assert result.exit_code == 0
    assert f"checks: {', '.join(check_names())}" in result.stdout


def test_the_same_as_data(shop: Shop, call: Call) -> None:
    """For machines that look after machines."""
    found = json.loads(call(shop, "doctor", "--format", "json").stdout)

    assert found["checks"] == check_names()
    assert {"Python", "pyarrow", "cargo", "runbooks"} <= {diagnosis["what"] for diagnosis in found["diagnoses"]}


def test_a_missing_extra_has_its_cost_and_its_remedy(shop: Shop, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no failure: much works without it."""
    real = importlib.util.find_spec

    def find(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "deepdiff" else real(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", find)
    result = call(shop, "doctor", "--format", "json")
    [missing] = [diagnosis for diagnosis in json.loads(result.stdout)["diagnoses"] if diagnosis["what"] == "deepdiff"]

    assert result.exit_code == 0
    assert (missing["ok"], missing["remedy"]) == (False, "pip install 'migration-harness[diff]'")


def test_a_missing_tool_is_named(shop: Shop, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what it costs."""
    monkeypatch.setattr(shutil, "which", lambda *_args, **_options: None)
    result = call(shop, "doctor", "--format", "json")
    missing = {diagnosis["what"]: diagnosis["cost"] for diagnosis in json.loads(result.stdout)["diagnoses"] if not diagnosis["ok"]}

    assert result.exit_code == 0
    assert missing["cargo"] == "Rust ports cannot be built, linted or tested"


@pytest.mark.parametrize("gone", ["shop.md", "shop.py"])
def test_a_project_that_cannot_be_checked_is_exit_code_1(shop: Shop, call: Call, gone: str) -> None:
    """No runbook, or one without its contract."""
    (shop.root / "runbooks" / gone).unlink()
    result = call(shop, "doctor")

    assert result.exit_code == 1
    assert "MISSING" in result.stdout
