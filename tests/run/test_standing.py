"""Evidence stands while nothing changes, and only where it passed every gate."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.run import Plan, examine, standing
from tests.conftest import Shop

PLAN = Plan(cases=60)


@pytest.fixture
def measured(shop: Shop) -> Shop:
    """Return a project under version control that was measured."""
    shop.write(".gitignore", "reports/\n__pycache__/\n")
    subprocess.run(["git", "init", "-q"], cwd=shop.root, check=True)
    examine(shop.project(), "shop", PLAN)
    return shop


def test_what_passed_stands_while_nothing_changes(measured: Shop) -> None:
    """The stored run is judged again and given back."""
    document = standing(measured.project(), "shop", PLAN)

    assert document is not None
    assert {reason.code for reason in document.verdict.reasons} == {"signoff-missing"}


def test_what_was_never_measured_does_not_stand(shop: Shop) -> None:
    """There is nothing to judge."""
    assert standing(shop.project(), "shop", PLAN) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda shop: shop.write("notes.txt", "hello"),
        lambda shop: shop.change("shopref.py", "def ", "# \ndef "),
        lambda shop: shop.change("runbooks/shop.md", "#", "# Our "),
        lambda shop: (shop.root / ".gitignore").unlink(),
    ],
    ids=["a new file", "the reference", "the runbook", "a file is gone"],
)
def test_any_change_of_the_project_ends_it(measured: Shop, change: Callable[[Shop], Any]) -> None:
    """Even a file that plays no part: nobody has to know which do."""
    change(measured)

    assert standing(measured.project(), "shop", PLAN) is None


@pytest.mark.parametrize("plan", [Plan(cases=61), Plan(cases=60, seed=2), Plan(cases=60, only=("golden",))], ids=["cases", "seed", "only"])
def test_another_plan_is_another_measurement(measured: Shop, plan: Plan) -> None:
    """What was asked of the earlier run is not what is asked now."""
    assert standing(measured.project(), "shop", plan) is None


def test_other_packages_end_it(measured: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """An upgrade may change every answer."""
    monkeypatch.setattr("harness.run.provenance.distributions", list)

    assert standing(measured.project(), "shop", PLAN) is None


def test_another_version_of_one_package_ends_it(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is in the key even where no file of the project changes with it."""
    metadata = tmp_path / "site" / "shopsampler.dist-info" / "METADATA"
    metadata.parent.mkdir(parents=True)
    metadata.write_text("Metadata-Version: 2.1\nName: shopsampler\nVersion: 1.0\n", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    subprocess.run(["git", "init", "-q"], cwd=shop.root, check=True)
    shop.write(".gitignore", "reports/\n__pycache__/\n")
    examine(shop.project(), "shop", PLAN)
    before = standing(shop.project(), "shop", PLAN)
    metadata.write_text("Metadata-Version: 2.1\nName: shopsampler\nVersion: 2.0\n", "utf-8")

    assert before is not None
    assert standing(shop.project(), "shop", PLAN) is None


def test_outside_of_version_control_nothing_stands(shop: Shop) -> None:
    """There is nobody to say which files belong to the project."""
    examine(shop.project(), "shop", PLAN)

    assert standing(shop.project(), "shop", PLAN) is None


def test_what_failed_is_measured_again(measured: Shop) -> None:
    """A fault may have been the machine's; only what passed is left in peace."""
    measured.change("shopfast.py", "return result", "return result + 1.0")
    examine(measured.project(), "shop", PLAN)

    assert standing(measured.project(), "shop", PLAN) is None
