"""The probe: what it says of each planted fault, and that it leaves the process as it found it."""

from __future__ import annotations

import os
import sys
from typing import Any

import pytest

from harness.runtime import events, flags
from harness.runtime.faults import planted
from harness.runtime.probe import answer, answer_after_switch

REASONS = {
    "missing": "import-failed",
    "broken-abi": "import-failed",
    "wrong-version": "version-mismatch",
    "raises": "port-raised",
    "panics": "port-panicked",
}


@pytest.mark.usefixtures("toy")
def test_without_a_fault_the_port_answers() -> None:
    """The whole answer of a healthy port."""
    assert answer("toy_facade", "total", ([1, 2],)) == {
        "value": 3,
        "path": "port",
        "reason": "port-healthy",
        "mode": "auto",
        "error": None,
        "events": 0,
        "port_loaded": True,
    }


@pytest.mark.parametrize(("fault", "reason"), REASONS.items())
@pytest.mark.usefixtures("toy")
def test_every_fault_is_answered_by_the_reference_and_counted(fault: str, reason: str) -> None:
    """In auto each planted fault gives the reference's value, its own reason and one event."""
    told = answer("toy_facade", "total", ([1, 2],), fault)

    assert (told["value"], told["path"], told["reason"], told["events"], told["error"]) == (3, "reference", reason, 1, None)


@pytest.mark.usefixtures("toy")
def test_a_truncated_library_fails_in_the_loader_itself() -> None:
    """The broken build is a real library that the dynamic loader refuses, not an exception of ours."""
    answer("toy_facade", "total", ([1],), "broken-abi")

    assert any(word in events.recent()[-1].text for word in ("file too short", "truncated", "cannot read", "ELF"))


def test_a_port_without_a_version_is_told_what_it_lacks(toy: Any) -> None:
    """A port that cannot say which version it is cannot be told from a wrong one, and the drill says so."""
    toy.write_port("def total(values):\n    return sum(values)\n")

    with pytest.raises(AttributeError, match=r"toy_port has no build_info\(\)"):
        answer("toy_facade", "total", ([1],), "wrong-version")


@pytest.mark.parametrize("fault", ["missing", "broken-abi", "wrong-version"])
def test_on_reports_a_port_that_cannot_be_used_as_an_error(toy: Any, fault: str) -> None:
    """With the flag on nobody answers in the port's place."""
    flags.set_feature_flag(toy.flag, "on")

    told = answer("toy_facade", "total", ([1],), fault)

    assert (told["value"], told["path"], told["error"]["type"]) == (None, "", "PortUnavailableError")


@pytest.mark.parametrize(("fault", "kind"), [("raises", "RuntimeError"), ("panics", "PanicException")])
def test_on_reports_what_the_port_raises(toy: Any, fault: str, kind: str) -> None:
    """With the flag on a failing port's error is told, and that it was the port."""
    flags.set_feature_flag(toy.flag, "on")

    told = answer("toy_facade", "total", ([1],), fault)

    assert (told["path"], told["reason"], told["error"]["type"]) == ("port", REASONS[fault], kind)


def test_off_loads_no_port(toy: Any) -> None:
    """After a rollback the port's package is not among the loaded modules."""
    flags.set_feature_flag(toy.flag, "off")

    told = answer("toy_facade", "total", ([1, 2],))

    assert (told["path"], told["port_loaded"]) == ("reference", False)


def test_an_unknown_word_of_the_flag_is_told_as_an_error(toy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt mode answers nothing."""
    monkeypatch.setenv(toy.flag, "maybe")

    told = answer("toy_facade", "total", ([1],))

    assert (told["path"], told["error"]["type"]) == ("", "FlagError")


@pytest.mark.usefixtures("toy")
def test_the_code_of_an_answered_error_is_told() -> None:
    """An error that both sides raise keeps its stable code."""
    assert answer("toy_facade", "total", ([],))["error"] == {"type": "ToyError", "message": "[1001] nothing to add", "code": 1001}


@pytest.mark.parametrize("fault", ["", *REASONS])
@pytest.mark.usefixtures("toy")
def test_a_fault_is_gone_afterwards(fault: str) -> None:
    """The next call in the same process finds the very port that was there before."""
    answer("toy_facade", "total", ([1],))
    port, path, finders = sys.modules["toy_port.kernels"], list(sys.path), list(sys.meta_path)

    answer("toy_facade", "total", ([1],), fault)

    assert answer("toy_facade", "total", ([1, 2],))["path"] == "port"
    assert (sys.modules["toy_port.kernels"], sys.path, sys.meta_path) == (port, path, finders)


@pytest.mark.usefixtures("toy")
def test_a_rollback_call_is_made_with_its_literals() -> None:
    """The call of a rollback text switches this process, and nothing in it is evaluated."""
    told = answer("toy_facade", "total", ([1],), "switch:harness.runtime:set_feature_flag:'use_rust_sum', False")

    assert (told["path"], told["port_loaded"]) == ("reference", False)
    with pytest.raises(ValueError, match="malformed"):
        answer("toy_facade", "total", ([1],), "switch:harness.runtime:set_feature_flag:print(1), False")


@pytest.mark.usefixtures("toy")
def test_an_unknown_fault_is_refused() -> None:
    """A misspelt fault would rehearse nothing."""
    with pytest.raises(ValueError, match="no fault is named 'mising'"):
        answer("toy_facade", "total", ([1],), "mising")


def test_a_facade_without_a_dispatcher_is_refused() -> None:
    """A module that dispatches nothing cannot be rehearsed."""
    with pytest.raises(AttributeError, match="holds 0 dispatchers"):
        answer("math", "sqrt", (4.0,))


@pytest.mark.parametrize("way", ["environment", "override"])
def test_the_way_off_and_back_is_seen_and_timed(toy: Any, way: str) -> None:
    """One process goes from port to reference and back, and the clock is read around each switch and answer."""
    ticks = iter((100, 130, 200, 270))

    told = answer_after_switch("toy_facade", "total", ([1, 2],), toy.flag, way, clock=lambda: next(ticks))

    assert told == {"before": "port", "after": "reference", "back": "port", "values": [3, 3, 3], "ns": 30, "back_ns": 70}
    assert (flags.override(toy.flag), os.environ.get(toy.flag)) == (None, None)


@pytest.mark.usefixtures("toy")
def test_a_port_without_a_library_is_broken_with_one_of_pythons() -> None:
    """Even a port that is plain Python can be given a truncated library, since the loader is what is rehearsed."""
    with planted("broken-abi", "toy_port.kernels", "total"), pytest.raises(ImportError):
        __import__("toy_port.kernels")
