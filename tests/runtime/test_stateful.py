"""Objects with state: they move between port and reference with everything they know, and nothing is lost when the port fails."""

from __future__ import annotations

from pathlib import Path as File
from typing import Any

import pytest

from harness.runtime import Mode, Path, PortUnavailableError, Reason, Stateful, flags, stateful, trace
from harness.runtime.events import Kind

CLASS = """
class ToyError(RuntimeError):
    def __init__(self, code, message):
        super().__init__(f"[{code}] {message}")
        self.code = code


def build_info():
    return {"version": "0.3.7"}


def total(values):
    return sum(values)


class Purse:
    def __init__(self, money=0):
        self.money = money
        self.replayed = 0

    def add(self, amount):
        self.replayed += 1
        if amount < 0:
            self.money += 1
            raise ToyError(1001, "negative, and a coin stays behind")
        self.money += amount
        return SPOILT

    def count(self):
        return self.money

    def save_state(self):
        return str(self.money)

    @classmethod
    def load_state(cls, state):
        return cls(int(state))
"""
PANIC = "(_ for _ in ()).throw(type('PanicException', (BaseException,), {})('overflow')) if amount == 13 else self.money"


@pytest.fixture
def purse(toy: Any) -> Any:
    """Write the class on both sides; the port panics at 13."""
    File(toy.folder / "toy_reference.py").write_text(CLASS.replace("SPOILT", "self.money"), encoding="utf-8")
    toy.write_port(CLASS.replace("SPOILT", PANIC))
    return toy


def _made(purse: Any, *arguments: Any) -> Stateful:
    return Stateful(purse.dispatcher, "Purse", *arguments, reads={"count"})


def test_a_healthy_port_holds_the_object(purse: Any) -> None:
    """Every call goes to the port's object, and a trace says so."""
    held = _made(purse, 5)

    with trace() as answers:
        assert held.call("add", 2) == 7

    assert [(answer.operation, answer.path) for answer in answers] == [("Purse.add", Path.PORT)]
    assert type(held._held).__module__ == "toy_port.kernels"


def test_switching_off_moves_the_state_to_the_reference(purse: Any) -> None:
    """A rollback in the middle of a run loses nothing, and switching on again moves the state back."""
    held = _made(purse, 5)
    held.call("add", 2)

    flags.set_feature_flag(purse.flag, "off")
    assert (held.call("add", 1), held.path, type(held._held).__module__) == (8, Path.REFERENCE, "toy_reference")

    flags.set_feature_flag(purse.flag, "on")
    assert (held.call("add", 1), held.path) == (9, Path.PORT)


def test_an_object_made_while_off_loads_no_port(purse: Any) -> None:
    """With the flag off the port is not even asked for its health."""
    flags.set_feature_flag(purse.flag, "off")
    with trace() as answers:
        assert _made(purse).call("add", 3) == 3

    assert {answer.reason for answer in answers} == {Reason.FLAG_OFF}
    assert purse.dispatcher._checked is None


def test_a_panic_is_answered_by_the_reference_in_the_state_before_it(purse: Any) -> None:
    """The port had already added when it panicked; the reference adds once, answers from then on, and the event is counted."""
    held = _made(purse, 1)
    held.call("add", 2)

    assert held.call("add", 13) == 16
    assert (held.call("count"), held.path) == (16, Path.REFERENCE)
    assert [(event.kind, event.reason) for event in purse.log.recent()] == [(Kind.FALLBACK, Reason.PORT_PANICKED)]


def test_a_refusal_of_both_is_the_answer(purse: Any) -> None:
    """The port stays in charge when the reference refuses alike, and both remember what the refused call did."""
    held = _made(purse, 1)

    with pytest.raises(RuntimeError, match=r"^\[1001\]"):
        held.call("add", -1)

    assert (held.call("count"), held.path) == (2, Path.PORT)
    assert held.call("add", 13) == 15
    assert purse.log.counts()[Kind.AGREEMENT] == 1


def test_on_lets_the_port_fail(purse: Any) -> None:
    """When the port alone may answer, its panic is what callers see."""
    flags.set_feature_flag(purse.flag, Mode.ON)
    held = _made(purse)

    with pytest.raises(BaseException, match="overflow"):
        held.call("add", 13)

    assert held.path is Path.PORT


def test_what_is_remembered_stays_small(purse: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """After enough calls the state is saved, so that a takeover replays only the last of them; reading is never replayed."""
    monkeypatch.setattr(stateful, "LEAST_CALLS_KEPT", 4)
    held = _made(purse)
    for _ in range(23):
        held.call("add", 1)
        held.call("count")

    assert held.call("add", 13) == 36
    assert held._held.replayed <= 5


def test_loading_replaces_the_object(purse: Any) -> None:
    """A saved state can be loaded into an object that is there."""
    held = _made(purse)

    held.call("load_state", "40")

    assert (held.call("add", 13), held.path) == (53, Path.REFERENCE)


def test_on_without_a_port_says_so(purse: Any) -> None:
    """An object of the reference cannot be moved to a port that is not there."""
    purse.write_port("import a_library_that_is_not_there")
    held = _made(purse)
    flags.set_feature_flag(purse.flag, Mode.ON)

    with pytest.raises(PortUnavailableError, match="import"):
        held.call("add", 1)
