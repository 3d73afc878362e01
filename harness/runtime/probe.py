"""Asks a facade in this process and tells who answered; workers import it, so that the drill sees what production would see."""

from __future__ import annotations

import ast
import importlib
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from harness.runtime import flags
from harness.runtime.answers import trace
from harness.runtime.dispatch import Dispatcher
from harness.runtime.events import Kind
from harness.runtime.failures import is_failure, text_of
from harness.runtime.faults import planted

SWITCH = "switch:"


def answer(facade: str, operation: str, arguments: Sequence[Any], fault: str = "") -> dict[str, Any]:
    """Call one operation of a facade module ("omega.rating") as the flag is, after something was done to this process.

    `fault` is one of `faults.planted`, or "switch:module:function:arguments": a rollback call with literal arguments
    ("switch:omega.config:set_feature_flag:'use_rust_rating', False"), made before the operation.

    Returns value, path ("port", "reference", or "" when nobody answered), reason, mode, events (fallbacks counted during the call),
    port_loaded (whether the port's package is among the loaded modules afterwards) and error (None, or type, message and code).
    Raises ValueError for an unknown fault, ImportError or AttributeError for a facade or an operation that is not there.
    """
    function = getattr(importlib.import_module(facade), operation)
    dispatcher = _dispatcher_of(facade, operation)
    before = _fallbacks(dispatcher)
    if fault.startswith(SWITCH):
        _make_call(fault.removeprefix(SWITCH))
        fault = ""
    with planted(fault, dispatcher.port, operation), _examined_anew(dispatcher):
        told = _ask(function, arguments)
        loaded = dispatcher.port.partition(".")[0] in sys.modules
    return told | {"events": _fallbacks(dispatcher) - before, "port_loaded": loaded}


def _make_call(text: str) -> None:
    """Make a rollback call as it was written; its arguments are literals, and nothing else is evaluated."""
    module, function, arguments = text.split(":", 2)
    values = ast.literal_eval(f"({arguments},)") if arguments.strip() else ()
    getattr(importlib.import_module(module), function)(*values)


def answer_after_switch(
    facade: str,
    operation: str,
    arguments: Sequence[Any],
    flag: str,
    way: str = "environment",
    *,
    clock: Callable[[], int] = time.perf_counter_ns,
) -> dict[str, Any]:
    """Switch a running process off the port and back, and time each from setting the flag to the answer in hand.

    `way` is "environment" (the variable) or "override" (`set_feature_flag`). Returns who answered `before`, `after` and `back` (as
    `path` of `answer`), the values of the three in `values`, `ns` for the way off and `back_ns` for the way back; the flag is then as
    it was. Raises what the operation raises, FlagError for an unknown flag, KeyError for an unknown way, ImportError, AttributeError.
    """
    function = getattr(importlib.import_module(facade), operation)
    switch = {"environment": _set_environment, "override": flags.set_feature_flag}[way]
    kept = {"environment": os.environ.get(flag), "override": flags.override(flag)}[way]
    before = _path_of(function, arguments)
    try:
        off_ns, after = _timed(lambda: switch(flag, "off"), function, arguments, clock)
    finally:
        back_ns, back = _timed(lambda: switch(flag, kept), function, arguments, clock)
    paths = {"before": before[0], "after": after[0], "back": back[0]}
    return paths | {"values": [before[1], after[1], back[1]], "ns": off_ns, "back_ns": back_ns}


def _timed(
    switch: Callable[[], None], function: Callable[..., Any], arguments: Sequence[Any], clock: Callable[[], int]
) -> tuple[int, tuple[str, Any]]:
    start_ns = clock()
    switch()
    told = _path_of(function, arguments)
    return clock() - start_ns, told


def _path_of(function: Callable[..., Any], arguments: Sequence[Any]) -> tuple[str, Any]:
    with trace() as answers:
        value = function(*arguments)
    return str(answers[-1].path), value


def _ask(function: Callable[..., Any], arguments: Sequence[Any]) -> dict[str, Any]:
    value, error = None, None
    with trace() as answers:
        try:
            value = function(*arguments)
        except BaseException as raised:
            if not is_failure(raised):
                raise
            error = {"type": type(raised).__name__, "message": text_of(raised), "code": getattr(raised, "code", None)}
    given = answers[-1] if answers else None
    return {
        "value": value,
        "path": str(given.path) if given else "",
        "reason": str(given.reason) if given else "",
        "mode": str(given.mode) if given else "",
        "error": error,
    }


def _dispatcher_of(facade: str, operation: str) -> Dispatcher:
    module = importlib.import_module(facade)
    found = [value for value in vars(module).values() if isinstance(value, Dispatcher)]
    if len(found) > 1:
        found = [dispatcher for dispatcher in found if dispatcher.has(operation)]
    if len(found) != 1:
        raise AttributeError(f"{facade} holds {len(found)} dispatchers of {operation}, and a facade holds one")
    return found[0]


def _fallbacks(dispatcher: Dispatcher) -> int:
    return dispatcher.log.counts().get(Kind.FALLBACK, 0)


@contextmanager
def _examined_anew(dispatcher: Dispatcher) -> Iterator[None]:
    dispatcher.reset()
    try:
        yield
    finally:
        dispatcher.reset()


def _set_environment(flag: str, word: str | None) -> None:
    if word is None:
        os.environ.pop(flag, None)
    else:
        os.environ[flag] = word
