"""Facts about `pytest --harness`, in processes of its own as a user starts it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import Shop

pytestmark = pytest.mark.slow


def run(shop: Shop, *words: str) -> subprocess.CompletedProcess[str]:
    """Run pytest in the project; no failure of ours shows as one of pytest itself."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "--harness-cases", "60", *words]
    completed = subprocess.run(command, cwd=shop.root, capture_output=True, text=True, timeout=120, check=False)
    assert "INTERNALERROR" not in completed.stdout + completed.stderr
    assert "Traceback" not in completed.stdout + completed.stderr
    return completed


def test_without_the_option_nothing_is_collected(shop: Shop) -> None:
    """The plugin is installed everywhere and disturbs nobody."""
    completed = run(shop)

    assert completed.returncode == 5
    assert not (shop.root / "reports").exists()


def test_every_gate_and_the_verdict_are_tests(shop: Shop) -> None:
    """A project in order fails only for the sign-off, and the report is written."""
    completed = run(shop, "--harness")

    assert completed.returncode == 1
    assert "7 passed" in completed.stdout
    assert "signoff-missing" in completed.stdout
    assert (shop.root / "reports" / "shop" / "report.html").is_file()


def test_a_missing_sign_off_can_be_left_out(shop: Shop) -> None:
    """As in the command."""
    completed = run(shop, "--harness", "--harness-allow-unsigned")

    assert completed.returncode == 0, completed.stdout
    assert "8 passed" in completed.stdout


def test_a_wrong_port_fails_its_gates_with_their_places(shop: Shop) -> None:
    """The reason is shown, and no traceback: the fault is in the port, not in the test."""
    shop.change("shopfast.py", "return result", "return result + 1.0")
    completed = run(shop, "--harness", "--harness-only", "differential")

    assert completed.returncode == 1
    assert "runbooks/shop.md:11: fail" in completed.stdout
    assert "harness/pytest_plugin.py" not in completed.stdout


def test_gates_can_be_chosen_like_tests(shop: Shop) -> None:
    """By their names."""
    completed = run(shop, "--harness", "-k", "golden and divergences", "--harness-only", "golden")

    assert completed.returncode == 0, completed.stdout
    assert "1 passed" in completed.stdout
    assert "7 deselected" in completed.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [(["--harness-migration", "shopp"], "did you mean 'shop'?"), (["-n", "2"], "run it without -n")],
)
def test_what_cannot_be_meant_is_a_usage_error(shop: Shop, words: list[str], said: str) -> None:
    """Exit code 4, in pytest's own terms."""
    completed = run(shop, "--harness", *words)

    assert completed.returncode == 4
    assert said in completed.stderr


def test_a_broken_contract_is_a_usage_error_with_its_place(shop: Shop) -> None:
    """The line of the contract is named."""
    shop.change("runbooks/shop.py", "import Floor", "import Flour")
    completed = run(shop, "--harness")

    assert completed.returncode == 4
    assert "error[H031]" in completed.stderr
    assert "runbooks/shop.py:3" in completed.stderr


def test_an_error_in_the_run_fails_every_item_after_one_try(shop: Shop) -> None:
    """A reference that is gone is told in each, and looked for once."""
    (shop.root / "shopref.py").unlink()
    completed = run(shop, "--harness", "--harness-only", "differential")

    assert completed.returncode == 1
    assert "8 failed" in completed.stdout
    assert "error[H032]" in completed.stdout
