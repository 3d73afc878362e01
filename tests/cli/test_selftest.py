"""Facts about `harness selftest`."""

from __future__ import annotations

from importlib import import_module

import pytest

from harness.model import Decision, Verdict
from harness.run.selftest import EQUAL, FAULTY
from tests.cli.conftest import Call
from tests.conftest import Shop


def judging(monkeypatch: pytest.MonkeyPatch, **wrong: Decision) -> None:
    """Judge every miniature right, but for some."""

    def judged(name: str, **_: object) -> Verdict:
        return Verdict(wrong.get(name, Decision.GO if name in EQUAL else Decision.NO_GO), (), (), ())

    monkeypatch.setattr(import_module("harness.cli.selftest"), "try_port", judged)


def test_a_tester_that_is_right_is_exit_code_0(shop: Shop, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """All are counted."""
    judging(monkeypatch)
    total = len(EQUAL) + len(FAULTY)
    result = call(shop, "selftest")

    assert result.exit_code == 0
    assert f"{total} of {total} judged right" in result.stdout


@pytest.mark.parametrize("wrong", [{"panics": Decision.GO}, {"panics": Decision.INCONCLUSIVE}, {"correct": Decision.NO_GO}])
def test_a_tester_that_is_wrong_is_exit_code_1(shop: Shop, call: Call, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, Decision]) -> None:
    """A missed fault and a false alarm alike, marked in the list."""
    judging(monkeypatch, **wrong)
    result = call(shop, "selftest")

    assert result.exit_code == 1
    assert "WRONG" in result.stdout
