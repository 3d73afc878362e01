"""The facade: the reference's names, signatures and errors, whichever implementation answers."""

from __future__ import annotations

import inspect
import subprocess
import sys
from types import ModuleType
from typing import Any

import pytest

import omega.rating
import reference_py.rating
from harness.runtime import Dispatcher, Path, Reason, flags, trace
from omega.config import RATING, set_feature_flag

OPERATIONS = omega.rating._rating._names


@pytest.fixture(autouse=True)
def _flag_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(RATING, raising=False)
    set_feature_flag(RATING, None)


def _shape(function: Any) -> list[tuple[str, Any, Any]]:
    return [(name, parameter.kind, parameter.default) for name, parameter in inspect.signature(function).parameters.items()]


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_has_the_references_parameters(name: str) -> None:
    """Names, order and defaults are those of the reference, so that replacing an import replaces nothing else."""
    assert _shape(getattr(omega.rating, name)) == _shape(getattr(reference_py.rating, name))


def test_every_migrated_operation_of_the_reference_is_offered() -> None:
    """The facade leaves out only what is not migrated."""
    functions = {name for name in reference_py.rating.__all__ if inspect.isfunction(getattr(reference_py.rating, name))}

    assert functions - set(OPERATIONS) == {"apply_cost_factor"}


def test_importing_the_facade_loads_no_port() -> None:
    """A process whose flag is off never sees the extension."""
    code = "import omega.rating, sys; omega.rating.score_from_penalty(0.3); print([m for m in sys.modules if m.startswith('omega_rust')])"

    done = subprocess.run([sys.executable, "-c", code], env={RATING: "false"}, capture_output=True, text=True, check=True)

    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_the_rollback_text_works_as_written() -> None:
    """The call that rollback texts name switches the module off."""
    set_feature_flag("use_rust_rating", False)  # noqa: FBT003 - as rollback texts spell it

    with trace() as answers:
        omega.rating.score_from_penalty(0.3)

    assert [(answer.path, answer.reason) for answer in answers] == [(Path.REFERENCE, Reason.FLAG_OFF)]


def test_ask_says_who_answered() -> None:
    """A value can come with its origin."""
    set_feature_flag(RATING, "off")

    answered = omega.rating.ask("score_from_penalty", 0.3)

    assert (answered.value, answered.answer.path) == (0.7, Path.REFERENCE)


def _port_that_raises(error: Exception) -> ModuleType:
    def refuse(*_: object) -> None:
        raise error

    port = ModuleType("port_of_this_test")
    for name in OPERATIONS:
        setattr(port, name, refuse)
    port.build_info = lambda: {"version": "0.1.0"}  # type: ignore[attr-defined]  # a module takes any attribute
    return port


def test_callers_catch_one_error_class(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the flag on, the port's RatingError reaches callers as the reference's, with code and text."""

    class RatingError(RuntimeError):
        code = 1003

    port = _port_that_raises(RatingError("[1003] out of range"))
    monkeypatch.setitem(sys.modules, port.__name__, port)
    monkeypatch.setattr(omega.rating._rating, "port", port.__name__)
    omega.rating._rating.reset()
    set_feature_flag(RATING, "on")
    try:
        with pytest.raises(omega.rating.RatingError, match=r"^\[1003\] out of range$") as caught:
            omega.rating.score_from_penalty(0.3)
    finally:
        omega.rating._rating.reset()

    assert caught.value.code == 1003
    assert type(caught.value.__cause__) is RatingError


def test_the_facade_holds_one_dispatcher() -> None:
    """The drill finds flag and port by the facade's dispatcher."""
    assert [type(value) for value in vars(omega.rating).values() if isinstance(value, Dispatcher)] == [Dispatcher]
    assert flags.find("use_rust_rating").variable == omega.rating._rating.flag
