"""Dispatch: for each mode and each way a port can fail, who answers, what is counted and what is raised."""

from __future__ import annotations

import sys
import threading
from typing import Any

import pytest

from harness.runtime import Mode, Path, PortUnavailableError, Reason, flags, trace
from harness.runtime.events import Cause, Kind

BROKEN = {
    "syntax": "def total(:",
    "import": "import a_library_that_is_not_there",
    "crash at import": "raise OSError('wrong ELF class')",
    "panic at import": "class PanicException(BaseException): pass\nraise PanicException('in init')",
    "name missing": "def build_info(): return {'version': '0.3.0'}",
    "old version": "def build_info(): return {'version': '0.2.9'}\ndef total(values): return 0",
    "longer number": "def build_info(): return {'version': '0.30.0'}\ndef total(values): return 0",
    "no version": "def total(values): return 0",
    "broken handshake": "def build_info(): raise OSError('gone')\ndef total(values): return 0",
}
# Bodies of a port's function that is healthy to look at.
FAILING = {
    "raises": "raise KeyError('an index went wrong')",
    "panics": "raise type('PanicException', (BaseException,), {})('overflow')",
    "other code": "error = RuntimeError('[5005] caught panic'); error.code = 5005; raise error",
}


def _failing(body: str) -> str:
    return f"def build_info(): return {{'version': '0.3.0'}}\ndef total(values):\n    {body}\n"


def test_off_asks_the_reference_and_never_imports_the_port(toy: Any) -> None:
    """With the flag off no port is loaded."""
    flags.set_feature_flag(toy.flag, "off")

    answered = toy.dispatcher.ask("total", [1, 2])

    assert (answered.value, answered.answer.path, answered.answer.reason) == (3, Path.REFERENCE, Reason.FLAG_OFF)
    assert not [name for name in sys.modules if name.startswith("toy_port")]
    assert toy.log.counts() == {}


@pytest.mark.parametrize("mode", [Mode.AUTO, Mode.ON])
def test_a_healthy_port_answers(toy: Any, mode: Mode) -> None:
    """On and auto go to the port, and nothing is counted."""
    flags.set_feature_flag(toy.flag, mode)

    answered = toy.dispatcher.ask("total", [1, 2])

    assert (answered.value, answered.answer.path, answered.answer.mode) == (3, Path.PORT, mode)
    assert toy.log.counts() == {}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_auto_falls_back_from_a_port_that_cannot_be_used(toy: Any, broken: str) -> None:
    """Whatever keeps a port from being used, the reference answers and an event tells."""
    toy.write_port(broken)

    answered = toy.dispatcher.ask("total", [1, 2])

    assert (answered.value, answered.answer.path) == (3, Path.REFERENCE)
    assert answered.answer.reason in {Reason.IMPORT_FAILED, Reason.NAME_MISSING, Reason.VERSION_MISMATCH}
    assert toy.log.counts() == {"fallback": 1}
    assert toy.log.recent()[0].reason == answered.answer.reason
    assert toy.log.recent()[0].text


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_on_refuses_a_port_that_cannot_be_used(toy: Any, broken: str) -> None:
    """With the flag on, the reference never answers in the port's place."""
    toy.write_port(broken)
    flags.set_feature_flag(toy.flag, "on")

    with trace() as answers, pytest.raises(PortUnavailableError, match=f"{toy.flag} is on, but toy_port.kernels cannot answer"):
        toy.dispatcher.call("total", [1, 2])

    assert answers == []


@pytest.mark.parametrize("body", FAILING.values(), ids=FAILING)
def test_auto_falls_back_from_a_port_that_fails(toy: Any, body: str) -> None:
    """An error that the reference does not raise is the port's failure, a panic always is."""
    toy.write_port(_failing(body))

    answered = toy.dispatcher.ask("total", [1, 2])

    assert (answered.value, answered.answer.path) == (3, Path.REFERENCE)
    assert answered.answer.reason in {Reason.PORT_RAISED, Reason.PORT_PANICKED}
    assert toy.log.counts() == {"fallback": 1}


@pytest.mark.parametrize("body", FAILING.values(), ids=FAILING)
def test_on_raises_what_the_port_raises(toy: Any, body: str) -> None:
    """With the flag on, the port's failure is the caller's to see."""
    toy.write_port(_failing(body))
    flags.set_feature_flag(toy.flag, "on")

    with trace() as answers, pytest.raises(BaseException, match=r"index|overflow|5005"):
        toy.dispatcher.call("total", [1, 2])

    reason = Reason.PORT_PANICKED if "Panic" in body else Reason.PORT_RAISED
    assert [(answer.path, answer.reason) for answer in answers] == [(Path.PORT, reason)]
    assert toy.log.counts() == {}


def test_an_error_that_both_raise_is_an_answer(toy: Any) -> None:
    """A refusal of bad input by both sides is agreement, not a fallback; the caller gets the reference's error."""
    with trace() as answers, pytest.raises(RuntimeError) as caught:
        toy.dispatcher.call("total", [])

    assert (type(caught.value).__module__, caught.value.code) == ("toy_reference", 1001)
    assert caught.value.__context__ is None
    assert [(answer.reason, answer.error) for answer in answers] == [(Reason.BOTH_RAISED, "ToyError")]
    assert toy.log.causes() == {Cause(Kind.AGREEMENT, "total", "both-raised", "ToyError"): 1}


@pytest.mark.parametrize("body", FAILING.values(), ids=FAILING)
def test_another_error_than_the_references_is_counted(toy: Any, body: str) -> None:
    """When both raise but not alike, the reference's error is raised and the port's failure is counted."""
    toy.write_port(_failing(body))

    with pytest.raises(RuntimeError, match="1001"):
        toy.dispatcher.call("total", [])

    assert toy.log.counts() == {"fallback": 1}


@pytest.mark.parametrize("wish", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_a_wish_to_stop_is_never_a_fallback(toy: Any, wish: type[BaseException]) -> None:
    """An interrupted port interrupts the caller."""
    toy.write_port(_failing(f"raise {wish.__name__}"))

    with pytest.raises(wish):
        toy.dispatcher.call("total", [1])

    assert toy.log.counts() == {}


def test_a_name_that_only_the_reference_has_falls_back(toy: Any) -> None:
    """An operation that was not ported yet is answered by the reference in auto, and refused when on."""
    assert toy.dispatcher.ask("only_here").answer.reason is Reason.NAME_MISSING
    flags.set_feature_flag(toy.flag, "on")

    with pytest.raises(PortUnavailableError, match="name-missing"):
        toy.dispatcher.call("only_here")


def test_the_ports_error_can_be_told_as_the_references(toy: Any) -> None:
    """With the flag on, callers catch one class, and the port's own error is its cause."""
    import toy_reference  # noqa: PLC0415 - made by the fixture

    toy.dispatcher.translate = lambda error: toy_reference.ToyError(error.code, "told")
    flags.set_feature_flag(toy.flag, "on")

    with pytest.raises(toy_reference.ToyError, match="told") as caught:
        toy.dispatcher.call("total", [])

    assert type(caught.value.__cause__).__module__ == "toy_port.kernels"


def test_a_mended_port_is_found_after_the_next_override_or_reset(toy: Any) -> None:
    """A missing port is not looked for at every call, but when somebody switches or resets."""
    toy.write_port("import a_library_that_is_not_there")
    first = toy.dispatcher.ask("total", [1]).answer.path
    toy.write_port("def build_info(): return {'version': '0.3'}\ndef total(values): return 1")
    second = toy.dispatcher.ask("total", [1]).answer.path
    flags.set_feature_flag(toy.flag, "auto")

    assert (first, second, toy.dispatcher.ask("total", [1]).answer.path) == (Path.REFERENCE, Path.REFERENCE, Path.PORT)


def test_reset_examines_the_port_again(toy: Any) -> None:
    """After a reset, what was true of the port no longer counts."""
    toy.dispatcher.call("total", [1])
    toy.dispatcher.reset()
    sys.modules["toy_port.kernels"].build_info = lambda: {"version": "9.9"}

    assert toy.dispatcher.ask("total", [1]).answer.reason is Reason.VERSION_MISMATCH


def test_an_unknown_word_is_an_error_of_every_call(toy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt mode is never taken for auto."""
    monkeypatch.setenv(toy.flag, "tru")

    with pytest.raises(flags.FlagError, match="tru"):
        toy.dispatcher.call("total", [1])


def test_threads_switching_and_calling_always_get_the_value(toy: Any) -> None:
    """While the flag changes under them, every call is answered by one side or the other."""
    wrong: list[object] = []

    def ask() -> None:
        wrong.extend(value for value in (toy.dispatcher.call("total", [1, 2]) for _ in range(300)) if value != 3)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(200):
        flags.set_feature_flag(toy.flag, bool(number % 2))
    for thread in threads:
        thread.join()

    assert wrong == []
