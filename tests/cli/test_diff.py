"""Facts about `harness diff`."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Call
from tests.conftest import Shop

PATHS = ("diff", "shopref.total", "shopfast.total", "--cases", "80")


@pytest.fixture(autouse=True)
def in_the_project(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in the folder whose functions are compared."""
    monkeypatch.chdir(shop.root)


def test_equal_functions_are_exit_code_0(shop: Shop, call: Call) -> None:
    """The number of cases is said."""
    result = call(shop, *PATHS)

    assert (result.exit_code, result.stdout) == (0, "GO: 80 cases compared\n")


def test_different_functions_are_exit_code_1_with_a_case(shop: Shop, call: Call) -> None:
    """Arguments and both answers."""
    shop.change("shopfast.py", "return result", "return result + 1.0")
    result = call(shop, *PATHS)

    assert result.exit_code == 1
    assert all(word in result.stdout for word in ("NO-GO", "arguments", "reference  value", "candidate  value"))


def test_a_port_that_is_not_there_is_exit_code_3(shop: Shop, call: Call) -> None:
    """With the reason."""
    result = call(shop, "diff", "shopref.total", "shopfast.nothing", "--cases", "80")

    assert result.exit_code == 3
    assert "not there" in result.stdout


def test_the_same_as_data(shop: Shop, call: Call) -> None:
    """One JSON document."""
    shop.change("shopfast.py", "return result", "return result + 1.0")
    found = json.loads(call(shop, *PATHS, "--format", "json").stdout)

    assert (found["verdict"], found["cases"]) == ("NO-GO", 80)
    assert found["divergences"][0]["count"] > 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("nowhere.total", "shopfast.total"), "H032"),
        (("shopref.total", "shopref.total"), "H033"),
        (("shopref.total", "shopfast.total", "--inputs", "x: floaty"), "H011"),
        (("shopref.total", "shopfast.total", "--budget", "soon"), "H011"),
    ],
)
def test_what_cannot_be_compared_is_exit_code_2(shop: Shop, call: Call, words: tuple[str, ...], code: str) -> None:
    """With its code."""
    result = call(shop, "diff", *words)

    assert result.exit_code == 2
    assert f"error[{code}]" in result.stderr


def test_nothing_is_written(shop: Shop, call: Call) -> None:
    """A look leaves no reports."""
    call(shop, *PATHS)

    assert not (shop.root / "reports").exists()
